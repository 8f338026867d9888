"""Mail with one-time links, and what is forgotten after a day."""

import secrets
from datetime import timedelta
from typing import Any

from webinar_app.accounts.emails import new_email_mail, sign_in_mail
from webinar_app.accounts.queries import Recipient, find_recipient, find_recipient_by_id
from webinar_app.accounts.rules import LINK_LASTS, NEW_EMAIL_LASTS
from webinar_app.accounts.services.links import NEW_EMAIL, OLD_EMAIL, SIGN_IN, LinkMail, post_link
from webinar_app.accounts.services.signing import forget_old_tries
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.providers.queries import brand, first_provider

KEPT = timedelta(days=1)


@job("accounts.mail_sign_in_link")
def mail_sign_in_link(payload: dict[str, Any]) -> None:
    """Mail a one-time link to the person with this address; nothing happens where there is none."""
    now, unique = utc_now(), f"sign_in_link:{payload['nonce']}"
    with read() as db:
        person, provider_id = find_recipient(db, payload["email"]), _provider(db)
    write(forget_old_tries, now=now - KEPT)
    if person is None or provider_id is None:
        return
    token, organisation, expires_at = secrets.token_urlsafe(32), brand(), now + LINK_LASTS
    subject, text, html = sign_in_mail(
        organisation, name=person.display_name, token=token, expires_at=expires_at,
        zone=person.time_zone or organisation.time_zone,
    )  # fmt: skip
    mail = LinkMail(
        person.id, provider_id, SIGN_IN, token, person.email, person.legal_name, person.email, subject, text, html,
        unique, expires_at, payload["next"],
    )  # fmt: skip
    write(post_link, mail, now=now)


@job("accounts.mail_new_email")
def mail_new_email(payload: dict[str, Any]) -> None:
    """Mail both ends of a change of address; an address that somebody else uses gets nothing."""
    with read() as db:
        person, provider_id = find_recipient_by_id(db, payload["person"]), _provider(db)
        is_taken = find_recipient(db, payload["email"]) is not None
    if person is None or provider_id is None:
        return
    ends = [(OLD_EMAIL, person.email)] if person.email else []
    ends += [] if is_taken else [(NEW_EMAIL, payload["email"])]
    for purpose, to_address in ends:
        _mail_end(person, provider_id, purpose, to_address, payload["email"], payload["nonce"])


def _mail_end(person: Recipient, provider_id: int, purpose: str, to_address: str, new: str, nonce: str) -> None:
    now, token = utc_now(), secrets.token_urlsafe(32)
    words = new_email_mail(brand(), purpose, name=person.display_name, old=person.email, new=new, token=token)
    mail = LinkMail(
        person.id, provider_id, purpose, token, new, person.legal_name, to_address, *words, f"{purpose}:{nonce}",
        now + NEW_EMAIL_LASTS,
    )  # fmt: skip
    write(post_link, mail, now=now)


def _provider(db: Any) -> int | None:
    found = first_provider(db)
    return found.id if found else None
