"""Reads of a person's own calendar: their choices, their feed and what stands in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import get_person, person_ids
from webinar_app.calendars.models import Invite, PersonalCalendar
from webinar_app.calendars.queries.letters import Sent, alarm_minutes
from webinar_app.calendars.queries.sittings import Sitting, listed
from webinar_app.core.actor import Actor
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """A person's own calendar: their public code, the version of their feed's address (None while it is closed)."""

    person_id: int
    person_code: str
    version: int | None
    used_at: datetime | None
    alarm_minutes: int


def own_calendar(db: Db, actor: Actor) -> OwnCalendar:
    """Give the actor's own calendar as it stands."""
    person = get_person(db, actor.person_id or 0)
    row = db.get(PersonalCalendar, person.id)
    version = row.feed_version if row and row.is_feed_open else None
    return OwnCalendar(person.id, person.code, version, row.feed_used_at if row else None, alarm_minutes(db, person.id))


def find_feed(db: Db, person_code: str, version: int) -> OwnCalendar | None:
    """Give the calendar that this version of a person's address opens, or None once it was taken back."""
    query = (
        select(Person.id, PersonalCalendar.feed_used_at, PersonalCalendar.alarm_minutes)
        .join(PersonalCalendar, PersonalCalendar.person_id == Person.id)
        .where(
            Person.code == person_code, PersonalCalendar.is_feed_open.is_(True),
            PersonalCalendar.feed_version == version,
        )
    )  # fmt: skip
    row = db.execute(query).one_or_none()
    return OwnCalendar(row[0], person_code, version, row[1], row[2]) if row else None


def list_own_sittings(db: Db, person_id: int, now: datetime) -> list[tuple[Sitting, Sent | None]]:
    """Give the sittings in which a person (all merged ids) has a place, each with the last entry they got for it."""
    ids = person_ids(db, person_id)
    own = select(Registration.webinar_id).where(
        Registration.person_id.in_(ids), Registration.state == RegistrationState.REGISTERED
    )
    sent = _sent_to(db, ids)
    return [(sitting, sent.get(sitting.id)) for sitting in listed(db, select(Webinar).where(Webinar.id.in_(own)), now)]


def _sent_to(db: Db, ids: list[int]) -> dict[int, Sent]:
    query = (
        select(Registration.webinar_id, Invite.sequence, Invite.method, Invite.starts_at)
        .join(Registration, Registration.id == Invite.registration_id)
        .where(Registration.person_id.in_(ids), Registration.webinar_id.is_not(None))
        .order_by(Invite.sequence, Invite.sent_at)
    )
    return {row[0] or 0: Sent(*row[1:]) for row in db.execute(query)}  # the last of a sitting stays
