import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core import zones
from webinar_app.core.errors import InvalidInput
from webinar_app.core.times import (
    NoSuchTime,
    RepeatedTime,
    clock_changes,
    clock_words,
    date_differs,
    day_before_at,
    deadline,
    describe,
    describe_for,
    describe_own,
    elapsed,
    end_of,
    hours_before,
    in_zone,
    instants_of,
    known_zones,
    noon_helper,
    parse_typed,
    recomputed,
    resolve,
    same_wall_time,
    settle,
    zone_info,
    zone_label,
)

NEW_YORK = "America/New_York"
LONDON = "Europe/London"
ZONES = (
    NEW_YORK,
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Regina",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Havana",
    "Pacific/Honolulu",
    "Pacific/Guam",
    "Pacific/Chatham",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Jerusalem",
    "Africa/Casablanca",
    "Africa/Cairo",
    LONDON,
    "Europe/Dublin",
    "Europe/Athens",
    "UTC",
)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
ALL_CHANGES = [(zone, change) for zone in ZONES for change in clock_changes(zone, FIRST, LAST)]


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def wall(*parts):
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize("name", ["ET", "EDT", "EST", "GMT+5", "Etc", "", "../etc/passwd", "America/Atlantis", "é"])
def test_tz1_a_label_or_an_offset_is_not_a_zone(name):
    with pytest.raises(InvalidInput) as refusal:
        zone_info(name)

    assert refusal.value.code == "time.zone_unknown"
    assert "Choose one from the list" in refusal.value.message


@pytest.mark.parametrize(
    ("local", "instant", "label"),
    [(wall(2025, 10, 14, 12), at(2025, 10, 14, 16), "EDT"), (wall(2026, 1, 14, 12), at(2026, 1, 14, 17), "EST")],
)
def test_tz2_the_label_comes_from_the_date_of_the_session(local, instant, label):
    assert resolve(local, NEW_YORK) == instant
    assert zone_label(instant, NEW_YORK) == label


def test_tz4_a_gap_is_refused_and_offers_two_times():
    with pytest.raises(NoSuchTime) as refusal:
        resolve(wall(2026, 3, 8, 2, 30), NEW_YORK)

    assert (refusal.value.earlier, refusal.value.later) == (wall(2026, 3, 8, 1, 30), wall(2026, 3, 8, 3, 0))
    assert refusal.value.message == (
        "Sunday 8 March 2026 has no 2:30 a.m. in New York: clocks go forward. Choose 1:30 a.m. or 3:00 a.m. instead."
    )


def test_tz4_a_gap_of_half_an_hour_offers_times_that_exist():
    with pytest.raises(NoSuchTime) as refusal:
        resolve(wall(2026, 10, 4, 2, 15), "Australia/Lord_Howe")

    assert (refusal.value.earlier, refusal.value.later) == (wall(2026, 10, 4, 1, 45), wall(2026, 10, 4, 2, 30))


def test_tz5_a_repeated_hour_needs_a_choice():
    with pytest.raises(RepeatedTime) as refusal:
        resolve(wall(2026, 11, 1, 1, 30), NEW_YORK)

    assert (refusal.value.first, refusal.value.second) == (at(2026, 11, 1, 5, 30), at(2026, 11, 1, 6, 30))
    assert refusal.value.message.endswith("Say which: EDT (the first) or EST (the second).")
    assert resolve(wall(2026, 11, 1, 1, 30), NEW_YORK, fold=0) == at(2026, 11, 1, 5, 30)
    assert resolve(wall(2026, 11, 1, 1, 30), NEW_YORK, fold=1) == at(2026, 11, 1, 6, 30)


def test_tz5_a_stored_choice_changes_nothing_on_other_days():
    assert resolve(wall(2025, 10, 14, 12), NEW_YORK, fold=1) == at(2025, 10, 14, 16)


def test_tz6_length_is_real_time_across_a_clock_change():
    zone = zone_info(NEW_YORK)
    start = resolve(wall(2026, 11, 1, 0, 45), NEW_YORK)
    end = resolve(wall(2026, 11, 1, 2, 0), NEW_YORK)

    assert end_of(start, 135) == end
    assert elapsed(start.astimezone(zone), end.astimezone(zone)) == timedelta(hours=2, minutes=15)


def test_tz7_same_time_next_week_keeps_the_wall_time():
    local = wall(2025, 10, 28, 12)

    assert resolve(local, NEW_YORK) == at(2025, 10, 28, 16)
    assert same_wall_time(local, NEW_YORK, 1) == (wall(2025, 11, 4, 12), at(2025, 11, 4, 17))


def test_tz7_a_series_that_meets_a_gap_says_so():
    with pytest.raises(NoSuchTime):
        same_wall_time(wall(2026, 3, 1, 2, 30), NEW_YORK, 1)


@pytest.mark.parametrize(
    ("day", "zone", "hour"),
    [
        ((2025, 10, 25), LONDON, 17),
        ((2025, 10, 26), LONDON, 16),
        ((2025, 11, 1), LONDON, 16),
        ((2025, 11, 2), LONDON, 17),
        ((2026, 3, 7), LONDON, 17),
        ((2026, 3, 8), LONDON, 16),
        ((2026, 3, 28), LONDON, 16),
        ((2026, 3, 29), LONDON, 17),
        ((2026, 7, 1), "America/Phoenix", 9),
        ((2026, 1, 15), "America/Phoenix", 10),
    ],
)
def test_tz8_noon_eastern_elsewhere(day, zone, hour):
    assert in_zone(resolve(wall(*day, 12), NEW_YORK), zone).hour == hour


@pytest.mark.parametrize("zone", ["America/Regina", "America/Puerto_Rico", "Pacific/Honolulu", "Pacific/Guam"])
def test_tz8_some_zones_never_change(zone):
    assert clock_changes(zone, FIRST, LAST) == ()


def test_tz9_the_date_may_differ():
    noon = resolve(wall(2025, 10, 14, 12), NEW_YORK)

    assert [in_zone(noon, zone).date() for zone in ("Australia/Sydney", "Pacific/Guam")] == [date(2025, 10, 15)] * 2
    assert date_differs(noon, NEW_YORK, "Australia/Sydney")
    assert not date_differs(noon, NEW_YORK, LONDON)


def test_tz10_a_future_session_follows_its_words_and_a_past_one_stays():
    local, right, stale = wall(2026, 6, 1, 12), at(2026, 6, 1, 16), at(2026, 6, 1, 17)

    assert recomputed(local, NEW_YORK, None, stale, at(2026, 5, 1)) == right
    assert recomputed(local, NEW_YORK, None, stale, at(2026, 6, 2)) == stale
    assert recomputed(local, NEW_YORK, None, stale, stale) == stale


@pytest.mark.parametrize(
    ("on", "zone", "instant"),
    [
        (date(2025, 10, 10), NEW_YORK, at(2025, 10, 11, 3, 59, 59)),
        (date(2026, 1, 10), NEW_YORK, at(2026, 1, 11, 4, 59, 59)),
        (date(2026, 10, 31), "America/Havana", at(2026, 11, 1, 3, 59, 59)),
        (date(2011, 12, 30), "Pacific/Apia", at(2011, 12, 30, 9, 59, 59)),
    ],
)
def test_tz12_a_deadline_is_the_last_second_of_its_date(on, zone, instant):
    assert deadline(on, zone) == instant


def test_tz12_a_deadline_that_comes_twice_is_the_later_one():
    # At midnight clocks there go back to 23:00 of the day before.
    assert deadline(date(2026, 10, 24), "America/Scoresbysund") == at(2026, 10, 25, 1, 59, 59)


@pytest.mark.parametrize(
    ("clock", "words", "helper"),
    [
        (time(12), "12:00 p.m.", "noon"),
        (time(0), "12:00 a.m.", "midnight"),
        (time(0, 5), "12:05 a.m.", None),
        (time(13, 30), "1:30 p.m.", None),
        (time(11, 59), "11:59 a.m.", None),
    ],
)
def test_tz13_noon_and_midnight_are_said_clearly(clock, words, helper):
    assert clock_words(clock) == words
    assert noon_helper(clock) == helper


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((wall(2025, 10, 14, 12), NEW_YORK), "Tuesday 14 October 2025, 12:00 p.m. ET"),
        ((wall(2026, 3, 3, 14, 30), LONDON, "en-GB"), "Tuesday 3 March 2026, 14:30 UK time"),
        ((wall(2026, 3, 3, 14, 30), "Asia/Kolkata"), "Tuesday 3 March 2026, 2:30 p.m. Asia/Kolkata"),
        ((wall(2026, 11, 1, 1, 30), NEW_YORK, "en-US", 1), "Sunday 1 November 2026, 1:30 a.m. EST"),
        ((wall(2026, 11, 1, 1, 30), NEW_YORK), "Sunday 1 November 2026, 1:30 a.m. EDT"),
    ],
)
def test_tz13_describe_says_the_organisers_words(arguments, words):
    assert describe(*arguments) == words


def test_tz14_zone_names_come_from_the_list_and_are_never_offsets():
    zones = known_zones()

    assert list(zones) == sorted(set(zones))
    assert set(ZONES) <= set(zones)
    assert not [name for name in zones if name.startswith(("Etc/", "US/", "posix", "right/")) or "GMT" in name]
    assert all(name == "UTC" or "/" in name for name in zones)


@pytest.mark.parametrize("server_zone", ["Asia/Kolkata", "America/St_Johns", "UTC"])
@pytest.mark.parametrize("zone_path", [None, ""])
def test_tz15_neither_server_zone_nor_source_of_zones_matters(server_zone, zone_path):
    program = (
        "from datetime import datetime; from webinar_app.core.times import *;"
        "t = parse_typed('October 14, 2025 12:00 p.m. ET', 'UTC'); at = resolve(t.local, t.zone);"
        "print(at.isoformat(), zone_label(at, t.zone), describe(t.local, t.zone), in_zone(at, 'Europe/London'))"
    )
    # An empty PYTHONTZPATH hides the system's zones, so that the tzdata package answers.
    place = {"PYTHONTZPATH": zone_path} if zone_path is not None else {}
    environment = {**os.environ, "TZ": server_zone, "PYTHONPATH": os.pathsep.join(sys.path), **place}

    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    said = "2025-10-14T16:00:00+00:00 EDT Tuesday 14 October 2025, 12:00 p.m. ET 2025-10-14 17:00:00"
    assert run.stdout.strip() == said


def test_tz17_a_mail_says_the_readers_time_first():
    noon = at(2025, 10, 14, 16)

    assert describe_for(noon, "Australia/Sydney", NEW_YORK) == (
        "Wednesday 15 October 2025, 3:00 a.m. Sydney time",
        "Tuesday 14 October 2025, 12:00 p.m. ET",
    )
    assert describe_for(noon, NEW_YORK, NEW_YORK) == ("Tuesday 14 October 2025, 12:00 p.m. ET",)
    assert describe_for(noon, "Asia/Calcutta", "Asia/Calcutta") == ("Tuesday 14 October 2025, 9:30 p.m. Kolkata time",)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Los_Angeles", "9:00 a.m. PT"), ("Europe/London", "5:00 p.m. UK time"), ("UTC", "4:00 p.m. UTC"),
        ("America/Argentina/Buenos_Aires", "1:00 p.m. Buenos Aires time"), ("Europe/Kiev", "7:00 p.m. Kyiv time"),
        ("America/St_Johns", "1:30 p.m. St John’s time"),
    ],
)  # fmt: skip
def test_a_reader_reads_the_place_of_a_zone_without_letters(zone, words):
    assert describe_own(at(2025, 10, 14, 16), zone) == f"Tuesday 14 October 2025, {words}"


def test_pages_and_scripts_name_zones_after_the_same_places():
    script = (Path(__file__).parents[2] / "static" / "js" / "lib" / "zone_words.js").read_text(encoding="utf-8")
    told = script.partition("const PLACES = {")[2].partition("}")[0]

    assert dict(re.findall(r'"([^"]+)": "([^"]+)"', told)) == zones._PLACES


def test_a_reader_is_told_which_of_two_equal_hours_is_meant():
    hours = [describe_own(at(2026, 10, 25, hour, 30), "Europe/Berlin") for hour in (0, 1)]

    assert hours == [f"Sunday 25 October 2026, 2:30 a.m. Berlin time, {label}" for label in ("CEST", "CET")]


def test_tz18_hours_before_are_real_and_the_day_before_is_wall_time():
    local = wall(2026, 11, 1, 12)
    starts_at = resolve(local, NEW_YORK)

    assert in_zone(hours_before(starts_at, 24), NEW_YORK) == wall(2026, 10, 31, 13)
    assert in_zone(day_before_at(local, NEW_YORK, time(9)), NEW_YORK) == wall(2026, 10, 31, 9)
    assert elapsed(day_before_at(local, NEW_YORK, time(9)), starts_at) == timedelta(hours=28)


def test_tz18_a_reminder_in_a_gap_goes_out_at_its_end():
    assert day_before_at(wall(2026, 3, 9, 12), NEW_YORK, time(2, 30)) == at(2026, 3, 8, 7)


@pytest.mark.parametrize(("zone", "change"), ALL_CHANGES, ids=lambda value: getattr(value, "at", value))
def test_every_change_from_2026_to_2030_is_refused_or_asked_and_never_silent(zone, change):
    low, high = sorted((change.onset, change.result))
    inside = low + (high - low) / 2

    with pytest.raises(NoSuchTime if change.after > change.before else RepeatedTime) as refusal:
        resolve(inside, zone)

    if change.after > change.before:
        assert instants_of(inside, zone) == ()
        assert in_zone(resolve(refusal.value.earlier, zone), zone) == refusal.value.earlier
        assert resolve(refusal.value.later, zone) == settle(inside, zone) == change.at
    else:
        assert refusal.value.first < change.at <= refusal.value.second
        assert settle(inside, zone) == refusal.value.first


@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(wall(2026, 1, 1), wall(2030, 12, 31), timezones=st.just(UTC)),
    minutes=st.integers(5, 720),
)
def test_what_is_resolved_comes_back_and_length_is_elapsed(zone, start, minutes):
    local = in_zone(start, zone)

    assert resolve(local, zone, local.fold) == start
    assert elapsed(start.astimezone(zone_info(zone)), end_of(start, minutes)) == timedelta(minutes=minutes)


@given(
    change=st.sampled_from(ALL_CHANGES),
    distance=st.integers(-180, 180),
    locale=st.sampled_from(["en-US", "en-GB"]),
)
def test_words_round_trip_around_every_clock_change(change, distance, locale):
    zone, instant = change[0], change[1].at + timedelta(minutes=distance)
    local = in_zone(instant, zone)

    typed = parse_typed(describe(local, zone, locale), "UTC")

    assert (typed.local, typed.zone, typed.warnings) == (local.replace(fold=0), zone, ())
    if len(instants_of(local, zone)) == 2 and typed.fold is not None:
        assert resolve(typed.local, typed.zone, typed.fold) == instant


@given(zone=st.sampled_from(known_zones()), local=st.datetimes(wall(1970, 1, 2), wall(2199, 12, 30)))
def test_words_round_trip_in_every_known_zone(zone, local):
    to_the_minute = local.replace(second=0, microsecond=0)

    typed = parse_typed(describe(to_the_minute, zone), "UTC")

    assert (typed.local, typed.zone) == (to_the_minute, zone)


def test_resolve_refuses_what_is_not_a_wall_clock():
    with pytest.raises(ValueError, match="naive"):
        resolve(at(2025, 10, 14, 16), NEW_YORK)
    with pytest.raises(ValueError, match="time zone"):
        end_of(wall(2025, 10, 14, 12), 75)


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_resolve_refuses_years_out_of_range(year):
    with pytest.raises(InvalidInput) as refusal:
        resolve(wall(year, 6, 1, 12), NEW_YORK)

    assert refusal.value.fields == {"local_date": "Choose a year between 1970 and 2199."}


def test_zones_without_letters_show_their_distance():
    noon = at(2026, 6, 1, 12)

    assert [zone_label(noon, zone) for zone in ("America/Sao_Paulo", "Asia/Kathmandu", "Atlantic/Azores", "UTC")] == [
        "UTC-3",
        "UTC+5:45",
        "UTC+0",
        "UTC",
    ]
