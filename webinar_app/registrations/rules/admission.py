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


class WaitingMode(StrEnum):
    """Who gets a place that becomes free."""

    OFF = "off"
    FIRST = "first"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a coordinator has set for a sitting; the defaults hold where nothing was set."""

    waiting: WaitingMode = WaitingMode.FIRST
    offer_hours: int = DEFAULT_OFFER_HOURS


def is_list_open(
    mode: WaitingMode, capacity: int | None, state: WebinarState, until: datetime | None, now: datetime
) -> bool:
    """Say whether people can wait for a place: there are places to wait for, and the sitting has not begun.

    `until`: the start, or the end of the day where no hour is known; aware.
    """
    is_before = state is WebinarState.SCHEDULED and until is not None and now < until
    return mode is not WaitingMode.OFF and bool(capacity) and is_before


def offer_end(now: datetime, hours: int, until: datetime) -> datetime:
    """Give the instant until which an offer stands: so many real hours from `now`, never past `until`."""
    return min(now + timedelta(hours=hours), until)


def check_offer(state: RegistrationState, ends_at: datetime | None, now: datetime) -> None:
    """Raise Refused unless an offer stands at `now`; its last instant still counts."""
    if state is not RegistrationState.OFFERED or ends_at is None:
        raise Refused("registration.no_offer", "No place is offered to you now. Look at where you stand above.")
    if now > ends_at:
        sentence = "This offer has run out, and the place goes to the next person. You can register again."
        raise Refused("registration.offer_over", sentence)


def lowest_free(taken: Collection[int]) -> int:
    """Give the lowest number from 1 that is not taken; with fewer than n taken it is never above n."""
    held = set(taken)
    return next(number for number in range(1, len(held) + 2) if number not in held)


def check_offer_hours(hours: int | None) -> int:
    """Give how long an offer stands; raise InvalidInput outside 1 hour to 14 days."""
    if hours is None or not 1 <= hours <= LONGEST_OFFER_HOURS:
        sentence = f"Let an offer stand for 1 to {LONGEST_OFFER_HOURS} hours."
        raise InvalidInput("admission.hours", sentence, {"offer_hours": sentence})
    return hours
