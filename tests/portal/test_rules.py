from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.portal.rules import (
    HOURS_WORDS,
    KIND_WORDS,
    LEVEL_WORDS,
    PRICE_WORDS,
    CatalogueFilter,
    Door,
    Placed,
    amount_words,
    count_words,
    door_of,
    hours_shown,
    in_order,
    item_words,
    lanes,
    minutes_words,
    monday_of,
    month_sheet,
    pick_sitting,
    place,
    places_words,
    price_words,
    read_filter,
)
from webinar_app.registrations.rules import Opening

NOW = datetime(2026, 11, 3, 16, 50, tzinfo=UTC)
WORD = st.text("abcdefg hüß&=+%'\"", max_size=20).map(lambda text: " ".join(text.split()))
FILTERS = st.builds(
    CatalogueFilter,
    q=WORD,
    kind=st.sets(st.sampled_from(list(KIND_WORDS))).map(lambda chosen: tuple(k for k in KIND_WORDS if k in chosen)),
    category=WORD,
    credit=WORD,
    hours=st.sampled_from(["", *HOURS_WORDS]),
    price=st.sampled_from(["", *PRICE_WORDS]),
    level=st.sampled_from(["", *LEVEL_WORDS]),
    presenter=WORD,
    language=WORD,
    region=WORD,
    since=st.none() | st.dates(date(2000, 1, 1), date(2026, 1, 1)),
    until=st.none() | st.dates(date(2026, 1, 2), date(2090, 1, 1)),
    page=st.integers(1, 1000),
)


def wall(clock):
    return datetime.fromisoformat(f"2026-11-03T{clock}")


def a_sitting(**changes):
    return {
        "state": "scheduled", "starts_at": NOW + timedelta(days=1), "precision": "exact", "minutes": 75,
        "overrun_minutes": 30, "opening": Opening.OPEN,
    } | changes  # fmt: skip


@given(FILTERS)
def test_filter_survives_its_address(chosen):
    assert read_filter(parse_qs(chosen.address(page=chosen.page).lstrip("?"))) == chosen


@pytest.mark.parametrize(
    "told",
    [
        {"page": ["0"], "kind": ["nothing"], "since": ["soon"], "level": ["<b>"], "hours": ["9"], "price": ["x"]},
        {"page": ["-3"]},
        {"page": ["²"]},
        {"unknown": ["1"]},
    ],
)
def test_filter_leaves_out_what_it_cannot_read(told):
    assert read_filter(told) == CatalogueFilter()


def test_filter_turns_a_range_around_and_says_what_is_set():
    chosen = read_filter({"since": ["2026-02-01"], "until": ["2026-01-01"]})

    assert (chosen.since, chosen.until) == (date(2026, 1, 1), date(2026, 2, 1))
    assert (chosen.is_set, chosen.set_further, CatalogueFilter(page=3).is_set) == (True, True, False)
    assert [one.is_refined for one in (chosen, CatalogueFilter(q="ATP3", page=2))] == [True, False]


@pytest.mark.parametrize(
    ("changes", "door"),
    [
        ({}, Door.OPEN),
        ({"opening": Opening.FULL}, Door.FULL),
        ({"opening": Opening.CLOSED}, Door.CLOSED),
        ({"state": "live"}, Door.LIVE),
        ({"state": "draft"}, Door.DRAFT),
        ({"state": "ended"}, Door.ENDED),
        ({"state": "cancelled"}, Door.CANCELLED),
        ({"starts_at": NOW}, Door.STARTING),
        ({"starts_at": NOW - timedelta(minutes=105)}, Door.ENDED),
        ({"starts_at": NOW - timedelta(minutes=104)}, Door.STARTING),
        ({"starts_at": None, "precision": "on_request"}, Door.ON_REQUEST),
        ({"starts_at": None, "precision": "date"}, Door.DATE_ONLY),
        ({"starts_at": None, "precision": "date", "opening": Opening.ENDED}, Door.ENDED),
    ],
)
def test_door_says_what_is_open(changes, door):
    assert door_of(a_sitting(**changes), NOW) is door


def test_page_shows_live_then_next_then_the_last_of_the_past():
    live, soon, later, past, older = (
        {"door": door} for door in (Door.LIVE, Door.OPEN, Door.OPEN, Door.ENDED, Door.ENDED)
    )

    assert pick_sitting([older, past, soon, live]) is live
    assert pick_sitting([past, soon, later]) is soon
    assert pick_sitting([older, past]) is past
    assert pick_sitting([]) is None
    assert [id(one) for one in in_order([older, past, soon, later])] == [id(one) for one in (soon, later, past, older)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (places_words([("online", 250, 38)]), "38 of 250 left"),
        (places_words([("online", 250, 0)]), "None of 250 left"),
        (places_words([("online", None, None)]), ""),
        (places_words([("online", 250, 38), ("room", 20, 0)]), "38 of 250 left online, none of 20 left in the room"),
        (places_words([("online", None, None), ("room", 20, 3)]), "3 of 20 left"),
        (price_words(Decimal("48.00"), "USD", "self_paced"), "$48"),
        (price_words(Decimal("48.50"), "GBP", "self_paced"), "£48.50"),
        (price_words(Decimal("48"), "CHF", "self_paced"), "48 CHF"),
        (price_words(Decimal("0.00"), "USD", "live_webinar"), "No fee"),
        (price_words(None, "USD", "in_person"), "Price on request"),
        (price_words(None, "USD", "handout"), "Open to all"),
        (price_words(None, "USD", "presentation"), ""),
        (amount_words(Decimal("4.00")), "4.0"),
        (amount_words(Decimal("1.25")), "1.25"),
        (amount_words(Decimal("10")), "10.0"),
        (item_words("webinar", {"recorded": True}), "Recorded webinar"),
        (item_words("composite", {"parts": ["webinar", "handout"], "recorded": True}), "Recorded webinar & handouts"),
        (item_words("composite", {}), "Several parts"),
        (item_words("post_test", {}), "Post-test"),
        (minutes_words(50, True), "Approx. 50 minutes"),
        (minutes_words(1, False), "1 minute"),
        (minutes_words(None, False), ""),
        (count_words(5), "Five offers"),
        (count_words(1), "One offer"),
        (count_words(0), "No offers"),
        (count_words(11, "session"), "11 sessions"),
    ],
)
def test_words(said, words):
    assert said == words


def test_entries_stand_on_the_scale_and_end_at_midnight():
    assert place(wall("12:17"), 77) == Placed(12, 15, 75)
    assert place(wall("23:30"), 75) == Placed(23, 30, 30)
    assert place(wall("08:00"), 250) == Placed(8, 0, 240)
    assert place(wall("00:00"), 5) == Placed(0, 0, 15)


def test_lanes_part_what_overlaps_only():
    assert lanes([(600, 660), (630, 700), (700, 760)]) == ["a", "b", ""]
    assert lanes([(0, 60), (60, 120)]) == ["", ""]


def test_week_shows_nine_to_six_and_what_lies_outside():
    assert hours_shown([]) == (9, 9)
    assert hours_shown([Placed(7, 30, 60), Placed(20, 15, 75)]) == (7, 15)
    assert hours_shown([Placed(23, 0, 60)]) == (9, 15)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_month_sheet_is_whole_weeks_around_the_month(day):
    sheet = month_sheet(day)

    assert len(sheet) % 7 == 0
    assert sheet[0].weekday() == 0
    assert all(b - a == timedelta(days=1) for a, b in pairwise(sheet))
    assert day in sheet
    assert sum(one.month == day.month for one in sheet) >= 28
    assert monday_of(day) in sheet
