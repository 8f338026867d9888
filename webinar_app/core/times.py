"""Wall clocks and instants: what a time in a zone means, and how it is said.

A wall clock (`local`) is a naive datetime beside an IANA zone name; an instant is an aware UTC datetime. What a
coordinator typed is the truth and the instant follows from it. Words are read in `typed_times`, zones known in `zones`;
both are offered here too, so that one import is enough. Gaps and repeated hours: PEP 495.
"""

from datetime import UTC, date, datetime, time, timedelta

from webinar_app.core.errors import InvalidInput
from webinar_app.core.typed_times import (
    MONTHS,
    WEEKDAYS,
    DateOrder,
    TypedTime,
    parse_clock,
    parse_date,
    parse_fields,
    parse_typed,
    wrong_zone_words,
)
from webinar_app.core.zones import (
    FIRST_YEAR,
    LAST_YEAR,
    ClockChange,
    as_instant,
    clock_changes,
    family_of,
    instants_of,
    known_zones,
    place_of,
    zone_info,
    zone_label,
)

__all__ = [
    "ClockChange",
    "DateOrder",
    "NoSuchTime",
    "RepeatedTime",
    "TypedTime",
    "as_instant",
    "clock_changes",
    "clock_words",
    "date_differs",
    "day_before_at",
    "deadline",
    "describe",
    "describe_for",
    "describe_own",
    "elapsed",
    "end_of",
    "hours_before",
    "in_zone",
    "instants_of",
    "known_zones",
    "noon_helper",
    "parse_clock",
    "parse_date",
    "parse_fields",
    "parse_typed",
    "recomputed",
    "resolve",
    "same_wall_time",
    "settle",
    "wrong_zone_words",
    "zone_info",
    "zone_label",
]

_TWELVE_HOURS = {"en", "en-US", "en-CA", "en-AU", "en-NZ", "en-IN", "en-PH"}


class NoSuchTime(InvalidInput):
    """Clocks skip this wall time; `earlier` and `later` are naive wall times that exist."""

    def __init__(self, local: datetime, zone: str, earlier: datetime, later: datetime) -> None:
        message = (
            f"{_day(local)} has no {clock_words(local.time())} in {place_of(zone)}: clocks go forward. "
            f"Choose {clock_words(earlier.time())} or {clock_words(later.time())} instead."
        )
        super().__init__("time.gap", message, {"local_time": message})
        self.earlier = earlier
        self.later = later


class RepeatedTime(InvalidInput):
    """Clocks show this wall time twice; `first` and `second` are the UTC instants, folds 0 and 1."""

    def __init__(self, local: datetime, zone: str, first: datetime, second: datetime) -> None:
        message = (
            f"{_day(local)} has {clock_words(local.time())} twice in {place_of(zone)}: clocks go back. "
            f"Say which: {zone_label(first, zone)} (the first) or {zone_label(second, zone)} (the second)."
        )
        super().__init__("time.repeated", message, {"fold": message})
        self.first = first
        self.second = second


def resolve(local: datetime, zone: str, fold: int | None = None) -> datetime:
    """Give the UTC instant at which clocks in the zone show `local`.

    `local`: naive. `fold`: 0 or 1 chooses in a repeated hour and is ignored elsewhere. Raises NoSuchTime in a gap,
    RepeatedTime in a repeated hour without `fold`, InvalidInput for an unknown zone or a year out of range, ValueError
    for an aware `local`. `resolve(datetime(2025, 10, 14, 12), "America/New_York")` is 16:00 UTC.
    """
    if local.tzinfo is not None:
        raise ValueError("A wall clock is naive; its zone stands beside it.")
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        message = f"Choose a year between {FIRST_YEAR} and {LAST_YEAR}."
        raise InvalidInput("time.year", message, {"local_date": message})
    instants = instants_of(local, zone)
    if not instants:
        raise _gap(local, zone)
    if len(instants) == 2 and fold is None:
        raise RepeatedTime(local, zone, *instants)
    return instants[fold or 0] if len(instants) == 2 else instants[0]


def _gap(local: datetime, zone: str) -> NoSuchTime:
    about = local.replace(tzinfo=UTC)
    changes = clock_changes(zone, about - timedelta(days=3), about + timedelta(days=3))
    change = next(change for change in changes if change.onset <= local < change.result)
    return NoSuchTime(local, zone, local - (change.after - change.before), change.result)


def settle(local: datetime, zone: str, fold: int | None = None) -> datetime:
    """Give an instant for `local` (naive) without ever asking: the end of a gap, the first of two equal times.

    For work that follows from a stored time, such as a reminder. What a person types goes through `resolve`.
    """
    try:
        return resolve(local, zone, fold or 0)
    except NoSuchTime as gap:
        return resolve(gap.later, zone, 0)


def recomputed(local: datetime, zone: str, fold: int | None, starts_at: datetime, now: datetime) -> datetime:
    """Give the instant of a stored wall time under today's zone rules; what has started never moves.

    `starts_at`: the stored instant; it comes back unchanged where `starts_at <= now`.
    """
    return as_instant(starts_at) if as_instant(starts_at) <= as_instant(now) else settle(local, zone, fold)


def in_zone(instant: datetime, zone: str) -> datetime:
    """Give what clocks in the zone show at an aware instant, naive; its `fold` tells equal times apart."""
    return as_instant(instant).astimezone(zone_info(zone)).replace(tzinfo=None)


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Give the real time between two aware datetimes, across clock changes too.

    Python subtracts two datetimes of the same zone by their wall clocks, which is an hour wrong on such a day.
    """
    return as_instant(end) - as_instant(start)


def end_of(starts_at: datetime, minutes: int) -> datetime:
    """Give the UTC instant `minutes` of real time after an aware start."""
    return as_instant(starts_at) + timedelta(minutes=minutes)


def same_wall_time(local: datetime, zone: str, weeks: int, fold: int | None = None) -> tuple[datetime, datetime]:
    """Give the wall time some weeks later, naive, and its UTC instant; the clock stays, the instant may shift.

    Raises as `resolve` where that day has no such time, or has it twice.
    """
    later = local.replace(fold=0) + timedelta(weeks=weeks)
    return later, resolve(later, zone, fold)


def hours_before(starts_at: datetime, hours: int) -> datetime:
    """Give the UTC instant so many real hours before an aware start."""
    return as_instant(starts_at) - timedelta(hours=hours)


def day_before_at(local: datetime, zone: str, clock: time, days: int = 1) -> datetime:
    """Give the UTC instant at which clocks in the zone show `clock`, some days before the day of `local` (naive)."""
    return settle(datetime.combine(local.date() - timedelta(days=days), clock), zone)


def deadline(on: date, zone: str) -> datetime:
    """Give the last second of a date in a zone as a UTC instant: "until 10 October" means 23:59:59 there."""
    last = datetime.combine(on, time(23, 59, 59))
    try:
        return resolve(last, zone, fold=1)
    except NoSuchTime as gap:
        return resolve(gap.later, zone, 0) - timedelta(seconds=1)


def date_differs(instant: datetime, zone: str, other_zone: str) -> bool:
    """Tell whether an aware instant falls on different dates in two zones."""
    return in_zone(instant, zone).date() != in_zone(instant, other_zone).date()


def noon_helper(clock: time) -> str | None:
    """Give the word that clears up 12:00, `noon` or `midnight`; None for every other time."""
    return {time(12): "noon", time(0): "midnight"}.get(clock)


def clock_words(clock: time, locale: str = "en-US") -> str:
    """Give a time of day as this locale writes it: `12:00 p.m.` in American English, `12:00` elsewhere."""
    if locale not in _TWELVE_HOURS:
        return f"{clock:%H:%M}"
    return f"{(clock.hour - 1) % 12 + 1}:{clock.minute:02} {'p.m.' if clock.hour >= 12 else 'a.m.'}"


def describe(local: datetime, zone: str, locale: str = "en-US", fold: int | None = None) -> str:
    """Give the words of a wall time, such as `Tuesday 14 October 2025, 12:00 p.m. ET`.

    `parse_typed` reads them back to the same time and zone. Words are English; `locale` decides the clock. In a
    repeated hour the words name the season that `fold`, or `local.fold`, means.
    """
    return f"{_day(local)}, {clock_words(local.time(), locale)} {_zone_words(local, zone, fold)}"


def describe_for(instant: datetime, own_zone: str, organiser_zone: str, locale: str = "en-US") -> tuple[str, ...]:
    """Give an instant in the reader's words first and the organiser's second; once where both have one zone."""
    own = describe_own(instant, own_zone, locale)
    if own_zone == organiser_zone:
        return (own,)
    return own, describe(in_zone(instant, organiser_zone), organiser_zone, locale)


def describe_own(instant: datetime, zone: str, locale: str = "en-US") -> str:
    """Give an instant to somebody who lives by this zone: `Wednesday 15 October 2025, 3:00 a.m. Sydney time`.

    A zone with letters that people write keeps them: `9:00 a.m. PT`. Nobody reads these words back.
    """
    local = in_zone(instant, zone)
    if zone == "UTC" or family_of(zone) is not None:
        return describe(local, zone, locale)
    words = f"{_day(local)}, {clock_words(local.time(), locale)} {place_of(zone)} time"
    return words if len(instants_of(local, zone)) == 1 else f"{words}, {zone_label(instant, zone)}"


def spoken_zone(instant: datetime, zone: str) -> str:
    """Give what stands behind a clock time for those who live by this zone: `ET`, `UK time`, `AEDT`.

    In a repeated hour the letters of the season, which tell the two apart.
    """
    return zone_label(instant, zone) if family_of(zone) is None else _zone_words(in_zone(instant, zone), zone, None)


def _zone_words(local: datetime, zone: str, fold: int | None) -> str:
    family = family_of(zone)
    if family is None:
        return zone
    instants = instants_of(local, zone)
    if len(instants) == 2:
        return zone_label(instants[local.fold if fold is None else fold], zone)
    return family.label


def _day(local: datetime) -> str:
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"


def stamp(instant: datetime) -> str:
    """Give an aware instant as live messages carry it: UTC to the millisecond, `2026-11-03T17:00:00.000Z`.

    All stamps have the same width, so that their order as text is their order in time.
    """
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return in_utc.isoformat(timespec="milliseconds")[:23] + "Z"
