"""Messages over a pipe: four bytes of length, then the bytes."""

import os
import select
import struct
import time

_LENGTH = struct.Struct(">I")
LARGEST = 64 * 1024 * 1024


class Closed(Exception):
    """The other side is gone."""


class TooLate(Exception):
    """The deadline passed before a whole message had come."""


def send(descriptor: int, message: bytes) -> None:
    """Write one message."""
    rest = memoryview(_LENGTH.pack(len(message)) + message)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def receive(descriptor: int, deadline: float | None = None) -> bytes:
    """Read one message; `deadline` is on the monotonic clock."""
    (length,) = _LENGTH.unpack(_exactly(descriptor, _LENGTH.size, deadline))
    if length > LARGEST:
        raise Closed
    return _exactly(descriptor, length, deadline)


def _exactly(descriptor: int, size: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        if deadline is not None:
            _wait(descriptor, deadline)
        part = os.read(descriptor, min(size - len(parts), 1 << 20))
        if not part:
            raise Closed
        parts += part
    return bytes(parts)


def _wait(descriptor: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TooLate
