"""The parts of a course as rows: what keeps its `ref` keeps its identity, so that evidence stays attached to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from webinar_app.accounts.queries import find_by_email
from webinar_app.core.errors import InvalidInput
from webinar_app.courses.events import ItemsInUseAsked
from webinar_app.courses.models import Course, CoursePresenter, CreditOffer, Item, Objective, Presenter, Unit
from webinar_app.courses.rules import ItemKind
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask

Rows = Sequence[Mapping[str, Any]]


def set_objectives(db: Db, course: Course, rows: Rows) -> None:
    """Make these the objectives of the course, in this order."""
    known = {row.id: row for row in course.objectives}
    for position, given in enumerate(rows, start=1):
        row = known.pop(given.get("ref") or 0, None) or Objective(course_id=course.id)
        row.position, row.text = position, given["text"]
        db.add(row)
    db.execute(delete(Objective).where(Objective.id.in_(known)))
    _read_again(db, course, "objectives")


def set_credits(db: Db, course: Course, rows: Rows) -> None:
    """Make these the course's offers of credit."""
    known = {row.id: row for row in course.offers}
    for given in rows:
        row = known.pop(given.get("ref") or 0, None) or CreditOffer(course_id=course.id, variant="general")
        for name in ("type", "amount", "statement"):
            setattr(row, name, given[name])
        row.unit = given.get("unit") or "contact hours"
        row.variant = given.get("variant") or row.variant
        db.add(row)
    db.execute(delete(CreditOffer).where(CreditOffer.id.in_(known)))
    _read_again(db, course, "offers")


def set_units(db: Db, course: Course, rows: Rows) -> None:
    """Make these the units of the course and their items; an item that holds evidence or sessions is not removed."""
    units = {unit.id: unit for unit in course.units}
    items = {item.id: item for unit in course.units for item in unit.items}
    for position, given in enumerate(rows, start=1):
        unit = units.pop(given.get("ref") or 0, None) or Unit(course_id=course.id)
        unit.position, unit.title = position, given["title"]
        unit.minutes, unit.approximate = given.get("minutes"), bool(given.get("approximate"))
        db.add(unit)
        db.flush()  # its items need its id
        _set_items(db, unit, given.get("items") or [], items)
    _check_removable(db, items)
    # By statement, because the session would take an item that moved along with its former unit.
    db.execute(delete(Item).where(Item.id.in_(items)))
    db.execute(delete(Unit).where(Unit.id.in_(units)))
    _read_again(db, course, "units")
    for unit in course.units:
        db.expire(unit, ["items"])


def _set_items(db: Db, unit: Unit, rows: Rows, known: dict[int, Item]) -> None:
    for position, given in enumerate(rows, start=1):
        item = known.pop(given.get("ref") or 0, None) or Item(content={})
        item.unit_id, item.position, item.kind = unit.id, position, ItemKind(given["kind"])
        item.title, item.minutes = given.get("title") or None, given.get("minutes")
        if "content" in given:
            item.content = dict(given["content"] or {})
        db.add(item)


def _check_removable(db: Db, items: Mapping[int, Item]) -> None:
    if not items:
        return
    for answer in ask(db, ItemsInUseAsked(tuple(items))):
        for item_id, why in answer.items():
            sentence = f"“{items[item_id].title or items[item_id].kind.value}” cannot be removed. {why}"
            raise InvalidInput("course.item_in_use", sentence, {"units": sentence})


def set_presenters(db: Db, course: Course, rows: Rows) -> None:
    """Make these the presenters of the course, in this order; a known `ref` is the same person everywhere."""
    parts = {part.presenter_id: part for part in course.presenters}
    for position, given in enumerate(rows, start=1):
        presenter = _presenter(db, course.provider_id, given.get("ref"), str(position - 1))
        _describe(db, presenter, given, str(position - 1))
        db.flush()  # the part needs its id
        part = parts.pop(presenter.id, None) or CoursePresenter(course_id=course.id, presenter_id=presenter.id)
        part.position, part.role = position, given.get("role") or "lead"
        db.add(part)
        db.flush()  # the same presenter twice is refused here, not at the end
    gone = CoursePresenter.course_id == course.id, CoursePresenter.presenter_id.in_(parts)
    db.execute(delete(CoursePresenter).where(*gone))
    _read_again(db, course, "presenters")


def _presenter(db: Db, provider_id: int, ref: object, row: str) -> Presenter:
    if not ref:
        made = Presenter(provider_id=provider_id)
        db.add(made)
        return made
    query = select(Presenter).where(Presenter.id == ref, Presenter.provider_id == provider_id)
    found = db.scalars(query).one_or_none()
    if found is None:
        sentence = "This presenter does not exist any more. Add the name again."
        raise InvalidInput("course.presenter", sentence, {f"presenters-{row}-name": sentence})
    return found


def _describe(db: Db, presenter: Presenter, given: Mapping[str, Any], row: str) -> None:
    for name in ("name", "postnominals", "affiliation", "bio", "expertise"):
        if name in given:
            setattr(presenter, name, given[name])
    if "email" not in given:
        return
    email = str(given["email"] or "").strip()
    person = find_by_email(db, email) if email else None
    if email and person is None:
        sentence = "Nobody with this address has an account yet. Leave it empty, or let the person sign in first."
        raise InvalidInput("course.presenter_email", sentence, {f"presenters-{row}-email": sentence})
    presenter.person_id = person.id if person else None


def _read_again(db: Db, course: Course, name: str) -> None:
    db.flush()  # the collection is read from the rows
    db.expire(course, [name])
