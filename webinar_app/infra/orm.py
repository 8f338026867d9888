"""The declarative base, column types, and how a constraint's name becomes a sentence."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Enum, MetaData
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from webinar_app.core.errors import DomainError, Refused

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum], *, length: int = 24) -> Enum:
    """Give the column type of a StrEnum: a short string with a CHECK, holding the values."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def refusal_of(error: IntegrityError) -> DomainError | None:
    """Give the refusal that the broken constraint's `info["refusal"] = (code, sentence)` names, if it names one."""
    name, columns = _broken(error)
    for table in Base.metadata.tables.values():
        rules: list[Any] = [*table.constraints, *table.indexes]
        for rule in rules:
            if "refusal" in rule.info and (
                rule.name == name or _columns_of(table.name, rule) == columns or _is_check(rule, name)
            ):
                return Refused(*rule.info["refusal"])
    return None


def _is_check(rule: Any, name: str | None) -> bool:
    return isinstance(rule, CheckConstraint) and name is not None and str(rule.name) == name


def _columns_of(table: str, rule: Any) -> frozenset[str]:
    return frozenset(f"{table}.{column.name}" for column in getattr(rule, "columns", ()))


def _broken(error: IntegrityError) -> tuple[str | None, frozenset[str]]:
    """Give (constraint name, columns): PostgreSQL tells the name, SQLite the columns or the check's name."""
    diag = getattr(error.orig, "diag", None)
    if diag is not None:
        return diag.constraint_name, frozenset({""})
    kind, _, rest = str(error.orig).partition(" constraint failed: ")
    if kind == "UNIQUE":
        return None, frozenset(part.strip() for part in rest.split(","))
    return rest.strip(), frozenset({""})
