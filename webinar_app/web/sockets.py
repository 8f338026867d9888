"""This process's live connections by audience, and the events that clients may send.

Audiences are made here from ids; a client never names one (reliability R-3).
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Annotated, Any, NamedTuple
from weakref import WeakValueDictionary

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from webinar_app.config import settings
from webinar_app.core.actor import Member
from webinar_app.core.permissions import Permission
from webinar_app.infra.limits import Bucket
from webinar_app.infra.runtime.engineio import Wire
from webinar_app.infra.runtime.frames import Parcel
from webinar_app.infra.runtime.lines import Chorus

RESERVED = frozenset({"connect", "disconnect", "connect_error"})
encoded = to_json  # into UTF-8 bytes, several times quicker than the standard library


class Payload(BaseModel):
    """The base of every event's payload: strict types, nothing unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Keyed(Payload):
    """The payload of an act: `key` is made once per act and kept by the client until it is acknowledged."""

    key: Annotated[str, Field(pattern="^[ -~]{8,64}$")]


@dataclass(frozen=True, slots=True)
class Limit:
    """How often one person may send one event: `burst` at once, then `per_minute`."""

    per_minute: float
    burst: float


class Pace:
    """How fast one person goes, over all their connections here."""

    def __init__(self) -> None:
        rate = settings().events_per_second
        self._all, self._by_event = Bucket(rate, 2 * rate), dict[str, Bucket]()

    def take(self) -> bool:
        """Count one event; False where it comes too soon."""
        return self._all.take()

    def take_for(self, name: str, limit: Limit) -> bool:
        """Count one event of this name; False where it comes too soon."""
        bucket = self._by_event.get(name)
        if bucket is None:
            bucket = self._by_event[name] = Bucket(limit.per_minute / 60, limit.burst)
        return bucket.take()


_paces: WeakValueDictionary[int, Pace] = WeakValueDictionary()


def pace_of(person_id: int) -> Pace:
    """Give the one pace of a person here; it is forgotten with their last connection."""
    found = _paces.get(person_id)
    if found is None:
        found = _paces[person_id] = Pace()
    return found


def forget_paces() -> None:
    """Let everybody begin anew; only where no socket is left."""
    _paces.clear()


@dataclass(slots=True, eq=False)
class Connection:
    """One authorised Socket.IO connection. Nothing refreshes it: a right that ends closes it."""

    wire: Wire
    member: Member
    id: str  # the ticket's id: names the connection in the ledger of presence
    device: str
    pace: Pace
    audiences: set[str] = field(default_factory=set)
    came: float = field(default_factory=time.monotonic)
    checked_at: datetime | None = None  # when its rights were read; what was revoked later closes it
    awaits_meter: bool = False  # it has asked for the room, and its page's credit meter may be old

    @property
    def sid(self) -> str:
        """The connection's name in this process."""
        return self.wire.sid


class Hot(NamedTuple):
    """What the handler of a hot event returns: an act for the writer's batch, and what follows its commit."""

    service: Callable[..., Any]
    act: Any
    then: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event that clients may send."""

    name: str
    requires: Permission
    payload: type[Payload]
    handler: Callable[..., Any]
    is_hot: bool = False
    limit: Limit | None = None


events: dict[str, LiveEvent] = {}
gates: dict[str, Callable[..., Any]] = {}
_connections: dict[str, Connection] = {}
_audiences: dict[str, set[Connection]] = defaultdict(set)
_rooms: dict[int, set[Connection]] = defaultdict(set)
_turnover: dict[str, int] = {}
_choruses: dict[str, tuple[int, Chorus]] = {}  # who hears an audience, as of its turnover
_NOBODY = -1, Chorus(())
_turns = count(1)
_waiting: deque[tuple[float, Connection, str | None]] = deque()
_stirred: dict[str, set[int]] = defaultdict(set)
_proved: list[Callable[[Wire], None]] = []


def room_audience(webinar_id: int, audience: str) -> str:
    """Name everybody of one audience (`all`, `staff`) of a sitting."""
    return f"room:{webinar_id}:{audience}"


def voted_audience(poll_code: str) -> str:
    """Name everybody who has voted in a poll."""
    return f"voted:{poll_code}"


def person_audience(person_id: int) -> str:
    """Name all connections of a person."""
    return f"person:{person_id}"


def wait_for_state(connection: Connection, audience: str | None = None) -> None:
    """Let a look soon send this connection the counts that it may see, or only those of one audience."""
    _waiting.append((time.monotonic(), connection, audience))


def settled(seconds: float) -> list[tuple[Connection, str | None]]:
    """Give who has waited so long, once; what they are sent now comes after their acknowledgement."""
    begun, found = time.monotonic() - seconds, []
    while _waiting and _waiting[0][0] <= begun:
        _, connection, audience = _waiting.popleft()
        if connection.sid in _connections:
            found.append((connection, audience))
    return found


def stir(webinar_id: int, *kinds: str) -> None:
    """Note that what is counted in a sitting (`polls`, `questions`) may have changed through this process."""
    for kind in kinds:
        _stirred[kind].add(webinar_id)


def stirred(kind: str) -> set[int]:
    """Give the sittings noted since the last call."""
    return _stirred.pop(kind, set())


def live_event(
    name: str, *, requires: Permission, payload: type[Payload], hot: bool = False, limit: Limit | None = None
) -> Callable[..., Any]:
    """Declare an event that clients may send: `handler(connection, payload)` returns the data of the acknowledgement.

    There is no other way to receive an event, so that each has a permission and a typed payload. The handler of a `hot`
    event never waits and returns a `Hot` act.
    """

    def register(handler: Callable[[Connection, Any], Any]) -> Callable[[Connection, Any], Any]:
        if name in events or name in RESERVED:
            raise ValueError(f"the event {name} is declared twice or reserved")
        events[name] = LiveEvent(name, requires, payload, handler, hot, limit)
        return handler

    return register


def set_gates(connect: Callable[[Wire, Any], Connection], disconnect: Callable[[Connection, str], None]) -> None:
    """Say who lets connections in, and who hears of their end."""
    gates.update(connect=connect, disconnect=disconnect)


def on_proof(listener: Callable[[Wire], None]) -> None:
    """Call `listener(wire)` for each packet of a client: it proves that the person is there."""
    _proved.append(listener)


def prove(wire: Wire) -> None:
    """Count one accepted packet."""
    wire.heard_at = time.monotonic()
    for listener in _proved:
        listener(wire)


def admit(connection: Connection, audiences: Iterable[str]) -> None:
    """Take a connection in and let it hear these audiences."""
    _connections[connection.sid] = connection
    _rooms[connection.member.webinar_id].add(connection)
    for audience in audiences:
        hear(connection, audience)


def hear(connection: Connection, audience: str) -> None:
    """Let a connection hear an audience."""
    if connection.sid in _connections:
        connection.audiences.add(audience)
        _audiences[audience].add(connection)
        _turnover[audience] = next(_turns)


def forget(connection: Connection) -> None:
    """Drop a connection."""
    _connections.pop(connection.sid, None)
    _take_out(_rooms, connection.member.webinar_id, connection)
    for audience in connection.audiences:
        _turnover[audience] = next(_turns)
        _take_out(_audiences, audience, connection)
        if audience not in _audiences:
            _turnover.pop(audience)
            _choruses.pop(audience, None)
    connection.audiences = set()


def _take_out(places: dict[Any, set[Connection]], name: Any, connection: Connection) -> None:
    held = places.get(name, set())
    held.discard(connection)
    if not held:
        places.pop(name, None)


def connections() -> list[Connection]:
    """Give all connections of this process."""
    return list(_connections.values())


def listening(audience: str) -> list[Connection]:
    """Give the connections that hear an audience."""
    return list(_audiences.get(audience, ()))


def is_heard(audience: str) -> bool:
    """Say whether somebody in this process hears the audience."""
    return audience in _audiences


def turnover(audience: str) -> int:
    """Give a number that is another one whenever somebody has come or gone; 0 where nobody is."""
    return _turnover.get(audience, 0)


def rooms() -> list[int]:
    """Give the sittings that somebody in this process is in."""
    return list(_rooms)


def in_room(webinar_id: int) -> list[Connection]:
    """Give this process's connections of a sitting."""
    return list(_rooms.get(webinar_id, ()))


def audiences() -> list[str]:
    """Give the audiences that somebody in this process hears."""
    return list(_audiences)


def parcel(name: str, payload: dict[str, Any]) -> Parcel:
    """Give one message, encoded and framed once for everybody."""
    return Parcel(b"42[%b,%b]" % (encoded(name), encoded(payload)))


def broadcast(audience: str, name: str, payload: dict[str, Any]) -> None:
    """Send one message to everybody in this process who hears the audience."""
    if is_heard(audience):
        tell(audience, parcel(name, payload))


def tell(audience: str, made: Parcel) -> None:
    """Send one finished message to everybody in this process who hears the audience; the hub breathes between."""
    if not is_heard(audience):
        return
    turn, (known, chorus) = turnover(audience), _choruses.get(audience, _NOBODY)
    if known != turn:
        chorus = Chorus(line for one in _audiences[audience] if (line := one.wire.line) is not None)
        _choruses[audience] = turn, chorus
    chorus.tell(made.frame)


def send(connection: Connection, name: str, payload: dict[str, Any]) -> None:
    """Send one message to one connection."""
    connection.wire.put(parcel(name, payload))


def close(connection: Connection, reason: str) -> None:
    """Tell a connection why it is closed, and close it."""
    send(connection, "room.closed", {"reason": reason})
    connection.wire.close(reason=reason)
