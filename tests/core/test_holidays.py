"""Public holidays against the lists that governments publish, and days that texts name."""

from datetime import date

import pytest

from webinar_app.core.holidays import Country, easter, public_holidays
from webinar_app.core.named_days import named_days

# Office of Personnel Management; gov.uk/bank-holidays; Canada Labour Code. Weekdays on which people are off.
PUBLISHED = {
    (Country.UNITED_STATES, 2027): (
        "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"  # the last: New Year's Day 2028
    ),
    (Country.UNITED_STATES, 2026): "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    (Country.ENGLAND, 2026): "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    (Country.ENGLAND, 2027): "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    (Country.ENGLAND, 2021): "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    (Country.CANADA, 2026): "01-01 04-03 05-18 07-01 09-07 09-30 10-12 11-11 12-25 12-28",
}


@pytest.mark.parametrize(("of", "published"), PUBLISHED.items())
def test_holidays_are_those_that_are_published(of, published):
    country, year = of

    found = public_holidays(country, [year])

    assert " ".join(f"{on:%m-%d}" for on in found if on.weekday() < 5) == published
    assert list(found) == sorted(found)


def test_a_holiday_on_a_weekend_stands_on_its_day_and_as_observed():
    found = public_holidays(Country.UNITED_STATES, range(2027, 2029))

    assert found[date(2027, 12, 31)] == "New Year’s Day (observed)"
    assert (found[date(2028, 1, 1)], found[date(2027, 7, 4)]) == ("New Year’s Day", "Independence Day")
    assert public_holidays(Country.ENGLAND, []) == {}


def test_easter_is_the_published_sunday():
    found = [f"{easter(year):%m-%d}" for year in (1954, 2000, 2008, 2019, 2024, 2026, 2027, 2038, 2049)]

    assert found == ["04-18", "04-23", "03-23", "04-21", "03-31", "04-05", "03-28", "04-25", "04-18"]


DAYS = (date(2025, 10, 14), date(2026, 5, 4), date(2026, 9, 1))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Live on Oct. 14th, in spring 2025", ["Oct. 14th", "2025"]),
        ("the 14th of October, and again 14 OCT", ["14th of October", "14 OCT"]),
        ("2025-10-14; from Sept. 1 or May 4", ["2025-10-14", "Sept. 1", "May 4"]),
        ("14 Octopus, October 142, 20251, May 14, September 10", []),
        ("Autumn 2026, 2026", ["2026"]),
        ("", []),
    ],
)
def test_texts_that_name_a_day_or_its_year_are_found(text, named):
    assert named_days(text, DAYS) == named


def test_without_days_nothing_is_named():
    assert named_days("14 October 2025", []) == []
