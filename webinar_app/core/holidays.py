"""Public holidays as the laws of some countries fix them, for sessions that are not held on one.

Days that a government moves or adds for one year, such as a coronation, are not known here: coordinators write those
beside. Sources: 5 U.S.C. § 6103 and Executive Order 11582; Canada Labour Code, s. 166 and 193; Banking and Financial
Dealings Act 1971 (c. 80), Schedule 1, for England and Wales, with New Year's Day and Early May as proclaimed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

MONDAY, THURSDAY = 0, 3
Day = Callable[[int], date]


class Country(StrEnum):
    """Whose public holidays."""

    UNITED_STATES = "us"
    CANADA = "ca"
    ENGLAND = "gb"


COUNTRY_WORDS = {
    Country.UNITED_STATES: "United States (federal)",
    Country.CANADA: "Canada (federal)",
    Country.ENGLAND: "England and Wales",
}


def _on(month: int, day: int) -> Day:
    return lambda year: date(year, month, day)


def _nth(month: int, weekday: int, nth: int) -> Day:
    """Give the `nth` such weekday of a month, -1 for the last."""

    def found(year: int) -> date:
        if nth < 0:
            after = date(year + month // 12, month % 12 + 1, 1)
            return after - timedelta(days=(after.weekday() - weekday - 1) % 7 + 1)
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=nth - 1)

    return found


def _easter(days: int) -> Day:
    return lambda year: easter(year) + timedelta(days=days)


def easter(year: int) -> date:
    """Give Easter Sunday of the western churches (the anonymous Gregorian algorithm, Meeus 1991)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


_US: dict[str, Day] = {
    "New Year’s Day": _on(1, 1), "Martin Luther King Jr. Day": _nth(1, MONDAY, 3),
    "Washington’s Birthday": _nth(2, MONDAY, 3), "Memorial Day": _nth(5, MONDAY, -1), "Juneteenth": _on(6, 19),
    "Independence Day": _on(7, 4), "Labor Day": _nth(9, MONDAY, 1), "Columbus Day": _nth(10, MONDAY, 2),
    "Veterans Day": _on(11, 11), "Thanksgiving Day": _nth(11, THURSDAY, 4), "Christmas Day": _on(12, 25),
}  # fmt: skip
_CANADA: dict[str, Day] = {
    "New Year’s Day": _on(1, 1), "Good Friday": _easter(-2),
    "Victoria Day": lambda year: date(year, 5, 24) - timedelta(days=date(year, 5, 24).weekday()),
    "Canada Day": _on(7, 1), "Labour Day": _nth(9, MONDAY, 1),
    "National Day for Truth and Reconciliation": _on(9, 30), "Thanksgiving Day": _nth(10, MONDAY, 2),
    "Remembrance Day": _on(11, 11), "Christmas Day": _on(12, 25), "Boxing Day": _on(12, 26),
}  # fmt: skip
_ENGLAND: dict[str, Day] = {
    "New Year’s Day": _on(1, 1), "Good Friday": _easter(-2), "Easter Monday": _easter(1),
    "Early May bank holiday": _nth(5, MONDAY, 1), "Spring bank holiday": _nth(5, MONDAY, -1),
    "Summer bank holiday": _nth(8, MONDAY, -1), "Christmas Day": _on(12, 25), "Boxing Day": _on(12, 26),
}  # fmt: skip
_DAYS = {Country.UNITED_STATES: _US, Country.CANADA: _CANADA, Country.ENGLAND: _ENGLAND}


def public_holidays(country: Country, years: Iterable[int]) -> dict[date, str]:
    """Give the public holidays of these years by date, each with its name, in order.

    One on a weekend stands on its day and, as observed, on a weekday too: in the United States the nearest, elsewhere
    the next that is no holiday itself. 1 January 2028 is a Saturday, so that 31 December 2027 is a holiday there.
    """
    wanted = set(years)
    around = {year + step for year in wanted for step in (0, 1)}  # a New Year's Day is observed in the year before
    actual = {day(year): name for year in around for name, day in _DAYS[country].items()}
    found = dict(actual)
    for on in sorted(actual):
        if on.weekday() > 4:
            found[_observed(on, country, found)] = f"{actual[on]} (observed)"
    return {on: found[on] for on in sorted(found) if on.year in wanted}


def _observed(on: date, country: Country, taken: Mapping[date, str]) -> date:
    if country is Country.UNITED_STATES:
        return on + timedelta(days=1 if on.weekday() == 6 else -1)
    on += timedelta(days=1)
    while on.weekday() > 4 or on in taken:
        on += timedelta(days=1)
    return on
