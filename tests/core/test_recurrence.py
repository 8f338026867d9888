"""Rhythms in wall-clock time, over clock changes and with dates left out."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput
from webinar_app.core.recurrence import (
    MOST_DATES,
    Pattern,
    Rhythm,
    describe_pattern,
    nth_of,
    nth_weekday,
    occurrences,
    read_skips,
    shifted,
)
from webinar_app.core.times import in_zone, instants_of

NEW_YORK = "America/New_York"
ZONES = (NEW_YORK, "Europe/London", "Australia/Sydney", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata")


def wall(*parts):
    """Give a wall time, naive."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


NOON = wall(2027, 1, 12, 12)


def pattern(first=NOON, zone=NEW_YORK, **changes):
    return Pattern(first, zone, **({"rhythm": Rhythm.MONTHS, "count": 10} | changes))


patterns = st.builds(
    Pattern,
    first=st.datetimes(wall(2025, 1, 1), wall(2032, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    rhythm=st.sampled_from([Rhythm.WEEKS, Rhythm.MONTHS]),
    every=st.integers(1, 6),
    count=st.integers(1, 12),
    fold=st.sampled_from([None, 0, 1]),
)


def test_second_tuesday_at_noon_ten_times_not_on_holidays():
    skip = {date(2027, 2, 9): "Conference", date(2027, 7, 13): ""}

    found = occurrences(pattern(skip=skip))

    held = [one for one in found if not one.skipped]
    assert [f"{one.local:%d.%m.} {one.starts_at:%H}" for one in held] == [
        "12.01. 17", "09.03. 17", "13.04. 16", "11.05. 16", "08.06. 16", "10.08. 16", "14.09. 16", "12.10. 16",
        "09.11. 17", "14.12. 17",
    ]  # fmt: skip
    assert [(one.local.date(), one.skipped) for one in found if one.skipped] == [
        (date(2027, 2, 9), "Conference"), (date(2027, 7, 13), "left out"),
    ]  # fmt: skip


@given(patterns)
def test_every_date_keeps_its_clock_and_weekday(chosen):
    found = occurrences(chosen)

    assert [one.local for one in found] == sorted({one.local for one in found})
    for one in found:
        assert (one.local.time(), one.local.weekday()) == (chosen.first.time(), chosen.first.weekday())
        assert one.problem or in_zone(one.starts_at, chosen.zone) == one.local
        assert chosen.rhythm is Rhythm.WEEKS or nth_of(one.local.date()) == nth_of(chosen.first.date())


@given(patterns)
def test_a_date_asks_exactly_where_its_clock_is_unclear(chosen):
    for one in occurrences(chosen):
        times = len(instants_of(one.local, chosen.zone))
        assert bool(one.problem) == (times == 0 or (times == 2 and chosen.fold is None))
        assert times != 2 or chosen.fold is None or one.starts_at == instants_of(one.local, chosen.zone)[chosen.fold]


@given(patterns, st.sets(st.integers(0, 20), max_size=5))
def test_dates_left_out_do_not_count(chosen, places):
    plain = occurrences(Pattern(chosen.first, chosen.zone, chosen.rhythm, chosen.every, 21, fold=chosen.fold))
    skip = {plain[at].local.date(): "A holiday" for at in places if at < len(plain)}

    found = occurrences(
        Pattern(chosen.first, chosen.zone, chosen.rhythm, chosen.every, chosen.count, None, skip, chosen.fold)
    )

    held = [one.local for one in found if not one.skipped]
    assert held[: len(plain) - len(skip)] == [one.local for one in plain if one.local.date() not in skip][: len(held)]
    assert not {one.date() for one in held} & skip.keys()


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(0, 6))
def test_nth_weekdays_are_all_weekdays_of_a_month(year, month, weekday):
    days = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
    right = [day for day in days if day.month == month and day.weekday() == weekday]

    found = [nth_weekday(year, month, weekday, nth) for nth in range(1, 6)]

    assert [day for day in found if day] == right
    assert nth_weekday(year, month, weekday, -1) == right[-1]
    assert [nth_of(day) for day in right] == list(range(1, len(right) + 1))


def test_until_is_the_last_date_and_named_even_if_left_out():
    found = occurrences(
        pattern(count=None, rhythm=Rhythm.WEEKS, every=2, until=date(2027, 2, 9), skip={date(2027, 2, 9): "No"})
    )

    assert [(one.local.day, one.skipped) for one in found] == [(12, ""), (26, ""), (9, "No")]


def test_last_weekday_and_fifth_weekday():
    last = occurrences(pattern(wall(2027, 1, 26, 12), rhythm=Rhythm.LAST, count=3))
    fifth = occurrences(pattern(wall(2027, 3, 30, 12), count=2))

    assert [one.local.date() for one in last] == [date(2027, 1, 26), date(2027, 2, 23), date(2027, 3, 30)]
    assert [one.local.date() for one in fifth] == [date(2027, 3, 30), date(2027, 6, 29)]


def test_gap_and_repeated_hour_ask():
    gap = occurrences(pattern(wall(2027, 3, 7, 2, 30), rhythm=Rhythm.WEEKS, count=2))
    twice = occurrences(pattern(wall(2026, 10, 25, 1, 30), rhythm=Rhythm.WEEKS, count=2))
    second = occurrences(pattern(wall(2026, 10, 25, 1, 30), rhythm=Rhythm.WEEKS, count=2, fold=1))

    assert "has no 2:30 a.m." in gap[1].problem
    assert "1:30 a.m. twice" in twice[1].problem
    assert second[1].starts_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": None}, "count"), ({"count": 0}, "count"), ({"count": MOST_DATES + 1}, "count"),
        ({"every": 0}, "every"),
        ({"every": 99}, "every"), ({"until": date(2027, 1, 11)}, "until"), ({"rhythm": Rhythm.LAST}, "rhythm"),
    ],
)  # fmt: skip
def test_wrong_patterns_name_their_field(changes, field):
    with pytest.raises(InvalidInput) as refused:
        occurrences(pattern(**changes))

    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "The second Tuesday of the month"),
        ({"every": 2}, "The second Tuesday of a month, every 2 months"),
        ({"first": wall(2027, 1, 26, 12), "rhythm": Rhythm.LAST}, "The last Tuesday of the month"),
        ({"rhythm": Rhythm.WEEKS}, "Every Tuesday"),
        ({"rhythm": Rhythm.WEEKS, "every": 3}, "Every 3 weeks on Tuesday"),
    ],
)
def test_pattern_in_words(changes, words):
    assert describe_pattern(pattern(**changes)) == words


def test_dates_to_leave_out_are_read_with_their_reasons():
    assert read_skips("25 December 2026: Christmas Day\n\n2027-01-01") == {
        date(2026, 12, 25): "Christmas Day", date(2027, 1, 1): "",
    }  # fmt: skip
    with pytest.raises(InvalidInput, match="Sometime"):
        read_skips("Sometime")


@given(st.datetimes(wall(2025, 1, 1), wall(2030, 1, 1)), st.integers(-400, 400))
def test_a_shift_by_days_keeps_the_clock(local, days):
    moved = shifted(local, timedelta(days=days))

    assert (moved.time(), (moved.date() - local.date()).days) == (local.time(), days)
    assert moved.fold == 0
    assert shifted(moved, timedelta(days=-days)) == local.replace(fold=0)


def test_the_clock_of_the_first_may_change_too():
    assert shifted(NOON, timedelta(days=7, hours=1)).time() == time(13)
