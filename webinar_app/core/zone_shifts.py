"""Weeks in which two zones are not as far apart as usual, because their clocks do not change on the same day (TZ8)."""

from datetime import datetime, timedelta

from webinar_app.core.times import clock_words, in_zone
from webinar_app.core.zones import as_instant, place_of, zone_info

# The clocks of two zones follow each other within five weeks; on both sides of that the distance is the usual one.
_WELL_AWAY = timedelta(days=42)
_HOUR = timedelta(hours=1)


def unusual_distance(instant: datetime, zone: str, other: str) -> tuple[timedelta, timedelta] | None:
    """Give how far `other` is ahead of `zone` at an aware instant and how far it usually is, or None where that is so.

    28 October 2025, New York and London: 4 hours, usually 5. Phoenix, which is two hours behind New York all winter, is
    None: that lasts.
    """
    now, before, after = (_ahead(instant + away, zone, other) for away in (timedelta(), -_WELL_AWAY, _WELL_AWAY))
    return None if now in (before, after) else (now, before)


def shift_sentence(instant: datetime, zone: str, other: str, people: int) -> str | None:
    """Warn that a session is at an unusual hour for those who live by the clocks of `other`; None where it is not."""
    found = unusual_distance(instant, zone, other)
    if found is None:
        return None
    now, usual = found
    there, here = in_zone(instant, other), in_zone(instant, zone)
    who = "1 registered person lives" if people == 1 else f"{people} registered people live"
    clocks = f"{clock_words(here.time())} is {clock_words(there.time())} there"
    return (
        f"On {here.day} {here:%B} {here.year} {place_of(other)} {_apart(now, place_of(zone), usual)}: {clocks}. "
        f"{who} by that clock."
    )


def _ahead(instant: datetime, zone: str, other: str) -> timedelta:
    at = as_instant(instant)
    there, here = (at.astimezone(zone_info(name)).utcoffset() or timedelta() for name in (other, zone))
    return there - here


def _apart(now: timedelta, place: str, usual: timedelta) -> str:
    if not now:
        return f"has the same time as {place}, usually it is {_hours(usual, '')}"
    return f"is {_hours(now, place)}, usually {abs(usual) / _HOUR:g}"


def _hours(distance: timedelta, place: str) -> str:
    number = f"{abs(distance) / _HOUR:g}"
    way = ("ahead of" if place else "ahead") if distance > timedelta() else "behind"
    return f"{number} hour{'' if number == '1' else 's'} {way} {place}".rstrip()
