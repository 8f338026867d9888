"""Remove rows whole: everything that refers to them goes first, whichever feature it belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, delete, or_, select

from webinar_app.infra.db import Base, Db


@dataclass(frozen=True, slots=True)
class Removed:
    """What went: `ids` by table, and the public `codes` of all of it."""

    ids: dict[str, list[int]]
    codes: set[str] = field(default_factory=set)


def remove_whole(db: Db, roots: dict[str, Iterable[int]]) -> Removed:
    """Remove these rows (table: ids) and all that refers to them; give what went.

    The foreign keys are the list of what belongs to a row, so that a table of tomorrow needs no line here.
    """
    db.flush()  # the statements below see what is pending
    gone = Removed({name: sorted(ids) for name, ids in roots.items()})
    conditions: dict[str, Any] = {}
    for table in Base.metadata.sorted_tables:
        condition = _refers(table, gone.ids)
        if condition is None:
            continue
        conditions[table.name] = condition
        if "id" in table.c:
            gone.ids[table.name] = list(db.scalars(select(table.c.id).where(condition)))
        if "code" in table.c:
            gone.codes.update(db.scalars(select(table.c.code).where(condition)))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in conditions:
            _loosen(db, table, conditions[table.name])
            db.connection().execute(delete(table).where(conditions[table.name]))
    db.expire_all()  # what the session held of them is gone
    return gone


def _refers(table: Table, going: dict[str, list[int]]) -> Any:
    parts = [
        key.parent.in_(going[key.column.table.name])
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name)
        if key.column.name == "id" and key.column.table is not table and going.get(key.column.table.name)
    ]
    if going.get(table.name):
        parts.append(table.c.id.in_(going[table.name]))
    return or_(*parts) if parts else None


def _loosen(db: Db, table: Table, condition: Any) -> None:
    """Let rows of one table that refer to each other go in any order."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table and key.parent.nullable]
    for column in own:
        db.connection().execute(table.update().where(condition, column.is_not(None)).values({column.name: None}))
