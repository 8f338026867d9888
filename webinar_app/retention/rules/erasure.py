"""Erasing a person: what stands against it, what the record of credit keeps, and until when (GDPR Art. 17(3)(b))."""

from dataclasses import dataclass
from datetime import date, datetime

from webinar_app.core.errors import Refused
from webinar_app.core.times import in_zone
from webinar_app.retention.rules.classes import RECORD_YEARS

ERASED = "Erased person"
ERASED_ADDRESS = "erased@address.invalid"  # RFC 2606: nobody has it
KEPT_WORDS = (
    "the legal name and licence as they were registered, the session, minutes and credit, the evidence of them, and "
    "certificates"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What matters before a person is erased; all of their entries together."""

    is_own: bool = False
    has_roles: bool = False
    held: int = 0
    places: int = 0  # in sessions that are still to come, or going on
    open_orders: int = 0


def obstacles(standing: Standing) -> list[str]:
    """Give what stands against erasing somebody, one sentence each that says what to do; nothing: it may be done."""
    places = "a place in 1 session" if standing.places == 1 else f"places in {standing.places} sessions"
    orders = "1 order is" if standing.open_orders == 1 else f"{standing.open_orders} orders are"
    told = (
        (standing.is_own, "This is you. Another admin can erase you."),
        (standing.has_roles, "They have a role here. Take it away first, on their page and in the sessions."),
        (standing.held > 0, "A legal hold keeps their records. Lift it first."),
        (standing.places > 0, f"They have {places} still to come. Cancel there first, so that they are told."),
        (standing.open_orders > 0, f"{orders} open. Settle or void what is owed first."),
    )
    return [sentence for is_so, sentence in told if is_so]


def check_erasable(standing: Standing) -> None:
    """Raise Refused with everything that stands against it."""
    found = obstacles(standing)
    if found:
        raise Refused("erase.not_yet", " ".join(found))


def kept_until(over: datetime, zone: str, years: int = RECORD_YEARS) -> date:
    """Give the day until which the record of a session is kept that was over at an aware instant, in this zone.

    29 February counts as the 28th.
    """
    day = in_zone(over, zone).date()
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year + years)
