"""Numbered places: where they are limited, nobody else holds the number that somebody holds."""

from itertools import count, islice

from webinar_app.infra.db import Db
from webinar_app.registrations.queries.waiting import capacity_of, seat_numbers
from webinar_app.registrations.rules.admission import lowest_free
from webinar_app.webinars.models import Webinar


def next_seat(db: Db, webinar: Webinar | None, seat: str) -> int | None:
    """Give the number of a free place; None where places are not limited. The caller holds the sitting's lock.

    The database refuses a number that is held already, so that one place never goes to two people.
    """
    if webinar is None or capacity_of(webinar, seat) is None:
        return None
    return lowest_free(seat_numbers(db, webinar.id, seat))


def next_seats(db: Db, webinar: Webinar | None, seat: str, wanted: int) -> list[int | None]:
    """Give the numbers of so many free places at once, by the rules of `next_seat`."""
    if webinar is None or capacity_of(webinar, seat) is None:
        return [None] * wanted
    held = set(seat_numbers(db, webinar.id, seat))
    return list(islice((number for number in count(1) if number not in held), wanted))
