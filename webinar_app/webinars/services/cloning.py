"""Copies of sittings with everything that was prepared for them, on other dates and without people and results."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.webinars.events import WebinarCloned
from webinar_app.webinars.models import AgendaSegment, Staff, Webinar
from webinar_app.webinars.queries import REAL, wall_start
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.planning import plan_copies
from webinar_app.webinars.services.scheduling import publish_sitting

_KEPT = (
    "title", "delivery", "precision", "time_zone", "minutes", "lobby_minutes", "overrun_minutes", "capacity_online",
    "capacity_room", "venue",
)  # fmt: skip


def plan_clones(
    db: Db, actor: Actor, slug: str, codes: Sequence[str], when: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Give what cloning these sittings of a course would make, as `plan_copies`."""
    course = get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    return plan_copies(db, actor, course, _chosen(db, course, codes), when, is_whole=False, now=now)


def clone_sittings(
    db: Db, actor: Actor, slug: str, codes: Sequence[str], when: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Copy sittings with all that was prepared for them and return `{codes}`; a published course opens them at once."""
    plan = plan_clones(db, actor, slug, codes, when, now=now)
    course = get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    made = make_copies(db, plan, course, {}, actor_id=actor.person_id, now=now)
    if course.state is CourseState.PUBLISHED:
        for copy in made:
            publish_sitting(db, copy, actor_id=actor.person_id, now=now)
    return {"codes": [copy.code for copy in made]}


def make_copies(
    db: Db, plan: Mapping[str, Any], course: Course, item_ids: Mapping[int, int], *, actor_id: int | None, now: datetime
) -> list[Webinar]:
    """Make the copies of a plan as drafts of a course and give them; raise InvalidInput while a time is unclear.

    `item_ids`: {item of the original: of the copied course}, empty where the course is the same.
    """
    rows = [row for row in plan["rows"] if not row["skipped"]]
    if asked := next((row["problem"] for row in rows if row["problem"]), ""):
        raise InvalidInput("clone.unclear", asked, {"typed": asked})
    if not rows:
        sentence = "Every session is left out, so there is nothing to copy."
        raise InvalidInput("clone.empty", sentence, {"skip": sentence})
    sources = {row.code: row for row in _by_codes(db, [row["code"] for row in rows])}
    made = []
    for row in rows:
        source = sources[row["code"]]
        copy = Webinar(
            code=new_code(), course_id=course.id, item_id=item_ids.get(source.item_id, source.item_id),
            state=WebinarState.DRAFT, created_at=now, updated_at=now,
            **{name: getattr(source, name) for name in _KEPT}, **row["when"],
        )  # fmt: skip
        db.add(copy)
        copy_prepared(db, source, copy, actor_id=actor_id, now=now)
        made.append(copy)
    return made


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


def _chosen(db: Db, course: Course, codes: Sequence[str]) -> list[Webinar]:
    found = [row for row in _by_codes(db, codes) if row.course_id == course.id]
    if not found:
        sentence = "Choose at least one session."
        raise InvalidInput("clone.none", sentence, {"codes": sentence})
    return in_order(found)


def in_order(rows: Sequence[Webinar]) -> list[Webinar]:
    """Give sittings in the order of their wall clocks, those without a date last."""
    return sorted(rows, key=lambda row: (wall_start(row) is None, wall_start(row), row.id))


def _by_codes(db: Db, codes: Sequence[str]) -> list[Webinar]:
    query = select(Webinar).where(Webinar.code.in_([code.upper() for code in codes]), REAL)
    return list(db.scalars(query.options(selectinload(Webinar.segments), selectinload(Webinar.staff))))
