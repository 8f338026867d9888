"""A real server in a process of its own, on a scratch database, and real clients for it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import socketio

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the server test, and long enough for it"


def free_port() -> int:
    """Give a port that nobody uses now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


class Server:
    """`python wsgi.py` with its own instance folder."""

    def __init__(self, instance: Path, mode: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = instance / "server.log"
        self.environment = os.environ | {
            "WEBINAR_INSTANCE": str(instance), "WEBINAR_SECRET_KEY": SECRET, "WEBINAR_PUBLIC_URL": self.url,
            "WEBINAR_PORT": str(self.port), "WEBINAR_ASYNC_MODE": mode, "WEBINAR_DATABASE_URL": "",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "wsgi.py"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url + "/health", timeout=1).read()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-3000:])

    def stop(self) -> float:
        """Ask it to stop, and give the seconds that it took."""
        assert self.process is not None
        begun = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        return time.monotonic() - begun

    def raw(self, sent: bytes, seconds: float = 5) -> bytes:
        """Send bytes and give what comes back until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            line.sendall(sent)
            answer = b""
            try:
                while part := line.recv(65536):
                    answer += part
            except TimeoutError:
                pass
            return answer


class Person:
    """A real client of a room."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.heard: list[tuple[str, Any]] = []
        self.client = socketio.Client(reconnection=False)
        for name in ("room.event", "poll.tally", "room.presence", "room.restarting", "room.closed", "connect_error"):
            self.client.on(name, lambda payload, name=name: self.heard.append((name, payload)))

    def enter(self, ticket: str, **more: Any) -> "Person":
        """Connect."""
        try:
            self.client.connect(self.server.url, transports=["websocket"], auth={"ticket": ticket}, **more)
        except socketio.exceptions.ConnectionError as error:
            told = [payload for name, payload in self.heard if name == "connect_error"]
            raise socketio.exceptions.ConnectionError(str(told)) from error
        return self

    def ask(self, name: str, **payload: Any) -> dict[str, Any]:
        """Send an event and give its acknowledgement."""
        answer: dict[str, Any] = self.client.call(name, payload, timeout=10)
        return answer

    def wait_for(self, name: str, seconds: float = 5) -> Any:
        """Give the first message of this name."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for told, payload in list(self.heard):
                if told == name:
                    return payload
            time.sleep(0.01)
        raise AssertionError(f"{name} did not come; heard {[told for told, _ in self.heard]}")
