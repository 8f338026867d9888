"""Reads of what a registrant has finished, item by item."""

from typing import Any

from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.errors import NotFound
from webinar_app.courses.models import Item, Unit
from webinar_app.infra.db import Db
from webinar_app.registrations.models import ItemCompletion, Registration
from webinar_app.registrations.rules import evidence_words, is_markable


def list_items(db: Db, course_id: int) -> list[dict[str, Any]]:
    """Give `{id, unit, number, unit_title, title, kind}` of every item of a course, in the order of the outline."""
    query = (
        select(Unit.position, Unit.title, Item.id, Item.position, Item.title, Item.kind)
        .join(Item, Item.unit_id == Unit.id)
        .where(Unit.course_id == course_id)
        .order_by(Unit.position, Item.position)
    )
    return [
        {
            "id": item_id, "unit": unit, "number": number, "unit_title": unit_title, "title": title or unit_title,
            "kind": kind.value,
        }
        for unit, unit_title, item_id, number, title, kind in db.execute(query)
    ]  # fmt: skip


def find_item(db: Db, row: Registration, unit: int, number: int) -> Item:
    """Give the item at this place in the outline of a registration's course, or raise NotFound."""
    query = (
        select(Item)
        .join(Unit, Unit.id == Item.unit_id)
        .where(Unit.course_id == row.course_id, Unit.position == unit, Item.position == number)
    )
    found = db.scalars(query).one_or_none()
    if found is None:
        raise NotFound("registration.item_unknown", "There is no such part in this course. Go back to the person.")
    return found


def find_completion(db: Db, registration_id: int, item_id: int) -> ItemCompletion | None:
    """Give the ledger's row of an item that is finished, or None."""
    query = select(ItemCompletion).where(
        ItemCompletion.registration_id == registration_id, ItemCompletion.item_id == item_id,
        ItemCompletion.withdrawn_at.is_(None),
    )  # fmt: skip
    return db.scalars(query).one_or_none()


def may_mark(row: Registration, item: Item) -> bool:
    """Say whether a coordinator decides if this registrant has finished an item."""
    webinar = row.webinar
    return is_markable(
        item.kind, has_sitting=webinar is not None, is_of_sitting=webinar is not None and webinar.item_id == item.id
    )


def completion_lines(db: Db, row: Registration) -> list[dict[str, Any]]:
    """Give every item of a registrant's course with what the ledger holds of it, in the order of the outline."""
    query = select(ItemCompletion).where(ItemCompletion.registration_id == row.id)
    held = {one.item_id: one for one in db.scalars(query)}
    markers = [one.evidence["by"] for one in held.values() if one.evidence.get("by")]
    names = dict(db.execute(select(Person.id, Person.display_name).where(Person.id.in_(markers))).all())
    markable = {item.id: may_mark(row, item) for unit in row.course.units for item in unit.items}
    return [
        _line(item, held.get(item["id"]), names) | {"may_mark": markable[item["id"]]}
        for item in list_items(db, row.course_id)
    ]


def _line(item: dict[str, Any], held: ItemCompletion | None, names: dict[int, str]) -> dict[str, Any]:
    is_done = held is not None and held.withdrawn_at is None
    by = names.get(held.evidence.get("by") or 0, "") if held else ""
    return item | {
        "is_done": is_done,
        "at": held.completed_at if held and is_done else None,
        "withdrawn_at": held.withdrawn_at if held else None,
        "evidence": evidence_words(held.evidence, by) if held and is_done else "",
    }
