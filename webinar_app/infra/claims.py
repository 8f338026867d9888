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
    rows = [{"scope": scope, "key": key} for scope, key in dict.fromkeys(names)]
    found = db.connection().execute(_find(db.get_bind().dialect.name), in_rows(rows)).all()
    return {(row[0], row[1]): Claim(*row) for row in found}


def make_claims(db: Db, claims: Sequence[Claim], moments: Sequence[str] | None = None) -> set[Name]:
    """Write keys down and give those that were new; the others were done elsewhere meanwhile.

    `moments` are their `done_at` by `row_moment`, from who has them already.
    """
    if not claims:
        return set()
    dialect = db.get_bind().dialect.name
    moments = moments or [row_moment(dialect, claim.done_at) for claim in claims]
    rows = [
        {
            "scope": claim.scope,
            "key": claim.key,
            "work": claim.work,
            "payload_hash": claim.payload_hash,
            "done_at": moment,
        }
        for claim, moment in zip(claims, moments, strict=True)
    ]
    return {(row[0], row[1]) for row in db.connection().execute(_put(dialect), in_rows(rows)).all()}


@cache
def _find(dialect: str) -> Any:
    table, columns = rowset(dialect, scope=String, key=String)
    matches = (Act.scope == columns["scope"]) & (Act.key == columns["key"])
    return select(Act.scope, Act.key, Act.work, Act.payload_hash, Act.done_at).join(table, matches)


@cache
def _put(dialect: str) -> Any:
    put = insert_rows(dialect, Act, scope=String, key=String, work=String, payload_hash=String, done_at=MOMENT[dialect])
    return put.on_conflict_do_nothing().returning(Act.scope, Act.key)
