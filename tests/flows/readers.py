"""Reading what leaves the house: mails, calendar files by two independent parsers, the text of a PDF."""

import json
import re
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import icalendar
from browsers import ROOT, Stand

READER = ROOT / "tests" / "browser_units" / "ical_reader.mjs"


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar program understands of an entry."""

    method: str
    uid: str
    start: datetime
    end: datetime


def find_mail(stand: Stand, address: str, words: str, seconds: float = 30) -> EmailMessage:
    """Wait until a mail to this address with these words in its text has landed in the outbox folder."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in sorted((stand.folder / "outbox").glob("*.eml")):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if address in mail["To"] and words in text_of(mail):
                return mail
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address} with {words!r}")


def text_of(mail: EmailMessage) -> str:
    """Give the plain text of a mail."""
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def join_link_of(mail: EmailMessage, stand: Stand) -> str:
    """Give the personal link of a confirmation."""
    found = re.search(rf"{re.escape(stand.url)}/join/\S+", text_of(mail))
    assert found, text_of(mail)
    return found[0]


def calendar_part(mail: EmailMessage) -> bytes:
    """Give the text/calendar part of a mail."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 1
    return parts[0].get_payload(decode=True)


def read_by_icalendar(data: bytes) -> Event:
    """Read a calendar file by the Python library; its zone comes from the file."""
    calendar = icalendar.Calendar.from_ical(data)
    (event,) = calendar.walk("VEVENT")
    start, end = (event[name].dt.astimezone(UTC) for name in ("DTSTART", "DTEND"))
    return Event(str(calendar["METHOD"]), str(event["UID"]), start, end)


def read_by_ical_js(data: bytes) -> Event:
    """Read a calendar file by the library that Thunderbird uses."""
    done = subprocess.run(["node", READER], cwd=ROOT, input=data, capture_output=True, check=True)
    told = json.loads(done.stdout)
    (event,) = told["events"]
    start, end = (datetime.fromisoformat(event[name]) for name in ("start", "end"))
    return Event(told["method"].upper(), event["uid"], start, end)


def pdf_text(path: Path) -> str:
    """Give the text of a PDF on one line."""
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())
