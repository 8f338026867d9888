from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.infra import templates_filters as words

NOON = datetime(2025, 10, 14, 16, 0, tzinfo=UTC)
EAST, SYDNEY, ST_JOHNS = "America/New_York", "Australia/Sydney", "America/St_Johns"


def test_when_in_says_day_time_and_zone() -> None:
    assert words.when_in(NOON, EAST) == "Tuesday 14 October 2025, 12:00\u00a0p.m.\u00a0ET"
    assert words.when_in(NOON, SYDNEY) == "Wednesday 15 October 2025, 3:00\u00a0a.m.\u00a0AEDT"
    assert words.short_when_in(NOON, EAST) == "14 Oct 2025, 12:00\u00a0p.m.\u00a0ET"


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (0, "12:05\u00a0a.m."),
        (1, "1:05\u00a0a.m."),
        (11, "11:05\u00a0a.m."),
        (12, "12:05\u00a0p.m."),
        (23, "11:05\u00a0p.m."),
    ],
)
def test_clock_uses_twelve_hours(hour: int, said: str) -> None:
    assert words.clock(datetime(2025, 1, 1, hour, 5, tzinfo=UTC)) == said


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        (EAST, "ET"),
        ("America/Chicago", "CT"),
        ("America/Denver", "MT"),
        ("America/Los_Angeles", "PT"),
        (SYDNEY, "AEDT"),
        (ST_JOHNS, "NDT"),
        ("Europe/London", "BST"),
        ("Asia/Dubai", "UTC+4"),
        ("America/Sao_Paulo", "UTC−3"),
        ("UTC", "UTC"),
        ("Asia/Shanghai", "UTC+8"),
        ("Asia/Manila", "UTC+8"),
        ("America/Costa_Rica", "CST"),
    ],
)
def test_zone_label_is_what_people_say(zone: str, label: str) -> None:
    assert words.zone_label(NOON, zone) == label


def test_offset_label_has_half_hours() -> None:
    assert words.offset_label(words.local(NOON, ST_JOHNS)) == "UTC−2:30"
    assert words.offset_label(words.local(NOON, "Asia/Kolkata")) == "UTC+5:30"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (75, "75\u00a0minutes"),
        (1, "1\u00a0minute"),
        (timedelta(hours=1, minutes=30, seconds=59), "90\u00a0minutes"),
        (0, "0\u00a0minutes"),
    ],
)
def test_minutes(value: float | timedelta, said: str) -> None:
    assert words.minutes(value) == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dr. Michael McGee", "MM"),
        ("Dr. Giorgio Tasca, Ph.D., C.Psych.", "GT"),
        ("C. Wayne Jones, PhD", "CJ"),
        ("Éloïse Saint-Amand", "ÉS"),
        ("王 秀英", "王秀"),
        ("Cher", "C"),
        ("Dr.", "D"),
        ("", ""),
        ("123", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert words.initials(name) == letters


@given(st.text())
def test_initials_are_at_most_two_people_can_see(name: str) -> None:
    assert len(words.initials(name).casefold()) <= 8


def test_days_and_machine_times() -> None:
    assert words.day(date(2025, 10, 4)) == "Saturday 4 October 2025"
    assert words.short_day(NOON) == "14 Oct 2025"
    assert words.isoz(NOON.astimezone(words.ZoneInfo(SYDNEY))) == "2025-10-14T16:00:00Z"
    assert words.clock_in(NOON, EAST) == "12:00\u00a0p.m.\u00a0ET"


@pytest.mark.parametrize(
    ("share", "said"), [(0.434, "43\u00a0%"), (0, "0\u00a0%"), (1, "100\u00a0%"), (0.005, "1\u00a0%")]
)
def test_percent(share: float, said: str) -> None:
    assert words.percent(share) == said


def test_offset_percent_stays_on_the_scale() -> None:
    assert words.offset_percent(20, 75) == "26.667%"
    assert words.offset_percent(90, 75) == "100%"
    assert words.offset_percent(-1, 75) == "0%"
    assert words.offset_percent(1, 0) == "0%"


def test_two_clocks_a_day_later() -> None:
    two = words.two_clocks(NOON, NOON + timedelta(minutes=75), EAST, SYDNEY)

    assert two["words"] == "Wednesday 15 October, 3:00\u00a0a.m. to 4:15\u00a0a.m."
    assert (two["zone"], two["shift"], two["is_same_time"]) == ("AEDT, UTC+11", "A day later for you", False)
    assert (two["said_row"], two["yours_row"]) == ("Tuesday, ET", "Wednesday, Sydney")
    assert (two["slot_x"], two["slot_width"]) == (39, 13.75)
    assert [(h["said"], h["yours"]) for h in two["hours"]] == [
        (9, 12), (10, 1), (11, 2), (12, 3), (1, 4), (2, 5), (3, 6), (4, 7), (5, 8),
    ]  # fmt: skip
    assert [h["is_midnight"] for h in two["hours"]] == [True] + [False] * 8
    assert [h["is_night"] for h in two["hours"]] == [True] * 6 + [False] * 3


def test_two_clocks_in_the_same_zone() -> None:
    two = words.two_clocks(NOON, NOON + timedelta(minutes=75), EAST, "America/Toronto")

    assert (two["is_same_time"], two["shift"]) == (True, "")


def test_two_clocks_shifts_half_hours() -> None:
    two = words.two_clocks(NOON, NOON + timedelta(minutes=75), EAST, ST_JOHNS)

    assert two["words"] == "1:30\u00a0p.m. to 2:45\u00a0p.m."
    assert (two["hours"][0]["x"], two["hours"][0]["yours_x"], two["hours"][0]["yours"]) == (6, 11.5, 11)
    assert [h["is_shown"] for h in two["hours"]] == [True] * 8 + [False]


def test_two_clocks_earlier_and_long() -> None:
    start = datetime(2025, 10, 14, 1, 0, tzinfo=UTC)

    two = words.two_clocks(start, start + timedelta(hours=8), SYDNEY, EAST)

    assert two["shift"] == "A day earlier for you"
    assert (two["slot_x"], two["slot_width"]) == (17, 83)


def test_zone_choices_start_with_the_viewer() -> None:
    choices = words.zone_choices(ST_JOHNS, EAST, "America/Argentina/Buenos_Aires")

    assert choices[:3] == [
        (ST_JOHNS, "St John’s"),
        (EAST, "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
    ]
    assert len({name for name, _ in choices}) == len(choices)


def test_spark_points() -> None:
    assert words.spark_points([0, 1, 2]) == "0.0,32.0 48.0,16.0 96.0,0.0"
    assert words.spark_points([0]) == "0.0,32.0"
    assert words.spark_points([]) == ""


def test_agreement_bars_put_the_middle_on_the_axis() -> None:
    bars = words.agreement_bars([0.01, 0.02, 0.06, 0.38, 0.53])

    assert bars == [(17.44, 0.76), (18.2, 1.52), (19.72, 4.56), (24.28, 28.88), (53.16, 40.28)]


@given(st.lists(st.integers(0, 1000), min_size=5, max_size=5).filter(any))
def test_agreement_bars_never_leave_the_picture(counts: list[int]) -> None:
    bars = words.agreement_bars([n / sum(counts) for n in counts])

    assert all(x >= 0 and x + width <= 100 for x, width in bars)
