"""A mail's bytes read back for the outbox page."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True, slots=True)
class Part:
    """A file that travels with a mail."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail taken apart: headers, text, HTML, files."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    parts: list[Part]


def open_mail(body: bytes) -> Opened:
    """Give a stored mail as a page can show it."""
    message = cast(EmailMessage, message_from_bytes(body, policy=policy.default))
    headers = [(name, str(message[name])) for name in SHOWN_HEADERS if message[name]]
    return Opened(headers, _content(message, "plain"), _content(message, "html"), _parts(message))


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _parts(message: EmailMessage) -> list[Part]:
    parts = []
    for part in message.iter_attachments():
        data = cast(bytes, part.get_payload(decode=True) or b"")
        parts.append(Part(part.get_filename() or "file", part.get_content_type(), len(data)))
    return parts
