"""State that is counted, never queued: tallies, votes of questions, people present, credit meters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from webinar_app.attendance.queries import meters_for, meters_to_come
from webinar_app.infra import runtime
from webinar_app.infra.db import Db, read
from webinar_app.live.services import proofs
from webinar_app.live.services.stream import sent
from webinar_app.polls.messages import audience_of, tally_value
from webinar_app.polls.models import Poll
from webinar_app.polls.queries import list_open, results
from webinar_app.polls.rules import ResultAudience
from webinar_app.questions.queries import public_votes
from webinar_app.web import sockets
from webinar_app.web.sockets import Connection, room_audience, voted_audience

SETTLE_SECONDS = 0.25
METER_EVERY = 60
METERS_AT_ONCE, MOST_NEWCOMERS = 20, 20

_tallies: dict[int, dict[int, tuple[Any, ...]]] = {}
_votes: dict[int, dict[str, int]] = {}
_presence: dict[int, dict[str, int]] = {}
_counted: dict[int, tuple[int, dict[str, int]]] = {}
Arrived = Sequence[tuple[Connection, str | None]]


def presence_of(webinar_id: int) -> dict[str, int]:
    """Count the audience and the staff in a room, each person once; who only observes or captions is neither."""
    audience = room_audience(webinar_id, "all")
    turnover = sockets.turnover(audience)
    known, counted = _counted.get(webinar_id, (-1, {}))
    if known != turnover:
        members = [connection.member for connection in sockets.listening(audience)]
        people = {member.person_id for member in members if member.is_audience}
        staff = {member.person_id for member in members if member.is_staff}
        counted = {"people": len(people), "staff": len(staff)}
        _counted[webinar_id] = turnover, counted
    return dict(counted)


def tell_counts(*, everywhere: bool = True) -> None:
    """Send whole tallies and votes to who may see them, where they changed, and to who has just come.

    Not `everywhere` looks only where this process has changed something since the last look.
    """
    rooms = set(sockets.rooms())
    come = sockets.settled(SETTLE_SECONDS)
    new = {connection.member.webinar_id for connection, audience in come if audience is None}
    voted = {connection.member.webinar_id for connection, _ in come}
    with_polls = rooms & (sockets.stirred("polls") | voted | (rooms if everywhere else set()))
    with_questions = rooms & (sockets.stirred("questions") | new | (rooms if everywhere else set()))
    if not with_polls and not with_questions:
        return
    # The streams' gate: a tally read before a result was hidden is not sent after that.
    with sent().gate:
        with read() as db:
            polls = list_open(db, sorted(with_polls)) if with_polls else []
            counted = results(db, polls)
            tallies = [(poll, tally_value(poll, counted[poll.id])) for poll in polls]
            votes = public_votes(db, sorted(with_questions)) if with_questions else {}
        for webinar_id in with_polls:
            _tell_tallies(webinar_id, [one for one in tallies if one[0].webinar_id == webinar_id], come)
        for webinar_id in with_questions:
            _tell_votes(webinar_id, votes.get(webinar_id, {}), come)
    told = {number: sockets.parcel("room.presence", presence_of(number)) for number in new}
    for connection, audience in come:
        if audience is None:
            connection.wire.put(told[connection.member.webinar_id])
    if everywhere:
        for kept in (_tallies, _votes, _counted):
            _forget(kept, rooms)


def tell_presence() -> None:
    """Send every room its number of people, where it changed."""
    rooms = sockets.rooms()
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

    Read at once, reckoned in slices of a few milliseconds; of those who come together not all at once.
    """
    told = newcomers = 0
    for webinar_id in sockets.rooms():
        mine: dict[int, list[Connection]] = {}
        for connection in sockets.in_room(webinar_id):
            registration_id = connection.member.registration_id
            is_new = connection.awaits_meter and newcomers < MOST_NEWCOMERS
            if registration_id is not None and (is_new or registration_id % METER_EVERY == turn % METER_EVERY):
                newcomers += is_new
                connection.awaits_meter = False
                mine.setdefault(registration_id, []).append(connection)
        if not mine:
            continue
        with read() as db:
            to_come = meters_to_come(db, webinar_id, list(mine), now, proofs.unwritten)
        for at, (registration_id, meter) in enumerate(to_come.items(), 1):
            parcel = sockets.parcel("credit.meter", meter())
            for connection in mine[registration_id]:
                connection.wire.put(parcel)
                told += 1
            if at % METERS_AT_ONCE == 0:
                runtime.breathe()
    return told


def forget() -> None:
    """Forget what was sent; only where no socket is left."""
    for told in (_tallies, _votes, _presence, _counted):
        told.clear()
    sockets.settled(0)
    for kind in ("polls", "questions"):
        sockets.stirred(kind)


def _tell_tallies(webinar_id: int, tallies: Sequence[tuple[Poll, dict[str, Any]]], come: Arrived) -> None:
    before, told = _tallies.get(webinar_id, {}), {}
    for poll, tally in tallies:
        told[poll.id] = (audience_of(poll), poll.state, tally)
        parcel, audiences = sockets.parcel("poll.tally", tally), _audiences(poll)
        if before.get(poll.id) != told[poll.id]:
            for audience in audiences:
                sockets.tell(audience, parcel)
            continue
        for connection, only in come:
            if only in audiences or (only is None and not connection.audiences.isdisjoint(audiences)):
                connection.wire.put(parcel)
    _tallies[webinar_id] = told


def _audiences(poll: Poll) -> list[str]:
    staff, everybody = (room_audience(poll.webinar_id, name) for name in ("staff", "all"))
    return {
        ResultAudience.STAFF: [staff],
        ResultAudience.VOTED: [staff, voted_audience(poll.code)],
        ResultAudience.ALL: [everybody],
    }[audience_of(poll)]


def _tell_votes(webinar_id: int, votes: dict[str, int], come: Arrived) -> None:
    before = _votes.get(webinar_id, {})
    changed = {code: count for code, count in votes.items() if before.get(code) != count}
    _votes[webinar_id] = votes
    if changed:
        sockets.broadcast(room_audience(webinar_id, "all"), "question.votes", {"votes": changed})
    told = sockets.parcel("question.votes", {"votes": votes})
    for connection, audience in come:
        if votes and audience is None and connection.member.webinar_id == webinar_id:
            connection.wire.put(told)


def _forget(told: dict[int, Any], still_there: set[int]) -> None:
    for key in told.keys() - still_there:
        told.pop(key, None)
