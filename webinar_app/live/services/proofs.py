"""Proofs of presence: every packet counts, runs of them are written every 30 s and at the close."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webinar_app.attendance.models import SERVER_RESTART
from webinar_app.attendance.services.ledger import Proof, close_orphans, record_proofs
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.core.errors import DomainError
from webinar_app.core.intervals import to_ms
from webinar_app.core.presence import HEARTBEAT_MS, LEASE_MS, PresenceKind, PresenceRun
from webinar_app.infra.db import Ok, submit, write
from webinar_app.infra.runtime.engineio import Wire
from webinar_app.web.sockets import Connection

BOOT = new_code(16)
FLUSH_SECONDS = 30
SLICE = 500
ORPHAN_AFTER = timedelta(seconds=90)
PING_TIMEOUT = "ping timeout"
_LEASE_SECONDS = LEASE_MS / 1000
_SILENT_SECONDS = 1.5 * HEARTBEAT_MS / 1000
"""Who is there proves it with every heartbeat; a close after a longer silence says nothing of that silence."""


@dataclass(slots=True)
class Run:
    """Proofs from first to last without a silence above the lease."""

    first_at: datetime
    last_at: datetime
    last: float  # monotonic


@dataclass(slots=True)
class Track:
    """What one connection of an attendee has proved and is not written yet."""

    sid: str
    registration_id: int
    webinar_id: int
    connection: str
    device: str
    run: Run
    due: float  # monotonic; when its proofs are written next
    done: list[Run] = field(default_factory=list)
    is_new: bool = False  # the run holds something that was not written


_by_sid: dict[str, Track] = {}
_by_person: dict[int, set[str]] = {}


def opening(connection: str, device: str, registration_id: int, webinar_id: int, at: datetime) -> Proof:
    """Give the first fact of a connection."""
    return Proof(
        registration_id, webinar_id, connection, device, PresenceKind.OPEN, at, at, int(time.monotonic() * 1000), BOOT
    )


def opened(connection: Connection, at: datetime) -> None:
    """Let the packets of this connection count from now on."""
    member = connection.member
    if member.registration_id is None:
        return
    now = time.monotonic()
    first_due = now + member.registration_id % FLUSH_SECONDS  # who comes together is not written together
    _by_sid[connection.sid] = Track(
        connection.sid, member.registration_id, member.webinar_id, connection.id, connection.device, Run(at, at, now),
        first_due,
    )  # fmt: skip
    _by_person.setdefault(member.registration_id, set()).add(connection.sid)


def unwritten(registration_id: int) -> list[PresenceRun]:
    """Give what somebody has proved here and no row says yet."""
    tracks = [_by_sid.get(sid) for sid in tuple(_by_person.get(registration_id, ()))]
    return [
        PresenceRun(track.connection, PresenceKind.PROOF, to_ms(run.first_at), to_ms(run.last_at))
        for track in tracks
        if track is not None
        for run in (*track.done, track.run)
    ]


def proved(wire: Wire) -> None:
    """Count one packet."""
    track = _by_sid.get(wire.sid)
    if track is None:
        return
    now, at = wire.heard_at, utc_now()
    if now - track.run.last > _LEASE_SECONDS:
        if track.is_new:
            track.done.append(track.run)
        track.run = Run(at, at, now)
    else:
        track.run.last_at, track.run.last = at, now
    track.is_new = True


def closed(sid: str, reason: str) -> None:
    """Write what a connection proved last, and that it is closed; nobody waits for it."""
    track = _by_sid.pop(sid, None)
    if track is not None:
        _forget(track.registration_id, sid)
        for proof in [*_taken(track), _close(track, reason)]:
            submit(record_proofs, proof)


def flush_due() -> int:
    """Write what is almost 30 s old; give the number of rows. Called every second, it never has all people at once."""
    now = time.monotonic()
    tracks = [track for track in list(_by_sid.values()) if track.due <= now]
    for track in tracks:
        track.due = now + FLUSH_SECONDS - 1
    return _write([proof for track in tracks for proof in _taken(track)])


def flush(webinar_ids: Iterable[int] | None = None) -> int:
    """Write what was proved since the last time, of some rooms or of all; give the number of rows."""
    rooms = None if webinar_ids is None else set(webinar_ids)
    tracks = [track for track in list(_by_sid.values()) if rooms is None or track.webinar_id in rooms]
    return _write([proof for track in tracks for proof in _taken(track)])


def close_all() -> int:
    """Close every connection's account because this process stops; give the number of rows."""
    tracks = list(_by_sid.values())
    forget()
    return _write([proof for track in tracks for proof in [*_taken(track), _close(track, SERVER_RESTART)]])


def forget() -> None:
    """Forget every connection without writing anything."""
    for known in (_by_sid, _by_person):
        known.clear()


def sweep(*, starting: bool = False) -> None:
    """Close the accounts of processes that died; on SQLite there is no other process while this one starts."""
    now = utc_now()
    silent_since = now if starting else now - ORPHAN_AFTER
    write(close_orphans, BOOT, silent_since=silent_since, now=now)


def _forget(registration_id: int, sid: str) -> None:
    mine = _by_person.get(registration_id, set())
    mine.discard(sid)
    if not mine:
        _by_person.pop(registration_id, None)


def _write(proofs: list[Proof]) -> int:
    """Write in slices and give the number of rows; what found no place is kept for the next time."""
    written = 0
    for start in range(0, len(proofs), SLICE):
        some = proofs[start : start + SLICE]
        if _is_written(some):
            written += len(some)
        else:
            _give_back(some)
    return written


def _is_written(proofs: list[Proof]) -> bool:
    try:
        pending = [submit(record_proofs, proof) for proof in proofs]
    except DomainError:
        return False
    return all(isinstance(one.wait(5), Ok) for one in pending)


def _give_back(proofs: list[Proof]) -> None:
    """Keep rows that may not have been written; the same fact twice changes no minute."""
    tracks = {track.connection: track for track in list(_by_sid.values())}
    for proof in proofs:
        track = tracks.get(proof.connection)
        if track is not None and proof.kind is PresenceKind.PROOF:
            track.done.append(Run(proof.first_at, proof.last_at, proof.monotonic_ms / 1000))


def _taken(track: Track) -> list[Proof]:
    """Give the runs not written yet; what is going on starts its next run at its last proof."""
    runs = [*track.done, track.run] if track.is_new else list(track.done)
    track.done, track.is_new = [], False
    rows = [_row(track, run) for run in runs]
    track.run = Run(track.run.last_at, track.run.last_at, track.run.last)
    return rows


def _row(track: Track, run: Run) -> Proof:
    return Proof(
        track.registration_id, track.webinar_id, track.connection, track.device, PresenceKind.PROOF, run.first_at,
        run.last_at, int(run.last * 1000), BOOT,
    )  # fmt: skip


def _close(track: Track, reason: str) -> Proof:
    """Give the close: now, or half a heartbeat after the last proof where the other side fell silent."""
    now, at = time.monotonic(), utc_now()
    if reason == PING_TIMEOUT or now - track.run.last > _SILENT_SECONDS:
        at = min(at, track.run.last_at + timedelta(milliseconds=HEARTBEAT_MS // 2))
    return Proof(
        track.registration_id, track.webinar_id, track.connection, track.device, PresenceKind.CLOSE, at, at,
        int(now * 1000), BOOT, reason,
    )  # fmt: skip
