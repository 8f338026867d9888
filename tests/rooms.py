"""A room for tests: real handlers, real database, and clients of the real Socket.IO server without a network."""

import itertools
import json
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from factories import World
from flask import Flask
from flask_socketio import SocketIO

from webinar_app.chat.services import reactions
from webinar_app.config import settings
from webinar_app.core.actor import Member
from webinar_app.core.clock import utc_now
from webinar_app.infra.runtime.engineio import Wire
from webinar_app.infra.runtime.frames import Parcel
from webinar_app.infra.runtime.lines import Line
from webinar_app.live import queries
from webinar_app.live.rules import ticket_for, write_ticket
from webinar_app.live.services import counts, proofs, stream
from webinar_app.web import sockets


def new_ticket(member: Member, device: str = "", **changes: Any) -> str:
    """Give a ticket as the page gets it."""
    made = ticket_for(member, secrets.token_urlsafe(12), device or f"browser-of-{member.person_id}", utc_now())
    return write_ticket(settings().link_secrets[0], replace(made, **changes))


def lobby_of(world: World, **changes: Any) -> dict[str, Any]:
    """Give a sitting whose lobby is open: the tests' day begins ten minutes before it."""
    starts_at = utc_now().replace(second=0, microsecond=0) + timedelta(minutes=10)
    return world.webinar(**({"starts_at": starts_at} | changes))


def unframed(frame: bytes) -> str:
    """Give the text of a frame of the server."""
    size = frame[1]
    return frame[2 if size < 126 else 4 if size == 126 else 10 :].decode()


class Cable(Line):
    """A line without a network: what the server sends is kept."""

    def __init__(self, heard: Callable[[str], None], ended: Callable[[str], None]) -> None:
        self.heard, self.ended, self.is_open = heard, ended, True
        self.came: list[str] = []

    def put(self, parcel: Parcel) -> None:
        self.came.append(parcel.body.decode())

    def lag(self, now: float) -> float:
        return 0.0

    def end(self, code: int, reason: str) -> None:
        if self.is_open:
            self.is_open = False
            self.ended(reason)

    finish = end

    def send(self, data: bytes) -> None:
        self.came.append(unframed(data))


class Browser:
    """One connection of a person, through the real gate."""

    def __init__(self, io: SocketIO, auth: Any) -> None:
        self.wire = Wire(io.server.eio, secrets.token_hex(8))
        io.server.eio.sockets[self.wire.sid] = self.wire
        self.wire.line = self.cable = Cable(self.wire._heard, self.wire._ended)
        self.heard_so_far: list[tuple[str, Any]] = []
        self.refused: dict[str, Any] | None = None
        self.numbers = itertools.count(1)
        self.say(f"40{json.dumps(auth)}" if auth is not None else "40")

    def say(self, text: str) -> list[str]:
        """Send one packet as it is, and give the packets that answer it."""
        before = len(self.cable.came)
        if self.cable.is_open:
            self.cable.heard(text)
        answers = self.cable.came[before:]
        for packet in answers:
            if packet.startswith("44"):
                self.refused = json.loads(packet[2:])
        return answers

    @property
    def is_connected(self) -> bool:
        return self.cable.is_open and self.wire.is_joined

    def act(self, name: str, **payload: Any) -> dict[str, Any]:
        """Send an act with a key of its own and give the acknowledgement."""
        return self.ask(name, **{"key": uuid.uuid4().hex, **payload})

    def ask(self, name: str, **payload: Any) -> dict[str, Any]:
        """Send an event and give the acknowledgement."""
        head = f"43{(number := next(self.numbers))}["
        self.say(f"42{number}{json.dumps([name, payload])}")
        answer = next(packet for packet in reversed(self.cable.came) if packet.startswith(head))
        told: dict[str, Any] = json.loads(answer[len(head) - 1 :])[0]
        return told

    def hear(self, name: str = "") -> list[Any]:
        """Give the payloads of the messages of this name that came since the last look."""
        stream.pump()
        self.heard_so_far += [tuple(json.loads(packet[2:])) for packet in self.cable.came if packet.startswith("42")]
        self.cable.came = []
        mine = [one for one in self.heard_so_far if one[0] == name or not name]
        self.heard_so_far = [one for one in self.heard_so_far if one not in mine]
        return [payload for _, payload in mine]

    def events(self, audience: str = "all") -> list[tuple[str, Any]]:
        """Give (name, payload) of the room events of a stream that came since the last look."""
        return [(one["name"], one["payload"]) for one in self.hear("room.event") if one["audience"] == audience]

    def snapshot(self) -> dict[str, Any]:
        """Give the whole room as this person sees it."""
        queries.forget_snapshots()
        answer = self.ask("room.sync", all=None, staff=None, me=None)
        snapshot: dict[str, Any] = answer["data"]["snapshot"]
        return snapshot

    def leave(self) -> None:
        """Close the connection."""
        self.say("41")


class Doors:
    """Lets people into rooms, and out at the end of the test."""

    def __init__(self, io: SocketIO) -> None:
        self.io = io
        self.open: list[Browser] = []

    def enter(self, member: Member, device: str = "", ticket: str | None = None) -> Browser:
        """Connect a person with a fresh ticket."""
        return self.knock({"ticket": ticket or new_ticket(member, device)})

    def knock(self, auth: Any) -> Browser:
        """Connect with this authorisation; look at `is_connected`."""
        browser = Browser(self.io, auth)
        self.open.append(browser)
        return browser

    def close(self) -> None:
        """Let everybody out, and forget what was sent."""
        for browser in self.open:
            browser.leave()
        for connection in sockets.connections():
            sockets.forget(connection)
        sockets.forget_paces()
        reactions.forget()
        stream.forget()
        counts.forget()
        proofs.forget()
        queries.forget_snapshots()


@pytest.fixture(scope="session")
def the_io(the_app: Flask) -> SocketIO:
    """The Socket.IO server, once."""
    from webinar_app.app import create_sockets

    return create_sockets(the_app, settings())


@pytest.fixture
def doors(the_io: SocketIO, app: Flask) -> Iterator[Doors]:
    """Ways into rooms."""
    made = Doors(the_io)
    yield made
    made.close()
