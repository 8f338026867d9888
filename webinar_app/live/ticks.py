"""Repeated work on this process's own sockets; nothing here changes what belongs to a room."""

import logging
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from webinar_app.chat.ticks import tell_reactions
from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.infra import db, hints, runtime
from webinar_app.infra.runtime.engineio import turn_wheel
from webinar_app.live.services import are_doors_closed, close_doors, counts, proofs, stream
from webinar_app.web import sockets

log = logging.getLogger("webinar.ticks")
LOOK_SECONDS, SECOND, PRESENCE_SECONDS, SWEEP_SECONDS = 0.25, 1.0, 2.0, 60.0
EVERYWHERE = 4
REVOKED_SECONDS = 0.5  # a right that ended closes its connections within a second, looking and closing included
_RESTART_SECONDS = 3


def start(eio: Any, ping_seconds: float, ping_timeout: float) -> None:
    """Begin all repeated work of a web process."""
    sockets.on_proof(proofs.proved)
    hints.listen(stream.wake)
    proofs.sweep(starting=settings().is_sqlite)
    turn_wheel(eio, interval=ping_seconds, timeout=ping_timeout, is_stopping=are_doors_closed)
    turns, looks = count(), count()
    _every(LOOK_SECONDS, stream.pump, lambda: _tell_counts(next(looks)))
    _every(REVOKED_SECONDS, lambda: stream.close_revoked(utc_now()))
    _every(SECOND, lambda: stream.tell_notices(utc_now()))
    _every(SECOND, tell_reactions)
    _every(SECOND, lambda: counts.tell_meters(next(turns), utc_now()))
    _every(SECOND, proofs.flush_due)
    _every(PRESENCE_SECONDS, counts.tell_presence)
    _every(SWEEP_SECONDS, proofs.sweep)


def drain() -> None:
    """Tell everybody that the server restarts, write what is left, and close."""
    close_doors()
    told = sockets.parcel("room.restarting", {"in_s": _RESTART_SECONDS})
    for connection in sockets.connections():
        connection.wire.put(told)
    rows = proofs.close_all()
    db.stop(3.0)
    open_ones = sockets.connections()
    for connection in open_ones:
        sockets.forget(connection)
        connection.wire.close(reason="server shutdown")
    runtime.sleep(0.2)  # the last packets leave
    log.info("drained connections=%d presence_rows=%d", len(open_ones), rows)


def _tell_counts(look: int) -> None:
    """Count where this process changed something; and once a second everywhere, for what a worker changed.

    Where other processes serve rooms too, every look is one at everything: their votes are seen as quickly as ours.
    """
    counts.tell_counts(everywhere=not settings().is_sqlite or look % EVERYWHERE == 0)


def _every(seconds: float, *works: Callable[[], Any]) -> None:
    def loop() -> None:
        while not are_doors_closed():
            runtime.sleep(seconds)
            for work in works:
                _run(work)

    runtime.spawn(loop)


def _run(work: Callable[[], Any]) -> None:
    if are_doors_closed():
        return
    begun = time.monotonic()
    try:
        work()
    except Exception:  # a tick that fails is tried again with the next one
        log.exception("tick failed")
    if (took := time.monotonic() - begun) > 1:
        log.warning("slow tick ms=%.0f", took * 1e3)
