"""The servers that the room is compared with: Node's socket.io, and a floor in C that does nothing but write."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clients import SERVER_CORE, compiled, pin
from stand import free_port

FOLDER = Path(__file__).parent / "peers"
SYNC = '["join",{}]'
VOTE = '["vote",{"poll":7,"options":[{o}],"key":"{prefix}-{n}"}]'
START_SECONDS = 20


def auths(count: int) -> list[str]:
    """Give what so many clients of a peer connect with."""
    return [f'{{"person":{number}}}' for number in range(count)]


def absent() -> str:
    """Say what is missing for a run of Node's room; nothing when it is all there."""
    if shutil.which("node") is None:
        return "Node.js is missing: install version 20 or newer"
    if not (FOLDER / "node_modules" / "socket.io").is_dir():
        return "Node's socket.io is missing: run `make bench-setup`"
    return ""


def has_database() -> bool:
    """Say whether better-sqlite3 is built, which Node's votes need."""
    built = FOLDER / "node_modules" / "better-sqlite3" / "build" / "Release" / "better_sqlite3.node"
    return built.exists()


@contextmanager
def node() -> Iterator[tuple[int, int]]:
    """Run Node's room, with a database where that can be; gives port and process."""
    with tempfile.TemporaryDirectory(prefix="rostrum-peer-") as folder:
        database = [str(Path(folder) / "room.db")] if has_database() else []
        yield from _running(["node", str(FOLDER / "room.js")], database)


@contextmanager
def floor() -> Iterator[tuple[int, int]]:
    """Run the floor; gives port and process."""
    yield from _running([str(compiled("floor", "peers/floor.c"))], [])


def _running(command: list[str], rest: list[str]) -> Iterator[tuple[int, int]]:
    port = free_port()
    process = subprocess.Popen([*command, str(port), *rest], cwd=FOLDER)
    try:
        _wait_for(port, process)
        pin(process.pid, SERVER_CORE)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not start")
