"""Repeated work on this process's own sockets; nothing here changes what belongs to a room."""

import logging
import time
from collections.abc import Callable
from typing import Any

from flask_socketio import SocketIO

from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.infra import db, hints, runtime
from webinar_app.infra.runtime.engineio import on_proof
from webinar_app.live.services import are_doors_closed, close_doors, counts, proofs, stream
from webinar_app.web import sockets

log = logging.getLogger("webinar.ticks")
LOOK_SECONDS, SECOND, PRESENCE_SECONDS, SWEEP_SECONDS = 0.25, 1.0, 2.0, 60.0
UNJOINED_SECONDS = 10
_RESTART_SECONDS = 5


class _State:
    """What this process watches."""

    io: SocketIO | None = None
    unjoined: dict[str, float] = {}


def start(io: SocketIO) -> None:
    """Begin all repeated work of a web process."""
    _State.io = io
    on_proof(proofs.proved)
    hints.listen(stream.wake)
    proofs.sweep(starting=settings().is_sqlite)
    turns = iter(range(1 << 62))
    _every(LOOK_SECONDS, stream.pump, counts.tell_counts)
    _every(
        SECOND,
        lambda: stream.close_revoked(utc_now()),
        lambda: stream.tell_notices(utc_now()),
        _cut_unjoined,
    )
    _every(SECOND, lambda: counts.tell_meters(next(turns), utc_now()))
    _every(PRESENCE_SECONDS, counts.tell_presence)
    _every(proofs.FLUSH_SECONDS, proofs.flush)
    _every(SWEEP_SECONDS, proofs.sweep)


def drain() -> None:
    """Tell everybody that the server restarts, write what is left, and close."""
    close_doors()
    for connection in sockets.connections():
        sockets.send(connection, "room.restarting", {"in_s": _RESTART_SECONDS})
    rows = proofs.close_all()
    db.stop(3.0)
    open_ones = sockets.connections()
    for connection in open_ones:
        sockets.forget(connection.sid)
        if _State.io is not None and _State.io.server is not None:
            _State.io.server.disconnect(connection.sid, namespace="/")
    runtime.sleep(0.2)  # the last packets leave
    log.info("drained connections=%d presence_rows=%d", len(open_ones), rows)


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


def _cut_unjoined() -> None:
    """Close transports that never joined a room: they would be kept alive by their pongs for ever."""
    io = _State.io
    if io is None or io.server is None:
        return
    now, joined = time.monotonic(), {_engine_sid(connection.sid) for connection in sockets.connections()}
    waiting = {sid for sid in list(io.server.eio.sockets) if sid not in joined}
    for sid in waiting:
        if now - _State.unjoined.setdefault(sid, now) > UNJOINED_SECONDS:
            _State.unjoined.pop(sid, None)
            runtime.spawn(io.server.eio.disconnect, sid)
    for sid in _State.unjoined.keys() - waiting:
        _State.unjoined.pop(sid, None)


def _engine_sid(sid: str) -> str | None:
    assert _State.io is not None
    assert _State.io.server is not None
    found: str | None = _State.io.server.manager.eio_sid_from_sid(sid, "/")
    return found
