"""Wake-ups that may be lost: "there may be new rows for this audience". The truth is in the rows.

Within a process they are calls. Between processes they travel over Redis, signed, where there is one; without it, or
while it is away, every process finds new rows by its own look a few times a second.
"""

import hashlib
import hmac
import logging
from collections import deque
from collections.abc import Callable

import redis

from webinar_app.config import Settings
from webinar_app.infra import runtime

log = logging.getLogger("webinar.hints")
RETRY_SECONDS = 1.0
MOST_WAITING = 1_000
_listeners: list[Callable[[str], None]] = []
_wire: "Wire | None" = None


class Wire:
    """The way to other processes. Its channel is named after the database, so that two installations never mix."""

    def __init__(self, config: Settings) -> None:
        self.key = config.secret_key.get_secret_value().encode()
        self.channel = "rostrum:" + hashlib.sha256(config.database.encode()).hexdigest()[:16]
        self.url = config.redis_url
        self.waiting: deque[str] = deque(maxlen=MOST_WAITING)
        runtime.spawn(self._send)

    def sign(self, audience: str) -> str:
        """Give the message for an audience."""
        mac = hmac.new(self.key, audience.encode(), hashlib.sha256).hexdigest()[:32]
        return f"{mac} {audience}"

    def read(self, message: str) -> str | None:
        """Give the audience of a genuine message, or None."""
        _, _, audience = message.partition(" ")
        return audience if hmac.compare_digest(message, self.sign(audience)) else None

    def _connect(self) -> "redis.Redis":
        return redis.Redis.from_url(
            self.url, socket_timeout=5, socket_connect_timeout=2, socket_keepalive=True, decode_responses=True
        )

    def _send(self) -> None:
        """Publish what waits, in order, off the path of whoever gave the hint."""
        client = self._connect()
        while True:
            while self.waiting:
                try:
                    client.publish(self.channel, self.waiting[0])
                    self.waiting.popleft()
                except redis.RedisError:
                    self.waiting.clear()  # a lost hint costs a quarter of a second
                    runtime.sleep(RETRY_SECONDS)
            runtime.sleep(0.01)

    def hear(self) -> None:
        """Pass on what other processes say, for ever; comes back within a second of Redis."""
        while True:
            try:
                with self._connect().pubsub(ignore_subscribe_messages=True) as channel:
                    channel.subscribe(self.channel)
                    while True:
                        told = channel.get_message(timeout=1.0)
                        if told and (audience := self.read(str(told["data"]))):
                            _tell(audience)
            except redis.RedisError:
                log.info("redis away")
                runtime.sleep(RETRY_SECONDS)


def connect(config: Settings, *, hear: bool) -> None:
    """Join the processes of this installation, where a Redis is set; a web process also hears the others."""
    global _wire
    if config.redis_url:
        _wire = Wire(config)
        if hear:
            runtime.spawn(_wire.hear)


def listen(listener: Callable[[str], None]) -> None:
    """Call `listener(audience)` for each hint; it never waits."""
    _listeners.append(listener)


def give(audience: str) -> None:
    """Say that there may be new rows for this audience; never waits, never fails."""
    _tell(audience)
    if _wire is not None:
        _wire.waiting.append(_wire.sign(audience))


def _tell(audience: str) -> None:
    for listener in _listeners:
        listener(audience)
