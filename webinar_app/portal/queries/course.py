"""Everything that the public page of a course shows, in a constant number of statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from webinar_app.core.actor import Actor
from webinar_app.core.errors import NotFound
from webinar_app.core.permissions import Permission
from webinar_app.courses.models import Course, Item, Objective, Series, Unit
from webinar_app.courses.queries import find_by_old_slug
from webinar_app.courses.rules import (
    CourseKind,
    CourseState,
    ItemKind,
    UnitMinutes,
    certificate_text,
    completion_text,
    outline_minutes,
)
from webinar_app.infra.db import Db
from webinar_app.learning.rules import is_readable, lenient
from webinar_app.payments.queries import added_taxes
from webinar_app.portal.queries.parts import (
    agenda_of,
    credits_of,
    own_in_course,
    presenters_of,
    registered_in,
    rows,
    sittings_with_seats,
)
from webinar_app.portal.rules import (
    ADDONS_HEADING,
    ITEM_ICONS,
    Door,
    in_order,
    item_words,
    minutes_words,
    pick_sitting,
    price_words,
)
from webinar_app.registrations.rules import CourseOpening, course_opening

_COURSE = (
    select(*Course.__table__.columns, Series.name.label("series_name"), Series.slug.label("series_slug"))
    .outerjoin(Series, Series.id == Course.series_id)
    .where(Course.slug == bindparam("slug"))
)
_OBJECTIVES = select(Objective.text).where(Objective.course_id == bindparam("course_id")).order_by(Objective.position)
_SIBLINGS = (
    select(Course.slug, Course.title, Course.code, Course.series_number)
    .where(
        Course.series_id == bindparam("series_id"),
        Course.id != bindparam("course_id"),
        Course.state == CourseState.PUBLISHED,
    )
    .order_by(Course.series_number, Course.title)
)
_UNITS = (
    select(
        Unit.id, Unit.position, Unit.title, Unit.minutes, Unit.approximate,
        Item.position, Item.kind, Item.title, Item.minutes, Item.content, Item.id,
    )
    .outerjoin(Item, Item.unit_id == Unit.id)
    .where(Unit.course_id == bindparam("course_id"))
    .order_by(Unit.position, Unit.id, Item.position)
)  # fmt: skip


def moved_to(db: Db, slug: str) -> str | None:
    """Give the address to which a course has moved, or None."""
    found = find_by_old_slug(db, slug)
    return found.slug if found else None


def course_page(db: Db, actor: Actor, slug: str, now: datetime) -> dict[str, Any]:
    """Give the course at this address; what is not published is for its own coordinators, as a preview.

    Raises NotFound with code `course.unknown` for everybody else.
    """
    row = next(iter(rows(db, _COURSE, slug=slug)), None)
    if row is None or not _may_see(actor, row):
        raise NotFound("course.unknown", "There is no course at this address. Look for it in the catalogue.")
    is_own = _is_own(actor, row)
    tax = added_taxes(db, [row.id] if row.price else []).get(row.id, "")
    course = _texts(dict(row._mapping), tax)
    course_id = course["id"]
    course["series"] = _series(db, course)
    course["objectives"] = [text for (text,) in rows(db, _OBJECTIVES, course_id=course_id)]
    course["presenters"] = presenters_of(db, [course_id]).get(course_id, [])
    course["credits"] = credits_of(db, [course_id]).get(course_id, [])
    course["units"] = _units(db, course_id)
    is_offered = course["state"] == CourseState.PUBLISHED
    found = sittings_with_seats(db, [course_id], now, drafts=is_own, is_offered=is_offered)
    sittings = found.get(course_id, [])
    held = registered_in(db, actor, [one["id"] for one in sittings])
    for one in sittings:
        code, state = held.get(one["id"], ("", ""))
        one["registration"] = code if state == "registered" else None
        one["standing"], one["standing_state"] = (None, "") if state == "registered" else (code or None, state)
    own = own_in_course(db, actor, course_id)
    first = pick_sitting(sittings)
    if first is not None:
        first["segments"] = agenda_of(db, first)
    return course | {
        "sittings": sittings,
        "sitting": first,
        "others": in_order(one for one in sittings if one is not first),
        "headings": _headings(course),
        "total": _total(course["units"]),
        "own": own,
        "may_register": _opening(row, sittings) is CourseOpening.OPEN,
        "is_own": is_own,
        "is_preview": course["state"] in ("draft", "in_review"),
    }


def _opening(row: Any, sittings: list[dict[str, Any]]) -> CourseOpening:
    """Say whether the course itself takes registrations, from the sittings that the page has read anyway."""
    held = [one for one in sittings if one["door"] not in (Door.DRAFT, Door.CANCELLED)]
    return course_opening(
        row.state, row.kind,
        has_sessions=any(one["starts_at"] or one["door"] is Door.DATE_ONLY for one in held),
        is_on_request=any(one["precision"] == "on_request" for one in held),
    )  # fmt: skip


def _may_see(actor: Actor, row: Any) -> bool:
    return row.state in (CourseState.PUBLISHED, CourseState.ARCHIVED) or _is_own(actor, row)


def _is_own(actor: Actor, row: Any) -> bool:
    return actor.may(Permission.COURSE_EDIT) and actor.provider_id == row.provider_id


def _texts(values: dict[str, Any], tax: str) -> dict[str, Any]:
    kind: CourseKind = values["kind"]
    return values | {
        "kind": kind.value,
        "state": values["state"].value,
        "level": values["level"].value if values["level"] else "",
        "content": lenient(values["content"] or {}),
        "price_words": price_words(values["price"], values["currency"], kind.value, tax),
        "completion": completion_text(values["completion_rule"]),
        "certificate": certificate_text(values["certificate_years"]) if values["gives_certificate"] else "",
    }


def _series(db: Db, course: dict[str, Any]) -> dict[str, Any] | None:
    if course["series_id"] is None:
        return None
    siblings = rows(db, _SIBLINGS, series_id=course["series_id"], course_id=course["id"])
    return {
        "name": course["series_name"], "slug": course["series_slug"], "number": course["series_number"],
        "siblings": [dict(row._mapping) for row in siblings],
    }  # fmt: skip


def _units(db: Db, course_id: int) -> list[dict[str, Any]]:
    units: dict[int, dict[str, Any]] = {}
    found = rows(db, _UNITS, course_id=course_id)
    for unit_id, number, title, minutes, is_rough, at, kind, name, item_minutes, content, item_id in found:
        unit = units.setdefault(
            unit_id,
            {
                "number": number, "title": title, "minutes": minutes, "approximate": is_rough, "items": [],
                "words": minutes_words(minutes, is_rough),
            },
        )  # fmt: skip
        if kind is not None:
            unit["items"].append(_item(at, kind, name, item_minutes, lenient(content or {})) | {"id": item_id})
    for unit in units.values():
        titles = {item["title"] for item in unit["items"]}
        unit["is_single"] = len(unit["items"]) == 1 and titles <= {None, unit["title"]}
    return list(units.values())


def _item(
    number: int, kind: ItemKind, title: str | None, minutes: int | None, content: dict[str, Any]
) -> dict[str, Any]:
    return {
        "number": number, "kind": kind.value, "title": title, "minutes": minutes, "content": content,
        "icon": ITEM_ICONS[kind.value], "words": item_words(kind.value, content),
        "is_readable": is_readable(kind, content),
    }  # fmt: skip


def _headings(course: dict[str, Any]) -> list[str]:
    """Give the headings of its source that stand nowhere else on the page."""
    shown = {course["title"], course["subtitle"], *(unit["title"] for unit in course["units"])}
    known = {text.casefold() for text in shown} | {ADDONS_HEADING.casefold()}
    told = (course["content"].get("extras") or {}).get("headings") or []
    return [text for text in told if text.casefold() not in known]


def _total(units: list[dict[str, Any]]) -> str:
    if not any(unit["minutes"] for unit in units):
        return ""
    return minutes_words(*outline_minutes(UnitMinutes(unit["minutes"], unit["approximate"]) for unit in units))
