"""Use cases of courses: writing them down and changing them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.events import CourseCreated, WordsSaved
from webinar_app.courses.models import Course, OldSlug, Series
from webinar_app.courses.policy import get_course, own_provider
from webinar_app.courses.queries import find_by_old_slug, find_by_slug
from webinar_app.courses.rules import TITLE_LIMIT, CompletionRule, CourseKind, CourseState, Level, slugify
from webinar_app.courses.services.parts import set_credits, set_objectives, set_presenters, set_units
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask, publish

PLAIN = (
    "subtitle", "code", "category", "summary", "description", "lead_in", "audience", "prior_knowledge", "duration_text",
    "regions", "language", "price", "currency", "refund_policy", "approval_statement", "disclosure", "accommodations",
    "gives_certificate", "certificate_years", "attendance_policy", "content",
)  # fmt: skip
_CHOICES = {"kind": CourseKind, "level": Level, "completion_rule": CompletionRule}
_PARTS = {"objectives": set_objectives, "presenters": set_presenters, "units": set_units, "credits": set_credits}


def create_course(
    db: Db, actor: Actor, details: Mapping[str, Any], schedule: Mapping[str, Any] | None = None, *, now: datetime
) -> dict[str, Any]:
    """Write a draft course down, with the first sitting when `schedule` describes one, and return `{slug}`.

    `details` holds any of the course's fields and its parts (`objectives`, `presenters`, `units`, `credits`, rows as
    mappings); only the title is needed.
    """
    provider_id = own_provider(actor, to=Permission.COURSE_EDIT)
    title = checked_title(details.get("title"))
    course = Course(
        provider_id=provider_id, state=CourseState.DRAFT, title=title, slug=new_slug(db, title),
        kind=CourseKind(details.get("kind") or CourseKind.LIVE_WEBINAR), completion_rule=CompletionRule.ALL_UNITS,
        created_at=now, updated_at=now,
    )  # fmt: skip
    db.add(course)
    db.flush()  # the parts need its id
    _apply(db, course, details)
    record(db, actor.person_id, "course.create", "course", course.id, now=now)
    publish(db, CourseCreated(course.id, actor.person_id, schedule), now)
    return {"slug": course.slug}


def update_course(
    db: Db, actor: Actor, slug: str, details: Mapping[str, Any], *, seen: str | None = None, now: datetime
) -> dict[str, Any]:
    """Change the given fields and parts of a course and return `{slug}`; what `details` does not name stays.

    `seen`: the moment of the last change that the form showed (ISO); a later one by somebody else is refused once.
    """
    course = get_course(db, actor, slug, to=Permission.COURSE_EDIT)
    if seen and seen != course.updated_at.isoformat():
        message = (
            "Somebody saved this course after you opened it. Your text is kept here: compare it, then save again to "
            "replace theirs."
        )
        raise InvalidInput("course.changed", message)
    if "title" in details:
        course.title = checked_title(details["title"])
    if details.get("slug"):
        _move_address(db, course, str(details["slug"]))
    _apply(db, course, details)
    course.updated_at = now
    record(db, actor.person_id, "course.change", "course", course.id, now=now, fields=sorted(details))
    db.flush()  # subscribers read the new words
    return {"slug": course.slug, "warnings": [one for told in ask(db, WordsSaved(course.id)) for one in told]}


def _apply(db: Db, course: Course, details: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in details:
            setattr(course, name, details[name])
    for name, kind in _CHOICES.items():
        if name in details:
            value = details[name]
            setattr(course, name, kind(value) if value else None)
    if "series_name" in details:
        course.series = _series(db, course.provider_id, str(details["series_name"] or "").strip())
        course.series_number = details.get("series_number") if course.series else None
    for name, set_part in _PARTS.items():
        if name in details:
            set_part(db, course, details[name] or [])


def checked_title(title: object) -> str:
    """Give a title as it is kept, or raise InvalidInput."""
    text = str(title or "").strip()
    if not text:
        raise InvalidInput("course.title", "Give the course a title.", {"title": "Give the course a title."})
    if len(text) > TITLE_LIMIT:
        sentence = f"Keep the title within {TITLE_LIMIT} characters; this has {len(text)}."
        raise InvalidInput("course.title", sentence, {"title": sentence})
    return text


def new_slug(db: Db, title: str) -> str:
    """Give an address made of a title that no course has or had."""
    slug = wanted = slugify(title)
    number = 1
    while find_by_slug(db, slug) or find_by_old_slug(db, slug):
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _move_address(db: Db, course: Course, typed: str) -> None:
    """Give the course another address; the one that it had keeps redirecting."""
    slug = slugify(typed)
    if slug == course.slug:
        return
    former = find_by_old_slug(db, slug)
    if find_by_slug(db, slug) or (former is not None and former.id != course.id):
        sentence = "Another course has this address. Choose another one."
        raise InvalidInput("course.slug_taken", sentence, {"slug": sentence})
    db.execute(delete(OldSlug).where(OldSlug.slug == slug))
    db.add(OldSlug(slug=course.slug, course_id=course.id))
    course.slug = slug


def _series(db: Db, provider_id: int, name: str) -> Series | None:
    if not name:
        return None
    known = db.scalars(select(Series).where(Series.provider_id == provider_id, Series.name == name)).one_or_none()
    if known is not None:
        return known
    slug = wanted = slugify(name)
    number = 1
    while db.scalar(select(Series.id).where(Series.slug == slug)):
        number += 1
        slug = f"{wanted}-{number}"
    return Series(provider_id=provider_id, name=name, slug=slug, description="")
