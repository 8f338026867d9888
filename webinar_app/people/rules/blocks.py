"""Decide about seats that are kept for an agency: how many, until when, and who may still take one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webinar_app.accounts.rules import clean_email, clean_name
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.times import deadline
from webinar_app.core.typed_times import parse_date

MOST_SEATS = 1000
AGENCY_LIMIT, CONTACT_LIMIT = 160, 120
SEATS_WORDS = f"Write a number of seats from 1 to {MOST_SEATS}."
DATE_WORDS = "Write a date, such as 14 October 2027; what is unclaimed at its end is free for all."


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """A block as it was typed and checked."""

    agency: str
    contact_name: str
    contact_email: str
    seats: int
    release_at: datetime


def check_block(
    *, agency: str, contact_name: str, contact_email: str, seats: str, release_on: str, zone: str,
    starts_at: datetime | None, now: datetime,
) -> BlockPlan:  # fmt: skip
    """Give a block; raise InvalidInput with everything that must be corrected.

    `release_on`: a day as people write it; its end in `zone` is the deadline. It is neither over nor after the day of
    the start.
    """
    fields: dict[str, str] = {}

    def tried(field: str, check: Callable[..., Any], *args: Any) -> Any:
        try:
            return check(*args)
        except InvalidInput as error:
            fields[field] = error.fields.get(field) or error.message
            return None

    named = tried("agency", clean_name, agency, "agency", AGENCY_LIMIT)
    contact = tried("contact_name", clean_name, contact_name, "contact_name", CONTACT_LIMIT)
    email = tried("email", clean_email, contact_email)
    if "email" in fields:
        fields["contact_email"] = fields.pop("email")
    count = int(seats) if seats.isascii() and seats.isdigit() and len(seats) < 6 else 0
    if not 1 <= count <= MOST_SEATS:
        fields["seats"] = SEATS_WORDS
    ends = tried("release_on", _release_moment, release_on, zone, starts_at, now)
    if fields:
        raise InvalidInput("block.invalid", "Some answers need a look.", fields)
    return BlockPlan(named, contact, email, count, ends)


def check_room(wanted: int, left: int | None) -> None:
    """Raise InvalidInput when fewer seats are free than shall be kept."""
    if left is not None and wanted > left:
        words = f"Only {left} {'seat is' if left == 1 else 'seats are'} free." if left else "No seat is free."
        sentence = f"{words} Keep fewer, or add places to the session first."
        raise InvalidInput("block.full", sentence, {"seats": sentence})


def check_claim(*, released_at: datetime | None, release_at: datetime, left: int) -> None:
    """Raise Refused when a link gives no seat any more; `release_at` is the deadline of the seats."""
    if released_at is not None and released_at < release_at:
        raise Refused("claim.over", "The organiser keeps no seats for this agency any more. Ask whoever sent the link.")
    if released_at is not None:
        raise Refused("claim.over", "The seats of this agency were kept until a deadline, and it has passed.")
    if left <= 0:
        raise Refused("claim.spent", "Every seat of this link is taken. Ask the person who sent it for another one.")


def _release_moment(typed: str, zone: str, starts_at: datetime | None, now: datetime) -> datetime:
    try:
        found = deadline(parse_date(typed), zone)
    except InvalidInput:
        raise InvalidInput("block.date", DATE_WORDS, {"release_on": DATE_WORDS}) from None
    if found <= now:
        sentence = "This day is over. Write a day to come."
        raise InvalidInput("block.date", sentence, {"release_on": sentence})
    if starts_at is not None and found - timedelta(days=1) > starts_at:
        sentence = "This is after the session. Write its day or one before."
        raise InvalidInput("block.date", sentence, {"release_on": sentence})
    return found
