"""Who gets a seat, and what a name and a licence must look like before they are printed."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import one_line
from webinar_app.courses.rules import CompletionRule, CourseKind, CourseState, ItemKind, is_completed
from webinar_app.webinars.rules import WebinarState

NAME_SHORTEST = 2
NAME_LONGEST = 120
LICENCE_TEXT_LIMIT = 80
LICENCE_NUMBER_LIMIT = 40
REASON_SHORTEST = 5
REASON_LONGEST = 300
NEEDS_LONGEST = 1000

Waiting = TypeVar("Waiting")

_LICENCE_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z ./-]*")


class RegistrationState(StrEnum):
    """Where a registration stands; what is paid belongs to its order."""

    PENDING = "pending"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    REGISTERED = "registered"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


HAD_PLACE = frozenset({RegistrationState.REGISTERED, RegistrationState.CANCELLED})
"""Who has or had a place; the others waited for one, or for a decision."""


class Opening(StrEnum):
    """Whether a sitting takes registrations, and if not, why."""

    OPEN = "open"
    UNPUBLISHED = "unpublished"
    NOT_YET = "not_yet"
    UNDATED = "undated"
    CANCELLED = "cancelled"
    ENDED = "ended"
    CLOSED = "closed"
    FULL = "full"
    WAITING = "waiting"


class CourseOpening(StrEnum):
    """Whether a course itself takes registrations, without a sitting, and if not, why."""

    OPEN = "open"
    UNPUBLISHED = "unpublished"
    UNDATED = "undated"
    CLOSED = "closed"
    ON_REQUEST = "on_request"
    IN_SESSIONS = "in_sessions"


OPENING_WORDS = {
    Opening.UNPUBLISHED: "This session is not published yet.",
    Opening.NOT_YET: "Registration for this session has not opened yet. Its page says when it does.",
    Opening.UNDATED: "This session has no date yet. Ask the organiser to be told when it has one.",
    Opening.CANCELLED: "This session was cancelled. Look for another date on the course page.",
    Opening.ENDED: "This session has ended. Look for another date on the course page.",
    Opening.CLOSED: "Registration for this session has closed. Look for another date on the course page.",
    Opening.FULL: "Every place in this session is taken. Look again later: a place that is given back is free at once.",
    Opening.WAITING: "Every place in this session is taken. Join the waiting list: you are asked by mail, in turn.",
}
"""What a person is told when a sitting takes no registrations."""

COURSE_OPENING_WORDS = {
    CourseOpening.UNPUBLISHED: "This course is not published yet.",
    CourseOpening.UNDATED: "This course is held live and has no date yet. The date will stand on its page.",
    CourseOpening.CLOSED: "This course is no longer offered. Look for another one in the catalogue.",
    CourseOpening.ON_REQUEST: "Date and price of this training are agreed with you. Ask for a date on its page.",
    CourseOpening.IN_SESSIONS: "This course is held in sessions. Choose a date on the course page and register there.",
}
"""What a person is told when a course without a sitting takes no registrations."""


class Licence(NamedTuple):
    """A checked licence: what for, granted where, its number, and its last valid day where the person told it."""

    profession: str
    region: str
    number: str
    expires_on: date | None = None


LIVE = frozenset(
    {
        RegistrationState.PENDING,
        RegistrationState.OFFERED,
        RegistrationState.WAITLISTED,
        RegistrationState.REGISTERED,
    }
)
"""States of which a person can have one per sitting."""

HELD_WORDS = {
    RegistrationState.REGISTERED: "This person is registered already. Find them in the list.",
    RegistrationState.WAITLISTED: "This person is on the waiting list. Offer them a place there.",
    RegistrationState.OFFERED: "A place is on offer to this person already, and waits for their answer.",
    RegistrationState.PENDING: "This person registered already, and waits for you to confirm it on their page.",
}
"""What staff are told who would add somebody that stands here already, by where."""

SEATED = frozenset({RegistrationState.REGISTERED, RegistrationState.OFFERED})
"""States that take a seat; an offer holds it until it runs out."""

_MOVES: dict[RegistrationState, frozenset[RegistrationState]] = {
    RegistrationState.PENDING: frozenset(
        {
            RegistrationState.REGISTERED,
            RegistrationState.WAITLISTED,
            RegistrationState.REJECTED,
            RegistrationState.CANCELLED,
        }
    ),
    RegistrationState.WAITLISTED: frozenset(
        {RegistrationState.OFFERED, RegistrationState.REGISTERED, RegistrationState.CANCELLED}
    ),
    RegistrationState.OFFERED: frozenset(
        {RegistrationState.REGISTERED, RegistrationState.WAITLISTED, RegistrationState.CANCELLED}
    ),
    RegistrationState.REGISTERED: frozenset({RegistrationState.CANCELLED}),
    RegistrationState.CANCELLED: frozenset(),
    RegistrationState.REJECTED: frozenset(),
}


def may_move(state: RegistrationState, to: RegistrationState) -> bool:
    """Say whether a registration may go from one state to another; whoever cancelled registers anew."""
    return to in _MOVES[state]


def check_move(state: RegistrationState, to: RegistrationState) -> None:
    """Raise Refused unless `may_move`."""
    if not may_move(state, to):
        raise Refused("registration.state", f"This registration is {state.value}; that is not possible now.")


def seats_left(capacity: int | None, taken: int) -> int | None:
    """Count the free seats, never below 0; None means without limit."""
    return None if capacity is None else max(0, capacity - taken)


def admit(capacity: int | None, taken: int, waiting: int = 0) -> RegistrationState:
    """Give the state of a new registration: registered, or waitlisted when no seat is free or others wait for it.

    `taken` counts the registrations in `SEATED`, `waiting` those before this one on the list.
    """
    left = seats_left(capacity, taken)
    has_seat = left is None or left > waiting
    return RegistrationState.REGISTERED if has_seat else RegistrationState.WAITLISTED


def promote(capacity: int | None, taken: int, waiting: Sequence[Waiting]) -> tuple[Waiting, ...]:
    """Give those on the waiting list, longest waiting first, for whom there is a seat now."""
    return tuple(waiting[: seats_left(capacity, taken)])


def check_legal_name(name: str) -> str:
    """Give the name as it will be printed on certificates: on one line, nothing else changed.

    Raises InvalidInput unless it has 2 to 120 characters and a letter. Names are not taken apart or capitalised: people
    have one word or seven, and know how theirs is written.
    """
    cleaned = one_line(name)
    if not NAME_SHORTEST <= len(cleaned) <= NAME_LONGEST or not any(map(str.isalpha, cleaned)):
        sentence = f"Write your name as it should be printed, {NAME_SHORTEST} to {NAME_LONGEST} characters."
        raise InvalidInput("registration.legal_name", sentence, {"legal_name": sentence})
    return cleaned


def check_licence(profession: str, region: str, number: str, expires_on: date | None = None) -> Licence | None:
    """Give the licence as it will be printed, or None when all three texts are empty.

    Raises InvalidInput with `fields` when one is missing or too long, or when the number has characters other than
    letters, digits, spaces, full stops, slashes and hyphens. An expired licence is no error: the date of the sitting
    decides, see `is_valid_on`.
    """
    licence = Licence(one_line(profession), one_line(region), one_line(number), expires_on)
    if not any(licence[:3]):
        return None
    fields = {}
    if not 0 < len(licence.profession) <= LICENCE_TEXT_LIMIT:
        fields["licence_profession"] = f"Write the profession, at most {LICENCE_TEXT_LIMIT} characters."
    if not 0 < len(licence.region) <= LICENCE_TEXT_LIMIT:
        fields["licence_region"] = f"Write the state or board, at most {LICENCE_TEXT_LIMIT} characters."
    if len(licence.number) > LICENCE_NUMBER_LIMIT or not _LICENCE_NUMBER.fullmatch(licence.number):
        fields["licence_number"] = f"Write the number as on the licence, at most {LICENCE_NUMBER_LIMIT} characters."
    if fields:
        raise InvalidInput("registration.licence", "This licence cannot be used as it is.", fields)
    return licence


def date_of(text: str) -> date | None:
    """Read a day as year-month-day; None for nothing and for what is no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_licence_over(licence: Mapping[str, Any] | None, day: date) -> bool:
    """Say whether the licence of a registration, as it is stored, does not hold any more on a day."""
    last = date_of(str((licence or {}).get("expires_on", "")))
    return last is not None and last < day


def is_valid_on(licence: Licence, day: date) -> bool:
    """Say whether a licence holds on a day, as far as the person told."""
    return licence.expires_on is None or day <= licence.expires_on


def opening(
    state: WebinarState,
    *,
    ends_at: datetime | None,
    closes_at: datetime | None,
    left: int | None,
    is_offered: bool,
    now: datetime,
    is_list_open: bool = False,
    opens_at: datetime | None = None,
) -> Opening:
    """Say whether a sitting takes registrations at `now`; joining late is possible until it closes or ends.

    `opens_at`: first instant of registration. `ends_at`: planned end, aware, None without a date. `closes_at`: last
    instant of registration, None where only the end closes it. `left`: seats that nobody holds or waits for, None
    without limit. `is_offered`: the course is in the catalogue. `is_list_open`: people can wait for a seat.
    """
    if state is WebinarState.DRAFT:
        return Opening.UNPUBLISHED
    if state is WebinarState.CANCELLED:
        return Opening.CANCELLED
    if state is WebinarState.ENDED or (ends_at is not None and ends_at <= now):
        return Opening.ENDED
    if ends_at is None:
        return Opening.UNDATED
    if not is_offered or (closes_at is not None and closes_at < now):
        return Opening.CLOSED
    if opens_at is not None and now < opens_at:
        return Opening.NOT_YET
    if left == 0:
        return Opening.WAITING if is_list_open else Opening.FULL
    return Opening.OPEN


def course_opening(state: CourseState, kind: CourseKind, *, has_sessions: bool, is_on_request: bool) -> CourseOpening:
    """Say whether people register for a course itself, not for one of its sittings.

    `has_sessions`: a sitting has an exact time, or a day to come; it is registered for instead. `is_on_request`: the
    date is agreed with whoever asks, so that only staff put people on the list.
    """
    if state is CourseState.ARCHIVED:
        return CourseOpening.CLOSED
    if state is not CourseState.PUBLISHED:
        return CourseOpening.UNPUBLISHED
    if has_sessions:
        return CourseOpening.IN_SESSIONS
    if kind is CourseKind.LIVE_WEBINAR:
        return CourseOpening.UNDATED
    return CourseOpening.ON_REQUEST if is_on_request or kind is CourseKind.IN_PERSON else CourseOpening.OPEN


def check_course_opening(found: CourseOpening, *, by_staff: bool = False) -> None:
    """Raise Refused `registration.<opening>` unless it is open; staff may also add people to what is on request."""
    if found is CourseOpening.OPEN or (by_staff and found in (CourseOpening.CLOSED, CourseOpening.ON_REQUEST)):
        return
    raise Refused(f"registration.{found.value}", COURSE_OPENING_WORDS[found])


def first_state(price: Decimal | None, *, by_staff: bool) -> RegistrationState:
    """Give the state of a new registration for a course itself: one with a price waits for a coordinator."""
    return RegistrationState.PENDING if price and not by_staff else RegistrationState.REGISTERED


def check_opening(found: Opening, *, by_staff: bool = False) -> None:
    """Raise Refused `registration.<opening>` unless one can register or wait; staff may add people after it closed."""
    if found in (Opening.OPEN, Opening.WAITING) or (by_staff and found is Opening.CLOSED):
        return
    raise Refused(f"registration.{found.value}", OPENING_WORDS[found])


def check_cancelling(state: WebinarState | None, *, by_staff: bool = False) -> None:
    """Raise Refused when a place in a sitting of this state cannot be given back; staff may while it is live."""
    if state is WebinarState.ENDED:
        sentence = "This session has ended. The place is part of the record and stays."
        raise Refused("registration.over", sentence)
    if state is WebinarState.CANCELLED and not by_staff:
        sentence = "This session was cancelled. It does not take place, and nobody keeps a place in it."
        raise Refused("registration.called_off", sentence)
    if state is WebinarState.LIVE and not by_staff:
        raise Refused("registration.live", "This session is live. Leave the room if you cannot stay.")


def check_licence_told(licence: Licence | None, *, is_needed: bool, has_none: bool) -> None:
    """Raise InvalidInput when the credit needs a licence and the person gave none and did not say so."""
    if is_needed and licence is None and not has_none:
        sentence = "Write the number of your licence, or tick “I have none”."
        raise InvalidInput("registration.licence_missing", sentence, {"licence_number": sentence})


def policy_version(policy: Mapping[str, object]) -> str:
    """Give the mark of an attendance policy that people acknowledge: other rules, another mark."""
    return hashlib.sha256(json.dumps(dict(policy), sort_keys=True).encode()).hexdigest()[:8].upper()


def check_acknowledged(given: str, current: str) -> None:
    """Raise InvalidInput unless the version that was acknowledged is the one in force."""
    if given == current:
        return
    sentence = (
        "The attendance policy changed while this page was open. Read it and tick it again."
        if given
        else "Tick that you have read the attendance policy."
    )
    raise InvalidInput("registration.policy", sentence, {"policy": sentence})


def policy_words(policy: Mapping[str, object], minutes: int, *, has_evaluation: bool) -> tuple[str, ...]:
    """Give the attendance rules of a sitting as phrases: `68 of 75 minutes`, `no single gap above 5 minutes`.

    `policy`: the course's attendance policy as stored; `minutes`: those that bear credit.
    """
    least, gap, late = policy.get("min_minutes"), policy.get("max_gap_s"), policy.get("latest_join_minutes")
    percent, checks = policy.get("min_percent"), policy.get("checks_percent")
    words = []
    if minutes and isinstance(least, int):
        words.append(f"{min(least, minutes)} of {minutes} minutes")
    elif minutes and isinstance(percent, int):
        words.append(f"{-(-minutes * percent // 100)} of {minutes} minutes")
    if isinstance(late, int):
        words.append(f"there by minute {late}" if late else "there from the start")
    if isinstance(gap, int):
        words.append(f"no single gap above {_length(gap)}")
    if isinstance(checks, int) and checks:
        words.append(f"{checks} % of the attention checks")
    if has_evaluation:
        words.append("the evaluation")
    return tuple(words)


def is_markable(kind: ItemKind, *, has_sitting: bool, is_of_sitting: bool) -> bool:
    """Say whether a coordinator decides if an item is finished.

    Where there is no sitting nothing measures by itself what has no page to read. In a sitting attendance and the
    evaluation decide on their own: `is_of_sitting` says that the item is the one that is held in it.
    """
    if not has_sitting or kind is ItemKind.IN_PERSON_DAY:
        return True
    return kind is not ItemKind.EVALUATION and not is_of_sitting


def check_reason(reason: str) -> str:
    """Give the reason for a mark on one line; raise InvalidInput unless it has 5 to 300 characters."""
    told = one_line(reason)
    if not REASON_SHORTEST <= len(told) <= REASON_LONGEST:
        sentence = f"Say why in {REASON_SHORTEST} to {REASON_LONGEST} characters. It stays in the record."
        raise InvalidInput("registration.reason", sentence, {"reason": sentence})
    return told


def evidence_words(evidence: Mapping[str, Any], marked_by: str = "") -> str:
    """Say what the ledger knows of a finished item: `68 of 75 minutes in the room`, `Marked by Cora: attended`."""
    if evidence.get("kind") == "marked":
        return f"Marked by {marked_by or 'a coordinator'}: {evidence.get('reason', '')}"
    if evidence.get("kind") == "read":
        return "Marked as read by the person"
    if "of_minutes" in evidence:
        return f"{evidence['minutes']} of {evidence['of_minutes']} minutes in the room"
    return ""


def check_leaving(rule: CompletionRule, items: Sequence[int], done: Sequence[int], *, by_staff: bool) -> None:
    """Raise Refused when somebody would give back a course that they have finished; staff may take it back."""
    if not by_staff and is_completed(rule, map(str, items), [str(item) for item in done]):
        raise Refused("registration.over", "You have finished this course. It is part of the record and stays.")


def _length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if rest or not minutes:
        return f"{seconds} seconds"
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
