"""WebSocket frames (RFC 6455 §5) as bytes: read within bounds, written once for everybody. Knows no socket."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha1

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MOST_BYTES, MOST_FRAGMENTS = 32 * 1024, 64
LONGEST_CONTROL = 125  # RFC 6455 §5.5
PROTOCOL_ERROR, BAD_TEXT, POLICY, TOO_BIG = 1002, 1007, 1008, 1009  # RFC 6455 §7.4.1
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 §1.3


class BadFrame(Exception):
    """What a client sent ends its connection; `code` is the close code of RFC 6455 §7.4.1."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Parcel:
    """One text message and its finished frame, made once however many connections it goes to."""

    __slots__ = ("body", "frame")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.frame = frame(TEXT, body)


def frame(opcode: int, payload: bytes) -> bytes:
    """Give a whole, unmasked frame as a server sends it."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 65536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8, "big") + payload


def closing(code: int, reason: str) -> bytes:
    """Give a close frame; the reason is cut to what a control frame holds."""
    return frame(CLOSE, code.to_bytes(2, "big") + reason.encode()[: LONGEST_CONTROL - 2])


def unmask(data: bytes, mask: bytes) -> bytes:
    """Take the client's mask off in one step; byte by byte 1 MB would stop everybody for half a second (F5)."""
    size = len(data)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def accept_for(key: str) -> bytes:
    """Give the answer to a handshake's key (RFC 6455 §4.2.2)."""
    return b64encode(sha1(key.encode() + _GUID, usedforsecurity=False).digest())


class Reader:
    """Turns a client's bytes into messages `(opcode, payload)`, fragments joined; raises `BadFrame`.

    A message is refused as soon as its header says that it will be too big: by bytes in sum, or by fragments (F6).
    """

    __slots__ = ("_fragments", "_opcode", "_parts", "_rest", "_size")

    def __init__(self) -> None:
        self._rest = b""
        self._parts: tuple[bytes, ...] = ()
        self._size = self._fragments = self._opcode = 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Give the messages that these bytes complete."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        at, end = 0, len(data)
        while end - at >= 2:
            size, body = self._header(data, at, end)
            if body + size > end:
                break
            first, payload = data[at], unmask(data[body : body + size], data[body - 4 : body])
            at = body + size
            is_whole = first >= 0x80 | CLOSE or (first > 0x80 and not self._fragments)
            if is_whole:  # a control frame, or a message that is one frame: nothing to join
                yield first & 0xF, payload
            elif whole := self._joined(first, payload):
                yield whole
        self._rest = data[at:]

    def _header(self, data: bytes, at: int, end: int) -> tuple[int, int]:
        """Give size and start of the frame's payload, checked; a start behind the end means: wait for more."""
        first, second = data[at], data[at + 1]
        opcode, size, body = first & 0xF, second & 0x7F, at + 6
        if first & 0x70 or not second & 0x80 or opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise BadFrame(PROTOCOL_ERROR, "protocol error")
        if opcode >= CLOSE and (size > LONGEST_CONTROL or not first & 0x80):
            raise BadFrame(PROTOCOL_ERROR, "protocol error")
        if size > LONGEST_CONTROL:
            wide = 2 if size == 126 else 8
            if at + 2 + wide > end:
                return 0, end + 1
            size = int.from_bytes(data[at + 2 : at + 2 + wide], "big")
            body += wide
        if self._size + size > MOST_BYTES:
            raise BadFrame(TOO_BIG, "message too big")
        return size, body

    def _joined(self, first: int, payload: bytes) -> tuple[int, bytes] | None:
        opcode = first & 0xF
        if (opcode == CONTINUATION) is not bool(self._fragments):
            raise BadFrame(PROTOCOL_ERROR, "protocol error")
        self._opcode = self._opcode or opcode
        self._fragments += 1
        self._size += len(payload)
        self._parts = (*self._parts, payload)
        if self._fragments > MOST_FRAGMENTS:
            raise BadFrame(TOO_BIG, "message too big")
        if not first & 0x80:
            return None
        whole = (self._opcode, b"".join(self._parts))
        self._parts = ()
        self._size = self._fragments = self._opcode = 0
        return whole
