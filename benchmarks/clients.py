"""Thousands of room clients in one process written in C (`load/`), told what to do line by line."""

import atexit
import json
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

FOLDER = Path(__file__).parent
SERVER_CORE, CLIENT_CORE = 0, 1
SYNC = '["room.sync",{"all":{last},"staff":null,"me":null}]'
_built: dict[str, Path] = {}


class Missing(SystemExit):
    """Something that a benchmark needs is not installed; the message, one line, names it and says what to do."""


def allow_many_files() -> int:
    """Raise the limit of open files as far as it goes, for this process and those it starts; give it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return int(most)


def pin(pid: int, core: int) -> None:
    """Keep a process, all its threads, on one core, where there are two."""
    if (os.cpu_count() or 1) < 2:
        return
    for task in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(task), {core})


def cpu_ms(pid: int) -> float:
    """Give how many milliseconds a process, all its threads, has been on a processor."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with suppress(OSError):
            total += int(Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0])
    return total / 1e6


def memory_kb(pid: int) -> int:
    """Give the resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def compiled(name: str, *sources: str) -> Path:
    """Give the program made of these C files, compiled into a folder that goes when this process ends."""
    if name not in _built:
        if shutil.which("gcc") is None:
            raise Missing("gcc is missing: install it (apt-get install gcc libc6-dev) and run this again")
        folder = Path(tempfile.mkdtemp(prefix="rostrum-load-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        command = ["gcc", "-O2", "-o", str(folder / name), *(str(FOLDER / source) for source in sources)]
        subprocess.run(command, check=True)
        _built[name] = folder / name
    return _built[name]


class Clients:
    """Up to `len(auths)` clients of one server. Client n sends `auths[n]`, and `act` when it votes."""

    def __init__(
        self,
        port: int,
        pid: int,
        auths: Sequence[str],
        *,
        count: int | None = None,
        sync: str = SYNC,
        act: str = "[]",
        seconds: int = 600,
        returns: Path | None = None,
    ) -> None:
        program = compiled("load", "load/load.c", "load/client.c", "load/measure.c")
        self.count = count or len(auths)
        with tempfile.NamedTemporaryFile("w", delete=False, prefix="rostrum-auths-") as file:
            file.write("".join(f"{auth}\n" for auth in auths))
        self.file = Path(file.name)
        self.prefix = os.urandom(4).hex()
        command = [str(program), str(port), str(pid), str(self.count), file.name, sync, act, self.prefix]
        command += [str(seconds), *([str(returns)] if returns else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        pin(self.process.pid, CLIENT_CORE)

    def begin(self, command: str) -> None:
        """Give a command whose answer is fetched later, by `answer`."""
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for the answer to the oldest command that has none yet."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load client ended with status {self.process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, command: str) -> dict[str, Any]:
        """Give a command and wait for its answer."""
        self.begin(command)
        return self.answer()

    def join(self, count: int, *, at_once: int = 100, spread_ms: float = 0) -> dict[str, Any]:
        """Let more clients in, as fast as that goes with so many at once, or evenly over a time."""
        return self.ask(f"join {count} {at_once} {spread_ms}")

    def rest(self, milliseconds: float) -> dict[str, Any]:
        """Do nothing for a time; what that costs the server."""
        return self.ask(f"rest {milliseconds}")

    def round(self, marker: str, text: str, *, limit_ms: float = 20_000) -> dict[str, Any]:
        """Let client 0 send an event, until everybody has the message that holds the marker."""
        return self.ask(f"round 0 {limit_ms} {marker}\t{text}")

    def votes(
        self, *, at_once: int = 0, rate: float = 0, seconds: float, most: int = 1 << 40, first: int = 1
    ) -> dict[str, Any]:
        """Vote: with so many open at any time, or at a rate; by all clients from `first` on, in turn."""
        return self.ask(f"votes {at_once} {rate} {seconds * 1000} {most} {first}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.file.unlink(missing_ok=True)
