"""A real SMTP server on this machine with the troubles that mail servers have (reliability J-2)."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

# `refuse`: nobody listens. `stall`: the line is taken and nothing is said. `late`: it stalls after the text of a mail.
# `greet_4`, `greet_5`, `4xx`, `5xx`: answers at the greeting, and at each address. `data_4`, `data_5`: after the text.
# `cut`: the text is kept, and the line breaks before a yes. `close`: it says yes, then closes the line (421 style).
TROUBLES = ("refuse", "stall", "greet_4", "greet_5", "4xx", "5xx", "data_4", "data_5", "cut")


class Taken(NamedTuple):
    """One mail that the server kept, and when (by the clock of the test)."""

    to: str
    message_id: str
    subject: str
    at: datetime | None


class Hooks:
    """What the server answers; `trouble` may be changed at any time."""

    def __init__(self, clock: Callable[[], datetime | None]) -> None:
        self.clock = clock
        self.trouble = ""
        self.refused_addresses: set[str] = set()
        self.taken: list[Taken] = []
        self.tries: list[Taken] = []  # every mail of which an address was named, also without success
        self.connections = 0
        self.used_tls: set[bool] = set()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.used_tls.add(session.ssl is not None)
        self.tries.append(Taken(address, "", "", self.clock()))
        if self.trouble == "4xx":
            return "451 4.3.0 Try again later"
        if self.trouble == "5xx" or address in self.refused_addresses:
            return "550 5.1.1 Nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        if self.trouble in ("data_4", "data_5"):
            return "451 4.3.0 No room" if self.trouble == "data_4" else "554 5.6.0 Not this"
        message: Any = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
        self.taken.append(
            Taken(envelope.rcpt_tos[0], str(message["Message-ID"]), str(message["Subject"]), self.clock())
        )
        if self.trouble == "cut":
            server.transport.abort()  # type: ignore[union-attr]
        return "250 2.0.0 Taken"


class _Server(SMTP):
    """aiosmtpd's server, which also stalls or refuses before it says a word."""

    async def _handle_client(self) -> None:
        hooks = self.event_handler
        hooks.connections += 1
        if hooks.trouble == "stall":
            try:
                await asyncio.sleep(3600)
            finally:
                self.transport.close()
        if hooks.trouble in ("greet_4", "greet_5"):
            await self.push("421 4.3.2 Busy" if hooks.trouble == "greet_4" else "554 5.3.2 Closed")
            self.transport.close()
            return
        await super()._handle_client()


class MailServer:
    """The server in a thread of its own. `with MailServer() as server:` gives `server.port` and what it took."""

    def __init__(
        self, clock: Callable[[], datetime | None] = lambda: None, *, tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.hooks = Hooks(clock)
        self.tls, self.login = tls, login
        self.port = 0
        self._controller: Controller | None = None

    def __enter__(self) -> "MailServer":
        self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    @property
    def taken(self) -> list[Taken]:
        """Give the mails that were kept, in order."""
        return self.hooks.taken

    def have(self, trouble: str) -> None:
        """Let the server have one of `TROUBLES`, or none (`""`)."""
        if trouble == "refuse":
            self._leave()
        elif self._controller is None:
            self._listen()
        self.hooks.trouble = trouble

    def _factory(self) -> SMTP:
        more: dict[str, Any] = {"tls_context": self.tls, "require_starttls": True} if self.tls else {}
        if self.login:
            more |= {"authenticator": self._check, "auth_required": True, "auth_require_tls": True}
        return _Server(self.hooks, enable_SMTPUTF8=False, hostname="mail.example.org", **more)

    def _check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        is_right = (data.login.decode(), data.password.decode()) == self.login
        return AuthResult(success=is_right, handled=False)

    def _listen(self) -> None:
        self._controller = Controller(self.hooks, hostname="127.0.0.1", port=self.port)
        self._controller.factory = self._factory  # type: ignore[method-assign]
        if not self.port:
            self._controller.port = _free_port()
        self._controller.start()
        self.port = self._controller.port

    def _leave(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])
