"""Copies of sittings with everything that was prepared for them, on other dates and without people and results."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.read_back import read_date, read_typed
from webinar_app.core.recurrence import MOST_DATES, shifted
from webinar_app.core.times import NoSuchTime, RepeatedTime, deadline, describe, end_of, in_zone, resolve
from webinar_app.core.zones import tzdata_version
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.webinars.events import WebinarCloned
from webinar_app.webinars.models import AgendaSegment, Staff, Webinar
from webinar_app.webinars.queries import REAL, when_words
from webinar_app.webinars.rules import DatePrecision, WebinarState
from webinar_app.webinars.services.checking import what_to_know
from webinar_app.webinars.services.scheduling import publish_sitting

_KEPT = (
    "course_id", "item_id", "title", "delivery", "precision", "time_zone", "minutes", "lobby_minutes",
    "overrun_minutes", "capacity_online", "capacity_room", "venue",
)  # fmt: skip


def plan_clones(
    db: Db, actor: Actor, slug: str, codes: Sequence[str], typed: str, fold: int | None, *, now: datetime
) -> list[dict[str, Any]]:
    """Give what cloning these sittings of a course would make, in order, with the first of them at `typed`.

    Each is `{code, before, after, when, notes, problem}`: `when` holds the columns of the new time, `notes` are
    warnings and conflicts, `problem` asks about a time that a clock skips or shows twice. Raises InvalidInput by field.
    """
    course = get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    sources = _sources(db, course, codes)
    moved = _distance(sources, typed, fold, now)
    return [_plan(db, course, source, moved, fold, now) for source in sources]


def clone_sittings(
    db: Db, actor: Actor, slug: str, codes: Sequence[str], typed: str, fold: int | None, *, now: datetime
) -> dict[str, Any]:
    """Copy sittings with all that was prepared for them and return `{codes}`; a published course opens them at once."""
    plans = plan_clones(db, actor, slug, codes, typed, fold, now=now)
    if asked := next((plan["problem"] for plan in plans if plan["problem"]), ""):
        raise InvalidInput("clone.unclear", asked, {"typed": asked})
    by_code = {row.code: row for row in _by_codes(db, [plan["code"] for plan in plans])}
    made = []
    for plan in plans:
        source = by_code[plan["code"]]
        copy = Webinar(
            code=new_code(), state=WebinarState.DRAFT, created_at=now, updated_at=now,
            **{name: getattr(source, name) for name in _KEPT}, **plan["when"],
        )  # fmt: skip
        db.add(copy)
        copy_prepared(db, source, copy, actor_id=actor.person_id, now=now)
        if source.course.state is CourseState.PUBLISHED:
            publish_sitting(db, copy, actor_id=actor.person_id, now=now)
        made.append(copy.code)
    return {"codes": made}


def copy_prepared(db: Db, source: Webinar, copy: Webinar, *, actor_id: int | None, now: datetime) -> None:
    """Give a new sitting the agenda, the roles and what every feature prepared for `source`."""
    copy.segments = [
        AgendaSegment(
            title=one.title, start_minute=one.start_minute, minutes=one.minutes, gives_credit=one.gives_credit
        )
        for one in source.segments
    ]
    wanted = {(one.person_id, one.role) for one in source.staff}
    known = {(one.person_id, one.role): one for one in copy.staff}
    for gone in known.keys() - wanted:
        db.delete(known[gone])
    copy.staff += [Staff(person_id=person, role=role) for person, role in sorted(wanted - known.keys())]
    db.flush()  # features copy their rows to its id
    record(db, actor_id, "webinar.clone", "webinar", copy.id, now=now, of=source.id)
    publish(db, WebinarCloned({source.id: copy.id}), now)


def _sources(db: Db, course: Course, codes: Sequence[str]) -> list[Webinar]:
    found = [row for row in _by_codes(db, codes) if row.course_id == course.id]
    if not found:
        sentence = "Choose at least one session."
        raise InvalidInput("clone.none", sentence, {"codes": sentence})
    if len(found) > MOST_DATES:
        sentence = f"Choose at most {MOST_DATES} sessions at once."
        raise InvalidInput("clone.many", sentence, {"codes": sentence})
    return sorted(found, key=lambda row: (_wall(row) is None, _wall(row), row.id))


def _by_codes(db: Db, codes: Sequence[str]) -> list[Webinar]:
    query = select(Webinar).where(Webinar.code.in_([code.upper() for code in codes]), REAL)
    return list(db.scalars(query.options(selectinload(Webinar.segments), selectinload(Webinar.staff))))


def _wall(row: Webinar) -> datetime | None:
    """Give the wall time of a sitting, midnight where only its date is known."""
    if row.local_start is not None:
        return row.local_start
    return datetime.combine(row.local_date, datetime.min.time()) if row.local_date else None


def _distance(sources: Sequence[Webinar], typed: str, fold: int | None, now: datetime) -> timedelta:
    """Give how far the first sitting moves on its own wall clock (A11)."""
    first = sources[0]
    stood = _wall(first)
    if stood is None:
        return timedelta()
    if first.precision is DatePrecision.DATE:
        on_date = read_date(typed, now=now)
        on_date.check()
        assert on_date.on is not None
        return datetime.combine(on_date.on, datetime.min.time()) - stood
    reading = read_typed(typed, first.time_zone, fold=fold, minutes=first.minutes, now=now)
    reading.check()
    assert reading.local is not None
    assert reading.starts_at is not None
    local = reading.local if reading.zone == first.time_zone else in_zone(reading.starts_at, first.time_zone)
    return local.replace(fold=0) - stood


def _plan(db: Db, course: Course, source: Webinar, moved: timedelta, fold: int | None, now: datetime) -> dict[str, Any]:
    stood, zone = _wall(source), source.time_zone
    plan: dict[str, Any] = {"code": source.code, "before": when_words(source), "notes": [], "problem": ""}
    if stood is None:
        return plan | {"after": "On request", "when": {"typed": source.typed}}
    local = shifted(stood, moved)
    closes = _closing(source, local, stood)
    if source.local_start is None:
        words = f"{local:%A} {local.day} {local:%B} {local.year}"
        return plan | {
            "after": words, "when": {"typed": words, "local_date": local.date(), "registration_closes_at": closes}
        }  # fmt: skip
    after = describe(local, zone, fold=fold)
    try:
        starts_at = resolve(local, zone, fold)
    except (NoSuchTime, RepeatedTime) as asked:
        return plan | {"after": after, "when": {}, "problem": asked.message}
    if end_of(starts_at, source.minutes) <= now:
        plan["notes"].append("This date has passed: the session would be published as ended.")
    plan["notes"] += what_to_know(db, course, starts_at, zone, source.minutes, venue=source.venue)
    when = {
        "typed": after, "local_start": local, "fold": fold or 0, "starts_at": starts_at,
        "registration_closes_at": closes, "tzdata": tzdata_version(),
    }  # fmt: skip
    return plan | {"after": after, "when": when}


def _closing(source: Webinar, local: datetime, stood: datetime) -> datetime | None:
    """Give when registration closes: as many days before the session as it did."""
    if source.registration_closes_at is None:
        return None
    closed = in_zone(source.registration_closes_at, source.time_zone).date()
    return deadline(closed + (local.date() - stood.date()), source.time_zone)
