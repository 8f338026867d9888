"""Engines, one kind for each use: `read` (many, read-only), `writer` (one real thread), `worker` (one process)."""

from typing import Any, Literal

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

READERS = 10
STATEMENTS = 2000  # compiled ones that an engine keeps; the usual 500 are fewer than our pages have
Kind = Literal["read", "writer", "worker"]


def engine_for(url: str, kind: Kind) -> Engine:
    """Make the engine of one kind for this database URL."""
    return _sqlite(url, kind) if url.startswith("sqlite") else _postgresql(url, kind)


def _sqlite(url: str, kind: Kind) -> Engine:
    import pysqlite3.dbapi2 as module  # noqa: PLC0415  # PostgreSQL installations need not load it

    pool: dict[str, Any] = {"pool_size": READERS, "max_overflow": 0} if kind == "read" else {"poolclass": NullPool}
    engine = create_engine(
        url, module=module, connect_args={"check_same_thread": False}, query_cache_size=STATEMENTS, **pool
    )
    pragmas = (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={100 if kind == 'read' else 5000}",
        f"query_only={int(kind == 'read')}",
        # One writer alone checkpoints; the worker leaves it to the web process. Votes change the same pages again and
        # again: folding 16 MB of log at a time instead of 4 writes each of them less often (a tenth of a vote's time).
        f"wal_autocheckpoint={4000 if kind == 'writer' else 0}",
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        for pragma in pragmas:
            connection.execute("PRAGMA " + pragma)

    begin = "BEGIN" if kind == "read" else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _postgresql(url: str, kind: Kind) -> Engine:
    if kind == "read":
        return create_engine(
            url,
            query_cache_size=STATEMENTS,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
            pool_size=READERS,
            max_overflow=0,
            pool_pre_ping=True,
        )
    import psycopg  # noqa: PLC0415  # after PSYCOPG_WAIT_FUNC is set
    from psycopg import waiting  # noqa: PLC0415  # see above

    class Direct(psycopg.Connection[Any]):
        """Waits in C, because a writer's thread has no hub; PSYCOPG_WAIT_FUNC is process-wide."""

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            return waiting.wait_c(gen, self.pgconn.socket, interval=interval, timeout=timeout)

    template = create_engine(url)
    arguments = template.dialect.create_connect_args(template.url)[1]
    options = "-c statement_timeout=5000 -c lock_timeout=2000" if kind == "writer" else "-c lock_timeout=2000"
    return create_engine(
        url,
        creator=lambda: Direct.connect(**arguments, options=options),
        poolclass=NullPool,
        query_cache_size=STATEMENTS,
    )
