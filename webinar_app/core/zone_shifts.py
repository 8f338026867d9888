"""Weeks in which two zones are not as far apart as usual, because their clocks do not change on the same day (TZ8)."""

from datetime import datetime, timedelta

from webinar_app.core.times import clock_words, in_zone
from webinar_app.core.zones import as_instant, clock_changes, place_of, zone_info

# The clocks of two zones follow each other within six weeks; on both sides of that the distance is one that lasts.
_WELL_AWAY = timedelta(days=42)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


def unusual_distance(instant: datetime, zone: str, other: str) -> tuple[timedelta, timedelta, timedelta] | None:
    """Give how far `other` is ahead of `zone` at an aware instant, before such weeks and after them.

    None where it is as far as before or after. 28 October 2025, New York and London: 4 hours, else 5 and 5. 12 October
    2027, New York and Sydney: 15 hours, 14 before and 16 after. Phoenix, which is two hours behind New York all winter,
    is None: that lasts.
    """
    now, before, after = (_ahead(instant + away, zone, other) for away in (timedelta(), -_WELL_AWAY, _WELL_AWAY))
    return None if now in (before, after) else (now, before, after)


def shift_sentence(instant: datetime, zone: str, other: str, people: int) -> str | None:
    """Warn that a session is at an unusual hour for those who live by the clocks of `other`; None where it is not."""
    found = unusual_distance(instant, zone, other)
    if found is None:
        return None
    now, before, after = found
    otherwise = _usually(now, before) if before == after else _until_and_from(instant, zone, other)
    there, here = in_zone(instant, other), in_zone(instant, zone)
    who = "1 registered person lives" if people == 1 else f"{people} registered people live"
    clocks = f"{clock_words(here.time())} is {clock_words(there.time())} there"
    return (
        f"On {here.day} {here:%B} {here.year} {place_of(other)} {_apart(now, place_of(zone))}, {otherwise}: {clocks}. "
        f"{who} by that clock."
    )


def _ahead(instant: datetime, zone: str, other: str) -> timedelta:
    at = as_instant(instant)
    there, here = (at.astimezone(zone_info(name)).utcoffset() or timedelta() for name in (other, zone))
    return there - here


def _apart(now: timedelta, place: str) -> str:
    return f"is {_hours(now, place)}" if now else f"has the same time as {place}"


def _usually(now: timedelta, usual: timedelta) -> str:
    return f"usually {_beside(usual, now)}" if now else f"usually it is {_hours(usual, '')}"


def _until_and_from(instant: datetime, zone: str, other: str) -> str:
    """Say how far apart the zones were until the last change of the distance, and are from the next one on."""
    now = _ahead(instant, zone, other)
    begin, end = instant - _WELL_AWAY, instant + _WELL_AWAY
    changes = sorted({one.at for name in (zone, other) for one in clock_changes(name, begin, end)})
    steps = [at for at in changes if _ahead(at, zone, other) != _ahead(at - _SECOND, zone, other)]
    last, following = max(at for at in steps if at <= instant), min(at for at in steps if at > instant)
    was, will = _ahead(last - _SECOND, zone, other), _ahead(following, zone, other)
    return (
        f"{_beside(was, now)} until {_day(last, zone, instant)} "
        f"and {_beside(will, now)} from {_day(following, zone, instant)} on"
    )


def _day(at: datetime, zone: str, instant: datetime) -> str:
    on, year = in_zone(at, zone), in_zone(instant, zone).year
    return f"{on.day} {on:%B}" if on.year == year else f"{on.day} {on:%B} {on.year}"


def _beside(distance: timedelta, now: timedelta) -> str:
    """Give a distance beside the one of now: only its number, where it points the same way."""
    if not distance:
        return "the same time"
    is_same_way = now and (distance > timedelta()) == (now > timedelta())
    return f"{abs(distance) / _HOUR:g}" if is_same_way else _hours(distance, "")


def _hours(distance: timedelta, place: str) -> str:
    number = f"{abs(distance) / _HOUR:g}"
    way = ("ahead of" if place else "ahead") if distance > timedelta() else "behind"
    return f"{number} hour{'' if number == '1' else 's'} {way} {place}".rstrip()
