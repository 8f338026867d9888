"""State that is counted, never queued: tallies, votes of questions, people present, credit meters."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from webinar_app.attendance.queries import meters_for
from webinar_app.infra import runtime
from webinar_app.infra.db import Db, read
from webinar_app.infra.runtime.frames import Parcel
from webinar_app.live.services import proofs
from webinar_app.live.services.stream import sent
from webinar_app.polls.messages import audience_of, tally_value
from webinar_app.polls.models import Poll
from webinar_app.polls.queries import list_open, results
from webinar_app.polls.rules import PollState, ResultAudience
from webinar_app.questions.queries import public_votes
from webinar_app.web import sockets
from webinar_app.web.sockets import Connection, room_audience, voted_audience

SETTLE_SECONDS = 0.25
METER_EVERY = 60
METERS_AT_ONCE, MOST_NEWCOMERS = 20, 20

_tallies: dict[int, tuple[Any, ...]] = {}
_votes: dict[int, dict[str, int]] = {}
_presence: dict[int, dict[str, int]] = {}


def rooms_here() -> dict[int, list[Connection]]:
    """Give this process's connections by sitting."""
    found: dict[int, list[Connection]] = {}
    for connection in sockets.connections():
        found.setdefault(connection.member.webinar_id, []).append(connection)
    return found


def batched(values: Iterable[int], size: int) -> Iterator[list[int]]:
    """Give the values in lists of at most `size`."""
    all_of_them = list(values)
    for start in range(0, len(all_of_them), size):
        yield all_of_them[start : start + size]


def presence_of(webinar_id: int) -> dict[str, int]:
    """Count the audience and the staff in a room, each person once; who only observes or captions is neither."""
    members = [connection.member for connection in sockets.listening(room_audience(webinar_id, "all"))]
    people = {member.person_id for member in members if member.is_audience}
    staff = {member.person_id for member in members if member.is_staff}
    return {"people": len(people), "staff": len(staff)}


def tell_counts() -> None:
    """Send whole tallies and votes to who may see them, where they changed, and to who has just come."""
    rooms = rooms_here()
    if not rooms:
        return
    arrived = _arrived(rooms)
    # The streams' gate: a tally read before a result was hidden is not sent after that.
    with sent().gate:
        with read() as db:
            polls = list_open(db, list(rooms))
            counted = results(db, polls)
            tallies = [(poll.id, _audiences(poll), _key(poll), tally_value(poll, counted[poll.id])) for poll in polls]
            votes = public_votes(db, list(rooms))
        for poll_id, audiences, key, tally in tallies:
            _tell_tally(poll_id, audiences, (*key, tally), sockets.parcel("poll.tally", tally), arrived)
        for webinar_id in rooms:
            _tell_votes(webinar_id, votes.get(webinar_id, {}), arrived)
    _forget(_tallies, {poll_id for poll_id, *_ in tallies})
    _forget(_votes, set(rooms))
    present = {number: presence_of(number) for number in {one.member.webinar_id for one in arrived}}
    told = {number: sockets.parcel("room.presence", counted) for number, counted in present.items()}
    for connection in arrived:
        connection.wire.put(told[connection.member.webinar_id])


def tell_presence() -> None:
    """Send every room its number of people, where it changed."""
    rooms = rooms_here()
    for webinar_id in rooms:
        now = presence_of(webinar_id)
        if _presence.get(webinar_id) != now:
            _presence[webinar_id] = now
            sockets.broadcast(room_audience(webinar_id, "all"), "room.presence", now)
    _forget(_presence, set(rooms))


def meters_of(db: Db, webinar_id: int, registration_ids: Sequence[int], now: datetime) -> dict[int, dict[str, Any]]:
    """Give the credit meters of attendees of a room as messages, what is not written yet included."""
    return meters_for(db, webinar_id, registration_ids, now, proofs.unwritten) if registration_ids else {}


def tell_meters(turn: int, now: datetime) -> int:
    """Send a sixtieth of the attendees here, and who has just come, their credit meter; give how many.

    In slices of a few milliseconds, and of those who come together not all at once.
    """
    told = newcomers = 0
    for webinar_id, connections in rooms_here().items():
        mine: dict[int, list[Connection]] = {}
        for connection in connections:
            registration_id = connection.member.registration_id
            is_new = connection.awaits_meter and newcomers < MOST_NEWCOMERS
            if registration_id is not None and (is_new or registration_id % METER_EVERY == turn % METER_EVERY):
                newcomers += is_new
                connection.awaits_meter = False
                mine.setdefault(registration_id, []).append(connection)
        for slice_ in batched(mine, METERS_AT_ONCE):
            with read() as db:
                meters = meters_of(db, webinar_id, slice_, now)
            for registration_id, meter in meters.items():
                for connection in mine[registration_id]:
                    sockets.send(connection, "credit.meter", meter)
                    told += 1
            runtime.breathe()
    return told


def forget() -> None:
    """Forget what was sent; only where no socket is left."""
    for told in (_tallies, _votes, _presence):
        told.clear()


def _arrived(rooms: dict[int, list[Connection]]) -> list[Connection]:
    """Give those who synchronised a moment ago; what they are sent now comes after their acknowledgement."""
    now, found = time.monotonic(), []
    for connections in rooms.values():
        for connection in connections:
            if connection.waits_since is not None and now - connection.waits_since >= SETTLE_SECONDS:
                connection.waits_since = None
                found.append(connection)
    return found


def _audiences(poll: Poll) -> list[str]:
    staff, everybody = (room_audience(poll.webinar_id, name) for name in ("staff", "all"))
    return {
        ResultAudience.STAFF: [staff],
        ResultAudience.VOTED: [staff, voted_audience(poll.code)],
        ResultAudience.ALL: [everybody],
    }[audience_of(poll)]


def _key(poll: Poll) -> tuple[ResultAudience, PollState]:
    return audience_of(poll), poll.state


def _tell_tally(
    poll_id: int, audiences: list[str], value: tuple[Any, ...], told: Parcel, arrived: list[Connection]
) -> None:
    if _tallies.get(poll_id) != value:
        _tallies[poll_id] = value
        for audience in audiences:
            sockets.tell(audience, told)
        return
    for connection in arrived:
        if not connection.audiences.isdisjoint(audiences):
            connection.wire.put(told)


def _tell_votes(webinar_id: int, votes: dict[str, int], arrived: list[Connection]) -> None:
    before = _votes.get(webinar_id, {})
    changed = {code: count for code, count in votes.items() if before.get(code) != count}
    _votes[webinar_id] = votes
    if changed:
        sockets.broadcast(room_audience(webinar_id, "all"), "question.votes", {"votes": changed})
    told = sockets.parcel("question.votes", {"votes": votes})
    for connection in arrived:
        if votes and connection.member.webinar_id == webinar_id:
            connection.wire.put(told)


def _forget(told: dict[int, Any], still_there: set[int]) -> None:
    for key in told.keys() - still_there:
        told.pop(key, None)
