"""Decide whom a registrant may ask to come instead of them, and until when that can be accepted."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from webinar_app.accounts.rules import clean_email
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.webinars.rules import WebinarState

HOURS = 48
MOST_ASKED = 5  # people for one seat, ever: each gets a mail from a stranger
MOST_TO_ONE = 5  # mails to one address in a day, whoever asks
REASON = "They could not come, and named this person."


class AskedState(StrEnum):
    """What became of asking somebody to come instead."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    BOUNCED = "bounced"


OVER_WORDS = {
    AskedState.ACCEPTED: "This place was accepted already. Your own link is in the mail that confirmed it.",
    AskedState.DECLINED: "This place was declined. Whoever asked you keeps it, or asks somebody else.",
    AskedState.WITHDRAWN: "Whoever asked you took that back. Nothing needs to be done.",
    AskedState.BOUNCED: "Our mail to you came back, so that nobody waits for an answer. Ask the person who named you.",
    AskedState.LAPSED: "The time to answer is over. Ask the person who named you to do it again.",
}


def asked_until(now: datetime, until: datetime | None) -> datetime:
    """Give the instant until which somebody can accept: 48 real hours from `now`, never past `until`."""
    ends = now + timedelta(hours=HOURS)
    return min(ends, until) if until else ends


def check_asking(*, is_allowed: bool, until: datetime | None, words: str, contact: str, now: datetime) -> None:
    """Raise Refused where nobody can be named; `until` is the cut-off, `words` the same as people read it."""
    whom = contact or "the organiser"
    if not is_allowed:
        raise Refused("substitute.off", f"Substitutes are named by the organiser here. Write to {whom}.")
    if until is not None and now > until:
        sentence = f"A substitute could be named until {words}. Write to {whom} if you cannot come."
        raise Refused("substitute.cut_off", sentence)


def check_count(asked: int, to_address: int, *, is_open: bool) -> None:
    """Raise Refused when somebody is asked now, or too many were: for this seat, or at this address in a day."""
    if is_open:
        raise Refused("substitute.open", "You asked somebody already. Take that back first, then name somebody else.")
    if asked >= MOST_ASKED:
        raise Refused("substitute.many", f"{MOST_ASKED} people were asked for this place. Write to the organiser now.")
    if to_address >= MOST_TO_ONE:
        sentence = "This address gets no more of these mails today. Name somebody else, or try it tomorrow."
        raise InvalidInput("substitute.address", sentence, {"email": sentence})


def check_address(typed: str, own: Collection[str]) -> str:
    """Give the address of a substitute as it is stored; raise InvalidInput for none, or for one's own."""
    email = clean_email(typed)
    if email in own:
        sentence = "This is your own address. Write the one of the person who comes instead."
        raise InvalidInput("substitute.own", sentence, {"email": sentence})
    return email


def check_accepting(state: AskedState, ends_at: datetime, now: datetime, session: WebinarState) -> None:
    """Raise Refused unless a seat of a session can be accepted at `now`; the last instant still counts."""
    if session is WebinarState.CANCELLED and state is not AskedState.ACCEPTED:
        raise Refused("substitute.cancelled", "This session was cancelled. Nothing needs to be done.")
    if state is not AskedState.OPEN or now > ends_at:
        found = AskedState.LAPSED if state is AskedState.OPEN else state
        raise Refused(f"substitute.{found.value}", OVER_WORDS[found])
    if session is not WebinarState.SCHEDULED:
        raise Refused("substitute.begun", "This session has begun or is over; its place cannot be taken any more.")
