from datetime import UTC, datetime

import pytest

from webinar_app.core.errors import InvalidInput
from webinar_app.core.read_back import instant_words, read_date, read_typed, title_warnings

NOW = datetime(2025, 9, 1, tzinfo=UTC)
ET = "America/New_York"


def read(typed, fold=None, **more):
    return read_typed(typed, ET, fold=fold, now=NOW, **more)


@pytest.mark.parametrize(
    "typed,words,utc,yours",
    [
        (
            "October 14, 2025 12:00 p.m. ET",
            "Tuesday 14 October 2025, 12:00 p.m. ET",
            "16:00 UTC",
            "Wednesday 15 October, 3:00 a.m. AEDT",
        ),
        (
            "2026-01-14 noon",
            "Wednesday 14 January 2026, 12:00 p.m. ET",
            "17:00 UTC",
            "Thursday 15 January, 4:00 a.m. AEDT",
        ),
        (
            "14 October 2025, 9:30 p.m. ET",
            "Tuesday 14 October 2025, 9:30 p.m. ET",
            "01:30 UTC on Wednesday 15 October",
            "Wednesday 15 October, 12:30 p.m. AEDT",
        ),
    ],
)
def test_time_is_read_back_in_three_clocks(typed, words, utc, yours):
    reading = read(typed)

    said = instant_words(reading, "Australia/Sydney")

    assert (reading.words, reading.problem, said["utc"], said["yours"]) == (words, "", utc, yours)


def test_viewer_in_the_same_zone_hears_nothing_twice():
    assert instant_words(read("October 14, 2025 12:00 p.m. ET"), ET) == {
        "utc": "16:00 UTC",
        "yours": "",
        "helper": "noon",
    }


@pytest.mark.parametrize(
    ("typed", "zone", "yours"),
    [
        ("January 14, 2026 4:00 p.m. UTC", ET, "11:00 a.m. ET"),
        ("July 14, 2026 4:00 p.m. UTC", ET, "12:00 p.m. ET"),
        ("July 14, 2026 noon ET", "Europe/London", "5:00 p.m. UK time"),
        ("November 1, 2026 5:30 a.m. UTC", ET, "1:30 a.m. EDT"),
        ("November 1, 2026 6:30 a.m. UTC", ET, "1:30 a.m. EST"),
    ],
)
def test_viewer_hears_the_zone_as_it_is_written_elsewhere(typed, zone, yours):
    assert instant_words(read(typed), zone)["yours"] == yours


def test_gap_offers_two_times_that_read_back_clearly():
    reading = read("2026-03-08 2:30 a.m. ET")

    times = [read(choice.typed).starts_at for choice in reading.choices]

    assert not reading.is_clear
    assert times == [datetime(2026, 3, 8, 6, 30, tzinfo=UTC), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)]


def test_repeated_hour_asks_and_keeps_asking_after_the_choice():
    asked, second = read("2026-11-01 1:30 a.m. ET"), read("2026-11-01 1:30 a.m. ET", fold=1)

    assert (asked.is_clear, asked.field, second.is_clear) == (False, "fold", True)
    assert second.starts_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert asked.choices == second.choices
    assert [choice.fold for choice in asked.choices] == [0, 1]


def test_season_that_is_written_settles_the_repeated_hour():
    reading = read("2026-11-01 1:30 a.m. EST", fold=0)

    assert (reading.starts_at, reading.choices) == (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), ())


def test_past_is_a_warning_once_the_end_has_passed():
    during = read("2025-08-31 7:30 p.m. ET", minutes=60)
    after = read("2025-08-31 6:30 p.m. ET", minutes=60)

    assert (during.warnings, len(after.warnings), after.is_clear) == ((), 1, True)


@pytest.mark.parametrize("typed", ["", "soon", "31 February 2026 noon", "2026-10-14"])
def test_what_cannot_be_read_is_a_sentence(typed):
    with pytest.raises(InvalidInput) as refused:
        read(typed).check()

    assert list(refused.value.fields) == ["typed"]


def test_date_alone_has_no_instant():
    reading = read_date("4 October 2024", now=NOW)

    assert (reading.words, reading.starts_at, len(reading.warnings)) == ("Friday 4 October 2024", None, 1)


def test_titles_are_checked_in_the_season_of_the_session():
    october, january = datetime(2025, 10, 14, 16, tzinfo=UTC), datetime(2026, 1, 14, 17, tzinfo=UTC)

    assert len(title_warnings(("Noon EST", "At noon EST"), october, ET)) == 1
    assert title_warnings(("Noon EST", "Noon ET"), january, ET) == title_warnings(("Noon EST",), None, ET) == ()
