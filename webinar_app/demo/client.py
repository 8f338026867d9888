"""A real client of the live room, without a browser: join link, ticket, Socket.IO, acts with keys."""

import re
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
import socketio
import socketio.exceptions

_CSRF = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
ACK_SECONDS = 10
AGAIN = frozenset({"busy", "try_again", "outcome_unknown", "room.not_joined"})


class Refused(Exception):
    """The server refused an act; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class LiveClient:
    """One person's connection to a room; one thread uses it at a time.

    `numbers` holds the last number seen of each stream, `events` what arrived in order as (stream, number, name).
    """

    def __init__(self, base_url: str, join_link: str, code: str, *, socket_url: str | None = None) -> None:
        self.base, self.link, self.code = base_url.rstrip("/"), join_link, code
        self.socket_url = (socket_url or base_url).rstrip("/")
        self.web = requests.Session()
        self.numbers: dict[str, int | None] = {"all": None, "staff": None, "me": None}
        self.events: list[tuple[str, int, str]] = []
        self.snapshot: dict[str, Any] = {}
        self.on_state: Callable[[str, dict[str, Any]], None] | None = None
        self._csrf = ""
        self._lock = threading.RLock()
        self.io = self._new_socket()

    def _new_socket(self) -> socketio.Client:
        # The server answers to its own name and origin only, also when a proxy of a test stands between.
        names = {"origin": self.base, "host": urlsplit(self.base).netloc}
        io = socketio.Client(
            reconnection=False, logger=False, engineio_logger=False, handle_sigint=False, websocket_extra_options=names
        )
        io.on("room.event", self._on_room_event)
        io.on("me.event", lambda message: self._take("me", message))
        io.on("*", self._on_other)
        return io

    def open_page(self) -> None:
        """Follow the join link, as a browser does, and keep the cookie and the CSRF token."""
        answer = self.web.get(self.link, timeout=15)
        answer.raise_for_status()
        page = self.web.get(f"{self.base}/room/{self.code}", timeout=15)
        page.raise_for_status()
        found = _CSRF.search(page.text)
        if found is None:
            raise Refused("page", f"the room page has no token (status {page.status_code})")
        self._csrf = found.group(1)

    def connect(self) -> None:
        """Take a ticket, connect and catch up; raises on failure, and may be called again."""
        if not self._csrf:
            self.open_page()
        answer = self.web.post(
            f"{self.base}/room/{self.code}/ticket",
            headers={"X-CSRFToken": self._csrf, "Accept": "application/json"},
            timeout=15,
        )
        answer.raise_for_status()
        self.close()
        self.io = self._new_socket()
        self.io.connect(
            self.socket_url,
            transports=["websocket"],
            auth={"ticket": answer.json()["ticket"]},
            wait_timeout=15,
        )
        self.sync()

    def close(self) -> None:
        """Leave without a word."""
        if self.io.connected:
            self.io.disconnect()

    def sync(self) -> None:
        """Ask for what was missed, and take it in."""
        with self._lock:
            answer = self.call("room.sync", dict(self.numbers))
            if "snapshot" in answer:
                self.snapshot = answer["snapshot"]
                for stream, number in self.snapshot["numbers"].items():
                    self.numbers[stream] = max(number, self.numbers[stream] or 0)
            for event in answer.get("events", ()):
                self._take(event["stream"], event)

    def sync_state(self) -> None:
        """Take a fresh snapshot, whatever was seen before."""
        with self._lock:
            self.numbers = dict.fromkeys(self.numbers)
            self.sync()

    def call(self, name: str, payload: dict[str, Any]) -> Any:
        """Send one event and return the data of its acknowledgement; raises `Refused`, TimeoutError."""
        try:
            answer = self.io.call(name, payload, timeout=ACK_SECONDS)
        except (socketio.exceptions.SocketIOError, ValueError) as error:
            raise TimeoutError(str(error)) from error
        if not isinstance(answer, dict) or not answer.get("ok"):
            told = (answer or {}).get("error", {}) if isinstance(answer, dict) else {}
            raise Refused(told.get("code", "unknown"), told.get("message", ""))
        return answer["data"]

    def act(self, name: str, key: str | None = None, *, seconds: float = 60, **payload: Any) -> Any:
        """Do one act until it is acknowledged: the same key over restarts and reconnects."""
        sent = {**payload, "key": key or uuid.uuid4().hex}
        deadline = time.monotonic() + seconds
        while True:
            try:
                if not self.io.connected:
                    self.connect()
                return self.call(name, sent)
            except Refused as refused:
                if refused.code not in AGAIN or time.monotonic() > deadline:
                    raise
            except (TimeoutError, OSError, requests.RequestException, socketio.exceptions.SocketIOError):
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.2)

    def _on_room_event(self, message: dict[str, Any]) -> None:
        with self._lock:
            last = self.numbers[message["audience"]]
            self._take(message["audience"], message)
            if last is not None and message["number"] > last + 1:
                threading.Thread(target=self._catch_up, daemon=True).start()

    def _catch_up(self) -> None:
        try:
            self.sync()
        except (Refused, TimeoutError):
            return  # the connection is gone: connecting again catches up

    def _take(self, stream: str, message: dict[str, Any]) -> None:
        """Take an event that is the next of its stream; drop what was seen, leave gaps to `sync`."""
        with self._lock:
            last = self.numbers[stream]
            if last is not None and message["number"] != last + 1:
                return
            self.numbers[stream] = message["number"]
            self.events.append((stream, message["number"], message["name"]))

    def _on_other(self, name: str, *payload: Any) -> None:
        if self.on_state and payload:
            self.on_state(name, payload[0])
