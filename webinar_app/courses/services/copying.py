"""Copies of courses: everything that was written, as a draft of its own; other features copy what is theirs."""

from datetime import datetime

from webinar_app.audit.services import record
from webinar_app.core.text import counted
from webinar_app.courses.events import Carried, CourseCloned
from webinar_app.courses.models import Course, CoursePresenter, CreditOffer, Item, Objective, Unit
from webinar_app.courses.rules import CourseState
from webinar_app.courses.services import PLAIN, checked_title, new_slug
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish

_KEPT = (*PLAIN, "kind", "level", "completion_rule", "series_id", "series_number")
_UNIT = ("position", "title", "minutes", "approximate")
_ITEM = ("position", "kind", "title", "minutes", "content")
_OFFER = ("variant", "type", "unit", "amount", "statement", "valid_to")


def copy_course(
    db: Db, course: Course, title: str, *, days: int, actor_id: int | None, now: datetime
) -> tuple[Course, dict[int, int]]:
    """Write a draft with everything of a course but its sittings, and give it with {id of an item: of its copy}.

    `days`: how far the dates move that stand beside the course, such as those of its prices.
    """
    title = checked_title(title)
    copy = Course(
        provider_id=course.provider_id, state=CourseState.DRAFT, title=title, slug=new_slug(db, title), created_at=now,
        updated_at=now, **{name: getattr(course, name) for name in _KEPT},
    )  # fmt: skip
    copy.objectives = [Objective(position=one.position, text=one.text) for one in course.objectives]
    copy.presenters = [
        CoursePresenter(presenter_id=one.presenter_id, position=one.position, role=one.role)
        for one in course.presenters
    ]
    copy.offers = [CreditOffer(**{name: getattr(one, name) for name in _OFFER}) for one in course.offers]
    copy.units = [_unit(unit) for unit in course.units]
    db.add(copy)
    db.flush()  # sittings and other features need its ids
    originals = [item for unit in course.units for item in unit.items]
    copies = [item for unit in copy.units for item in unit.items]
    item_ids = {old.id: new.id for old, new in zip(originals, copies, strict=True)}
    record(db, actor_id, "course.copy", "course", copy.id, now=now, of=course.id)
    publish(db, CourseCloned({course.id: copy.id}, item_ids, days), now)
    return copy, item_ids


def what_is_written(course: Course) -> list[Carried]:
    """Give what a copy of the course itself would have."""
    numbers = [
        (len(course.units), "unit", ""), (len(course.objectives), "objective", ""),
        (len(course.presenters), "presenter", ""), (len(course.offers), "credit offer", ""),
    ]  # fmt: skip
    parts = [counted(number, noun, nouns) for number, noun, nouns in numbers if number]
    return [Carried(f"all that is written: {', '.join(['texts', *parts])}")]


def _unit(unit: Unit) -> Unit:
    copy = Unit(**{name: getattr(unit, name) for name in _UNIT})
    copy.items = [Item(**{name: getattr(item, name) for name in _ITEM}) for item in unit.items]
    return copy
