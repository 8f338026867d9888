"""What we change in python-engineio, kept in one place; a test fails when the library changes shape (P-5).

The library answers the handshake's request and keeps the register of sockets. Ours are `Wire`s: no queue, no greenlet
and no timer each, but a bounded line, and one wheel that pings everybody.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

import engineio.server
import engineio.socket
from engineio import packet

from webinar_app.infra import runtime
from webinar_app.infra.runtime import frames, lines
from webinar_app.infra.runtime.frames import Parcel, accept_for
from webinar_app.infra.runtime.lines import GreenLine, Line, ThreadLine

log = logging.getLogger("webinar.engineio")
TAKE_SOCKET = "rostrum.take_socket"  # our listener's way to let a request give its socket away
CLOSE, PING, WHEEL_SECONDS = Parcel(b"1"), Parcel(b"2"), 0.5
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
UNJOINED_SECONDS = 10.0
PING_TIMEOUT = "ping timeout"


class _Hooks:
    """Who takes what comes from wires."""

    heard: Callable[["Wire", str], None]
    ended: Callable[["Wire", str], None]
    most = 20_000


class Wire(engineio.socket.Socket):
    """One Engine.IO connection over WebSocket."""

    def __init__(self, server: Any, sid: str) -> None:
        # Not the library's own: it makes a queue that nothing here would empty.
        self.server, self.sid = server, sid
        self.connected = self.upgrading = self.upgraded = self.closing = self.closed = False
        self.line: Line | None = None
        self.peer: Any = None  # what the gate knows of the other end
        self.early: list[str] = []  # the library greets before the handshake is answered
        self.has_asked = self.is_joined = False  # to be let in; is let in
        self.begun_at = self.heard_at = self.pinged_at = time.monotonic()

    def put(self, parcel: Parcel) -> None:
        """Send a finished message."""
        if self.line is not None:
            self.line.put(parcel)

    def send(self, pkt: packet.Packet) -> None:
        """Send a packet of the library."""
        text: str = pkt.encode()
        if self.line is None:
            self.early.append(text)
        else:
            self.line.put(Parcel(text.encode()))

    def schedule_ping(self) -> None:
        """Leave pinging to the wheel."""

    def check_ping_timeout(self) -> bool:
        """Leave silence to the wheel."""
        return not self.closed

    def handle_get_request(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer the handshake and go on by line; in threading mode this returns when the connection has ended."""
        if len(self.server.sockets) > _Hooks.most:
            self.closed = True
            start_response("503 Service Unavailable", [("Retry-After", "5"), ("Content-Length", "0")])
            return [b""]
        sock = _taken(environ)
        made: type[Line] = GreenLine if runtime.mode() == "eventlet" else ThreadLine
        self.line = line = made(sock, self._heard, self._ended)
        self.connected = self.upgraded = True
        sock.send(SWITCHING + accept_for(environ["HTTP_SEC_WEBSOCKET_KEY"]) + b"\r\n\r\n")
        early, self.early = self.early, []
        for text in early:
            line.put(Parcel(text.encode()))
        if isinstance(line, ThreadLine):
            line.run()
            raise ConnectionError  # werkzeug's way to hear that nothing is left to answer
        from eventlet.wsgi import WSGI_LOCAL

        WSGI_LOCAL.already_handled = True
        return []

    def _heard(self, text: str) -> None:
        if not self.closed:
            _Hooks.heard(self, text)

    def _ended(self, reason: str) -> None:
        if not self.closed:
            self.closed = True
            self.server.sockets.pop(self.sid, None)
            _Hooks.ended(self, reason)

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Say that it is over, and close behind what is queued."""
        if self.line is not None:
            self.line.put(CLOSE)
            self.line.finish(lines.NORMAL, reason or "server disconnect")
        else:
            self._ended(reason or "server disconnect")

    def cut(self, code: int, reason: str) -> None:
        """Close at once."""
        if self.line is not None:
            self.line.end(code, reason)


def _taken(environ: dict[str, Any]) -> Any:
    """Give the request's socket; under eventlet the request then forgets it, and all its own objects go."""
    return environ[TAKE_SOCKET]() if TAKE_SOCKET in environ else environ["werkzeug.socket"]


def install(
    eio: Any, heard: Callable[[Wire, str], None], ended: Callable[[Wire, str], None], *, most: int = 20_000
) -> None:
    """Let every new connection be a Wire; `heard(wire, text)` gets its packets, `ended(wire, reason)` its end."""
    module: Any = engineio.server.socket
    module.Socket = Wire
    _Hooks.heard, _Hooks.ended, _Hooks.most = staticmethod(heard), staticmethod(ended), most
    eio.handlers.clear()  # Socket.IO's own: the gate speaks it


def turn_wheel(eio: Any, *, interval: float, timeout: float, is_stopping: Callable[[], bool]) -> None:
    """Ping whose turn it is, and end who is silent, too slow or never joined, until the process stops."""

    def turn() -> None:
        while not is_stopping():
            runtime.sleep(WHEEL_SECONDS)
            now = time.monotonic()
            for wire in list(eio.sockets.values()):
                _look_after(wire, now, interval, timeout)

    runtime.spawn(turn)


def _look_after(wire: Wire, now: float, interval: float, timeout: float) -> None:
    line = wire.line
    if line is None:
        return
    if now - wire.heard_at > interval + timeout:
        wire.cut(lines.GOING_AWAY, PING_TIMEOUT)
    elif not wire.has_asked and now - wire.begun_at > UNJOINED_SECONDS:
        wire.cut(frames.POLICY, "not joined")  # its pongs would keep it alive for ever
    elif line.lag(now) > lines.MOST_LAG_SECONDS:
        wire.cut(frames.POLICY, lines.TOO_SLOW)
    elif now - wire.pinged_at >= interval:
        wire.pinged_at = now
        line.put(PING)
