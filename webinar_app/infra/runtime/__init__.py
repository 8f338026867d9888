"""How this process waits: greenlets (eventlet), threads, or nothing at all (worker, CLI, tests).

Only this package and `wsgi.py` name eventlet. `patch()` comes before every other import of a web process.
"""

import os
import threading
import warnings
from _queue import Empty, SimpleQueue  # the C queue, whose locks stay real after patching
from _thread import start_new_thread as start_thread
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import copy_context
from time import sleep as real_sleep
from typing import Any, TypeVar

from webinar_app.infra.runtime.answers import Bell, Pending
from webinar_app.infra.runtime.turns import Turn

__all__ = [
    "Bell", "Empty", "Pending", "SimpleQueue", "Turn", "breathe", "gate", "in_real_thread", "mode", "patch",
    "real_sleep", "sleep", "spawn", "start_thread",
]  # fmt: skip
Result = TypeVar("Result")
_mode = "plain"


def mode() -> str:
    """Give `eventlet`, `threading` or `plain` (no server in this process)."""
    return _mode


def patch(wanted: str | None = None) -> str:
    """Make this a web process; sockets and sleeps turn green under eventlet, every lock stays real.

    Plain patching would hang hub and writer thread as soon as both log (green locks in a real thread).
    """
    global _mode
    wanted = wanted or os.environ.get("WEBINAR_ASYNC_MODE", "eventlet")
    if wanted == "eventlet":
        # Read when psycopg is imported: greenlets wait in a cooperative way; writer threads override it.
        os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
        os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
        # It announces its retirement at import; the README says so, and operators need not read it at every start.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")
            import eventlet

        eventlet.monkey_patch(thread=False)
    _mode = wanted
    return wanted


def spawn(function: Callable[..., object], *args: object) -> None:
    """Run the function beside the others: a greenlet under eventlet, a daemon thread otherwise."""
    if _mode == "eventlet":
        import eventlet

        eventlet.spawn(function, *args)
    else:
        threading.Thread(target=function, args=args, daemon=True).start()


def sleep(seconds: float) -> None:
    """Wait without holding up anybody else in this process."""
    if _mode == "eventlet":
        import eventlet

        eventlet.sleep(seconds)
    else:
        real_sleep(seconds)


def breathe() -> None:
    """Let everybody else go on for a moment, where they could not otherwise."""
    if _mode == "eventlet":
        sleep(0)


def gate(size: int) -> AbstractContextManager[Any]:
    """Give a semaphore of this process's kind; a greenlet must never wait for a real one."""
    if _mode == "eventlet":
        from eventlet.semaphore import Semaphore

        return Semaphore(size)  # type: ignore[no-any-return]  # eventlet carries no types
    return threading.Semaphore(size)


def in_real_thread(function: Callable[..., Result], *args: Any) -> Result:
    """Run slow C code (password hashing, fsync) without stopping the hub; context variables come along."""
    if _mode != "eventlet":
        return function(*args)
    from eventlet import tpool

    return tpool.execute(copy_context().run, function, *args)  # type: ignore[no-any-return]  # no types there
