"""Use cases of a course's life: review, publishing with the list of what is missing, archive."""

from datetime import datetime
from typing import Any

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.courses.events import CoursePublished, PublishAsked, SittingsAsked
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.courses.rules import (
    CourseFacts,
    CourseState,
    CreditFacts,
    Missing,
    PresenterFacts,
    UnitMinutes,
    check_move,
    missing_for_publishing,
)
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask, publish


def sittings_of(db: Db, course_ids: tuple[int, ...]) -> dict[int, list[dict[str, Any]]]:
    """Give the sittings of courses by course, as the feature that knows them answers."""
    found: dict[int, list[dict[str, Any]]] = {}
    for answer in ask(db, SittingsAsked(course_ids)) if course_ids else []:
        found.update(answer)
    return found


def missing_of(db: Db, course: Course) -> list[Missing]:
    """Give everything that keeps a course from being published, other features' objections last (A10)."""
    found = list(missing_for_publishing(_facts(db, course)))
    for answer in ask(db, PublishAsked(course.id)):
        found.extend(Missing(field, sentence) for field, sentence in answer)
    return list(dict.fromkeys(found))


def _facts(db: Db, course: Course) -> CourseFacts:
    sittings = [one for one in sittings_of(db, (course.id,)).get(course.id, []) if one["state"] != "cancelled"]
    return CourseFacts(
        kind=course.kind,
        title=course.title,
        objectives=[row.text for row in course.objectives],
        audience=course.audience or [],
        level=course.level,
        has_date=any(one["starts_at"] or one["local_date"] for one in sittings),
        has_time=any(one["starts_at"] for one in sittings),
        is_on_request=any(one["precision"] == "on_request" for one in sittings),
        is_fee_stated=course.price is not None,
        is_priced=bool(course.price),
        refund_policy=course.refund_policy,
        presenters=[
            PresenterFacts(
                name=part.presenter.name,
                credentials=" ".join([part.presenter.postnominals, *(part.presenter.bio or [])]),
            )
            for part in course.presenters
        ],
        credits=[
            CreditFacts(amount=offer.amount, approval_statement=offer.statement or course.approval_statement)
            for offer in course.offers
        ],
        units=[UnitMinutes(unit.minutes, unit.approximate) for unit in course.units],
        items=[item.kind for unit in course.units for item in unit.items],
        gives_certificate=course.gives_certificate,
    )


def publish_course(db: Db, actor: Actor, slug: str, *, now: datetime) -> dict[str, Any]:
    """Put a course into the catalogue and open its sittings; raise InvalidInput with a sentence per missing field."""
    course = get_course(db, actor, slug, to=Permission.COURSE_PUBLISH)
    if course.state is CourseState.PUBLISHED:
        return {"slug": course.slug}
    check_move(course.state, CourseState.PUBLISHED)
    missing = missing_of(db, course)
    if missing:
        fields = {one.field: one.sentence for one in reversed(missing)}
        raise InvalidInput("course.incomplete", "Some things are missing before this can be published.", fields)
    _move(db, actor, course, CourseState.PUBLISHED, now)
    course.published_at = now
    db.flush()  # subscribers read the new state
    publish(db, CoursePublished(course.id, actor.person_id), now)
    return {"slug": course.slug}


def submit_for_review(db: Db, actor: Actor, slug: str, *, now: datetime) -> dict[str, Any]:
    """Hand a draft over to whoever publishes."""
    course = get_course(db, actor, slug, to=Permission.COURSE_EDIT)
    if course.state is not CourseState.IN_REVIEW:
        _move(db, actor, course, CourseState.IN_REVIEW, now)
    return {"slug": course.slug}


def unpublish_course(db: Db, actor: Actor, slug: str, *, now: datetime) -> dict[str, Any]:
    """Take a course back to draft: out of the catalogue, out of review, or out of the archive."""
    course = get_course(db, actor, slug, to=Permission.COURSE_PUBLISH)
    if course.state is CourseState.DRAFT:
        return {"slug": course.slug}
    _refuse_while(db, course, ("live",), "A session of this course is live. End it first.")
    _move(db, actor, course, CourseState.DRAFT, now)
    return {"slug": course.slug}


def archive_course(db: Db, actor: Actor, slug: str, *, now: datetime) -> dict[str, Any]:
    """Put a course away; its records and certificates stay."""
    course = get_course(db, actor, slug, to=Permission.COURSE_PUBLISH)
    if course.state is CourseState.ARCHIVED:
        return {"slug": course.slug}
    words = "A session of this course is still to come. Cancel it first, or wait until it has ended."
    _refuse_while(db, course, ("live", "scheduled"), words)
    _move(db, actor, course, CourseState.ARCHIVED, now)
    return {"slug": course.slug}


def _refuse_while(db: Db, course: Course, states: tuple[str, ...], words: str) -> None:
    sittings = sittings_of(db, (course.id,)).get(course.id, [])
    if any(one["state"] in states and one["precision"] != "on_request" for one in sittings):
        raise Refused("course.busy", words)


def _move(db: Db, actor: Actor, course: Course, to: CourseState, now: datetime) -> None:
    check_move(course.state, to)
    record(db, actor.person_id, "course.state", "course", course.id, now=now, before=course.state.value, after=to.value)
    course.state, course.updated_at = to, now
