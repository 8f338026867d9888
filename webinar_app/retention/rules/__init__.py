"""How long records are kept: the moments before which each class goes, and when a night comes."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from webinar_app.retention.rules.classes import Class, before

NIGHT = time(3, 30)


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
    """Give the moments before which what belongs to a whole sitting, and files, are forgotten."""
    return Limits(*(before(kind, now) for kind in (Class.TALK, Class.DEVICES, Class.FILES)))


def next_night(now: datetime) -> datetime:
    """Give when the next run is due: the night after this day."""
    return datetime.combine(now.date() + timedelta(days=1), NIGHT, now.tzinfo)
