"""The databases that tests run on: SQLite always; PostgreSQL where a server or its programs are found."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from functools import cache
from glob import glob
from pathlib import Path

import psycopg

from webinar_app.infra import migrations

URL_SETTING = "WEBINAR_TEST_POSTGRES_URL"
SERVER = os.environ.get(URL_SETTING, "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
_private: list[str] = []


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(_plain(url), connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


@cache
def postgres_server() -> str | None:
    """Give the URL of a server: the machine's, or a private cluster started for this run; looked for once."""
    if _answers(SERVER):
        return SERVER
    if not _private and (programs := sorted(glob("/usr/lib/postgresql/*/bin"))):
        _private.append(_start_private(Path(programs[-1])))
        os.environ[URL_SETTING] = _private[0]  # the processes among which a run is shared out use this one too
    return _private[0] if _private else None


def _start_private(programs: Path) -> str:
    folder = tempfile.mkdtemp(prefix="rostrum-pg-")
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        as_user = ["setpriv", "--reuid=nobody", "--clear-groups"]
    data = f"{folder}/data"
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*as_user, *initdb], check=True, capture_output=True)
    port = _free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*as_user, programs / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-o", options, "-l", f"{folder}/log", "start"], check=True, capture_output=True)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(subprocess.run, [*control, "-m", "immediate", "stop"], capture_output=True)
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def new_postgres(server: str, template: str = "template1") -> str:
    """Make a database on the server, dropped when the run ends, and give its URL: empty, or a copy of the template."""
    name = f"rostrum_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    atexit.register(_drop, server, name)
    return server.rpartition("/")[0] + "/" + name


def _drop(server: str, name: str) -> None:
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


KINDS = ["sqlite", "postgresql"] if postgres_server() else ["sqlite"]
if os.environ.get("WEBINAR_TEST_REQUIRE_POSTGRES") and "postgresql" not in KINDS:
    raise SystemExit("PostgreSQL is required and was not found.")


def empty(kind: str, folder: Path) -> str:
    """Give the URL of a new, empty database of this kind."""
    server = postgres_server() if kind == "postgresql" else None
    return new_postgres(server) if server else f"sqlite:///{folder / f'{uuid.uuid4().hex[:8]}.db'}"


def fresh(kind: str, folder: Path) -> str:
    """Give the URL of a new database of this kind, at head: a copy of one that was migrated, once a process."""
    model, server = _at_head(kind), postgres_server()
    if kind == "postgresql" and server:
        return new_postgres(server, model.rpartition("/")[2])
    url = empty("sqlite", folder)
    shutil.copyfile(model.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
    return url


@cache
def _at_head(kind: str) -> str:
    folder = tempfile.mkdtemp(prefix="rostrum-model-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = empty(kind, Path(folder))
    migrations.migrate(url)
    return url
