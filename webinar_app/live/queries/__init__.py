"""Named reads of a room: what somebody missed, and the whole of it."""

import time
from collections.abc import Callable, Sequence
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
from webinar_app.webinars.events import OwnStatesAsked, RoomSnapshotAsked
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who wants to know what they have not seen."""

    member: Member
    seen: Seen


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to somebody who asked, and the polls in which they have voted."""

    answer: dict[str, Any]
    voted: list[str]


PresenceOf = Callable[[int], dict[str, int]]
MetersOf = Callable[[Db, int, Sequence[int], datetime], dict[int, dict[str, Any]]]


def find_all(
    db: Db, asked: Sequence[Asked], presence_of: PresenceOf, now: datetime, meters_of: MetersOf | None = None
) -> list[Found]:
    """Give everybody what they missed, or a snapshot where that is shorter, by queries that do not grow with them.

    Credit meters take longer than all the rest; without `meters_of` the snapshots hold none.
    """
    found: dict[int, Found] = {}
    for webinar_id in {one.member.webinar_id for one in asked}:
        places = [at for at, one in enumerate(asked) if one.member.webinar_id == webinar_id]
        here = [asked[at] for at in places]
        found |= zip(places, _find_here(db, webinar_id, here, presence_of, now, meters_of), strict=True)
    return [found[at] for at in range(len(asked))]


def _find_here(
    db: Db, webinar_id: int, asked: list[Asked], presence_of: PresenceOf, now: datetime, meters_of: MetersOf | None
) -> list[Found]:
    members = [one.member for one in asked]
    numbers = numbers_of(db, webinar_id, members)
    replays = [_missed(db, one.member, one.seen, mine) for one, mine in zip(asked, numbers, strict=True)]
    own = own_states(db, webinar_id, members)
    if meters_of is not None:
        meters = meters_of(db, webinar_id, _without_replay(members, replays), now)
        for member, state in zip(members, own, strict=True):
            state["meter"] = meters.get(member.registration_id or 0)
    common = _common(db, webinar_id, presence_of, now) if None in replays else None
    answers = []
    for member, mine, replay, state in zip(members, numbers, replays, own, strict=True):
        voted = [*state["ballots"], *state["voted"]]
        if replay is not None or common is None:
            answers.append(Found({"events": replay}, voted))
        else:
            answers.append(Found({"snapshot": _snapshot_of(member, mine, common, state)}, voted))
    return answers


def _without_replay(members: list[Member], replays: list[list[dict[str, Any]] | None]) -> list[int]:
    pairs = zip(members, replays, strict=True)
    return [one.registration_id for one, replay in pairs if replay is None and one.registration_id is not None]


def numbers_of(db: Db, webinar_id: int, members: Sequence[Member]) -> list[dict[str, int]]:
    """Give the last number of each stream that each member hears."""
    streams = stream_numbers(db, webinar_id)
    query = select(Notice.person_id, func.max(Notice.number)).group_by(Notice.person_id)
    rows = db.execute(query.where(Notice.person_id.in_({one.person_id for one in members})))
    newest = {row[0]: row[1] for row in rows}
    public = {name: number for name, number in streams.items() if name != "staff"}
    return [(streams if one.is_staff else public) | {"me": newest.get(one.person_id, 0)} for one in members]


def _missed(db: Db, member: Member, seen: Seen, numbers: dict[str, int]) -> list[dict[str, Any]] | None:
    """Give the events after the numbers seen, each stream in order; None when a snapshot is shorter."""
    seen_by_stream = {name: getattr(seen, name) for name in numbers}
    if any(number is None or number > numbers[name] for name, number in seen_by_stream.items()):
        return None
    behind = {name: number for name, number in seen_by_stream.items() if number < numbers[name]}
    if sum(numbers[name] - number for name, number in behind.items()) > LONGEST_REPLAY:
        return None
    events = [
        {"stream": name, "number": row.number, "name": row.name, "payload": row.payload, "at": stamp(row.at)}
        for name, number in behind.items()
        if name != "me"
        for row in list_room_events(db, member.webinar_id, name, number)
    ]
    if "me" in behind:
        events += [notice_value(row) for row in list_notices(db, member.person_id, behind["me"])]
    return events


def own_states(db: Db, webinar_id: int, members: Sequence[Member]) -> list[dict[str, Any]]:
    """Give each member's own part of a snapshot."""
    own: list[dict[str, Any]] = [
        {
            "name": member.display_name,
            "registered": member.registration_id is not None,
            "is_staff": member.is_staff,
            "rights": sorted(right.value for right in member.rights),
        }
        for member in members
    ]
    for parts in ask(db, OwnStatesAsked(webinar_id, tuple(members))):
        for state, part in zip(own, parts, strict=True):
            state |= part
    return own


def notice_value(row: Notice) -> dict[str, Any]:
    """Give a notice as a line of the stream `me`."""
    return {"stream": "me", "number": row.number, "name": row.kind, "payload": row.payload, "at": stamp(row.at)}


@dataclass(frozen=True, slots=True)
class _Common:
    shared: dict[str, Any]
    staff: dict[str, Any]


def _common(db: Db, webinar_id: int, presence_of: PresenceOf, now: datetime) -> _Common:
    kept = _shared(db, webinar_id)
    room = kept.shared["room"] | {"server_now": stamp(now)}
    return _Common(kept.shared | {"presence": presence_of(webinar_id), "room": room}, kept.staff)


def _snapshot_of(member: Member, numbers: dict[str, int], common: _Common, own: dict[str, Any]) -> dict[str, Any]:
    made = {"numbers": numbers, "shared": common.shared, "own": own}
    return made | {"staff": common.staff} if member.is_staff else made


def snapshot(db: Db, member: Member, presence_of: PresenceOf, meters_of: MetersOf, now: datetime) -> dict[str, Any]:
    """Give everything that one member may see of the room, with the numbers it stands at."""
    (found,) = find_all(db, [Asked(member, Seen(None, None, None))], presence_of, now, meters_of)
    made: dict[str, Any] = found.answer["snapshot"]
    return made


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
