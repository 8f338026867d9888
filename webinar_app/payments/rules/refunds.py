"""What is given back of what was paid: cut-offs and shares, as plain decisions over instants and whole cents."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from webinar_app.core.errors import InvalidInput
from webinar_app.core.times import deadline, settle
from webinar_app.payments.rules import PAID_BY_WORDS, PaidBy
from webinar_app.registrations.events import Ending

MOST_STEPS = 6
MOST_DAYS = 365


class Closing(StrEnum):
    """Why nothing is asked for any more: how the registration ended, or that a coordinator gave the order up."""

    CANCELLED = Ending.CANCELLED.value
    BY_STAFF = Ending.BY_STAFF.value
    REJECTED = Ending.REJECTED.value
    WITHDRAWN = Ending.WITHDRAWN.value
    LEFT = Ending.LEFT.value
    LAPSED = Ending.LAPSED.value
    CALLED_OFF = Ending.CALLED_OFF.value
    MERGED = Ending.MERGED.value
    GIVEN_UP = "given_up"


CLOSING_WORDS = {
    Closing.CANCELLED: "The learner cancelled", Closing.BY_STAFF: "A coordinator cancelled the registration",
    Closing.REJECTED: "The registration was not approved", Closing.WITHDRAWN: "Withdrawn before it was approved",
    Closing.LEFT: "Left the waiting list", Closing.LAPSED: "The offer of a place ran out",
    Closing.CALLED_OFF: "The session was cancelled", Closing.MERGED: "Another registration of this person stays",
    Closing.GIVEN_UP: "A coordinator gave it up",
}  # fmt: skip
BY_CUT_OFFS = frozenset({Closing.CANCELLED, Closing.BY_STAFF})
"""Where the share depends on the day; else the person had no place, or no session, and gets everything."""


class Standing(StrEnum):
    """Where the money of a closed order stands."""

    NOTHING = ""
    DUE = "due"
    UNDECIDED = "undecided"  # the course has no cut-offs: somebody reads the policy and decides
    KEPT = "kept"


class RefundState(StrEnum):
    """Where a refund stands; a later state is never left for an earlier one, whatever order is told in."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


_RANKS = {RefundState.PENDING: 0, RefundState.DONE: 1, RefundState.FAILED: 2}
# Nobody gives money back by purchase order.
WAYS_WORDS = {one: words for one, words in PAID_BY_WORDS.items() if one is not PaidBy.PURCHASE_ORDER}


class Part(NamedTuple):
    """What counts of one refund: its amount, its state, and whether the card provider knows of it."""

    amount: Decimal
    state: RefundState
    is_known: bool


def later(one: RefundState, other: RefundState) -> RefundState:
    """Give the later of two states: what was given back may still fail, and what failed never comes back."""
    return max(one, other, key=_RANKS.__getitem__)


def refunded_in_all(parts: Iterable[Part], told: Decimal, paid: Decimal) -> Decimal:
    """Give how much of a payment is given back or asked for, never more than was paid.

    `told`: the most that the card provider ever named as given back in all. It counts what was begun there, of which we
    know nothing else; what failed since is taken off it.
    """
    every = list(parts)
    own = sum((one.amount for one in every if one.state is not RefundState.FAILED), Decimal(0))
    failed = sum((one.amount for one in every if one.state is RefundState.FAILED and one.is_known), Decimal(0))
    return min(paid, max(own, told - failed, Decimal(0)))


def check_refund(amount: Decimal, left: Decimal, words: str) -> None:
    """Raise InvalidInput unless an amount can still be given back. `words`: what is left, as people read it."""
    if not 0 < amount <= left:
        sentence = f"At most {words} can be given back." if left > 0 else "All of it is given back already."
        raise InvalidInput("payment.refund", sentence, {"amount": sentence})


class Step(NamedTuple):
    """Until so many days before the start, or after paying where there is none, so many percent are given back."""

    days: int
    percent: int


class CutOff(NamedTuple):
    """The last instant at which a share is given back; aware."""

    until: datetime
    percent: int


def before_start(steps: Iterable[Step], local_start: datetime, zone: str) -> list[CutOff]:
    """Give the cut-offs before a start: so many days earlier at the same wall time in the zone of the session.

    `local_start`: naive, as clocks in the zone show it. A day across a clock change has 23 or 25 hours.
    """
    return [CutOff(settle(local_start - timedelta(days=step.days), zone), step.percent) for step in steps]


def after_paying(steps: Iterable[Step], paid_on: date, zone: str) -> list[CutOff]:
    """Give the cut-offs after a day of payment: the last second of the day that is so many days later, in the zone."""
    return [CutOff(deadline(paid_on + timedelta(days=step.days), zone), step.percent) for step in steps]


def share(cut_offs: Collection[CutOff], at: datetime) -> int | None:
    """Give the percent that are given back at an instant, whose last one still counts; None without cut-offs."""
    if not cut_offs:
        return None
    return max((one.percent for one in cut_offs if at <= one.until), default=0)


def part_of(minor: int, percent: int) -> int:
    """Give a share of an amount in the smallest unit, half of one upwards."""
    return (minor * percent * 2 + 100) // 200


def standing_of(due: Decimal | None, paid: Decimal, refunded: Decimal, *, is_closed: bool) -> Standing:
    """Say where the money of an order stands. `due`: of all that was paid, None where nobody has decided it yet."""
    if not is_closed or not paid:
        return Standing.NOTHING
    if due is None:
        return Standing.NOTHING if refunded else Standing.UNDECIDED
    if due > refunded:
        return Standing.DUE
    return Standing.NOTHING if refunded else Standing.KEPT


def check_step(days: int | None, percent: int | None) -> Step:
    """Give a cut-off as typed; raise InvalidInput outside 0 to 365 days and 1 to 100 percent."""
    fields = {}
    if days is None or not 0 <= days <= MOST_DAYS:
        fields["days"] = f"Write days from 0 to {MOST_DAYS}."
    if percent is None or not 1 <= percent <= 100:
        fields["percent"] = "Write a whole number from 1 to 100."
    if fields or days is None or percent is None:
        raise InvalidInput("payment.cut_off", "Some answers need a look.", fields)
    return Step(days, percent)
