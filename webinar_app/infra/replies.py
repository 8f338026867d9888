"""Answers to invitations: what a mail with METHOD:REPLY says (RFC 5546 §3.2.3, RFC 6047).

Anybody may send such a mail, so that it is read with bounds and nothing in it is trusted further than "this was said".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message

from icalendar import Calendar, Component

MOST_BYTES = 1_000_000
MOST_PARTS = 50
ANSWERS = ("ACCEPTED", "DECLINED", "TENTATIVE")
_LONGEST_UID = 255
_LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: `address` in lower case, `answer` one of ANSWERS, `at` when it was given (aware), if it says so."""

    uid: str
    address: str
    answer: str
    sequence: int
    at: datetime | None


def read_reply(mail: bytes) -> Reply | None:
    """Give the answer in a mail, or None where there is none that can be understood; it never raises."""
    if len(mail) > MOST_BYTES:
        return None
    try:
        message = message_from_bytes(mail, policy=policy.default)
        return next((found for part in _calendars(message) if (found := _reply(part)) is not None), None)
    except Exception:  # the libraries raise whatever a broken mail makes them raise
        return None


def _calendars(message: Message) -> Iterator[bytes]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        is_file = part.get_content_type() in ("application/ics", "application/octet-stream")
        is_named = is_file and (part.get_filename() or "").lower().endswith(".ics")
        if part.get_content_type() == "text/calendar" or is_named:
            data = part.get_payload(decode=True)
            if isinstance(data, bytes):
                yield data


def _reply(data: bytes) -> Reply | None:
    calendar = Calendar.from_ical(data)
    if calendar.name != "VCALENDAR" or str(calendar.get("METHOD", "")).upper() != "REPLY":
        return None
    events = calendar.walk("VEVENT")
    return _answer(events[0]) if events else None


def _answer(event: Component) -> Reply | None:
    attendee, uid = event.get("ATTENDEE"), str(event.get("UID", "")).strip()
    if attendee is None or isinstance(attendee, list) or not 0 < len(uid) <= _LONGEST_UID:
        return None  # a reply has exactly one attendee: who sent it
    address = str(attendee).strip().lower().removeprefix("mailto:")
    answer = str(attendee.params.get("PARTSTAT", "")).upper()
    if answer not in ANSWERS or not 0 < len(address) <= _LONGEST_ADDRESS or not uid.isprintable():
        return None
    return Reply(uid, address, answer, _sequence(event), _stamp(event))


def _sequence(event: Component) -> int:
    try:
        return min(max(0, int(event.get("SEQUENCE", 0))), 2**31 - 1)
    except (TypeError, ValueError):
        return 0


def _stamp(event: Component) -> datetime | None:
    stamp = getattr(event.get("DTSTAMP"), "dt", None)
    if not isinstance(stamp, datetime):
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).astimezone(UTC)
