"""Dates that follow a rhythm, in wall-clock time: "second Tuesday at noon ET, ten times, not on holidays".

The clock stays and the instant follows from it (TZ7), so that a series over a clock change is at noon before and after.
A date whose clock skips that time, or shows it twice, is never guessed: it carries the sentence that asks (TZ4, TZ5).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput
from webinar_app.core.holidays import Country, public_holidays
from webinar_app.core.times import NoSuchTime, RepeatedTime, in_zone, parse_date, resolve, settle
from webinar_app.core.typed_times import WEEKDAYS

MOST_DATES = 60
MOST_STEPS = 26
HORIZON_YEARS = 12  # a fifth Tuesday in every twelfth month comes at last, or never
_DEFAULT_SKIP = "left out"
_FREE = "a day to keep free"
NTH_WORDS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


class Rhythm(StrEnum):
    """What comes back: the weekday, or the weekday by its place in the month."""

    WEEKS = "weeks"
    MONTHS = "months"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rhythm that begins at `first`, naive, on clocks in `zone`.

    `every`: number of weeks or months from one to the next. `count`: how many are held; those left out are not counted.
    `until`: the last date that may be one. `skip`: dates that are left out, each with its reason. `fold` chooses in a
    repeated hour.
    """

    first: datetime
    zone: str
    rhythm: Rhythm = Rhythm.WEEKS
    every: int = 1
    count: int | None = None
    until: date | None = None
    skip: Mapping[date, str] = field(default_factory=dict)
    fold: int | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a rhythm.

    `starts_at`: UTC; None where it is left out (`skipped` says why) or has to be settled (`problem` asks, and
    `is_twice` says that a choice of `fold` answers it).
    """

    local: datetime
    starts_at: datetime | None = None
    fold: int = 0
    skipped: str = ""
    problem: str = ""
    is_twice: bool = False


def check_pattern(pattern: Pattern) -> None:
    """Raise InvalidInput `series.pattern` with a sentence for each field that must change."""
    problems: dict[str, str] = {}
    if not 1 <= pattern.every <= MOST_STEPS:
        problems["every"] = f"Choose a step from 1 to {MOST_STEPS}."
    if pattern.count is None and pattern.until is None:
        problems["count"] = "Say how many times, or until which date."
    if pattern.count is not None and not 1 <= pattern.count <= MOST_DATES:
        problems["count"] = f"Choose 1 to {MOST_DATES} sessions."
    if pattern.until is not None and pattern.until < pattern.first.date():
        problems["until"] = "Choose a last date after the first session."
    if pattern.rhythm is Rhythm.LAST and not _is_last(pattern.first.date()):
        weekday = WEEKDAYS[pattern.first.weekday()]
        problems["rhythm"] = (
            f"The first session is not on the last {weekday} of its month. Correct the date or the rhythm."
        )
    if problems:
        raise InvalidInput("series.pattern", "The rhythm needs a correction.", problems)


def occurrences(pattern: Pattern) -> list[Occurrence]:
    """Give the dates of a rhythm in order, those left out among them; at most `MOST_DATES` that are held.

    Raises as `check_pattern`. `first` Tuesday 12 January 2027 noon in New York, months, count 3: the second Tuesdays of
    January, February and March, at 17:00, 17:00 and 16:00 UTC.
    """
    check_pattern(pattern)
    most = min(pattern.count or MOST_DATES, MOST_DATES)
    found: list[Occurrence] = []
    held = 0
    for on in _days(pattern):
        if held == most:
            break
        one = _occurrence(pattern, on)
        held += not one.skipped
        found.append(one)
    while found and found[-1].skipped and pattern.until is None:
        found.pop()  # nothing is held after it: it is no gap in the series
    return found


def describe_pattern(pattern: Pattern) -> str:
    """Say a rhythm in words, such as `Every second Tuesday of the month` or `Every 2 weeks on Tuesday`."""
    weekday = WEEKDAYS[pattern.first.weekday()]
    if pattern.rhythm is Rhythm.WEEKS:
        return f"Every {weekday}" if pattern.every == 1 else f"Every {pattern.every} weeks on {weekday}"
    nth = NTH_WORDS[-1 if pattern.rhythm is Rhythm.LAST else nth_of(pattern.first.date())]
    of = "the month" if pattern.every == 1 else f"a month, every {pattern.every} months"
    return f"The {nth} {weekday} of {of}"


def describe_gaps(pattern: Pattern) -> str:
    """Say which months a rhythm leaves out by itself: those without a fifth such weekday."""
    if pattern.rhythm is not Rhythm.MONTHS or nth_of(pattern.first.date()) < 5:
        return ""
    weekday = WEEKDAYS[pattern.first.weekday()]
    return f"Months without a fifth {weekday} have no session. Choose the last {weekday} to have one in each month."


def nth_of(on: date) -> int:
    """Give which of its weekday a date is in its month, 1 to 5."""
    return (on.day - 1) // 7 + 1


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """Give the `nth` (1 to 5, or -1 for the last) `weekday` (0 is Monday) of a month, None where there is no fifth."""
    first = date(year, month, 1)
    on = first + timedelta(days=(weekday - first.weekday()) % 7)
    if nth == -1:
        nth = 5 if (on + timedelta(weeks=4)).month == month else 4
    on += timedelta(weeks=nth - 1)
    return on if on.month == month else None


def _days(pattern: Pattern) -> Iterator[date]:
    first = pattern.first.date()
    last = min(pattern.until or date.max, first + timedelta(days=366 * HORIZON_YEARS))
    if pattern.rhythm is Rhythm.WEEKS:
        on = first
        while on <= last:
            yield on
            on += timedelta(weeks=pattern.every)
        return
    nth = -1 if pattern.rhythm is Rhythm.LAST else nth_of(first)
    months = first.year * 12 + first.month - 1
    while (year := months // 12) <= last.year:
        found = nth_weekday(year, months % 12 + 1, first.weekday(), nth)
        if found is not None and found > last:
            return
        if found is not None:
            yield found
        months += pattern.every


def _occurrence(pattern: Pattern, on: date) -> Occurrence:
    local = datetime.combine(on, pattern.first.time().replace(fold=0))
    if on in pattern.skip:
        return Occurrence(local, skipped=pattern.skip[on] or _DEFAULT_SKIP)
    try:
        starts_at = resolve(local, pattern.zone, pattern.fold)
    except (NoSuchTime, RepeatedTime) as asked:
        return Occurrence(local, problem=asked.message, is_twice=isinstance(asked, RepeatedTime))
    return Occurrence(local, starts_at, pattern.fold or 0)


def _is_last(on: date) -> bool:
    return (on + timedelta(weeks=1)).month != on.month


def shifted(local: datetime, delta: timedelta) -> datetime:
    """Give a wall time moved by a difference of wall times, naive: 12:00 stays 12:00 over a clock change (A11)."""
    return local.replace(fold=0) + delta


def days_later(instant: datetime, zone: str, days: int) -> datetime:
    """Give the UTC instant at which clocks in the zone show the same so many days later, as `settle` does."""
    local = in_zone(instant, zone)
    return settle(shifted(local, timedelta(days=days)), zone, local.fold)


class OnHoliday(StrEnum):
    """What becomes of a copy that lands on a day that should stay free."""

    KEEP = "keep"
    OUT = "out"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a copy lands; `skipped` says why it is left out, `holiday` what else is on that day, or made it later.

    `met`: the days to keep free on which it landed, or would have.
    """

    local: datetime
    skipped: str = ""
    holiday: str = ""
    met: tuple[date, ...] = ()


def spread(starts: Sequence[datetime], by: timedelta, free: Mapping[date, str], way: OnHoliday) -> list[Moved]:
    """Move wall times, naive and in order, by the same distance, past the days that should stay free.

    With `LATER` one that would land on such a day is held a week later, or as many as it takes, and all after it too,
    so that none overtakes another.
    """
    found = []
    for start in starts:
        local = shifted(start, by)
        on = local.date()
        if on not in free:
            found.append(Moved(local))
        elif way is OnHoliday.OUT:
            found.append(Moved(local, skipped=free[on] or _DEFAULT_SKIP, met=(on,)))
        else:
            met = [on]
            while way is OnHoliday.LATER and (local + timedelta(weeks=len(met))).date() in free:
                met.append((local + timedelta(weeks=len(met))).date())
            weeks = timedelta(weeks=len(met) if way is OnHoliday.LATER else 0)
            local, by = local + weeks, by + weeks
            found.append(Moved(local, holiday=free[on] or _FREE, met=tuple(met)))
    return found


def free_days(typed: str, country: str, years: Collection[int]) -> dict[date, str]:
    """Give the days that should stay free, with reasons: the typed ones (as `read_skips`) and a country's holidays.

    `country`: a `Country`, or empty for none.
    """
    holidays = public_holidays(Country(country), years) if country in set(Country) else {}
    return holidays | read_skips(typed)


def read_skips(text: str) -> dict[date, str]:
    """Read dates to leave out, one a line, each with a reason after a colon: `25 December 2026: Christmas Day`.

    Raises InvalidInput at field `skip` that names the line.
    """
    found: dict[date, str] = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        words, _, reason = line.partition(":")
        try:
            found[parse_date(words)] = reason.strip()
        except InvalidInput as error:
            sentence = f"“{line[:60]}”: {error.message}"
            raise InvalidInput("series.skip", sentence, {"skip": sentence}) from error
    return found
