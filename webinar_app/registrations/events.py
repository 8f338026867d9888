"""What happened to registrations and their ledger."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody holds a seat."""

    registration_id: int


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """What would be given back if this registration were cancelled now? The subscriber returns a sentence, or ""."""

    registration_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class PassingAsked:
    """Does this seat go to somebody else, or to another date?

    The subscriber returns `{asked, until}` while somebody is asked to come instead, `{passed}` once it went to another
    `person` or `date`, else None.
    """

    registration_id: int


@dataclass(frozen=True, slots=True)
class RegistrationMade:
    """A registration was written down, whatever it still waits for; `discount` is the code that was typed with it."""

    registration_id: int
    discount: str = ""


@dataclass(frozen=True, slots=True)
class PriceAsked:
    """What does it cost to register here, and how does that come about?

    The subscriber returns None where it costs nothing, else `amount` (a decimal as text), `total` (in words), `lines`
    (pairs of words), and what the page says of it. It raises InvalidInput beside `discount` where a code is of no use.
    `person_id`: who is signed in.
    """

    course_id: int
    webinar_id: int | None
    person_id: int | None
    discount: str
    now: datetime


@dataclass(frozen=True, slots=True)
class FeeAsked:
    """What was quoted for a registration? The subscriber returns `{total, state, back}`, or None where it is free.

    `back` says what of the money is given back, once the registration has ended.
    """

    registration_id: int


@dataclass(frozen=True, slots=True)
class RegistrationCancelled:
    """Somebody gave a seat back, or lost it."""

    registration_id: int


class Ending(StrEnum):
    """How a registration came to its end."""

    CANCELLED = "cancelled"  # by whoever held it
    BY_STAFF = "by_staff"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # before it was decided
    LEFT = "left"  # the waiting list, or an offer of it
    LAPSED = "lapsed"  # an offer that nobody answered
    CALLED_OFF = "called_off"  # with its sitting
    MOVED = "moved"  # to another date or person, whose registration follows it
    MERGED = "merged"  # with another one of the same person


@dataclass(frozen=True, slots=True)
class RegistrationEnded:
    """A registration is over, whether it had a place or waited for one."""

    registration_id: int
    why: Ending


@dataclass(frozen=True, slots=True)
class RegistrationReopened:
    """A registration that a merge had ended is there again."""

    registration_id: int


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """Somebody who has a seat, or a coordinator for them, wants the mail with the join link again."""

    registration_id: int


@dataclass(frozen=True, slots=True)
class SeatsHeldAsked:
    """How many seats of a kind does a feature keep for people who have not registered yet? Each gives a number."""

    webinar_id: int
    seat: str


@dataclass(frozen=True, slots=True)
class SeatsFreed:
    """Seats of a sitting that were kept for somebody are free for all."""

    webinar_id: int


@dataclass(frozen=True, slots=True)
class NeedTold:
    """Somebody wrote on the form of registration what they need to take part."""

    registration_id: int
    text: str


@dataclass(frozen=True, slots=True)
class RosterAsked:
    """What does a feature know of these registrations of one sitting?

    Each subscriber returns `{registration_id: {key: plain value}}`; what several return of one registration is joined.
    The roster prints: `spans` (pairs of minutes), `total` (minutes), `stay` ("12:00 to 1:15"), `minutes`, `checks`
    ("4/4"), `evaluation` ("Done"), `verdict` (word, kind of mark), `why` (sentence), `invitation` (sentence).
    """

    webinar_id: int
    registration_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ItemCompleted:
    """An item was finished, with its evidence."""

    registration_id: int
    item_id: int


@dataclass(frozen=True, slots=True)
class ItemWithdrawn:
    """An item that was finished is not any more."""

    registration_id: int
    item_id: int
