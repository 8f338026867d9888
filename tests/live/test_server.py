"""The real server with real clients, in both ways of waiting."""

import socket
import time
import uuid
from pathlib import Path

import databases
import pytest
import socketio
from servers import SECRET, Person, Server

from webinar_app.infra import db, dispatch
from webinar_app.infra.engines import engine_for
from webinar_app.subscriptions import SUBSCRIPTIONS

pytestmark = pytest.mark.live
HALF_OPEN = 1100
SOCKET = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
MALFORMED = (
    SOCKET + b"Connection: close\r\n\r\n",
    SOCKET + UPGRADE + b"Sec-WebSocket-Version: 7\r\n\r\n",
    SOCKET + UPGRADE + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ?\r\n\r\n",
    b"POST /socket.io/?EIO=4&transport=polling&sid=1 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
)


@pytest.fixture(params=["eventlet", "threading"])
def mode(request):
    return request.param


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A scratch database with a live room and three people, filled before the server holds it."""
    from factories import World

    url = databases.fresh("sqlite", tmp_path)
    Path(url.removeprefix("sqlite:///")).rename(tmp_path / "webinar.db")
    engine = engine_for(f"sqlite:///{tmp_path / 'webinar.db'}", "worker")
    with engine.connect() as connection:
        outer = connection.begin()
        db.use_connection(connection)
        dispatch.install(SUBSCRIPTIONS)
        world = World()
        webinar = world.live_webinar()
        people = {name: world.attendee(webinar, name.title()) for name in ("ada", "bob")}
        people["mike"] = world.staff(webinar)
        outer.commit()
    engine.dispose()

    def ticket(name: str) -> str:
        from webinar_app.core.clock import utc_now
        from webinar_app.live.rules import ticket_for, write_ticket

        return write_ticket(SECRET.encode(), ticket_for(people[name], uuid.uuid4().hex, f"browser-{name}", utc_now()))

    return {"instance": tmp_path, "ticket": ticket, "code": webinar["code"]}


@pytest.fixture
def server(place, mode):
    made = Server(place["instance"], mode)
    made.start()
    yield made
    made.stop()
    log = made.log.read_text()
    assert "Traceback" not in log, log[-3000:]


def key() -> str:
    return uuid.uuid4().hex


def test_votes_survive_a_restart_that_takes_less_than_five_seconds(server, place):
    mike, ada = (Person(server).enter(place["ticket"](name)) for name in ("mike", "ada"))
    numbers = ada.ask("room.sync", all=None, staff=None, me=None)["data"]["snapshot"]["numbers"]
    draft = {"kind": "yes_no", "question": "Clear so far?", "options": [], "visibility": "always"}
    poll = mike.ask("poll.draft", **draft, key=key())["data"]["poll"]
    assert mike.ask("poll.open", poll=poll, key=key())["ok"]
    opened = ada.wait_for("room.event")
    voted = ada.ask("poll.vote", poll=poll, options=[0], key="the-one-vote")
    while (tally := ada.wait_for("poll.tally"))["voters"] == 0:
        ada.heard.clear()

    took = server.stop()
    restarting = ada.wait_for("room.restarting")
    server.start()
    again = Person(server).enter(place["ticket"]("ada"))
    missed = again.ask("room.sync", **numbers)
    repeated = again.ask("poll.vote", poll=poll, options=[0], key="the-one-vote")

    assert took < 5
    assert (opened["name"], tally["counts"], restarting) == ("poll.opened", [1, 0], {"in_s": 3})
    assert [event["name"] for event in missed["data"]["events"]] == ["poll.opened"]
    assert voted == repeated
    again.client.disconnect()


def test_wrong_ticket_foreign_origin_and_polling_are_refused(server, place):
    with pytest.raises(socketio.exceptions.ConnectionError):
        Person(server).enter("nonsense")
    used = place["ticket"]("ada")
    first = Person(server).enter(used)
    with pytest.raises(socketio.exceptions.ConnectionError):
        Person(server).enter(used)
    with pytest.raises(socketio.exceptions.ConnectionError):
        Person(server).enter(place["ticket"]("bob"), headers={"Origin": "https://evil.example"})
    polling = server.raw(
        f"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        "Connection: close\r\n\r\n".encode()
    )

    assert polling.startswith(b"HTTP/1.1 400")
    assert first.ask("room.sync")["ok"]
    first.client.disconnect()


def test_malformed_handshake_tells_nothing(server):
    for sent in MALFORMED:
        answer = server.raw(sent.replace(b"{host}", f"127.0.0.1:{server.port}".encode()), seconds=2)

        assert b"Traceback" not in answer
        assert b"eventlet" not in answer.lower()
        assert b'File "' not in answer


def test_half_open_connections_keep_nobody_out(place):
    server = Server(place["instance"], "eventlet")
    server.start()
    lines = []
    try:
        for _ in range(HALF_OPEN):
            line = socket.create_connection(("127.0.0.1", server.port), timeout=5)
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0")
            lines.append(line)
        begun = time.monotonic()
        ada = Person(server).enter(place["ticket"]("ada"))
        answer = ada.ask("room.sync")
        took = time.monotonic() - begun
        ada.client.disconnect()
    finally:
        for line in lines:
            line.close()
        server.stop()

    assert answer["ok"]
    assert took < 2
