"""One message as final bytes, and its way out: SMTP, or files in the outbox folder."""

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol

from webinar_app.core.text import one_line


class NotDelivered(Exception):
    """The mail did not leave; `for_good` says that another try is pointless."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


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
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    from_name, from_address = parseaddr(sender)
    message["From"] = Address(one_line(from_name), addr_spec=from_address)
    message["To"] = Address(one_line(to_name), addr_spec=one_line(to_address))
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


class SmtpServer:
    """Hands each mail to a mail server."""

    def __init__(self, host: str, port: int, user: str, password: str, *, starttls: bool, sender: str) -> None:
        self.host, self.port, self.user, self.password = host, port, user, password
        self.starttls, self.sender = starttls, parseaddr(sender)[1]

    def carry(self, code: str, to_address: str, message: bytes) -> None:
        """Send over one connection with a time limit of 20 s."""
        try:
            with smtplib.SMTP(self.host, self.port, timeout=20) as server:
                if self.starttls:
                    server.starttls()
                if self.user:
                    server.login(self.user, self.password)
                server.sendmail(self.sender, [to_address], message)
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"{error.smtp_code}", for_good=500 <= error.smtp_code < 600) from error
        except smtplib.SMTPRecipientsRefused as error:
            code_given = next(iter(error.recipients.values()))[0]
            raise NotDelivered(f"{code_given}", for_good=500 <= code_given < 600) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(type(error).__name__, for_good=False) from error
