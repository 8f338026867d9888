"""The database's door: `read()` and `write(work, …)`; nobody else opens or ends a transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NoReturn

from pydantic_core import to_json
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    String,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, configure_mappers

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Busy, TryAgain
from webinar_app.infra import runtime
from webinar_app.infra.acts import insert_for, insert_of, once, payload_hash
from webinar_app.infra.engines import READERS, engine_for
from webinar_app.infra.orm import Base, UtcDateTime, choice
from webinar_app.infra.plain import Ok, is_secret, is_set_based, plain, secret, set_based
from webinar_app.infra.writer import Failed, Writer

__all__ = [
    "Base",
    "Db",
    "Failed",
    "MOMENT",
    "Ok",
    "UtcDateTime",
    "after_commit",
    "choice",
    "insert_for",
    "in_rows",
    "insert_rows",
    "plain",
    "read",
    "read_together",
    "row_moment",
    "rowset",
    "secret",
    "set_based",
    "start",
    "stop",
    "submit",
    "use_connection",
    "write",
]
ROWS = "rows"
GATHER_SECONDS, GATHER_TIMEOUT = 0.004, 10.0
_reading: ContextVar[bool] = ContextVar("reading", default=False)


class Db(Session):
    """What services receive; only its owner ends the transaction."""

    def commit(self) -> NoReturn:
        raise TypeError("a service never ends the transaction: return to keep, raise to undo")

    def rollback(self) -> NoReturn:
        raise TypeError("a service never ends the transaction: return to keep, raise to undo")


class _Door:
    """The engines and writers of this process."""

    reads: Engine | Connection | None = None
    gate: Any = None
    hot: Writer | None = None
    rest: Writer | None = None


_door = _Door()


class _Gatherings:
    """Reads that wait for company."""

    def __init__(self) -> None:
        self._waiting: dict[Callable[..., Any], list[tuple[Any, runtime.Pending]]] = {}

    def ask(self, work: Callable[..., list[Any]], item: Any, args: tuple[Any, ...]) -> Any:
        if runtime.mode() != "eventlet":
            with read() as db:
                return work(db, [item], *args)[0]
        pending = runtime.Pending()
        waiting = self._waiting.setdefault(work, [])
        waiting.append((item, pending))
        if len(waiting) == 1:
            runtime.spawn(self._answer, work, args)
        outcome = pending.wait(GATHER_TIMEOUT)
        return Busy() if outcome is None else outcome

    def _answer(self, work: Callable[..., list[Any]], args: tuple[Any, ...]) -> None:
        runtime.sleep(GATHER_SECONDS)
        waiting = self._waiting.pop(work)
        outcomes: list[Any]
        try:
            with read() as db:
                outcomes = work(db, [item for item, _ in waiting], *args)
        except Exception as error:  # each of them hears of it, and one of them logs it
            outcomes = [error] * len(waiting)
        for (_, pending), outcome in zip(waiting, outcomes, strict=True):
            pending.resolve(outcome)


_gatherings = _Gatherings()


def _session_for(connection: Connection) -> Db:
    return Db(connection, join_transaction_mode="create_savepoint", close_resets_only=False)


def start(url: str, *, thread: bool) -> None:
    """Open the engines of this process; `thread` gives it real writer threads (a web process)."""
    configure_mappers()
    _door.reads, _door.gate = engine_for(url, "read"), runtime.gate(READERS)
    engine = engine_for(url, "writer" if thread else "worker")
    _door.hot = _door.rest = Writer(engine, _session_for, thread=thread)
    if thread and engine.dialect.name == "postgresql":
        # A use case per commit: several in one transaction would keep the locks of all.
        _door.rest = Writer(engine_for(url, "writer"), _session_for, thread=True, biggest=1)
    with read() as db:  # its very first connection holds a lock across waits: made before anybody is served
        db.connection()


def use_connection(connection: Connection) -> None:
    """Let `read` and `write` work at once on this connection, inside its transaction (tests)."""
    configure_mappers()
    _door.reads, _door.gate = connection, runtime.gate(READERS)
    _door.hot = _door.rest = Writer(None, _session_for, thread=False, connection=connection)


def stop(seconds: float = 5.0) -> None:
    """Refuse new work, commit what is queued, and close (SQLite: the log is folded into the file)."""
    waiting = {writer for writer in (_door.hot, _door.rest) if writer and writer.thread}
    for writer in waiting:
        writer.stop()
    left = seconds
    while left > 0 and not all(writer.stopped and not writer.done for writer in waiting):
        runtime.sleep(0.01)
        left -= 0.01
    if isinstance(_door.reads, Engine):
        _door.reads.dispose()
    if _door.rest and _door.rest.engine is not None and _door.rest.engine.dialect.name == "sqlite":
        with _door.rest.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for door in (_door.hot, _door.rest):
        if door and door.engine is not None and (door.stopped or not door.thread):
            door.engine.dispose()


def writer_stats() -> dict[str, dict[str, int]]:
    """Give the counts of both writers, for the health page and the benchmarks."""
    return {name: dict(writer.stats) for name in ("hot", "rest") if (writer := getattr(_door, name))}


@contextmanager
def read() -> Iterator[Db]:
    """Give a read-only session on one snapshot; nothing is kept after it."""
    token = _reading.set(True)
    try:
        with (
            _door.gate,
            Db(_door.reads, autoflush=False, close_resets_only=False, join_transaction_mode="create_savepoint") as db,
        ):
            yield db
    finally:
        _reading.reset(token)


def read_together(work: Callable[..., list[Any]], item: Any, *args: Any) -> Any:
    """Give the outcome of one item of `work(db, items, *args)`, a list in their order; raise what it was refused with.

    Who asks within a few milliseconds shares one snapshot and one set of queries: at noon hundreds come at once. The
    other arguments are those of the first who asked.
    """
    outcome = _gatherings.ask(work, item, args)
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def write(
    work: Callable[..., Any],
    *args: Any,
    key: str | None = None,
    scope: str | None = None,
    timeout: float = 10,
    **details: Any,
) -> Any:
    """Run `work(db, *args, **details)` in the writer's transaction and return its plain value after the commit.

    `key` makes the act idempotent within `scope` (by default the scope of the actor, who then comes first).
    Raises what the work refused with, `Busy` when too much waits and `TryAgain` when the outcome is not known.
    """
    outcome = submit(work, *args, key=key, scope=scope, **details).wait(timeout)
    if outcome is None:
        raise TryAgain("outcome_unknown")
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome.value


def submit(
    work: Callable[..., Any],
    *args: Any,
    key: str | None = None,
    scope: str | None = None,
    then: Callable[[Any], None] | None = None,
    **details: Any,
) -> runtime.Pending:
    """Queue the work without waiting; `then(outcome)` runs in the hub after the commit."""
    if _reading.get():
        raise RuntimeError("write() inside read(): its snapshot would be older than the answer")
    plain(args)
    if details:
        plain(details)
    writer = _door.hot if is_set_based(work) else _door.rest
    if writer is None:
        raise RuntimeError("the database is not started: call infra.db.start first")
    if key is None or is_set_based(work):
        return writer.submit(work, args, details, then)
    at: datetime = details.get("now") or utc_now()
    digest = payload_hash(args, {name: value for name, value in details.items() if name != "now"})
    act = (scope or args[0].scope, key[:64], digest, not is_secret(work), at, work, args, details)
    return writer.submit(once, act, {}, then)


def after_commit(db: Db, effect: Callable[[], None]) -> None:
    """Run `effect()` in the hub after the commit, in commit order; it holds plain values only and never waits."""
    db.info.setdefault("effects", []).append(effect)


def rowset(dialect: str, **types: Any) -> tuple[Any, dict[str, Any]]:
    """Give `(from, columns)` for rows that travel as one JSON parameter, the same Core statement on both engines.

    sqlite3 gives up the interpreter lock at every row of `executemany`; one parameter does not. Each row is an array in
    the order of the columns: names in every row would take half as long again to write and to read.
    """
    rows = bindparam(ROWS, type_=Text)
    is_sqlite = dialect == "sqlite"
    made = func.json_each(rows) if is_sqlite else func.jsonb_array_elements(cast(rows, postgresql.JSONB))
    table: Any = made.table_valued(column("value", String), name=ROWS + "_")
    if not is_sqlite:
        table = table.render_derived()
    values = [table.c.value.op("->>")(literal_column(str(at))) for at in range(len(types))]
    return table, {key: cast(value, kind) for (key, kind), value in zip(types.items(), values, strict=True)}


def insert_rows(dialect: str, model: type[Base], **types: Any) -> Any:
    """Give the INSERT of rows that travel as one JSON parameter, with these columns."""
    table, columns = rowset(dialect, **types)
    chosen = select(*columns.values()).select_from(table).where(true())  # SQLite needs a WHERE before ON CONFLICT
    return insert_of(dialect)(model).from_select(list(columns), chosen)


def in_rows(rows: Iterable[Sequence[Any]]) -> dict[str, str]:
    """Give the parameters of a statement over a rowset; each row has its values in the order of the columns."""
    return {ROWS: to_json(list(rows)).decode()}


def row_moment(dialect: str, moment: datetime) -> str:
    """Give an aware instant for a rowset's column of type `MOMENT[dialect]`, as the column stores it."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    told = in_utc.isoformat(" ", "microseconds")[:26]
    return told + "+00" if dialect == "postgresql" else told


# A cast to DATETIME would make SQLite keep the year only.
MOMENT: dict[str, Any] = {"sqlite": String(), "postgresql": DateTime(timezone=True)}
