"""This process's live connections by audience, and the one way an event becomes a handler call.

Audiences are made here from ids; a client never names one (reliability R-3).
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from flask import request
from flask_socketio import ConnectionRefusedError, SocketIO
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from webinar_app.core.actor import Member
from webinar_app.core.errors import DomainError, Forbidden, InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.limits import Bucket
from webinar_app.web.errors import acknowledgement, fault_acknowledgement

EVENTS_PER_SECOND, EVENT_BURST = 20, 40
RESERVED = frozenset({"connect", "disconnect", "connect_error"})


class Payload(BaseModel):
    """The base of every event's payload: strict types, nothing unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Keyed(Payload):
    """The payload of an act: `key` is made once per act and kept by the client until it is acknowledged."""

    key: Annotated[str, Field(pattern="^[ -~]{8,64}$")]


@dataclass(slots=True)
class Connection:
    """One authorised Socket.IO connection. Nothing refreshes it: a right that ends closes it."""

    sid: str
    member: Member
    id: str  # the ticket's id: names the connection in the ledger of presence
    device: str
    audiences: set[str] = field(default_factory=set)
    bucket: Bucket = field(default_factory=lambda: Bucket(EVENTS_PER_SECOND, EVENT_BURST))
    checked_at: datetime | None = None  # when its rights were read; what was revoked later closes it
    waits_since: float | None = None  # monotonic; it has not got the room's present counts yet


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event that clients may send."""

    name: str
    requires: Permission
    payload: type[Payload]
    handler: Callable[..., Any]


events: dict[str, LiveEvent] = {}
_connections: dict[str, Connection] = {}
_audiences: dict[str, set[str]] = defaultdict(set)
_io: SocketIO | None = None
_gates: dict[str, Callable[..., None]] = {}


def room_audience(webinar_id: int, audience: str) -> str:
    """Name everybody of one audience (`all`, `staff`) of a sitting."""
    return f"room:{webinar_id}:{audience}"


def voted_audience(poll_code: str) -> str:
    """Name everybody who has voted in a poll."""
    return f"voted:{poll_code}"


def wait_for_state(connection: Connection) -> None:
    """Let the next tick send this connection the counts that it may see."""
    connection.waits_since = time.monotonic()


def person_audience(person_id: int) -> str:
    """Name all connections of a person."""
    return f"person:{person_id}"


def live_event(name: str, *, requires: Permission, payload: type[Payload]) -> Callable[..., Any]:
    """Declare an event that clients may send: `handler(connection, payload)` returns the data of the acknowledgement.

    There is no other way to receive an event, so that each has a permission and a typed payload.
    """

    def register(handler: Callable[[Connection, Any], Any]) -> Callable[[Connection, Any], Any]:
        if name in events or name in RESERVED:
            raise ValueError(f"the event {name} is declared twice or reserved")
        events[name] = LiveEvent(name, requires, payload, handler)
        return handler

    return register


def gates(connect: Callable[[str, str, Any], None], disconnect: Callable[[str, str], None]) -> None:
    """Say who lets connections in, `connect(sid, engine_io_sid, auth)`, and who hears of their end, `(sid, reason)`."""
    _gates.update(connect=connect, disconnect=disconnect)


def install(io: SocketIO) -> None:
    """Let this process's Socket.IO server take the declared events."""
    global _io
    _io = io
    if _gates:
        io.on_event("connect", _let_in)
        io.on_event("disconnect", _let_go)
    for event in events.values():
        io.on_event(event.name, _receiver(event))


def _let_in(auth: Any = None) -> None:
    sid: str = request.sid  # type: ignore[attr-defined]  # Flask-SocketIO's attribute
    try:
        engine_sid = _io.server.manager.eio_sid_from_sid(sid, "/") if _io and _io.server else sid
        _gates["connect"](sid, engine_sid, auth)
    except DomainError as error:
        raise ConnectionRefusedError(error.message, acknowledgement(error)["error"]) from None
    except Exception as error:  # the client hears nothing of a bug
        told = fault_acknowledgement(error, "connect")["error"]
        raise ConnectionRefusedError(told["message"], told) from None


def _let_go(reason: Any = None) -> None:
    try:
        _gates["disconnect"](request.sid, str(reason or ""))  # type: ignore[attr-defined]  # see above
    except Exception as error:  # nobody is left to hear of it
        fault_acknowledgement(error, "disconnect")


def _receiver(event: LiveEvent) -> Callable[..., dict[str, Any]]:
    def receive(*sent: Any) -> dict[str, Any]:
        return receive_event(event, request.sid, sent)  # type: ignore[attr-defined]  # Flask-SocketIO's attribute

    return receive


def receive_event(event: LiveEvent, sid: str, sent: tuple[Any, ...]) -> dict[str, Any]:
    """Give the acknowledgement of one event: `{"ok": true, "data": …}` or `{"ok": false, "error": {…}}`."""
    try:
        connection = _connections.get(sid)
        if connection is None:
            raise Forbidden("room.not_joined", "You are not in the room any more. Reload the page to come back.")
        if not connection.bucket.take():
            raise Refused("too_fast", "That was too fast. Wait a second, then try again.")
        if not connection.member.may(event.requires):
            raise Forbidden
        data = event.handler(connection, _parse(event.payload, sent))
    except DomainError as error:
        return acknowledgement(error)
    except Exception as error:  # the one place that keeps a bug of a handler from the client
        return fault_acknowledgement(error, event.name)
    return {"ok": True, "data": data}


def _parse(kind: type[Payload], sent: tuple[Any, ...]) -> Payload:
    if len(sent) != 1 or not isinstance(sent[0], dict):
        raise InvalidInput("payload", "This message could not be read. Reload the page and try again.")
    try:
        return kind.model_validate(sent[0])
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _unreadable(first["type"], first.get("ctx", {}), first["loc"]) from None


def _unreadable(kind: str, context: dict[str, Any], loc: tuple[int | str, ...]) -> InvalidInput:
    """Say what to do about the first thing that is wrong; `fields` names it for programs."""
    place = str(loc[0]) if loc else ""
    if kind == "string_too_long":
        sentence = f"Shorten this to at most {context['max_length']} characters."
    elif kind == "too_long":
        sentence = f"Send at most {context['max_length']} of these."
    elif kind in ("missing", "extra_forbidden"):
        sentence = "This message does not fit this version of the page. Reload the page and try again."
    else:
        sentence = "This message could not be read. Reload the page and try again."
    return InvalidInput("payload", sentence, {place: sentence} if place else None)


def admit(connection: Connection, audiences: Iterable[str]) -> None:
    """Take a connection in and let it hear these audiences."""
    _connections[connection.sid] = connection
    for audience in audiences:
        hear(connection, audience)


def hear(connection: Connection, audience: str) -> None:
    """Let a connection hear an audience."""
    connection.audiences.add(audience)
    _audiences[audience].add(connection.sid)
    if _io is not None and _io.server is not None:
        _io.server.enter_room(connection.sid, audience, namespace="/")


def forget(sid: str) -> Connection | None:
    """Drop a connection and return it."""
    connection = _connections.pop(sid, None)
    for audience in tuple(connection.audiences) if connection else ():
        _audiences[audience].discard(sid)
        if not _audiences[audience]:
            _audiences.pop(audience, None)
    return connection


def connections() -> list[Connection]:
    """Give all connections of this process."""
    return list(_connections.values())


def listening(audience: str) -> list[Connection]:
    """Give the connections that hear an audience."""
    # A tuple is taken at once: in threading mode others join while this goes on.
    found = [_connections.get(sid) for sid in tuple(_audiences.get(audience, ()))]
    return [connection for connection in found if connection is not None]


def audiences() -> list[str]:
    """Give the audiences that somebody in this process hears."""
    return list(_audiences)


def broadcast(audience: str, name: str, payload: dict[str, Any]) -> None:
    """Send one message to everybody in this process who hears the audience."""
    if _io is not None and audience in _audiences:
        _io.emit(name, payload, to=audience)


def send(connection: Connection, name: str, payload: dict[str, Any]) -> None:
    """Send one message to one connection."""
    if _io is not None:
        _io.emit(name, payload, to=connection.sid)


def close(connection: Connection, reason: str) -> None:
    """Tell a connection why it is closed, and close it."""
    if _io is not None and _io.server is not None:
        _io.emit("room.closed", {"reason": reason}, to=connection.sid)
        _io.server.disconnect(connection.sid, namespace="/")
