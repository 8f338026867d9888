"""From a real writer thread back to whoever waits: one answer, and the bell that announces answers."""

import os
import threading
from collections.abc import Callable
from os import read as real_read
from os import write as real_write
from typing import Any

from webinar_app.infra import runtime


class Pending:
    """One answer: resolved once, awaited by at most one greenlet or thread, or given to `then`."""

    __slots__ = ("_event", "outcome", "then")

    def __init__(self, then: Callable[[Any], None] | None = None) -> None:
        self.then = then
        self.outcome: Any = None
        self._event: Any = threading.Event() if runtime.mode() == "threading" and then is None else None

    def resolve(self, outcome: Any) -> None:
        """Give the outcome to the one who waits."""
        self.outcome = outcome
        if self.then:
            self.then(outcome)
        elif isinstance(self._event, threading.Event):
            self._event.set()
        elif self._event is not None:
            self._event.send()

    def wait(self, seconds: float) -> Any:
        """Return the outcome, or None when it is not known in time."""
        if self.outcome is None and runtime.mode() == "threading":
            self._event.wait(seconds)
        elif self.outcome is None and runtime.mode() == "eventlet":
            import eventlet
            from eventlet.event import Event

            self._event = Event()
            with eventlet.Timeout(seconds, False):
                self._event.wait()
        return self.outcome


class Bell:
    """Wakes the hub from a real thread: one byte in a pipe, never blocking the one who rings."""

    def __init__(self) -> None:
        self.out, self.into = os.pipe()
        os.set_blocking(self.into, False)
        os.set_blocking(self.out, runtime.mode() != "eventlet")

    def ring(self) -> None:
        """Announce that something is done."""
        try:
            real_write(self.into, b"x")
        except BlockingIOError:
            return  # the pipe is full: whoever listens is already called

    def wait(self) -> None:
        """Return after at least one ring."""
        if runtime.mode() == "eventlet":
            from eventlet.hubs import trampoline

            trampoline(self.out, read=True)
        try:
            real_read(self.out, 4096)
        except BlockingIOError:
            return
