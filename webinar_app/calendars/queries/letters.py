"""Reads of whom a mail with a calendar entry goes to, and of what was sent before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import get_person, person_ids
from webinar_app.calendars.models import Invite, PersonalCalendar
from webinar_app.calendars.queries.sittings import Sitting, sitting_of
from webinar_app.calendars.rules import DEFAULT_ALARM
from webinar_app.core.times import describe_for, describe_own
from webinar_app.infra.db import Db
from webinar_app.people.models import SeatMove
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries.prices import fee_words
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import when_words


@dataclass(frozen=True, slots=True)
class Sent:
    """The last entry that a person got for a sitting, over all their registrations there."""

    sequence: int
    method: str
    starts_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One registration, as its mails address it; `when` holds the time in words, the person's own zone first."""

    registration_id: int
    code: str
    link_version: int
    state: RegistrationState
    person_id: int
    person_ids: tuple[int, ...]
    email: str
    legal_name: str
    display_name: str
    licence: str
    zone: str
    seat: str
    when: tuple[str, ...]
    lobby_when: str
    before: str
    registered_at: datetime
    alarm_minutes: int
    sent: Sent | None
    passed_on: str = ""  # of a registration that ended: what it was given to, `person` or `date`
    fee: str = ""  # still to be paid
    back: str = ""  # what of the money is given back, once the registration has ended or the session is called off


def recipient_of(db: Db, row: Registration, webinar: Webinar) -> Recipient | None:
    """Give a registration as its mails address it, or None where there is no address."""
    person = get_person(db, row.person_id)
    if person.merged_into_id is not None:
        person = get_person(db, person.merged_into_id)
    if not person.email:
        return None
    ids = person_ids(db, person.id)
    zone = row.time_zone or person.time_zone or webinar.time_zone
    sent = last_sent(db, ids, webinar.id)
    return Recipient(
        registration_id=row.id, code=row.code, link_version=row.link_version, state=row.state, person_id=person.id,
        person_ids=tuple(ids), email=person.email, legal_name=row.legal_name, display_name=row.display_name,
        licence=_licence(row.licence), zone=zone, seat=row.seat, when=_when(webinar, zone),
        lobby_when=_lobby(webinar, zone), before=_before(sent, webinar, zone), registered_at=row.created_at,
        alarm_minutes=alarm_minutes(db, person.id), sent=sent, passed_on=_passed_on(db, row),
        **fee_words(db, row),
    )  # fmt: skip


def _passed_on(db: Db, row: Registration) -> str:
    if row.state is not RegistrationState.CANCELLED:
        return ""
    found = db.scalars(select(SeatMove.kind).where(SeatMove.from_id == row.id)).one_or_none()
    return found.value if found else ""


def alarm_minutes(db: Db, person_id: int) -> int:
    """Give how long before the start a person's entries ring, 0 where they do not."""
    row = db.get(PersonalCalendar, person_id)
    return row.alarm_minutes if row else DEFAULT_ALARM


def _licence(licence: dict[str, Any] | None) -> str:
    return ", ".join(str(licence[part]) for part in ("board", "number")) if licence else ""


def _when(webinar: Webinar, zone: str) -> tuple[str, ...]:
    if webinar.starts_at is None:
        return (when_words(webinar),)
    return describe_for(webinar.starts_at, zone, webinar.time_zone)


def _lobby(webinar: Webinar, zone: str) -> str:
    return f"{webinar.lobby_minutes} minutes before the start" if webinar.starts_at else ""


def _before(sent: Sent | None, webinar: Webinar, zone: str) -> str:
    """Say when the last entry had the sitting, where that is another time."""
    if sent is None or sent.starts_at is None or sent.starts_at == webinar.starts_at:
        return ""
    return describe_own(sent.starts_at, zone)


def last_sent(db: Db, ids: list[int], webinar_id: int) -> Sent | None:
    """Give the last entry that a person (all merged ids) got for a sitting, or None."""
    query = (
        select(Invite.sequence, Invite.method, Invite.starts_at)
        .join(Registration, Registration.id == Invite.registration_id)
        .where(Registration.person_id.in_(ids), Registration.webinar_id == webinar_id)
        .order_by(Invite.sequence.desc(), Invite.sent_at.desc())
        .limit(1)
    )
    found = db.execute(query).one_or_none()
    return Sent(*found) if found else None


def find_addressed(db: Db, registration_id: int) -> tuple[Sitting, Recipient] | None:
    """Give sitting and recipient of a registration, or None where nobody can be told."""
    row = db.get(Registration, registration_id)
    if row is None or row.webinar is None:
        return None
    recipient = recipient_of(db, row, row.webinar)
    return (sitting_of(db, row.webinar), recipient) if recipient else None


def list_addressed(db: Db, webinar_id: int, after: int, limit: int) -> tuple[Sitting, list[Recipient], int | None]:
    """Give a sitting, some of its registrants after an id, and the id to go on after; None when all were given."""
    webinar = db.get_one(Webinar, webinar_id)
    query = (
        select(Registration)
        .where(
            Registration.webinar_id == webinar_id, Registration.state == RegistrationState.REGISTERED,
            Registration.id > after,
        )
        .order_by(Registration.id)
        .limit(limit)
    )  # fmt: skip
    rows = list(db.scalars(query))
    found = [recipient for row in rows if (recipient := recipient_of(db, row, webinar))]
    return sitting_of(db, webinar), found, rows[-1].id if len(rows) == limit else None


def count_addressed(db: Db, webinar_id: int) -> int:
    """Count the people who would hear that a sitting moved."""
    query = (
        select(func.count())
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .where(
            Registration.webinar_id == webinar_id, Registration.state == RegistrationState.REGISTERED,
            Person.email.is_not(None),
        )
    )  # fmt: skip
    return db.scalar(query) or 0
