"""Named reads of pages to read."""

from typing import Any

from sqlalchemy import select

from webinar_app.accounts.queries import person_ids
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.courses.models import Course, Item, Unit
from webinar_app.courses.rules import CourseKind, CourseState
from webinar_app.infra.db import Db
from webinar_app.learning.rules import is_readable, lenient
from webinar_app.registrations.models import ItemCompletion, Registration
from webinar_app.registrations.rules import RegistrationState


def find_item(db: Db, slug: str, unit: int, number: int) -> tuple[Course, Unit, Item] | None:
    """Give an item by its place in the outline of a course, with unit and course, or None."""
    query = (
        select(Course, Unit, Item)
        .join(Unit, Unit.course_id == Course.id)
        .join(Item, Item.unit_id == Unit.id)
        .where(Course.slug == slug, Unit.position == unit, Item.position == number)
    )
    row = db.execute(query).first()
    return None if row is None else (row[0], row[1], row[2])


def find_registrations(db: Db, actor: Actor, course_id: int) -> list[int]:
    """Give the ids of the actor's own registrations in a course; a join link reaches its own one only."""
    query = select(Registration.id).where(
        Registration.course_id == course_id, Registration.state == RegistrationState.REGISTERED
    )
    if actor.limited_to is not None:
        query = query.where(Registration.id == actor.limited_to)
    else:
        query = query.where(Registration.person_id.in_(person_ids(db, actor.person_id or 0)))
    return list(db.scalars(query.order_by(Registration.id)))


def reading_page(db: Db, actor: Actor, slug: str, unit: int, number: int) -> dict[str, Any]:
    """Give a page to read to whoever is registered in its course, and to the coordinators of its provider.

    A handout that is a course of its own is open to all. Raises NotFound, or Forbidden with `learning.not_registered`.
    """
    found = find_item(db, slug, unit, number)
    if found is None or not is_readable(found[2].kind, found[2].content or {}):
        raise NotFound("learning.unknown", "There is no page to read at this address. Start from the course.")
    course, of_unit, item = found
    is_own = actor.may(Permission.COURSE_EDIT) and actor.provider_id == course.provider_id
    registrations = find_registrations(db, actor, course.id)
    is_open = course.kind is CourseKind.HANDOUT and course.state is CourseState.PUBLISHED
    if not (registrations or is_own or is_open):
        raise Forbidden("learning.not_registered", "This page belongs to a course. Register for it, then come back.")
    return {
        "course_title": course.title, "course_code": course.code, "slug": course.slug, "unit": of_unit.title,
        "unit_number": of_unit.position, "number": item.position, "kind": item.kind.value,
        "title": item.title or of_unit.title, "minutes": item.minutes, "content": lenient(item.content or {}),
        "may_mark": bool(registrations), "language": course.language,
        "read_at": _read_at(db, registrations, item.id), "is_preview": is_own and not registrations,
    }  # fmt: skip


def _read_at(db: Db, registration_ids: list[int], item_id: int) -> Any:
    query = select(ItemCompletion.completed_at).where(
        ItemCompletion.registration_id.in_(registration_ids),
        ItemCompletion.item_id == item_id,
        ItemCompletion.withdrawn_at.is_(None),
    )
    return db.scalars(query.order_by(ItemCompletion.completed_at).limit(1)).first()
