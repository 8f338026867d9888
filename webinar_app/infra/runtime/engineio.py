"""What we change in python-engineio, kept in one place; a test fails when the library changes shape (P-5)."""

from collections.abc import Callable
from typing import Any

import engineio.server
import engineio.socket
from engineio import packet

_listeners: list[Callable[[str], None]] = []


class ProvingSocket(engineio.socket.Socket):
    """Tells of every accepted packet, PONG included: each proves that the person is there."""

    def receive(self, pkt: packet.Packet) -> None:
        for listener in _listeners:
            listener(self.sid)
        super().receive(pkt)


def on_proof(listener: Callable[[str], None]) -> None:
    """Call `listener(engine_io_sid)` for each packet of a client."""
    _listeners.append(listener)


def install() -> None:
    """Let every new connection be a ProvingSocket."""
    module: Any = engineio.server.socket
    module.Socket = ProvingSocket
