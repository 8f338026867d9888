"""Use cases of the own account: names, time zone, licences, password."""

from datetime import date, datetime

from sqlalchemy import delete, func, select

from webinar_app.accounts.models import Credential, Licence, RevocationCause
from webinar_app.accounts.policy import get_self
from webinar_app.accounts.rules import clean_name
from webinar_app.accounts.services import notify
from webinar_app.accounts.services.signing import end_all
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import NotFound, Refused
from webinar_app.core.times import zone_info
from webinar_app.infra.db import Db, secret

MOST_LICENCES = 20


def change_profile(db: Db, actor: Actor, *, legal_name: str, display_name: str, time_zone: str, now: datetime) -> None:
    """Change the actor's names and time zone; an empty zone means "as the browser says".

    Registrations keep the legal name that they were made with.
    """
    person = get_self(db, actor)
    legal, shown = clean_name(legal_name, "legal_name", 120), clean_name(display_name, "display_name", 80)
    if time_zone:
        zone_info(time_zone)
    if legal != person.legal_name:
        record(db, person.id, "person.legal_name_changed", "person", person.id, now=now)
    person.legal_name, person.display_name, person.time_zone = legal, shown, time_zone or None


def choose_zone(db: Db, actor: Actor, time_zone: str, *, now: datetime) -> None:
    """Keep the zone that the actor chose on a page on their profile."""
    zone_info(time_zone)
    get_self(db, actor).time_zone = time_zone


def add_licence(
    db: Db, actor: Actor, *, profession: str, board: str, number: str, expires_on: date | None, now: datetime
) -> None:
    """Add a licence to the actor's profile (C2)."""
    person = get_self(db, actor)
    held = db.scalar(select(func.count()).where(Licence.person_id == person.id)) or 0
    if held >= MOST_LICENCES:
        raise Refused("licence.many", f"A profile holds up to {MOST_LICENCES} licences. Remove one first.")
    db.add(
        Licence(
            person_id=person.id, profession=clean_name(profession, "profession", 80), expires_on=expires_on,
            board=clean_name(board, "board", 80), number=clean_name(number, "number", 40),
        )
    )  # fmt: skip


def remove_licence(db: Db, actor: Actor, licence_id: int, *, now: datetime) -> None:
    """Remove a licence from the actor's profile; registrations keep their copy."""
    person = get_self(db, actor)
    found = db.execute(
        delete(Licence).where(Licence.id == licence_id, Licence.person_id == person.id).returning(Licence.id)
    )
    if found.first() is None:
        raise NotFound("licence.gone", "This licence is removed already. Your account shows what is left.")


@secret
def set_password(db: Db, actor: Actor, password_hash: str, *, now: datetime) -> int:
    """Keep a new password (as its hash) and end every other sign-in; return how many ended."""
    person = get_self(db, actor)
    _keep(db, person.id, password_hash, now)
    notify(db, person.id, "password_changed", {}, now=now)
    record(db, person.id, "password.changed", "person", person.id, now=now)
    return end_all(db, person.id, RevocationCause.PASSWORD, now=now, keep=actor.sign_in_id)


@secret
def set_first_password(db: Db, person_id: int, password_hash: str, *, now: datetime) -> None:
    """Keep a password that was typed on the server itself, and end every sign-in."""
    _keep(db, person_id, password_hash, now)
    record(db, None, "password.changed", "person", person_id, now=now)
    end_all(db, person_id, RevocationCause.PASSWORD, now=now)


def _keep(db: Db, person_id: int, password_hash: str, now: datetime) -> None:
    credential = db.get(Credential, person_id)
    if credential is None:
        db.add(Credential(person_id=person_id, password_hash=password_hash, changed_at=now))
    else:
        credential.password_hash, credential.changed_at = password_hash, now
