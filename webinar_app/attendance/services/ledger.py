"""The ledger of presence: facts go in, in batches, and never change."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, String, func, select
from sqlalchemy.orm import aliased

from webinar_app.attendance.models import SERVER_FAULT, PresenceEvent
from webinar_app.core.errors import DomainError
from webinar_app.core.presence import PresenceKind
from webinar_app.infra.db import MOMENT, Db, Ok, in_rows, insert_rows, row_moment, set_based

LONGEST_REASON = 40


class Proof(NamedTuple):
    """One row of the ledger; `open` and `close` are runs that end where they begin.

    `monotonic_ms` is the clock of the process at `last_at`, `boot` names the process.
    """

    registration_id: int
    webinar_id: int
    connection: str
    device: str
    kind: PresenceKind
    first_at: datetime
    last_at: datetime
    monotonic_ms: int
    boot: str
    reason: str | None = None


@set_based
def record_proofs(db: Db, acts: Sequence[Proof]) -> list[Ok[Any] | DomainError]:
    """Write these facts; the same fact twice changes no minute, so they carry no key."""
    dialect = db.get_bind().dialect.name
    db.connection().execute(_put_proofs(dialect), in_rows(_row(dialect, act) for act in acts))
    return [Ok({}) for _ in acts]


@cache
def _put_proofs(dialect: str) -> Any:
    return insert_rows(
        dialect, PresenceEvent, registration_id=Integer, webinar_id=Integer, connection=String, device=String,
        kind=String, first_at=MOMENT[dialect], last_at=MOMENT[dialect], monotonic_ms=BigInteger, boot=String,
        reason=String,
    )  # fmt: skip


def close_orphans(db: Db, boot: str, *, silent_since: datetime, now: datetime) -> int:
    """Close what no living process will close: connections of other processes whose last row is too old.

    The close stands at the last proof that was written, and says that the server was at fault. Looks back one day.
    """
    rows = aliased(PresenceEvent)
    closed = select(rows.id).where(
        rows.webinar_id == PresenceEvent.webinar_id,
        rows.registration_id == PresenceEvent.registration_id,
        rows.connection == PresenceEvent.connection,
        rows.kind == PresenceKind.CLOSE,
    )
    query = (
        select(
            PresenceEvent.webinar_id, PresenceEvent.registration_id, PresenceEvent.connection, PresenceEvent.device,
            func.max(PresenceEvent.last_at),
        )
        .where(PresenceEvent.first_at > now - timedelta(days=1), PresenceEvent.boot != boot, ~closed.exists())
        .group_by(
            PresenceEvent.webinar_id, PresenceEvent.registration_id, PresenceEvent.connection, PresenceEvent.device
        )
        .having(func.max(PresenceEvent.last_at) < silent_since)
    )  # fmt: skip
    found = db.execute(query).all()
    for webinar_id, registration_id, connection, device, last_at in found:
        db.add(
            PresenceEvent(
                webinar_id=webinar_id, registration_id=registration_id, connection=connection, device=device,
                kind=PresenceKind.CLOSE, first_at=last_at, last_at=last_at, monotonic_ms=0, boot=boot,
                reason=SERVER_FAULT,
            )
        )  # fmt: skip
    return len(found)


def _row(dialect: str, act: Proof) -> tuple[Any, ...]:
    return (
        act.registration_id, act.webinar_id, act.connection, act.device, act.kind.value,
        row_moment(dialect, act.first_at), row_moment(dialect, act.last_at), act.monotonic_ms, act.boot,
        act.reason and act.reason[:LONGEST_REASON],
    )  # fmt: skip
