"""Child processes that belong together: started, restarted when one dies, ended together within seconds."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Self

log = logging.getLogger("webinar.children")
GRACE_SECONDS = 4.5
RESTART_SECONDS = 0.5
QUICK_DEATHS = 5  # a child that dies this often in a row within a minute is not started again


class GaveUp(Exception):
    """A child cannot be kept alive."""


class Child:
    """One command that is kept running."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name, self.command, self.environment = name, list(command), {**os.environ, **environment}
        self.deaths: list[float] = []
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        # Its own group: a Ctrl-C in the terminal reaches the parent alone, which ends the children in order.
        return subprocess.Popen(self.command, env=self.environment, start_new_session=True)

    def look(self) -> None:
        """Start the command again when it has ended."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        self.deaths = [*(at for at in self.deaths if now - at < 60), now]
        if len(self.deaths) >= QUICK_DEATHS or self.process.returncode == 1:
            raise GaveUp(f"{self.name} ended with status {self.process.returncode}; its last lines say why")
        log.warning("restarting name=%s status=%d", self.name, self.process.returncode)
        time.sleep(RESTART_SECONDS)
        self.process = self._start()

    def end(self, number: int) -> None:
        """Send a signal to the child, when it still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)


class Children:
    """Children that end together; a context manager."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = False

    def __enter__(self) -> Self:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        return self

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def start(self, name: str, *command: str, environment: Mapping[str, str] | None = None) -> Child:
        """Start a command of this Python and keep it."""
        child = Child(name, [sys.executable, *command], environment or {})
        self.children.append(child)
        return child

    def watch(self) -> None:
        """Keep all children running until a signal comes; raises `GaveUp`."""
        while not self.stopping:
            for child in self.children:
                child.look()
            time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            child.end(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and any(child.process.poll() is None for child in self.children):
            time.sleep(0.02)
        for child in self.children:
            child.end(signal.SIGKILL)
            child.process.wait()
