"""What people need to take part: what can be asked, until when it is arranged, and what is overdue."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import multi_line
from webinar_app.core.times import in_zone
from webinar_app.core.typed_times import parse_date

TEXT_LIMIT, NOTE_LIMIT = 1000, 1000
DAYS_BEFORE = 5
MOST_OPEN = 10
DATE_WORDS = "Write a date, such as 14 October 2027, or leave it empty."
TEXT_WORDS = f"Say what you need, in at most {TEXT_LIMIT:,} characters."


class NeedKind(StrEnum):
    """What is asked for."""

    CAPTIONS = "captions"
    INTERPRETER = "interpreter"
    FORMAT = "format"
    ACCESS = "access"
    OTHER = "other"


KIND_WORDS = {
    NeedKind.CAPTIONS: "Captions", NeedKind.INTERPRETER: "Sign-language interpreter",
    NeedKind.FORMAT: "Materials in another format", NeedKind.ACCESS: "Access to the room", NeedKind.OTHER: "Other",
}  # fmt: skip


def check_text(text: str) -> str:
    """Give what somebody asked for; raise InvalidInput when it is empty or longer than a thousand characters."""
    told = multi_line(text)
    if not 1 <= len(told) <= TEXT_LIMIT:
        raise InvalidInput("need.text", TEXT_WORDS, {"text": TEXT_WORDS})
    return told


def check_note(note: str) -> str:
    """Give the note of who arranges it; raise InvalidInput when it is too long."""
    told = multi_line(note)
    if len(told) > NOTE_LIMIT:
        sentence = f"Use at most {NOTE_LIMIT:,} characters."
        raise InvalidInput("need.note", sentence, {"note": sentence})
    return told


def check_due(typed: str) -> date | None:
    """Give the day until which something is arranged, or None where none was written."""
    if not typed.strip():
        return None
    try:
        return parse_date(typed)
    except InvalidInput:
        raise InvalidInput("need.due", DATE_WORDS, {"due_on": DATE_WORDS}) from None


def check_count(open_ones: int) -> None:
    """Raise Refused when one registration has asked for more than anybody can arrange."""
    if open_ones >= MOST_OPEN:
        raise Refused("need.many", f"{MOST_OPEN} requests are open. Withdraw one that is not needed, or write to us.")


def usual_due(starts_at: datetime | None, zone: str, now: datetime) -> date | None:
    """Give the day until which a request is arranged unless somebody says otherwise: five days before the session.

    It is never before today; None where there is no session.
    """
    if starts_at is None:
        return None
    wanted = in_zone(starts_at, zone).date() - timedelta(days=DAYS_BEFORE)
    return max(wanted, in_zone(now, zone).date())


def is_overdue(due_on: date | None, zone: str, now: datetime, *, is_open: bool) -> bool:
    """Say whether a request should have been arranged by now: its day is over in this zone."""
    return is_open and due_on is not None and due_on < in_zone(now, zone).date()
