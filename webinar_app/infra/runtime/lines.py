"""One WebSocket each: bytes in become messages, parcels go out at once or wait in a bounded queue.

Under eventlet a line is a pair of listeners of the hub, without a greenlet and without the objects of its handshake; in
threading mode it is the thread of its request and one that writes. Both keep the same bounds (reliability F5-F7, O-2).
"""

import contextlib
import logging
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

from webinar_app.infra import runtime
from webinar_app.infra.limits import Bucket
from webinar_app.infra.runtime import frames
from webinar_app.infra.runtime.frames import BadFrame, Parcel, Reader

log = logging.getLogger("webinar.lines")
MOST_QUEUED_BYTES, MOST_QUEUED, MOST_LAG_SECONDS = 256 * 1024, 200, 10.0
CONTROLS_PER_SECOND, CONTROL_BURST = 0.4, 4  # two an interval of five seconds
READ_BYTES = 16 * 1024
SENDING_BYTES = 128 * 1024  # the kernel's share: more would hide a slow reader for minutes
BREATH = 500  # sockets between two breaths of the hub: 5 ms
TOO_SLOW = "too slow"
NORMAL, GOING_AWAY, FAULT = 1000, 1001, 1011  # RFC 6455 §7.4.1


class Line(ABC):
    """The bounds and the order of one WebSocket; `heard(text)` gets each message, `ended(reason)` the end, once."""

    __slots__ = ("_begun_waiting", "_controls", "_queue", "_queued", "_reader", "ended", "heard", "is_open", "sock")

    def __init__(self, sock: socket.socket, heard: Callable[[str], None], ended: Callable[[str], None]) -> None:
        self.sock, self.heard, self.ended = sock, heard, ended
        self.is_open = True
        self._reader = Reader()
        self._queue: deque[bytes] | None = None  # made when the socket first takes no more
        self._queued = 0
        self._begun_waiting = 0.0  # monotonic; when the oldest queued frame began to wait
        self._controls: Bucket | None = None
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENDING_BYTES)

    def put(self, parcel: Parcel) -> None:
        """Send a message, now or behind what waits; a reader that is too far behind is cut."""
        self.send(parcel.frame)

    @abstractmethod
    def end(self, code: int, reason: str) -> None:
        """Close at once; what is queued is lost."""

    @abstractmethod
    def finish(self, code: int, reason: str) -> None:
        """Close behind what is queued."""

    def lag(self, now: float) -> float:
        """Give how many seconds the oldest queued frame has waited."""
        return now - self._begun_waiting if self._queue else 0.0

    def _take(self, data: bytes) -> None:
        """Hand on every message in these bytes."""
        try:
            for opcode, payload in self._reader.feed(data):
                if opcode == frames.TEXT:
                    self.heard(payload.decode())
                else:
                    self._control(opcode, payload)
                if not self.is_open:
                    return
        except BadFrame as bad:
            self.end(bad.code, bad.reason)
        except UnicodeDecodeError:
            self.end(frames.BAD_TEXT, "not UTF-8")
        except Exception:  # a bug must not stop the hub's loop or the other connections
            log.exception("line")
            self.end(FAULT, "internal")

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == frames.CLOSE:
            self.end(NORMAL, "client disconnect")
            return
        if self._controls is None:
            self._controls = Bucket(CONTROLS_PER_SECOND, CONTROL_BURST)
        if opcode == frames.BINARY or not self._controls.take():
            raise BadFrame(frames.POLICY, "not expected")
        if opcode == frames.PING:
            self.send(frames.frame(frames.PONG, payload))

    @abstractmethod
    def send(self, data: bytes) -> None:
        """Send a frame, now or behind what waits."""

    def _enqueue(self, data: bytes) -> bool:
        """Let a frame wait; False where that is too much."""
        if self._queue is None:
            self._queue = deque()
        if not self._queue:
            self._begun_waiting = time.monotonic()
        self._queue.append(data)
        self._queued += len(data)
        return self._queued <= MOST_QUEUED_BYTES and len(self._queue) <= MOST_QUEUED

    def _over(self, reason: str) -> None:
        try:
            self.ended(reason)
        except Exception:  # as in `_take`
            log.exception("line end")


class GreenLine(Line):
    """A line of the hub. Its methods run in the hub or in a greenlet and never wait."""

    __slots__ = ("_closing", "_hub", "_reads", "_write", "_writes")

    def __init__(self, sock: socket.socket, heard: Callable[[str], None], ended: Callable[[str], None]) -> None:
        super().__init__(sock, heard, ended)
        from eventlet import hubs

        self._hub: Any = hubs.get_hub()
        self._write = sock.send
        self._reads: Any = None
        self._writes: Any = None
        self._closing: str | None = None
        # From the hub itself: a listener keeps the greenlet that made it, and this one is about to end.
        self._hub.schedule_call_global(0, self._begin)

    def _begin(self) -> None:
        if self.is_open:
            self._reads = self._hub.add(self._hub.READ, self.sock.fileno(), self._readable, self._gone, self._gone)

    def _gone(self, *_: Any) -> None:
        self.end(GOING_AWAY, "transport close")

    def _readable(self, _: int) -> None:
        try:
            data = self.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(data)
        else:
            self.end(GOING_AWAY, "transport close")

    def send(self, data: bytes) -> None:
        """Send a frame, now or behind what waits; a broadcast takes the shortest way thousands of times."""
        if self._queue is None:
            try:
                sent = self._write(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._hub.schedule_call_global(0, self._gone)
                return
            if sent == len(data):
                return
            data = data[sent:]
        self.wait(data)

    def wait(self, data: bytes) -> None:
        """Send these bytes when the socket takes them again, behind what waits already."""
        if not self.is_open or self._closing is not None:
            return
        _behind.add(self)
        if not self._enqueue(data):
            self.end(frames.POLICY, TOO_SLOW)
        elif self._writes is None:
            self._writes = self._hub.add(self._hub.WRITE, self.sock.fileno(), self._writable, self._gone, self._gone)

    def _writable(self, _: int) -> None:
        queue = self._queue
        while queue:
            try:
                sent = self.sock.send(queue[0])
            except BlockingIOError:
                return None
            except OSError:
                return self.end(GOING_AWAY, "transport close")
            self._queued -= sent
            self._begun_waiting = time.monotonic()
            if sent < len(queue[0]):
                queue[0] = queue[0][sent:]
                return None
            queue.popleft()
        self._queue = None
        _behind.discard(self)
        self._stop("_writes")
        if self._closing is not None:
            self._close(self._closing)
        return None

    def end(self, code: int, reason: str) -> None:
        """Close at once; what is queued is lost."""
        if not self.is_open:
            return
        if not self._queue:  # else the close frame would stand in the middle of another
            with contextlib.suppress(OSError):
                self.sock.send(frames.closing(code, reason))
        self._close(reason)

    def finish(self, code: int, reason: str) -> None:
        """Close behind what is queued; the wheel ends a line that takes too long over it."""
        if not self._queue:
            self.end(code, reason)
        elif self._closing is None:
            self._closing = reason
            self._enqueue(frames.closing(code, reason))

    def _close(self, reason: str) -> None:
        self.is_open = False
        self._queue = deque()  # nothing is sent past it any more
        _behind.discard(self)
        self._stop("_reads")
        self._stop("_writes")
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
        self._over(reason)

    def _stop(self, name: str) -> None:
        listener = getattr(self, name)
        if listener is not None:
            setattr(self, name, None)
            self._hub.remove(listener)


_behind: set[GreenLine] = set()  # whose queue must stay in order


class Chorus:
    """Lines that are told the same. Under eventlet, where none is behind, one loop in C writes to their sockets."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = list(lines)
        self._are_green = all(isinstance(line, GreenLine) for line in self._lines)
        self._socks = [line.sock for line in self._lines] if self._are_green else []

    def tell(self, data: bytes) -> None:
        """Send everybody a frame, now or behind what waits; the hub breathes between."""
        for start in range(0, len(self._lines), BREATH):
            if start:
                runtime.breathe()
            some = slice(start, start + BREATH)
            if self._are_green and not _behind:
                self._write(some, data)
            else:
                for line in self._lines[some]:
                    line.send(data)

    def _write(self, some: slice, data: bytes) -> None:
        lines: Any = self._lines[some]
        socks, at = self._socks[some], 0
        writes = map(type(socks[0]).send, socks, repeat(data))
        while at < len(lines):
            try:
                for sent in writes:
                    if sent != len(data):
                        lines[at].wait(data[sent:])
                    at += 1
            except OSError:  # it takes no more, or has gone: the line knows what to do
                lines[at].send(data)
                at += 1


class ThreadLine(Line):
    """A line of threading mode: `run()` reads in the request's thread, another thread writes."""

    __slots__ = ("_closing", "_wakes")

    def __init__(self, sock: socket.socket, heard: Callable[[str], None], ended: Callable[[str], None]) -> None:
        super().__init__(sock, heard, ended)
        sock.settimeout(None)
        self._wakes = threading.Condition()
        self._closing: str | None = None
        threading.Thread(target=self._write, daemon=True).start()

    def run(self) -> None:
        """Read until the end."""
        while self.is_open:
            try:
                data = self.sock.recv(READ_BYTES)
            except OSError:
                data = b""
            if not data:
                return self.end(GOING_AWAY, "transport close")
            self._take(data)
        return None

    def send(self, data: bytes) -> None:
        with self._wakes:
            if not self.is_open or self._closing is not None:
                return
            fits = self._enqueue(data)
            self._wakes.notify()
        if not fits:
            self.end(frames.POLICY, TOO_SLOW)

    def _write(self) -> None:
        while True:
            with self._wakes:
                while self.is_open and not self._queue:
                    self._wakes.wait()
                if not self.is_open or not self._queue:
                    return None
                data = self._queue[0]
            try:
                self.sock.sendall(data)
            except OSError:
                return self.end(GOING_AWAY, "transport close")
            if self._has_left(data):
                return self._close(self._closing or "")

    def _has_left(self, data: bytes) -> bool:
        """Take a written frame out of the queue; give whether the line closes behind it."""
        with self._wakes:
            if self._queue:
                self._queue.popleft()
                self._queued -= len(data)
            self._begun_waiting = time.monotonic()
            return self._closing is not None and not self._queue

    def end(self, code: int, reason: str) -> None:
        """Close at once; what is queued is lost."""
        with self._wakes:
            if not self.is_open:
                return
            is_between_frames = not self._queue
        if is_between_frames:
            with contextlib.suppress(OSError):
                self.sock.send(frames.closing(code, reason), socket.MSG_DONTWAIT)
        self._close(reason)

    def finish(self, code: int, reason: str) -> None:
        """Close behind what is queued."""
        with self._wakes:
            if self.is_open and self._closing is None:
                self._closing = reason
                self._enqueue(frames.closing(code, reason))
                self._wakes.notify()

    def _close(self, reason: str) -> None:
        with self._wakes:
            if not self.is_open:
                return
            self.is_open = False
            self._queue = None
            self._wakes.notify()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self._over(reason)
