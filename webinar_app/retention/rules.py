"""How long each kind of record is kept (reliability E-9); certificates and facts of attendance are not forgotten."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import one_line

TALK_DAYS = 365
DEVICE_DAYS = 90
FILE_DAYS = 1
NIGHT = time(3, 30)
REASON_SHORTEST, REASON_LONGEST = 5, 300


class Record(StrEnum):
    """What of a sitting is forgotten."""

    TALK = "talk"  # chat, questions, hands, and the room's events that repeat them
    DEVICES = "devices"  # which browser, beside the facts of presence


@dataclass(frozen=True, slots=True)
class Limits:
    """What is older than these moments goes; all aware UTC."""

    talk: datetime
    devices: datetime
    files: datetime


def limits(now: datetime) -> Limits:
    """Give the moments before which each kind is forgotten."""
    return Limits(now - timedelta(days=TALK_DAYS), now - timedelta(days=DEVICE_DAYS), now - timedelta(days=FILE_DAYS))


def next_night(now: datetime) -> datetime:
    """Give when the next run is due: the night after this day."""
    return datetime.combine(now.date() + timedelta(days=1), NIGHT, now.tzinfo)


def check_hold_reason(text: str) -> str:
    """Give the reason of a legal hold on one line, or raise InvalidInput."""
    told = one_line(text)
    if not REASON_SHORTEST <= len(told) <= REASON_LONGEST:
        raise InvalidInput("hold.reason", f"Say why in {REASON_SHORTEST} to {REASON_LONGEST} characters.")
    return told
