"""Named reads of the catalogue; views are plain values that outlive the session."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from webinar_app.accounts.models import Person
from webinar_app.core.errors import NotFound
from webinar_app.courses.models import (
    Course,
    CourseDraft,
    CoursePresenter,
    CreditOffer,
    Item,
    OldSlug,
    Presenter,
    Series,
    Unit,
)
from webinar_app.courses.rules import CourseKind, CourseState, ItemKind, certificate_text, completion_text
from webinar_app.infra.db import Db

PAGE = 25


def find_by_slug(db: Db, slug: str) -> Course | None:
    """Give the course at this address, or None."""
    return db.scalars(select(Course).where(Course.slug == slug)).one_or_none()


def get_by_slug(db: Db, slug: str) -> Course:
    """Give the course at this address, or raise NotFound."""
    found = find_by_slug(db, slug)
    if found is None:
        raise NotFound("course.unknown", "There is no course at this address. Look for it in the catalogue.")
    return found


def find_by_old_slug(db: Db, slug: str) -> Course | None:
    """Give the course that had this address before, or None."""
    return db.scalars(select(Course).join(OldSlug, OldSlug.course_id == Course.id).where(OldSlug.slug == slug)).first()


def course_view(db: Db, course: Course) -> dict[str, Any]:
    """Give everything that pages show of a course as plain values."""
    return {
        **_text_view(course),
        "series": series_view(db, course),
        "objectives": [objective.text for objective in course.objectives],
        "objective_rows": [{"id": objective.id, "text": objective.text} for objective in course.objectives],
        "credits": [_credit_view(offer) for offer in course.offers],
        "presenters": _presenters(db, course),
        "units": [_unit_view(unit) for unit in course.units],
        "completion_text": completion_text(course.completion_rule),
        "certificate_text": certificate_text(course.certificate_years) if course.gives_certificate else "",
        "content": dict(course.content or {}),
    }


_TEXTS = (
    "id", "provider_id", "slug", "seed", "title", "subtitle", "code", "category", "series_number", "summary", "lead_in",
    "prior_knowledge", "duration_text", "language", "price", "currency", "refund_policy", "approval_statement",
    "disclosure", "accommodations", "gives_certificate", "certificate_years", "created_at", "updated_at",
    "published_at",
)  # fmt: skip


def _text_view(course: Course) -> dict[str, Any]:
    return {
        **{name: getattr(course, name) for name in _TEXTS},
        "kind": course.kind.value,
        "state": course.state.value,
        "level": course.level.value if course.level else None,
        "completion_rule": course.completion_rule.value,
        "description": list(course.description or []),
        "audience": list(course.audience or []),
        "regions": list(course.regions or []),
    }


def series_view(db: Db, course: Course) -> dict[str, Any] | None:
    """Give `{name, slug, description, number, siblings}` of the course's series, or None; siblings are published."""
    if course.series is None:
        return None
    query = (
        select(Course.slug, Course.title, Course.code, Course.series_number)
        .where(Course.series_id == course.series_id, Course.id != course.id, Course.state == CourseState.PUBLISHED)
        .order_by(Course.series_number, Course.title)
    )
    siblings = [
        {"slug": slug, "title": title, "code": code, "number": number}
        for slug, title, code, number in db.execute(query)
    ]
    series = course.series
    return {
        "name": series.name, "slug": series.slug, "description": series.description, "number": course.series_number,
        "siblings": siblings,
    }  # fmt: skip


def _credit_view(offer: CreditOffer) -> dict[str, Any]:
    names = ("id", "variant", "type", "unit", "amount", "statement", "valid_to")
    return {name: getattr(offer, name) for name in names}


def _presenters(db: Db, course: Course) -> list[dict[str, Any]]:
    views = [presenter_view(part) for part in course.presenters]
    people = [view["person_id"] for view in views if view["person_id"]]
    emails: dict[int, str | None] = {}
    if people:
        emails = {row.id: row.email for row in db.execute(select(Person.id, Person.email).where(Person.id.in_(people)))}
    return [view | {"email": emails.get(view["person_id"]) or ""} for view in views]


def presenter_view(part: CoursePresenter) -> dict[str, Any]:
    """Give what pages show of a presenter in a course."""
    who = part.presenter
    return {
        "id": who.id, "name": who.name, "postnominals": who.postnominals, "role": part.role,
        "affiliation": who.affiliation, "bio": list(who.bio or []), "expertise": who.expertise,
        "person_id": who.person_id,
    }  # fmt: skip


def _unit_view(unit: Unit) -> dict[str, Any]:
    items = [
        {
            "id": item.id, "kind": item.kind.value, "title": item.title, "minutes": item.minutes,
            "has_content": bool(item.content),
        }
        for item in unit.items
    ]  # fmt: skip
    return {
        "id": unit.id, "title": unit.title, "minutes": unit.minutes, "approximate": unit.approximate, "items": items,
    }  # fmt: skip


def get_series(db: Db, slug: str) -> Series:
    """Give the series at this address, or raise NotFound."""
    found = db.scalars(select(Series).where(Series.slug == slug)).one_or_none()
    if found is None:
        raise NotFound("series.unknown", "There is no series at this address. Look for it in the catalogue.")
    return found


def list_series(db: Db, provider_id: int) -> list[str]:
    """Give the names of a provider's series."""
    return list(db.scalars(select(Series.name).where(Series.provider_id == provider_id).order_by(Series.name)))


def list_categories(db: Db, provider_id: int) -> list[str]:
    """Give the categories that a provider's courses use."""
    query = select(Course.category).where(Course.provider_id == provider_id, Course.category != "").distinct()
    return sorted(db.scalars(query))


def list_presenters(db: Db, provider_id: int) -> list[dict[str, Any]]:
    """Give a provider's presenters, by name."""
    rows = db.scalars(select(Presenter).where(Presenter.provider_id == provider_id).order_by(Presenter.name))
    return [{"id": row.id, "name": row.name, "postnominals": row.postnominals} for row in rows]


def find_presenter(db: Db, provider_id: int, presenter_id: int) -> dict[str, Any] | None:
    """Give a provider's presenter as a row of the editor, or None."""
    query = select(Presenter).where(Presenter.id == presenter_id, Presenter.provider_id == provider_id)
    who = db.scalars(query).one_or_none()
    if who is None:
        return None
    person = db.get(Person, who.person_id) if who.person_id else None
    return {
        "ref": str(who.id), "name": who.name, "postnominals": who.postnominals, "role": "co-presenter",
        "affiliation": who.affiliation, "expertise": who.expertise, "bio": "\n\n".join(who.bio or []),
        "email": (person.email or "") if person else "",
    }  # fmt: skip


def item_ids(db: Db, course_id: int, kinds: Iterable[ItemKind]) -> list[int]:
    """Give the ids of a course's items of these kinds, in the order of the outline."""
    query = (
        select(Item.id)
        .join(Unit, Unit.id == Item.unit_id)
        .where(Unit.course_id == course_id, Item.kind.in_(list(kinds)))
        .order_by(Unit.position, Item.position)
    )
    return list(db.scalars(query))


def presenter_person_ids(db: Db, course_id: int) -> list[int]:
    """Give the people who sign in and present this course."""
    query = (
        select(Presenter.person_id)
        .join(CoursePresenter, CoursePresenter.presenter_id == Presenter.id)
        .where(CoursePresenter.course_id == course_id, Presenter.person_id.is_not(None))
    )
    return [person_id for person_id in db.scalars(query) if person_id is not None]


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What a coordinator's list of courses is narrowed to; empty means all."""

    text: str = ""
    state: CourseState | None = None
    kind: CourseKind | None = None
    category: str = ""
    page: int = 1


def list_courses(db: Db, provider_id: int, chosen: CourseFilter) -> tuple[list[dict[str, Any]], int]:
    """Give one page of a provider's courses, newest change first, and how many there are."""
    where = _conditions(provider_id, chosen)
    total = db.scalar(select(func.count()).select_from(Course).where(*where)) or 0
    query = (
        select(Course)
        .where(*where)
        .options(selectinload(Course.series))
        .order_by(Course.updated_at.desc(), Course.id.desc())
        .limit(PAGE)
        .offset((chosen.page - 1) * PAGE)
    )
    rows = list(db.scalars(query))
    return [_text_view(row) | {"series_name": row.series.name if row.series else ""} for row in rows], total


def _conditions(provider_id: int, chosen: CourseFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [Course.provider_id == provider_id]
    if chosen.text:
        searched = (Course.title, Course.code, Course.category)
        where.append(or_(*(column.icontains(chosen.text, autoescape=True) for column in searched)))
    if chosen.state:
        where.append(Course.state == chosen.state)
    if chosen.kind:
        where.append(Course.kind == chosen.kind)
    if chosen.category:
        where.append(Course.category == chosen.category)
    return where


def count_by_state(db: Db, provider_id: int) -> dict[str, int]:
    """Count a provider's courses in each state."""
    query = select(Course.state, func.count()).where(Course.provider_id == provider_id).group_by(Course.state)
    found = {state.value: number for state, number in db.execute(query)}
    return {state.value: found.get(state.value, 0) for state in CourseState}


def find_draft(db: Db, person_id: int, place: str) -> dict[str, Any] | None:
    """Give `{fields, saved_at}` of what a person typed at this place and did not save, or None."""
    query = select(CourseDraft).where(CourseDraft.person_id == person_id, CourseDraft.place == place)
    found = db.scalars(query).one_or_none()
    return None if found is None else {"fields": dict(found.fields), "saved_at": found.saved_at}
