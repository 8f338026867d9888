"""Named reads of who and which room is taken when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from webinar_app.accounts.models import Person
from webinar_app.core.permissions import SittingRole
from webinar_app.core.times import end_of
from webinar_app.courses.models import Course, CoursePresenter, Presenter
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Staff, Webinar
from webinar_app.webinars.queries import REAL, when_words
from webinar_app.webinars.rules import LONGEST_MINUTES, Booking, WebinarState, clashing

_TAKEN = (WebinarState.DRAFT, WebinarState.SCHEDULED, WebinarState.LIVE)
_RUNS = (SittingRole.PRESENTER, SittingRole.HOST)
_KNOWN_AS = func.coalesce(Person.merged_into_id, Person.id)


def list_bookings(db: Db, provider_id: int, begin: datetime, end: datetime) -> list[Booking]:
    """Give who and what a provider's open sittings between two instants take up."""
    query = (
        select(Webinar)
        .join(Course, Course.id == Webinar.course_id)
        .where(
            Course.provider_id == provider_id, Webinar.state.in_(_TAKEN), REAL,
            Webinar.starts_at > begin - timedelta(minutes=LONGEST_MINUTES), Webinar.starts_at < end,
        )
        .options(joinedload(Webinar.course))
    )  # fmt: skip
    rows = list(db.scalars(query))
    people = _who_run(db, [row.id for row in rows])
    guests = _without_account(db, {row.course_id for row in rows})
    return [
        Booking(
            code=row.code, words=f"“{row.title or row.course.title}” on {when_words(row)}", starts_at=row.starts_at,
            ends_at=end_of(row.starts_at, row.minutes), people=people[row.id] | guests[row.course_id],
            room=room_of(row.venue),
        )
        for row in rows
        if row.starts_at is not None
    ]  # fmt: skip


def list_runners(db: Db, course: Course, webinar_ids: Collection[int] = ()) -> dict[int | None, dict[str, str]]:
    """Give who runs each of these sittings, {key: name}; under None who would run a new one of this course."""
    guests = _without_account(db, {course.id})[course.id]
    found = _who_run(db, webinar_ids) if webinar_ids else {}
    runners: dict[int | None, dict[str, str]] = {None: _presenters(db, course.id) | guests}
    return runners | {one: found.get(one, {}) | guests for one in webinar_ids}


def clashing_codes(db: Db, provider_id: int, begin: datetime, end: datetime) -> set[str]:
    """Give the codes of the sittings of a time that share a person or a room with another one."""
    return clashing(list_bookings(db, provider_id, begin, end))


def room_of(venue: Mapping[str, Any] | None) -> str:
    """Give the name of the place of a sitting; empty online."""
    return str((venue or {}).get("name") or "")


def _who_run(db: Db, webinar_ids: Collection[int]) -> defaultdict[int, dict[str, str]]:
    query = (
        select(Staff.webinar_id, _KNOWN_AS, Person.legal_name)
        .join(Person, Person.id == Staff.person_id)
        .where(Staff.webinar_id.in_(webinar_ids), Staff.role.in_(_RUNS))
    )
    return _by_first((webinar_id, f"person {known}", name) for webinar_id, known, name in db.execute(query))


def _presenters(db: Db, course_id: int) -> dict[str, str]:
    query = (
        select(_KNOWN_AS, Person.legal_name)
        .join(Presenter, Presenter.person_id == Person.id)
        .join(CoursePresenter, CoursePresenter.presenter_id == Presenter.id)
        .where(CoursePresenter.course_id == course_id)
    )
    return {f"person {known}": name for known, name in db.execute(query)}


def _without_account(db: Db, course_ids: Collection[int]) -> defaultdict[int, dict[str, str]]:
    """Give the presenters of courses who do not sign in: they are never among a sitting's staff."""
    query = (
        select(CoursePresenter.course_id, Presenter.id, Presenter.name)
        .join(Presenter, Presenter.id == CoursePresenter.presenter_id)
        .where(CoursePresenter.course_id.in_(course_ids), Presenter.person_id.is_(None))
    )
    return _by_first((course_id, f"presenter {known}", name) for course_id, known, name in db.execute(query))


def _by_first(rows: Iterable[tuple[int, str, str]]) -> defaultdict[int, dict[str, str]]:
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for owner, key, name in rows:
        found[owner][key] = name
    return found
