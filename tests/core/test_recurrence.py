"""Rhythms in wall-clock time, over clock changes and with dates left out."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput
from webinar_app.core.recurrence import (
    MOST_DATES,
    Moved,
    OnHoliday,
    Pattern,
    Rhythm,
    days_later,
    describe_gaps,
    describe_pattern,
    free_days,
    nth_of,
    nth_weekday,
    occurrences,
    read_skips,
    shifted,
    spread,
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


WEEKLY = [wall(2026, 11, 5, 12) + timedelta(weeks=n) for n in range(4)]
FREE = {date(2026, 11, 26): "Thanksgiving Day", date(2026, 12, 3): ""}


@pytest.mark.parametrize(
    ("way", "landed"),
    [
        (OnHoliday.KEEP, ["12.11.", "19.11.", "26.11. Thanksgiving Day", "03.12. a day to keep free"]),
        (OnHoliday.OUT, ["12.11.", "19.11.", "26.11. without: Thanksgiving Day", "03.12. without: left out"]),
        (OnHoliday.LATER, ["12.11.", "19.11.", "10.12. Thanksgiving Day", "17.12."]),
    ],
)
def test_copies_meet_days_to_keep_free_as_was_chosen(way, landed):
    found = spread(WEEKLY, timedelta(weeks=1), FREE, way)

    assert [_said(one) for one in found] == landed
    assert {day for one in found for day in one.met} == set(FREE)


def _said(one: Moved) -> str:
    without = f"without: {one.skipped}" if one.skipped else ""
    return f"{one.local:%d.%m.} {without or one.holiday}".strip()


@given(
    starts=st.lists(st.datetimes(wall(2026, 1, 1), wall(2028, 1, 1)), max_size=8).map(sorted),
    by=st.timedeltas(timedelta(days=-400), timedelta(days=400)),
    free=st.dictionaries(st.dates(date(2025, 1, 1), date(2029, 1, 1)), st.just("Rest"), max_size=30),
    way=st.sampled_from(OnHoliday),
)
def test_copies_keep_their_clock_and_their_order(starts, by, free, way):
    found = spread(starts, by, free, way)

    places = [one.local for one in found]
    assert len(found) == len(starts)
    assert places == sorted(places)
    assert all((place - start - by) % timedelta(weeks=1) == timedelta() for place, start in zip(places, starts))
    if way is OnHoliday.LATER:
        assert not {place.date() for place in places} & set(free)
    else:
        assert places == [start + by for start in starts]
    assert all(bool(one.skipped) == (way is OnHoliday.OUT and one.local.date() in free) for one in found)


def test_typed_days_come_beside_those_of_a_country():
    found = free_days("26 November 2026: Our own day\n1 May 2026", "us", [2026])

    assert (found[date(2026, 11, 26)], found[date(2026, 5, 1)], len(found)) == ("Our own day", "", 13)
    assert free_days("", "", [2026]) == free_days("", "xx", [2026]) == {}


def test_so_many_days_later_a_clock_shows_the_same():
    opens = datetime(2026, 10, 4, 13, tzinfo=UTC)  # 9:00 a.m. ET

    assert days_later(opens, NEW_YORK, 60) == datetime(2026, 12, 3, 14, tzinfo=UTC)
    assert days_later(datetime(2026, 3, 1, 7, 30, tzinfo=UTC), NEW_YORK, 7) == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_a_fifth_weekday_says_what_it_leaves_out():
    fifth = pattern(wall(2027, 3, 29, 12), count=3)

    assert [f"{one.local:%d.%m.}" for one in occurrences(fifth)] == ["29.03.", "31.05.", "30.08."]
    assert describe_gaps(fifth) == (
        "Months without a fifth Monday have no session. Choose the last Monday to have one in each month."
    )
    assert describe_gaps(pattern()) == describe_gaps(pattern(wall(2027, 3, 29, 12), rhythm=Rhythm.LAST)) == ""
