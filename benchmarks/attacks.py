"""What one bad client can do to a room: floods, silence, big frames, half requests and nonsense, by raw sockets."""

import json
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from itertools import islice

from stand import Stand

HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n"
)
TEXT, CONTINUATION, CLOSE, PONG = 1, 0, 8, 10
MASK = b"\x11\x22\x33\x44"
ANSWER_SECONDS = 10


def framed(opcode: int, payload: bytes, *, is_last: bool = True) -> bytes:
    """Give a client's frame."""
    head = bytes([(0x80 if is_last else 0) | opcode])
    size = len(payload)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += b"\xfe" + size.to_bytes(2, "big")
    else:
        head += b"\xff" + size.to_bytes(8, "big")
    key = (MASK * (size // 4 + 1))[:size]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")
    return head + MASK + masked.to_bytes(size, "big")


def event(name: str, payload: object, number: int | None = None) -> bytes:
    """Give the frame of an event."""
    text = f"42{'' if number is None else number}{json.dumps([name, payload], separators=(',', ':'))}"
    return framed(TEXT, text.encode())


class Wire:
    """One raw connection. `close_code` is what the server said when it ended it."""

    def __init__(self, stand: Stand) -> None:
        self.sock = socket.create_connection(("127.0.0.1", stand.port), timeout=ANSWER_SECONDS)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.sendall(HANDSHAKE.format(host=f"127.0.0.1:{stand.port}").encode())
        self.got, self.close_code, self.is_over = b"", 0, False
        self.read_until(b"\r\n\r\n")
        self.got = self.got.partition(b"\r\n\r\n")[2]

    def enter(self, auth: str) -> None:
        """Be let into the room."""
        self.read_until(b"0{")
        self.sock.sendall(framed(TEXT, f"40{auth}".encode()))
        self.read_until(b"40{")

    def read_until(self, wanted: bytes) -> None:
        """Read until these bytes have come; raises OSError when they do not."""
        while wanted not in self.got:
            data = self.sock.recv(65536)
            if not data:
                raise ConnectionResetError(f"closed before {wanted!r}")
            self.got += data

    def take(self) -> None:
        """Take what has come, without waiting; notice when the server has closed."""
        self.sock.setblocking(False)
        try:
            while data := self.sock.recv(65536):
                self.got = (self.got + data)[-70_000:]
            self._end()
        except BlockingIOError:
            return
        except OSError:
            self._end()

    def wait_for_end(self, seconds: float) -> float:
        """Give how many seconds it took until the server closed; `seconds` when it did not."""
        begun = time.monotonic()
        while not self.is_over and time.monotonic() - begun < seconds:
            self.take()
            time.sleep(0.001)
        return time.monotonic() - begun

    def _end(self) -> None:
        self.is_over = True
        at = self.got.rfind(b"\x88")
        if at >= 0 and len(self.got) >= at + 4:
            self.close_code = int.from_bytes(self.got[at + 2 : at + 4], "big")

    def send(self, data: bytes) -> None:
        """Send everything, unless the server closes before."""
        self.sock.settimeout(ANSWER_SECONDS)
        try:
            self.sock.sendall(data)
        except OSError:
            self.take()
            self._end()

    def shrink(self) -> None:
        """Take little into the machine's own buffer from now on, as a phone would."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    def close(self) -> None:
        """Leave."""
        self.sock.close()


def flood(wire: Wire, per_second: int, seconds: float) -> float | None:
    """Send so many events a second; give after how many seconds the server cut, None when it did not."""
    frame, begun, sent = (
        event("question.upvote", {"question": "NOSUCHQ1", "up": True, "key": "k" * 12}, 7),
        time.monotonic(),
        0,
    )
    while (now := time.monotonic() - begun) < seconds:
        due = int(now * per_second) - sent
        if due > 0:
            wire.send(frame * min(due, per_second // 10))
            sent += min(due, per_second // 10)
        wire.take()
        if wire.is_over:
            return time.monotonic() - begun
        time.sleep(0.002)
    return None


def big_frame(wire: Wire) -> float:
    """Send one message of 1 MB; give the seconds until the server has closed."""
    begun = time.monotonic()
    wire.send(framed(TEXT, b"4" + b"x" * (1 << 20)))
    wire.wait_for_end(5)
    return time.monotonic() - begun


def endless_fragments(wire: Wire) -> float:
    """Send fragments of a message that never ends; give the seconds until the server has closed."""
    begun = time.monotonic()
    wire.send(framed(TEXT, b"4", is_last=False))
    while not wire.is_over and time.monotonic() - begun < 5:
        wire.send(framed(CONTINUATION, b"x", is_last=False) * 16)
        wire.take()
    return time.monotonic() - begun


def nonsense(seed: int) -> Iterator[bytes]:
    """Give packets that no client of ours sends, without end."""
    dice = random.Random(seed)
    made: list[Callable[[], bytes]] = [
        lambda: dice.randbytes(dice.randrange(1, 40)).hex().encode(),
        lambda: b"42" + dice.randbytes(8).hex().encode(),
        lambda: b"42[" * dice.randrange(1, 200),
        lambda: b'42["room.sync",NaN]',
        lambda: b"42[" + b"9" * 5000 + b"]",
        lambda: b"451-" + os.urandom(4).hex().encode(),
        lambda: b'43999["x"]',
        lambda: b"40{",
        lambda: b"5",
        lambda: b"",
        lambda: b"42" + b"[" * 500 + b"]" * 500,
    ]
    while True:
        yield framed(TEXT, dice.choice(made)())


def speak_nonsense(wire: Wire, seed: int, count: int) -> bool:
    """Send so many malformed packets; give whether the server cut."""
    wire.send(b"".join(islice(nonsense(seed), count)))
    wire.wait_for_end(5)
    return wire.is_over


def half_open(stand: Stand, count: int) -> list[socket.socket]:
    """Open connections that send half a request each."""
    opened = []
    for _ in range(count):
        sock = socket.socket()
        sock.settimeout(ANSWER_SECONDS)
        sock.connect(("127.0.0.1", stand.port))
        sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0")
        sock.setblocking(False)
        opened.append(sock)
    return opened


def still_open(sockets: list[socket.socket]) -> int:
    """Count connections that the server has not closed."""
    count = 0
    for sock in sockets:
        try:
            count += bool(sock.recv(1024))
        except BlockingIOError:
            count += 1
        except OSError:
            pass
    return count
