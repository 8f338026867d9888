"""Reads of who presents and hosts a sitting, and of the entries that they got."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import person_ids
from webinar_app.calendars.models import CrewInvite
from webinar_app.calendars.queries.letters import Sent, alarm_minutes
from webinar_app.calendars.queries.sittings import Sitting, listed, sitting_of
from webinar_app.calendars.rules import CrewStep, call_minutes, crew_step
from webinar_app.core.permissions import SittingRole
from webinar_app.core.times import describe_for, end_of
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Staff, Webinar
from webinar_app.webinars.queries import when_words
from webinar_app.webinars.rules import WebinarState

CREW = (SittingRole.HOST, SittingRole.PRESENTER)
OPEN = (WebinarState.SCHEDULED, WebinarState.LIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewMember:
    """Somebody to be told of their entry; `when` and `call` hold start and call time in words, their own zone first."""

    person_id: int
    email: str
    legal_name: str
    display_name: str
    step: CrewStep
    when: tuple[str, ...]
    call: tuple[str, ...]
    alarm_minutes: int
    sent: Sent | None


def list_crew_to_tell(db: Db, webinar_id: int) -> tuple[Sitting, list[CrewMember]] | None:
    """Give a sitting and who of its presenters and hosts, also former ones, has to be told; None once it is over."""
    webinar = db.get(Webinar, webinar_id)
    if (
        webinar is None
        or webinar.rehearsal_of_id is not None
        or webinar.state in (WebinarState.DRAFT, WebinarState.ENDED)
    ):
        return None
    runs = set(db.scalars(_crew(webinar_id)))
    sent = {row.person_id: row for row in db.scalars(select(CrewInvite).where(CrewInvite.webinar_id == webinar_id))}
    wanted = (Person.id.in_(runs | set(sent)), Person.email.is_not(None), Person.merged_into_id.is_(None))
    found = []
    for person in db.scalars(select(Person).where(*wanted).order_by(Person.id)):
        row = sent.get(person.id)
        step = crew_step(
            is_wanted=person.id in runs and webinar.state in OPEN and _is_dated(webinar),
            method=row.method if row else None, is_current=row is not None and row.version == webinar.sequence,
        )  # fmt: skip
        if step is not None:
            found.append(_member(db, person, webinar, step, row))
    return sitting_of(db, webinar), found


def _crew(webinar_id: int) -> Select[int]:
    return (
        select(func.coalesce(Person.merged_into_id, Person.id))
        .join(Staff, Staff.person_id == Person.id)
        .where(Staff.webinar_id == webinar_id, Staff.role.in_(CREW))
    )


def _is_dated(webinar: Webinar) -> bool:
    return webinar.starts_at is not None or webinar.local_date is not None


def _member(db: Db, person: Person, webinar: Webinar, step: CrewStep, row: CrewInvite | None) -> CrewMember:
    zone, at = person.time_zone or webinar.time_zone, webinar.starts_at
    call = end_of(at, -call_minutes(webinar.lobby_minutes)) if at else None
    return CrewMember(
        person_id=person.id, email=person.email or "", legal_name=person.legal_name,
        display_name=person.display_name, step=step, alarm_minutes=alarm_minutes(db, person.id),
        when=describe_for(at, zone, webinar.time_zone) if at else (when_words(webinar),),
        call=describe_for(call, zone, webinar.time_zone) if call else (),
        sent=Sent(row.sequence, row.method, row.starts_at) if row else None,
    )  # fmt: skip


def crew_sent(db: Db, webinar_id: int, person_id: int) -> Sent | None:
    """Give the last entry that somebody got as presenter or host of a sitting, or None."""
    row = db.get(CrewInvite, (webinar_id, person_id))
    return Sent(row.sequence, row.method, row.starts_at) if row else None


def list_crew_sittings(db: Db, person_id: int, now: datetime) -> list[tuple[Sitting, Sent | None]]:
    """Give the sittings that a person (all merged ids) presents or hosts, each with the last entry they got for it."""
    ids = person_ids(db, person_id)
    own = select(Staff.webinar_id).where(Staff.person_id.in_(ids), Staff.role.in_(CREW))
    sent: dict[int, Sent | None] = defaultdict(lambda: None)
    for row in db.scalars(select(CrewInvite).where(CrewInvite.person_id.in_(ids)).order_by(CrewInvite.sequence)):
        sent[row.webinar_id] = Sent(row.sequence, row.method, row.starts_at)
    return [(sitting, sent[sitting.id]) for sitting in listed(db, select(Webinar).where(Webinar.id.in_(own)), now)]


def count_crew(db: Db, webinar_id: int) -> int:
    """Count the presenters and hosts who would hear that a sitting moved."""
    query = select(func.count()).where(Person.id.in_(_crew(webinar_id)), Person.email.is_not(None))
    return db.scalar(query) or 0
