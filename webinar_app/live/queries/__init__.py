"""Named reads of a room: what somebody missed, and the whole of it."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.models import Notice
from webinar_app.accounts.queries import list_notices
from webinar_app.core.actor import Member
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.live.rules import LONGEST_REPLAY
from webinar_app.webinars.events import OwnStateAsked, RoomSnapshotAsked
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import list_room_events, stream_numbers
from webinar_app.webinars.rules import RoomPhase, phase

SNAPSHOT_SECONDS = 1.0
"""What has no number (counts) may be this old in a snapshot; the present state follows it within half a second."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last numbers that a client saw; None where it saw nothing."""

    all: int | None
    staff: int | None
    me: int | None


@dataclass(slots=True)
class _Kept:
    numbers: dict[str, int]
    at: float
    shared: dict[str, Any]
    staff: dict[str, Any]


_kept: dict[int, _Kept] = {}


def numbers_of(db: Db, member: Member) -> dict[str, int]:
    """Give the last number of each stream that the member hears."""
    numbers = stream_numbers(db, member.webinar_id)
    if not member.is_staff:
        numbers.pop("staff")
    newest = select(func.max(Notice.number)).where(Notice.person_id == member.person_id)
    return numbers | {"me": db.scalar(newest) or 0}


def missed(db: Db, member: Member, seen: Seen) -> list[dict[str, Any]] | None:
    """Give the events after the numbers seen, each stream in order; None when a snapshot is shorter."""
    numbers = numbers_of(db, member)
    seen_by_stream = {name: getattr(seen, name) for name in numbers}
    if any(number is None or number > numbers[name] for name, number in seen_by_stream.items()):
        return None
    if sum(numbers[name] - number for name, number in seen_by_stream.items()) > LONGEST_REPLAY:
        return None
    events = [
        {"stream": name, "number": row.number, "name": row.name, "payload": row.payload, "at": stamp(row.at)}
        for name in numbers
        if name != "me"
        for row in list_room_events(db, member.webinar_id, name, seen_by_stream[name])
    ]
    return events + [notice_value(row) for row in list_notices(db, member.person_id, seen_by_stream["me"])]


def notice_value(row: Notice) -> dict[str, Any]:
    """Give a notice as a line of the stream `me`."""
    return {"stream": "me", "number": row.number, "name": row.kind, "payload": row.payload, "at": stamp(row.at)}


def snapshot(
    db: Db, member: Member, *, presence: dict[str, int], meter: dict[str, Any] | None, now: datetime
) -> dict[str, Any]:
    """Give everything that the member may see of the room, with the numbers it stands at."""
    numbers = numbers_of(db, member)
    kept = _shared(db, member.webinar_id)
    own = {
        "name": member.display_name,
        "registered": member.registration_id is not None,
        "is_staff": member.is_staff,
        "rights": sorted(right.value for right in member.rights),
        "meter": meter,
    }
    for part in ask(db, OwnStateAsked(member)):
        own |= part
    shared = kept.shared | {"presence": presence}
    shared["room"] = shared["room"] | {"server_now": stamp(now)}
    made = {"numbers": numbers, "shared": shared, "own": own}
    return made | {"staff": kept.staff} if member.is_staff else made


def _shared(db: Db, webinar_id: int) -> _Kept:
    """Give the part that everybody shares, kept by its numbers: many come at once."""
    numbers, now = stream_numbers(db, webinar_id), time.monotonic()
    kept = _kept.get(webinar_id)
    if kept is not None and kept.numbers == numbers and now - kept.at < SNAPSHOT_SECONDS:
        return kept
    shared: dict[str, Any] = {}
    for part in ask(db, RoomSnapshotAsked(webinar_id, staff=False)):
        shared |= part
    staff: dict[str, Any] = {}
    for part in ask(db, RoomSnapshotAsked(webinar_id, staff=True)):
        staff |= part
    made = _Kept(numbers, now, shared, staff)
    _kept[webinar_id] = made
    return made


def forget_snapshots() -> None:
    """Drop what is kept; a room nobody is in needs none."""
    _kept.clear()


def phase_of(webinar: Webinar, now: datetime) -> RoomPhase:
    """Give what somebody who opens the room finds now."""
    return phase(
        webinar.state, webinar.starts_at, webinar.minutes, webinar.lobby_minutes, now,
        overrun_minutes=webinar.overrun_minutes,
    )  # fmt: skip
