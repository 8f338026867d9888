"""Corrections and claims: what may be entered by hand, until when it may be disputed, and how entries are sealed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import multi_line, one_line

CLAIM_DAYS = 30
REASON_SHORTEST, REASON_LONGEST = 5, 300
NOTE_SHORTEST, NOTE_LONGEST = 10, 1000
_SPAN_WORDS = "Say from which minute of the session to which: whole numbers, the later one second."


class EntryKind(StrEnum):
    """What an entry does: it confirms a time, or takes an earlier entry back."""

    TIME = "time"
    REVERSAL = "reversal"


class ClaimState(StrEnum):
    """Where a claim stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class StatementState(StrEnum):
    """Where a printed statement stands."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class ClaimFileState(StrEnum):
    """Whether a file to a claim has been looked into."""

    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"


def claim_until(ended_at: datetime) -> datetime:
    """Give the moment until which the record of a sitting may be disputed."""
    return ended_at + timedelta(days=CLAIM_DAYS)


def check_span(first: int | None, last: int | None, minutes: int) -> tuple[int, int]:
    """Give the minutes of a session, first and last, or raise InvalidInput by field."""
    if first is None or last is None or not 0 <= first < last:
        raise InvalidInput("entry.span", _SPAN_WORDS, {"last_minute": _SPAN_WORDS})
    if last > minutes:
        sentence = f"The session has {minutes} minutes. Choose a last minute of at most {minutes}."
        raise InvalidInput("entry.span", sentence, {"last_minute": sentence})
    return first, last


def check_reason(text: str, field: str = "reason") -> str:
    """Give a reason on one line, or raise InvalidInput."""
    told = one_line(text)
    if not REASON_SHORTEST <= len(told) <= REASON_LONGEST:
        sentence = f"Say why in {REASON_SHORTEST} to {REASON_LONGEST} characters. It stays in the record."
        raise InvalidInput("entry.reason", sentence, {field: sentence})
    return told


def check_note(text: str) -> str:
    """Give what somebody claims, or raise InvalidInput."""
    told = multi_line(text)
    if not NOTE_SHORTEST <= len(told) <= NOTE_LONGEST:
        sentence = f"Say what is wrong, in {NOTE_SHORTEST} to {NOTE_LONGEST} characters."
        raise InvalidInput("claim.note", sentence, {"note": sentence})
    return told


def check_claiming(ended_at: datetime | None, now: datetime, *, has_open: bool, had_place: bool) -> None:
    """Raise Refused unless the record can be disputed now, by who held a place, though it may have been given back."""
    if not had_place:
        raise Refused("claim.no_place", "You held no place in this session, so there is no record to dispute.")
    if ended_at is None:
        raise Refused("claim.early", "The session has not ended. Your record is complete a minute after its end.")
    if now > claim_until(ended_at):
        raise Refused("claim.late", f"A record can be disputed for {CLAIM_DAYS} days. Write to the organiser instead.")
    if has_open:
        raise Refused("claim.open", "Your claim is with the organiser already. The answer appears on this page.")


def seal(before: str, said: Mapping[str, object]) -> str:
    """Give the seal of an entry: it covers what the entry says and the seal of the one before it."""
    return hashlib.sha256((before + json.dumps(dict(said), sort_keys=True)).encode()).hexdigest()
