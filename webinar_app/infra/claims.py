"""Idempotency keys of hot acts, read and written for a whole batch at once."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, select, true

from webinar_app.infra.acts import Act
from webinar_app.infra.db import MOMENT, Db, insert_for, row_moment, rowset

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
    table, columns = rowset(db.get_bind().dialect.name, "names", scope=String, key=String)
    matches = (Act.scope == columns["scope"]) & (Act.key == columns["key"])
    query = select(Act.scope, Act.key, Act.work, Act.payload_hash, Act.done_at).join(table, matches)
    rows = [{"scope": scope, "key": key} for scope, key in dict.fromkeys(names)]
    found = db.connection().execute(query, {"names": json.dumps(rows)})
    return {(row[0], row[1]): Claim(*row) for row in found}


def make_claims(db: Db, claims: Sequence[Claim]) -> set[Name]:
    """Write keys down and give those that were new; the others were done elsewhere meanwhile."""
    if not claims:
        return set()
    dialect = db.get_bind().dialect.name
    table, columns = rowset(
        dialect, "claims", scope=String, key=String, work=String, payload_hash=String, done_at=MOMENT[dialect]
    )
    names = list(columns)
    statement = (
        insert_for(db)(Act)
        .from_select(names, select(*columns.values()).select_from(table).where(true()))
        .on_conflict_do_nothing()
        .returning(Act.scope, Act.key)
    )
    rows = [claim._asdict() | {"done_at": row_moment(dialect, claim.done_at)} for claim in claims]
    return {(scope, key) for scope, key in db.connection().execute(statement, {"claims": json.dumps(rows)})}
