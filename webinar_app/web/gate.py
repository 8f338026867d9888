"""Between the wire and the handlers: what a client may send, how often, and how it is answered.

It speaks Engine.IO 4 and Socket.IO 5 packets over text messages, one namespace, and knows nothing of polls. What is
reserved, unknown or malformed dies here (reliability F9, R-6, R-8, O-1, O-5).
"""

import json
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json

from webinar_app.core.errors import Busy, DomainError, Forbidden, InvalidInput, Refused
from webinar_app.infra import runtime
from webinar_app.infra.db import Ok, submit
from webinar_app.infra.limits import Bucket
from webinar_app.infra.runtime.engineio import Wire
from webinar_app.infra.runtime.frames import POLICY, Parcel
from webinar_app.web import sockets
from webinar_app.web.errors import acknowledgement, fault_acknowledgement
from webinar_app.web.sockets import Connection, Hot, LiveEvent, Payload, encoded, events

log = logging.getLogger("webinar.gate")
MOST_FAULTS = 3
PATIENCE_PER_SECOND, PATIENCE = 5, 200
MOST_WAITING = 16
MOST_JOINING = 1000  # at once; who comes then is asked to come again, so that begun work is not lost
LONGEST_HEAD = 32  # digits of an acknowledgement's number
_TOO_FAST = "That was too fast. Wait a second, then try again."


_joining: set["Peer"] = set()


class Malformed(Exception):
    """A packet that no client of ours sends."""


class Sent(NamedTuple):
    """One event as it came: `number` is that of the acknowledgement, None where none is wanted."""

    number: int | None
    event: LiveEvent
    payload: Payload


@dataclass(slots=True, eq=False)
class Peer:
    """The other end of one wire."""

    wire: Wire
    connection: Connection | None = None
    faults: int = 0
    patience: Bucket | None = None
    waiting: deque[Sent] | None = None  # in order; the first one is being handled


def heard(wire: Wire, text: str) -> None:
    """Take one packet of a client. Never waits under eventlet."""
    peer: Peer = wire.peer or _meet(wire)
    try:
        kind = text[:1]
        if kind == "4":
            _message(peer, text)
        elif text == "1":
            wire.close(reason="client disconnect")
        elif text != "3":
            raise Malformed
    except Malformed:
        _count_fault(peer)
        return
    sockets.prove(wire)


def _meet(wire: Wire) -> Peer:
    wire.peer = peer = Peer(wire)
    return peer


def _message(peer: Peer, text: str) -> None:
    kind = text[1:2]
    if kind == "2":
        _event(peer, text)
    elif kind == "0":
        _ask_in(peer, text)
    elif text == "41":
        peer.wire.close(reason="client disconnect")
    else:
        raise Malformed


def _count_fault(peer: Peer) -> None:
    peer.faults += 1
    if peer.faults >= MOST_FAULTS:
        log.info("malformed packets: connection cut")
        peer.wire.cut(POLICY, "malformed")


def ended(wire: Wire, reason: str) -> None:
    """Hear of the end of a wire, once."""
    peer: Peer | None = wire.peer
    wire.peer = None
    if peer is not None and peer.connection is not None:
        try:
            sockets.gates["disconnect"](peer.connection, reason)
        except Exception as error:  # nobody is left to hear of it
            fault_acknowledgement(error, "disconnect")


def _ask_in(peer: Peer, text: str) -> None:
    """Let the gate of rooms decide on `40{auth}`; asking twice is no packet of ours."""
    if peer.wire.has_asked:
        raise Malformed
    auth = _decoded(text[2:]) if len(text) > 2 else None
    peer.wire.has_asked = True
    if len(_joining) >= MOST_JOINING:
        _refuse(peer, acknowledgement(Busy(retry_after=2))["error"])
    elif runtime.mode() == "eventlet":
        runtime.spawn(_let_in, peer, auth)
    else:
        _let_in(peer, auth)


def _let_in(peer: Peer, auth: Any) -> None:
    _joining.add(peer)
    try:
        connection = sockets.gates["connect"](peer.wire, auth)
    except DomainError as error:
        told = acknowledgement(error)["error"]
    except Exception as error:  # the client hears nothing of a bug
        told = fault_acknowledgement(error, "connect")["error"]
    else:
        if peer.wire.closed:  # it left while it was let in
            sockets.gates["disconnect"](connection, "transport close")
            return
        peer.connection, peer.wire.is_joined = connection, True
        peer.wire.put(Parcel(b"40" + encoded({"sid": peer.wire.sid})))
        return
    finally:
        _joining.discard(peer)
    _refuse(peer, told)


def _refuse(peer: Peer, told: dict[str, Any]) -> None:
    peer.wire.put(Parcel(b"44" + encoded({"message": told["message"], "data": told})))


def _no_constant(name: str) -> None:
    raise ValueError(name)


_decode = json.JSONDecoder(parse_constant=_no_constant).decode
_decode_quickly = partial(from_json, allow_inf_nan=False, cache_strings="keys")  # half the time, on every act


def _decoded(text: str) -> Any:
    """Give the JSON value; NaN, numbers of thousands of digits and deep nesting are malformed (R-8)."""
    try:
        return _decode_quickly(text)
    except ValueError:  # half a character too, which has an answer of its own
        try:
            return _decode(text)
        except (ValueError, RecursionError):
            raise Malformed from None


def _check_text(text: str, value: Any) -> None:
    """Refuse half a character (a lone surrogate), which a page can cut out of an emoji and nothing can store."""
    if "\\u" in text:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise InvalidInput("payload", "This text holds half a character. Type it again.") from None


def _event(peer: Peer, text: str) -> None:
    """Check one `42<number>["name",payload]` and handle it, or say why not."""
    at = text.find("[", 2, LONGEST_HEAD)
    head = text[2:at]
    if at < 0 or (head and not (head.isascii() and head.isdigit())):
        raise Malformed
    number = int(head) if head else None
    if not _has_patience(peer):
        _answer(peer, number, acknowledgement(Refused("too_fast", _TOO_FAST)))
        return
    sent = _decoded(text[at:])
    if not (isinstance(sent, list) and sent and isinstance(sent[0], str)):
        raise Malformed
    try:
        _check_text(text, sent)
        _handle(peer, Sent(number, *_checked(peer.connection, sent[0], sent[1:])))
    except DomainError as error:
        _answer(peer, number, acknowledgement(error))
    except Exception as error:  # a bug in a payload's own checks
        _answer(peer, number, fault_acknowledgement(error, sent[0][:40]))


def _has_patience(peer: Peer) -> bool:
    """Say whether this person may send an event now; who goes on and on is cut, and costs nothing more (F8)."""
    if peer.connection is not None and peer.connection.pace.take():
        return True
    if peer.patience is None:
        peer.patience = Bucket(PATIENCE_PER_SECOND, PATIENCE)
    if not peer.patience.take():
        log.info("too many events: connection cut")
        peer.wire.cut(POLICY, "too fast")
        return False
    return peer.connection is None  # who is not in yet is told so


def _checked(connection: Connection | None, name: str, arguments: list[Any]) -> tuple[LiveEvent, Payload]:
    event = events.get(name)
    if event is None:
        raise InvalidInput("payload", "This page is older than the server. Reload the page and try again.")
    if connection is None:
        raise Forbidden("room.not_joined", "You are not in the room any more. Reload the page to come back.")
    if not connection.member.may(event.requires):
        raise Forbidden
    if event.limit and not connection.pace.take_for(event.name, event.limit):
        raise Refused("too_fast", _TOO_FAST)
    return event, parsed(event.payload, arguments)


def parsed(kind: type[Payload], arguments: list[Any]) -> Payload:
    """Give the payload in its type; raise InvalidInput with a sentence about the first thing that is wrong."""
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise InvalidInput("payload", "This message could not be read. Reload the page and try again.")
    try:
        return kind.model_validate(arguments[0])
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


def _handle(peer: Peer, sent: Sent) -> None:
    """Handle an event now, or behind the ones of this connection that are still being handled.

    A hot act that has nothing before it goes straight into the writer's batch: no greenlet, no waiting.
    """
    if runtime.mode() != "eventlet" or (sent.event.is_hot and not peer.waiting):
        _run(peer, sent)
        return
    if peer.waiting is None:
        peer.waiting = deque()
    if len(peer.waiting) >= MOST_WAITING:
        raise Refused("too_fast", _TOO_FAST)
    peer.waiting.append(sent)
    if len(peer.waiting) == 1:
        runtime.spawn(_work_off, peer, peer.waiting)


def _work_off(peer: Peer, waiting: deque[Sent]) -> None:
    while waiting:
        _run(peer, waiting[0])
        waiting.popleft()
    peer.waiting = None


def _run(peer: Peer, sent: Sent) -> None:
    try:
        done = sent.event.handler(peer.connection, sent.payload)
        if isinstance(done, Hot):
            submit(done.service, done.act, then=partial(_settled, peer, sent, done.then))
            return
        answer = {"ok": True, "data": done}
    except DomainError as error:
        answer = acknowledgement(error)
    except Exception as error:  # the one place that keeps a bug of a handler from the client
        answer = fault_acknowledgement(error, sent.event.name)
    _answer(peer, sent.number, answer)


def _settled(peer: Peer, sent: Sent, then: Callable[[], None] | None, outcome: Any) -> None:
    """Acknowledge a hot act after its commit."""
    if isinstance(outcome, Ok):
        if then is not None:
            then()
        _answer(peer, sent.number, {"ok": True, "data": outcome.value})
    elif isinstance(outcome, DomainError):
        _answer(peer, sent.number, acknowledgement(outcome))
    else:
        _answer(peer, sent.number, fault_acknowledgement(outcome, sent.event.name))


def _answer(peer: Peer, number: int | None, answer: dict[str, Any]) -> None:
    if number is not None:
        peer.wire.put(Parcel(b"43%d[%b]" % (number, encoded(answer))))
