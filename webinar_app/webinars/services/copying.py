"""A whole course once more: everything of it and all its sittings, moved to a new first date in wall-clock time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webinar_app.core.actor import Actor
from webinar_app.core.named_days import named_days
from webinar_app.core.permissions import Permission
from webinar_app.core.text import counted
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course, own_provider
from webinar_app.courses.services import checked_title
from webinar_app.courses.services.copying import copy_course, what_is_written
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL, wall_start
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.checking import own_texts
from webinar_app.webinars.services.cloning import in_order, make_copies
from webinar_app.webinars.services.planning import plan_copies


def plan_course_copy(
    db: Db, actor: Actor, slug: str, title: str, when: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Give what copying a course would make, as `plan_copies`, with `texts`: sentences on words that name old dates.

    `when`: as for copies of sittings, with `left_out`, the codes of those that stay behind; without a dated sitting it
    is not read further.
    """
    course = _get(db, actor, slug)
    checked_title(title)
    sources = [row for row in _sittings(db, course) if row.code not in when.get("left_out", ())]
    plan = plan_copies(db, actor, course, sources, when, is_whole=True, now=now)
    cancelled = sum(row.state is WebinarState.CANCELLED for row in _all(db, course))
    if cancelled:
        stay = "stays" if cancelled == 1 else "stay"
        plan["left"].append(f"{counted(cancelled, 'cancelled session')} of this course {stay} behind")
    plan["carried"] = [one.words for one in what_is_written(course)] + plan["carried"]
    return plan | {"texts": _texts(course, title, sources) if plan["days"] else []}


def copy_whole_course(
    db: Db, actor: Actor, slug: str, title: str, when: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Copy a course with all its sittings as a draft and return `{slug, sessions}`; nobody comes along."""
    course = _get(db, actor, slug)
    plan = plan_course_copy(db, actor, slug, title, when, now=now)
    copy, item_ids = copy_course(db, course, title, days=plan["days"], actor_id=actor.person_id, now=now)
    made = make_copies(db, plan, copy, item_ids, actor_id=actor.person_id, now=now) if plan["rows"] else []
    return {"slug": copy.slug, "sessions": len(made)}


def _get(db: Db, actor: Actor, slug: str) -> Course:
    own_provider(actor, to=Permission.COURSE_EDIT)
    return get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)


def _all(db: Db, course: Course) -> list[Webinar]:
    query = select(Webinar).where(Webinar.course_id == course.id, REAL)
    return list(db.scalars(query.options(selectinload(Webinar.segments), selectinload(Webinar.staff))))


def _sittings(db: Db, course: Course) -> list[Webinar]:
    return in_order([row for row in _all(db, course) if row.state is not WebinarState.CANCELLED])


def _texts(course: Course, title: str, sources: list[Webinar]) -> list[str]:
    """Give a sentence for each text of the course that names the date of one of its sittings, or its year."""
    days = {start.date() for row in sources if (start := wall_start(row)) is not None}
    named = [("Title", title), *((where, text) for where, text in own_texts(course) if where != "Title")]
    found = (f"{where} names {words}." for where, text in named for words in named_days(text, days))
    return list(dict.fromkeys(found))
