"""What must hold before a web process serves: refused with one clear line otherwise (reliability X-7)."""

import io
import logging
import os
import sys
import threading
import time

from webinar_app.infra import runtime

FIXED_SQLITE = ((3, 44, 6), (3, 50, 7))  # backports of the WAL-reset fix; the trunk has it since 3.51.3


class WrongEnvironment(SystemExit):
    """This machine cannot carry the server; the message is one clear line."""


def check(*, sqlite: bool) -> None:
    """Refuse what would lose data or freeze: optimised Python, an affected SQLite, unpatched or green modules."""
    if sys.flags.optimize:
        raise WrongEnvironment("Start Python without -O: it removes checks that calendar files rely on.")
    if sqlite:
        check_sqlite(_sqlite_version())
    elif runtime.mode() == "eventlet":
        _check_psycopg()
    if runtime.mode() == "eventlet":
        _check_patched()
        _check_locks()


def _sqlite_version() -> tuple[int, ...]:
    import pysqlite3.dbapi2 as module

    return tuple(int(part) for part in module.sqlite_version.split("."))


def check_sqlite(version: tuple[int, ...]) -> None:
    """Refuse a SQLite that carries the WAL-reset bug (3.7.0 … 3.51.2, sqlite.org/wal.html#walresetbug)."""
    backported = any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_SQLITE)
    if (3, 7, 0) <= version < (3, 51, 3) and not backported:
        told = ".".join(map(str, version))
        raise WrongEnvironment(f"SQLite {told} can damage a database in WAL mode: install pysqlite3 0.6.1 or newer.")


def _check_psycopg() -> None:
    if os.environ.get("PSYCOPG_WAIT_FUNC") != "wait_selector":
        raise WrongEnvironment("PSYCOPG_WAIT_FUNC must be wait_selector under eventlet: start the server by wsgi.py.")
    from psycopg import waiting

    if waiting.wait is not waiting.wait_selector:
        raise WrongEnvironment("psycopg was imported before the server was patched: start the server by wsgi.py.")


def _check_patched() -> None:
    from eventlet.patcher import is_monkey_patched

    missing = [name for name in ("socket", "select", "time", "os") if not is_monkey_patched(name)]
    if missing:
        raise WrongEnvironment(f"The modules {', '.join(missing)} are not patched: start the server by wsgi.py.")
    if type(threading.Lock()).__module__ != "_thread":
        raise WrongEnvironment("Locks are green: a writer thread would hang the server. Start it by wsgi.py.")


def _check_locks() -> None:
    """Let hub and real thread contend for a lock and log at once; with green locks this would never end."""
    lock, seen = threading.Lock(), list[str]()
    log, handler = logging.getLogger("webinar.start"), logging.StreamHandler(io.StringIO())
    log.addHandler(handler)
    log.propagate = False

    def other() -> None:
        with lock:
            seen.append("held")
            runtime.real_sleep(0.02)
        for _ in range(300):
            log.warning("thread")
        seen.append("done")

    runtime.start_thread(other, ())
    deadline = time.monotonic() + 3
    while not seen:
        runtime.sleep(0.001)
    with lock:
        pass
    while "done" not in seen and time.monotonic() < deadline:
        log.warning("hub")
        runtime.sleep(0)
    log.removeHandler(handler)
    if "done" not in seen:
        raise WrongEnvironment("The server and its writer cannot log at once: locks are green.")
