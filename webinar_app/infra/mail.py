"""One message as final bytes, and its way out: SMTP, or files in the outbox folder."""

import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from webinar_app.core.text import one_line

LONGEST_LABEL = 200  # of a name beside an address: Python folds 10,000 characters in fifteen seconds
MOST_COLUMNS = 78
MOST_ENCODED_COLUMNS = 76  # RFC 2047 §2


class _Folding(EmailPolicy):
    """How headers are written.

    Python's newer way leaves the first line empty where the words fit on the next one, and loses spaces between
    encoded words (RFC 2047 §6.2 joins those); its older one does neither.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Give the lines of a header."""
        if name == "Subject":
            return f"Subject: {_folded(name, str(value))}\r\n".encode("ascii")
        if name in ("From", "To") and not str(value).isascii():
            [one] = value.addresses
            return f"{name}: {_folded(name, one.display_name)}\r\n <{one.addr_spec}>\r\n".encode("ascii")
        return super().fold_binary(name, value)


def _folded(name: str, words: str) -> str:
    charset, most = ("us-ascii", MOST_COLUMNS) if words.isascii() else ("utf-8", MOST_ENCODED_COLUMNS)
    # One long word stays beside the name.
    return Header(words, charset, maxlinelen=most, header_name=name).encode(linesep="\r\n").lstrip()


FOLDING = _Folding(linesep="\r\n", max_line_length=MOST_COLUMNS)


class Trouble(StrEnum):
    """What keeps a mail from leaving."""

    SERVER = "server"  # no mail gets through: nothing more is tried for a while
    PASSING = "passing"  # this mail may get through later
    REFUSED = "refused"  # the server does not take it for this address


class NotDelivered(Exception):
    """The mail did not leave; the reason is an SMTP code or the name of an error, never the server's words."""

    def __init__(self, reason: str, trouble: Trouble) -> None:
        super().__init__(reason)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar part: the file's bytes and its METHOD (RFC 6047 §2.4)."""

    data: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with the mail."""

    name: str
    type: str
    data: bytes


def compose(
    *,
    sender: str,
    to_name: str,
    to_address: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    at: datetime,
    reply_to: str = "",
    calendar: Calendar | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> bytes:
    """Give the whole message, RFC 5322; one-line fields lose control characters, so no text can add a header.

    With a calendar: mixed(alternative(text, html, text/calendar; method), invite.ics), as clients expect.
    """
    message = EmailMessage(policy=FOLDING)
    from_name, from_address = parseaddr(sender)
    message["From"] = Address(one_line(from_name)[:LONGEST_LABEL], addr_spec=from_address)
    message["To"] = Address(one_line(to_name)[:LONGEST_LABEL], addr_spec=one_line(to_address))
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if reply_to:
        message["Reply-To"] = one_line(reply_to)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if calendar:
        _add_calendar(message, calendar)
    for file in attachments:
        kind, _, subtype = file.type.partition("/")
        message.add_attachment(file.data, maintype=kind, subtype=subtype, filename=one_line(file.name))
    return message.as_bytes()


def _add_calendar(message: EmailMessage, calendar: Calendar) -> None:
    message.add_alternative(
        calendar.data.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": calendar.method}
    )
    message.add_attachment(calendar.data, maintype="application", subtype="ics", filename="invite.ics")


class Carrier(Protocol):
    """A way out for mail."""

    def carry(self, code: str, to_address: str, message: bytes) -> None:
        """Deliver, or raise NotDelivered."""

    def close(self) -> None:
        """Let go of the connection, if there is one."""


class Folder:
    """Writes each mail as a file; what a server without SMTP does."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def carry(self, code: str, to_address: str, message: bytes) -> None:
        """Write `<code>.eml`; doing it twice writes the same file."""
        self.root.mkdir(parents=True, exist_ok=True)
        part = self.root / f".{code}.part"
        part.write_bytes(message)
        part.replace(self.root / f"{code}.eml")

    def close(self) -> None:
        """Do nothing: files have no connection."""


class SmtpServer:
    """Hands mails to a mail server, several over one connection."""

    def __init__(
        self,
        host: str,
        port: int,
        user: str = "",
        password: str = "",
        *,
        starttls: bool,
        sender: str,
        ca_file: Path | None = None,
        timeout: float = 20,
    ) -> None:
        self.host, self.port, self.user, self.password = host, port, user, password
        self.starttls, self.sender, self.timeout = starttls, parseaddr(sender)[1], timeout
        self.ca_file = ca_file
        self._open: smtplib.SMTP | None = None

    def carry(self, code: str, to_address: str, message: bytes) -> None:
        """Send; each step of the conversation has the time limit. After trouble the next mail gets a new connection."""
        try:
            server = self._begin(len(message))
            _check(server.rcpt(to_address), Trouble.REFUSED)
            _check(server.data(message), Trouble.REFUSED)
        except smtplib.SMTPResponseException as error:  # what `data` raises when its command is answered with no
            raise self._over(f"{error.smtp_code}", _trouble(error.smtp_code, Trouble.REFUSED)) from error
        except UnicodeEncodeError as error:
            raise self._over("address", Trouble.REFUSED) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._over(type(error).__name__, Trouble.SERVER) from error
        except NotDelivered as error:
            if error.trouble is Trouble.SERVER:
                self.close()
            else:
                self._reset()
            raise

    def close(self) -> None:
        """Say goodbye and close."""
        server, self._open = self._open, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _begin(self, size: int) -> smtplib.SMTP:
        """Give a connection that has taken the sender; a kept one may have been closed while it was idle."""
        if self._open is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._mail(self._open, size)[0] == 250:
                    return self._open
            self.close()
        self._open = server = self._connect()
        # The sender is the same for all: who refuses it takes no mail at all. Only size is the mail's own fault.
        answer = self._mail(server, size)
        _check(answer, Trouble.REFUSED if answer[0] == 552 else Trouble.SERVER, Trouble.SERVER)
        return server

    def _mail(self, server: smtplib.SMTP, size: int) -> tuple[int, bytes]:
        return server.mail(self.sender, [f"size={size}"] if server.has_extn("size") else [])

    def _connect(self) -> smtplib.SMTP:
        try:
            self._open = server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
            server.ehlo_or_helo_if_needed()
            if self.starttls:
                server.starttls(context=ssl.create_default_context(cafile=self.ca_file))
                server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"{error.smtp_code}", Trouble.SERVER) from error
        return server

    def _reset(self) -> None:
        """Make the connection ready for the next mail, or let go of it."""
        try:
            if self._open is not None and self._open.rset()[0] != 250:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _over(self, reason: str, trouble: Trouble) -> NotDelivered:
        self.close()
        return NotDelivered(reason, trouble)


def _trouble(code: int, of_five: Trouble, of_four: Trouble = Trouble.PASSING) -> Trouble:
    """Say what an answer that is no yes means; 421 says that the server closes (RFC 5321 §3.8)."""
    if code == 421 or code < 400:
        return Trouble.SERVER
    return of_five if code >= 500 else of_four


def _check(answer: tuple[int, bytes], of_five: Trouble, of_four: Trouble = Trouble.PASSING) -> None:
    code = answer[0]
    if not 200 <= code < 300:
        raise NotDelivered(f"{code}", _trouble(code, of_five, of_four))
