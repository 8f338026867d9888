"""How a sitting lets people in: what its coordinator has set, and how an offer to the next on the list runs out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.rules import WebinarState

DEFAULT_OFFER_HOURS = 24
LONGEST_OFFER_HOURS = 24 * 14
LATEST_MINUTE = 720
LONGEST_CANCEL_HOURS = 24 * 60


class WaitingMode(StrEnum):
    """Who gets a place that becomes free."""

    OFF = "off"
    FIRST = "first"
    MANUAL = "manual"


class Outcome(StrEnum):
    """What became of a registration that somebody had to approve."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a coordinator has set for a sitting; the defaults hold where nothing was set."""

    waiting: WaitingMode = WaitingMode.FIRST
    offer_hours: int = DEFAULT_OFFER_HOURS
    opens_at: datetime | None = None
    opens_typed: str = ""
    late_minutes: int | None = None
    cancel_hours: int | None = None
    needs_approval: bool = False
    substitutes: bool = True

    @property
    def is_moving(self) -> bool:
        """Say whether the list moves by itself; where somebody approves, an offer is an approval and needs a hand."""
        return self.waiting is WaitingMode.FIRST and not self.needs_approval

    @property
    def takes_substitutes(self) -> bool:
        """Say whether registrants name a substitute themselves; where each person is approved, nobody else lets in."""
        return self.substitutes and not self.needs_approval


def is_list_open(
    mode: WaitingMode, capacity: int | None, state: WebinarState, until: datetime | None, now: datetime
) -> bool:
    """Say whether people can wait for a place: there are places to wait for, and the sitting has not begun.

    `until`: the start, or the end of the day where no hour is known; aware.
    """
    is_before = state is WebinarState.SCHEDULED and until is not None and now < until
    return mode is not WaitingMode.OFF and bool(capacity) and is_before


def offer_end(made_at: datetime, by_hours: datetime, until: datetime | None, closes_at: datetime | None) -> datetime:
    """Give the last instant of an offer as its sitting stands: by its hours, never past the start or the closing.

    `made_at`: when it was made. `by_hours`: that and its hours. `until`: the start, or the end of the day without an
    hour; None without a date. `closes_at`: the last instant of registration; one that had passed when the offer was
    made is no bound, because a place that comes back late still goes to who waits. All aware. It follows from these
    alone: a sitting that moves and moves back gives every offer the end that it had.
    """
    closing = closes_at if closes_at is not None and closes_at > made_at else None
    return min(filter(None, (by_hours, until, closing)))


def check_offer(state: RegistrationState, ends_at: datetime | None, now: datetime) -> None:
    """Raise Refused unless an offer stands at `now`; its last instant still counts."""
    is_past = ends_at is not None and now > ends_at
    if is_past and state in (RegistrationState.OFFERED, RegistrationState.CANCELLED):
        sentence = "This offer has run out, and the place goes to the next person. You can register again."
        raise Refused("registration.offer_over", sentence)
    if state is not RegistrationState.OFFERED or ends_at is None:
        raise Refused("registration.no_offer", "No place is offered to you now. Look at where you stand above.")


def lowest_free(taken: Collection[int]) -> int:
    """Give the lowest number from 1 that is not taken; with fewer than n taken it is never above n."""
    held = set(taken)
    return next(number for number in range(1, len(held) + 2) if number not in held)


def closing_of(closes_at: datetime | None, starts_at: datetime | None, late_minutes: int | None) -> datetime | None:
    """Give the last instant of registration: the date that was set, or the last minute of late entry, what is first.

    `late_minutes` counts from the start; None where only the date, or the end of the sitting, closes it.
    """
    late = starts_at + timedelta(minutes=late_minutes) if starts_at and late_minutes is not None else None
    return min(filter(None, (closes_at, late)), default=None)


def cancel_end(starts_at: datetime | None, cancel_hours: int | None) -> datetime | None:
    """Give the last instant at which people may give their own place back; None where only the start ends it."""
    return starts_at - timedelta(hours=cancel_hours) if starts_at and cancel_hours is not None else None


def check_cancel_end(until: datetime | None, words: str, contact: str, now: datetime) -> None:
    """Raise Refused after `until`; `words` is this time as people read it, `contact` whom they can write to."""
    if until is not None and now > until:
        sentence = (
            f"Places could be given back until {words}. Write to {contact or 'the organiser'} if you cannot come."
        )
        raise Refused("registration.cut_off", sentence)


def check_minutes(late: int | None, cancel: int | None) -> None:
    """Raise InvalidInput for minutes of late entry above 12 hours, or a cut-off above 60 days."""
    fields = {}
    if late is not None and not 0 <= late <= LATEST_MINUTE:
        fields["late_minutes"] = f"Write a minute from 0 to {LATEST_MINUTE}."
    if cancel is not None and not 0 <= cancel <= LONGEST_CANCEL_HOURS:
        fields["cancel_hours"] = f"Write hours from 0 to {LONGEST_CANCEL_HOURS}."
    if fields:
        raise InvalidInput("admission.limits", "Some answers need a look.", fields)


def check_offer_hours(hours: int | None) -> int:
    """Give how long an offer stands; raise InvalidInput outside 1 hour to 14 days."""
    if hours is None or not 1 <= hours <= LONGEST_OFFER_HOURS:
        sentence = f"Let an offer stand for 1 to {LONGEST_OFFER_HOURS} hours."
        raise InvalidInput("admission.hours", sentence, {"offer_hours": sentence})
    return hours
