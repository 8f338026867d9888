"""Lists that are registered in slices, seats that come back at their deadline, and mails that ask people something."""

import secrets
import time
from typing import Any

from webinar_app.accounts.queries import find_recipient_by_id
from webinar_app.accounts.rules import NEW_EMAIL_LASTS
from webinar_app.accounts.services.links import LinkMail, post_link
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import job
from webinar_app.mailing.services import post
from webinar_app.people.emails import join_address_mail, substitute_mail
from webinar_app.people.queries.imports import fault_lines, find_content, seats_at
from webinar_app.people.queries.merging import joinable
from webinar_app.people.queries.substitutes import SubstituteLetter, mail_key, substitute_letter_of
from webinar_app.people.rules.lists import read_list
from webinar_app.people.rules.rows import Entry, check_line
from webinar_app.people.services.attaching import JOIN_ADDRESS, MAIL_ADDRESS
from webinar_app.people.services.blocks import RELEASE, release_due
from webinar_app.people.services.importing import (
    FORGET,
    IMPORT,
    finish_import,
    forget_import,
    go_on,
    register_slice,
)
from webinar_app.people.services.substitutes import END, TELL, end_substitution
from webinar_app.providers.queries import brand, first_provider

SLICE = 100
TURN_SECONDS = 15.0  # well within a job's lease, and other jobs get their turn between


@job(IMPORT)
def import_people(payload: dict[str, Any]) -> None:
    """Register those of a list who are left, for as long as a turn lasts."""
    code, begun = payload["code"], time.monotonic()
    entries, after = _left(code)
    for at in range(0, len(entries), SLICE):
        if at and time.monotonic() - begun > TURN_SECONDS:
            write(go_on, code, now=utc_now())
            return
        some = entries[at : at + SLICE]
        if not write(register_slice, code, after, some, now=utc_now()):
            return
        after = some[-1].line
    write(finish_import, code, after, now=utc_now())


@job(FORGET)
def forget(payload: dict[str, Any]) -> None:
    """Forget a list a week after it was sent."""
    write(forget_import, payload["code"], now=utc_now())


@job(RELEASE)
def release(payload: dict[str, Any]) -> None:
    """Take back the seats that an agency did not claim until its deadline."""
    write(release_due, payload["block"], now=utc_now())


@job(TELL)
def tell_of_substitute(payload: dict[str, Any]) -> None:
    """Mail who is asked to come instead, or who asked; nothing where that has become something else."""
    code, kind = payload["code"], payload["kind"]
    with read() as db:
        letter = substitute_letter_of(db, code, to_giver=kind in ("substitute_named", "substitute_open"))
    if letter is None or not _is_timely(kind, letter):
        return
    subject, text, html = substitute_mail(kind, brand(), letter)
    write(
        post, provider_id=letter.provider_id, person_id=letter.person_id, webinar_id=letter.webinar_id, kind=kind,
        to_name=letter.legal_name, to_address=letter.address, subject=subject, text=text, html=html,
        reply_to=letter.reply_to, unique=mail_key(kind, code), now=utc_now(),
    )  # fmt: skip


def _is_timely(kind: str, letter: SubstituteLetter) -> bool:
    if kind == "substitute_over":
        return letter.state == "withdrawn" and letter.was_asked
    return letter.is_seated and (letter.state == "open") == (kind != "substitute_open")


@job(END)
def end(payload: dict[str, Any]) -> None:
    """Tell who asked that nobody answered in time."""
    write(end_substitution, payload["code"], now=utc_now())


@job(MAIL_ADDRESS)
def mail_address(payload: dict[str, Any]) -> None:
    """Mail the link that proves another address of somebody; nothing where no entry can be joined by it."""
    now, token = utc_now(), secrets.token_urlsafe(32)
    with read() as db:
        found, provider = joinable(db, payload["person"], payload["email"]), first_provider(db)
        asks = find_recipient_by_id(db, payload["person"])
    if found is None or provider is None or asks is None:
        return
    words = join_address_mail(brand(), name=asks.legal_name, address=asks.email, token=token)
    mail = LinkMail(
        asks.id, provider.id, JOIN_ADDRESS, token, payload["email"], found, payload["email"], *words,
        f"{JOIN_ADDRESS}:{payload['nonce']}", now + NEW_EMAIL_LASTS,
    )  # fmt: skip
    write(post_link, mail, now=now)


def _left(code: str) -> tuple[list[Entry], int]:
    with read() as db:
        found, left_out, seats = find_content(db, code), fault_lines(db, code), seats_at(db, code)
    if found is None:
        return [], 0
    content, after = found
    lines = [one for one in read_list(content).lines if one.number > after and one.number not in left_out]
    checked = [check_line(one, seats)[0] for one in lines]
    return [one for one in checked if one is not None], after
