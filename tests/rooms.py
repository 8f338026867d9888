"""A room for tests: real handlers, real database, and clients of the real Socket.IO server without a network."""

import secrets
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO

from webinar_app.config import settings
from webinar_app.core.actor import Member
from webinar_app.core.clock import utc_now
from webinar_app.live import queries
from webinar_app.live.rules import TICKET_LASTS, Ticket, write_ticket
from webinar_app.live.services import counts, proofs, stream
from webinar_app.web import sockets


def ticket_for(member: Member, device: str = "", **changes: Any) -> str:
    """Give a ticket as the page gets it."""
    values: dict[str, Any] = {
        "id": secrets.token_urlsafe(12), "person_id": member.person_id, "webinar_code": member.webinar_code,
        "registration_id": member.registration_id, "sign_in_id": member.sign_in_id,
        "device": device or f"browser-of-{member.person_id}", "expires": int((utc_now() + TICKET_LASTS).timestamp()),
    }  # fmt: skip
    return write_ticket(settings().link_secrets[0], Ticket(**(values | changes)))


class Browser:
    """One connection of a person."""

    def __init__(self, io: SocketIO, app: Flask, auth: Any) -> None:
        self.client = io.test_client(app, auth=auth)
        self.heard_so_far: list[dict[str, Any]] = []

    @property
    def is_connected(self) -> bool:
        return bool(self.client.is_connected())

    def act(self, name: str, **payload: Any) -> dict[str, Any]:
        """Send an act with a key of its own and give the acknowledgement."""
        return self.ask(name, **{"key": uuid.uuid4().hex, **payload})

    def ask(self, name: str, **payload: Any) -> dict[str, Any]:
        """Send an event and give the acknowledgement."""
        answer: dict[str, Any] = self.client.emit(name, payload, callback=True)
        return answer

    def hear(self, name: str = "") -> list[Any]:
        """Give the payloads of the messages of this name that came since the last look."""
        stream.pump()
        # Not `get_received`, which refuses once the server has closed the connection.
        self.heard_so_far += self.client.queue
        self.client.queue = []
        mine = [one for one in self.heard_so_far if one["name"] == name or not name]
        self.heard_so_far = [one for one in self.heard_so_far if one not in mine]
        return [one["args"][0] for one in mine]

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
        if self.is_connected:
            self.client.disconnect()


class Doors:
    """Lets people into rooms, and out at the end of the test."""

    def __init__(self, io: SocketIO, app: Flask) -> None:
        self.io, self.app = io, app
        self.open: list[Browser] = []

    def enter(self, member: Member, device: str = "", ticket: str | None = None) -> Browser:
        """Connect a person with a fresh ticket."""
        return self.knock({"ticket": ticket or ticket_for(member, device)})

    def knock(self, auth: Any) -> Browser:
        """Connect with this authorisation; look at `is_connected`."""
        browser = Browser(self.io, self.app, auth)
        self.open.append(browser)
        return browser

    def close(self) -> None:
        """Let everybody out, and forget what was sent."""
        for browser in self.open:
            browser.leave()
        for connection in sockets.connections():
            sockets.forget(connection.sid)
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
    made = Doors(the_io, app)
    yield made
    made.close()
