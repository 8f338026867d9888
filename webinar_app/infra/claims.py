"""Idempotency keys of hot acts, read and written for a whole batch at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, select

from webinar_app.infra.acts import Act
from webinar_app.infra.db import MOMENT, Db, in_rows, insert_rows, row_moment, rowset

Name = tuple[str, str]


class Claim(NamedTuple):
    """One act under its key; secret work has no hash."""

    scope: str
    key: str
    work: str
    payload_hash: str | None
    done_at: datetime


def known_claims(db: Db, names: Iterable[Name]) -> dict[Name, Claim]:
    """Give those of these (scope, key) that were done before. Lock what they change first."""
    found = db.connection().execute(_find(db.get_bind().dialect.name), in_rows(dict.fromkeys(names))).all()
    return {(row[0], row[1]): Claim(*row) for row in found}


def make_claims(db: Db, claims: Sequence[Claim]) -> set[Name]:
    """Write keys down and give those that were new; the others were done elsewhere meanwhile."""
    dialect = db.get_bind().dialect.name
    return _written(db, claims, [row_moment(dialect, claim.done_at) for claim in claims], _put(dialect))


def make_new_claims(db: Db, claims: Sequence[Claim], moments: Sequence[str]) -> set[Name]:
    """Do the same with claims that `known_claims` of this transaction did not hold; `moments` are theirs as rows.

    SQLite has one writer: nobody can have come between, and nothing needs to be read back.
    """
    dialect = db.get_bind().dialect.name
    if dialect != "sqlite":
        return _written(db, claims, moments, _put(dialect))
    _written(db, claims, moments, _put_new())
    return {(claim.scope, claim.key) for claim in claims}


def _written(db: Db, claims: Sequence[Claim], moments: Sequence[str], statement: Any) -> set[Name]:
    if not claims:
        return set()
    rows = [
        (claim.scope, claim.key, claim.work, claim.payload_hash, moment)
        for claim, moment in zip(claims, moments, strict=True)
    ]
    done = db.connection().execute(statement, in_rows(rows))
    return {(row[0], row[1]) for row in done.all()} if done.returns_rows else set()


@cache
def _find(dialect: str) -> Any:
    table, columns = rowset(dialect, scope=String, key=String)
    matches = (Act.scope == columns["scope"]) & (Act.key == columns["key"])
    return select(Act.scope, Act.key, Act.work, Act.payload_hash, Act.done_at).join(table, matches)


def _insert(dialect: str) -> Any:
    return insert_rows(
        dialect, Act, scope=String, key=String, work=String, payload_hash=String, done_at=MOMENT[dialect]
    )


@cache
def _put(dialect: str) -> Any:
    return _insert(dialect).on_conflict_do_nothing().returning(Act.scope, Act.key)


@cache
def _put_new() -> Any:
    return _insert("sqlite")
