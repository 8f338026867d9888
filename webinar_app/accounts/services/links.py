"""One-time links by mail: sign-in, and a new e-mail address confirmed at both ends (Q2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from webinar_app.accounts.models import EmailLink, Person
from webinar_app.accounts.policy import get_self
from webinar_app.accounts.queries import find_by_email, find_link
from webinar_app.accounts.rules import LINKS_PER_ACCOUNT, clean_email
from webinar_app.accounts.services import notify
from webinar_app.accounts.services.signing import count_try, digest, sign_in
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.infra.db import Db, secret
from webinar_app.infra.jobs import enqueue
from webinar_app.mailing.queries import find_by_unique_key
from webinar_app.mailing.services import post

SIGN_IN, NEW_EMAIL, OLD_EMAIL = "sign_in", "new_email", "old_email"
OTHER_END = {NEW_EMAIL: OLD_EMAIL, OLD_EMAIL: NEW_EMAIL}


def link_spent() -> Refused:
    """Give the refusal of a link that was used, has run out, or never was one: all three look the same."""
    return Refused("link.spent", "This link was used before, or it is too old. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class LinkMail:
    """A one-time link with the rendered mail that carries it. Only the token's hash is stored beside it."""

    person_id: int
    provider_id: int
    purpose: str
    token: str
    address: str  # the address that the link signs in, or that it proves
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    unique: str
    expires_at: datetime
    next_path: str = ""


def ask_for_link(db: Db, email: str, address: str, next_path: str, *, now: datetime) -> None:
    """Ask for a sign-in link. What is done is the same for known and unknown addresses (W-17): the job looks it up."""
    count_try(db, f"link:{email}", address, LINKS_PER_ACCOUNT, now=now)
    payload = {"email": email, "next": next_path[:300], "nonce": new_code(12)}
    enqueue(db, "accounts.mail_sign_in_link", payload, now=now)


@secret
def post_link(db: Db, mail: LinkMail, *, now: datetime) -> None:
    """Store a one-time link and its mail; a repeated job finds its mail posted and changes nothing."""
    if find_by_unique_key(db, mail.unique):
        return
    post(
        db, provider_id=mail.provider_id, person_id=mail.person_id, to_name=mail.to_name, to_address=mail.to_address,
        kind="sign_in_link" if mail.purpose == SIGN_IN else mail.purpose, subject=mail.subject, text=mail.text,
        html=mail.html, unique=mail.unique, now=now,
    )  # fmt: skip
    db.add(
        EmailLink(
            token_hash=digest(mail.token), person_id=mail.person_id, purpose=mail.purpose, address=mail.address,
            next_path=mail.next_path, created_at=now, expires_at=mail.expires_at,
        )
    )  # fmt: skip


def use_sign_in_link(
    db: Db, token: str, *, device: str, replaces: int | None = None, now: datetime
) -> tuple[str, int, str]:
    """Spend a sign-in link and return (token of the browser, person, path to go on to)."""
    link = spend_link(db, token, SIGN_IN, now)
    person = db.get_one(Person, link.person_id)
    if person.email != link.address:
        raise link_spent()
    person.email_verified_at = person.email_verified_at or now
    person_id = person.merged_into_id or person.id
    return sign_in(db, person_id, "email_link", device=device, replaces=replaces, now=now), person_id, link.next_path


def ask_for_new_email(db: Db, actor: Actor, email: str, *, now: datetime) -> None:
    """Ask to change the actor's address; links go to both addresses, and older requests end."""
    person, address = get_self(db, actor), clean_email(email)
    if address == person.email:
        words = "This is your address already."
        raise InvalidInput("email.same", words, {"email": words})
    count_try(db, f"new_email:{person.id}", f"person:{person.id}", LINKS_PER_ACCOUNT, now=now)
    older = (EmailLink.person_id == person.id) & EmailLink.purpose.in_(OTHER_END) & (EmailLink.expires_at > now)
    db.execute(update(EmailLink).where(older).values(expires_at=now))
    payload = {"person": person.id, "email": address, "nonce": new_code(12)}
    enqueue(db, "accounts.mail_new_email", payload, now=now)


def confirm_new_email(db: Db, token: str, *, now: datetime) -> dict[str, str]:
    """Confirm one end of a change of address; the second confirmation changes it.

    Gives `{state, address}`: `changed`, or `waiting` with the end (`old_email`, `new_email`) that is still missing.
    """
    link = _open_link(db, token, tuple(OTHER_END), now)
    link.used_at = now
    person = db.scalars(select(Person).where(Person.id == link.person_id).with_for_update()).one()
    other = OTHER_END[link.purpose]
    confirmed = select(EmailLink.id).where(
        EmailLink.person_id == person.id, EmailLink.purpose == other, EmailLink.address == link.address,
        EmailLink.used_at.is_not(None), EmailLink.expires_at > now,
    )  # fmt: skip
    is_confirmed = db.scalars(confirmed).first() is not None
    if not is_confirmed and not (other == OLD_EMAIL and person.email is None):
        return {"state": "waiting", "missing": other, "address": link.address}
    if find_by_email(db, link.address) is not None:
        raise link_spent()
    person.email, person.email_verified_at = link.address, now
    notify(db, person.id, "email_changed", {}, now=now)
    record(db, person.id, "person.email_changed", "person", person.id, now=now)
    return {"state": "changed", "missing": "", "address": link.address}


def spend_link(db: Db, token: str, purpose: str, now: datetime) -> EmailLink:
    """Give a link of this purpose that is good, and use it up; raise Refused `link.spent`."""
    link = _open_link(db, token, (purpose,), now)
    link.used_at = now
    return link


def _open_link(db: Db, token: str, purposes: tuple[str, ...], now: datetime) -> EmailLink:
    link = find_link(db, digest(token), now, lock=True)
    if link is None or link.purpose not in purposes:
        raise link_spent()
    return link
