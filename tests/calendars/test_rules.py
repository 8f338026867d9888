from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.calendars.rules import (
    Facts,
    Occasion,
    google_link,
    is_material,
    method_for,
    next_sequence,
    office365_link,
    outlook_link,
    yahoo_link,
)

START = datetime(2025, 10, 14, 12, tzinfo=ZoneInfo("America/New_York"))
FACTS = Facts(START, 75, "America/New_York", "Online", "CONFIRMED")
ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=3000)


def query(link):
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


def google(title, details="", location=""):
    return google_link(title, START, 75, "America/New_York", details, location)


def every_link(title, details, location):
    rest = [link(title, START, 75, details, location) for link in (outlook_link, office365_link, yahoo_link)]
    return [google(title, details, location), *rest]


@pytest.mark.parametrize(
    ("last_sent", "webinar", "material", "expected"),
    [
        (None, 0, False, 0),
        (None, 0, True, 0),
        (None, 3, False, 3),
        (0, 0, False, 0),
        (0, 1, True, 1),
        (1, 1, True, 2),
        (2, 1, False, 2),
        (2, 5, True, 5),
    ],
)
def test_ic5_sequence_rises_for_material_changes_only(last_sent, webinar, material, expected):
    assert next_sequence(last_sent, webinar, material) == expected


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=20))
def test_ic5_sequence_never_falls(changes):
    sent, webinar = None, 0
    for raised, material in changes:
        webinar += raised
        number = next_sequence(sent, webinar, material)

        assert number >= webinar
        assert sent is None or number >= sent + material

        sent = number


@pytest.mark.parametrize(
    ("change", "material"),
    [
        ({}, False),
        ({"starts_at": START.replace(hour=13)}, True),
        ({"minutes": 90}, True),
        ({"zone": "America/Chicago"}, True),
        ({"location": "Room 4"}, True),
        ({"status": "CANCELLED"}, True),
    ],
)
def test_ic5_what_counts_as_material(change, material):
    assert is_material(FACTS, replace(FACTS, **change)) is material


def test_ic10_a_cancellation_and_a_return_both_raise_the_number():
    cancelled = next_sequence(0, 0, material=True)
    returned = next_sequence(cancelled, 0, material=True)

    assert (cancelled, returned) == (1, 2)


@pytest.mark.parametrize(
    ("occasion", "method"),
    [
        (Occasion.CONFIRMED, "REQUEST"),
        (Occasion.UPDATED, "REQUEST"),
        (Occasion.CANCELLED, "CANCEL"),
        (Occasion.DOWNLOADED, "PUBLISH"),
    ],
)
def test_ic7_each_occasion_has_its_method(occasion, method):
    assert method_for(occasion) == method


def test_ic24_google_gets_utc_and_the_zone():
    assert query(google("Alliance & trust, part 3", "Line 1\nLine 2", "Online")) == {
        "action": "TEMPLATE",
        "dates": "20251014T160000Z/20251014T171500Z",
        "ctz": "America/New_York",
        "text": "Alliance & trust, part 3",
        "location": "Online",
        "details": "Line 1\nLine 2",
    }


@pytest.mark.parametrize(("link", "host"), [(outlook_link, "outlook.live.com"), (office365_link, "outlook.office.com")])
def test_ic24_outlook_gets_times_with_their_offset(link, host):
    address = link("Alliance", START, 75, "Details", "Online")

    assert urlsplit(address).hostname == host
    assert query(address) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "startdt": "2025-10-14T16:00:00+00:00",
        "enddt": "2025-10-14T17:15:00+00:00",
        "subject": "Alliance",
        "location": "Online",
        "body": "Details",
    }


def test_ic24_yahoo_gets_utc():
    assert query(yahoo_link("Alliance", START, 75, "Details", "Online")) == {
        "v": "60",
        "st": "20251014T160000Z",
        "et": "20251014T171500Z",
        "title": "Alliance",
        "in_loc": "Online",
        "desc": "Details",
    }


def test_ic24_long_details_are_cut_between_letters():
    link = google("Θεραπευτική συμμαχία", "🎓é" * 2000, "Αθήνα")
    told = query(link)

    assert len(link) < 2000
    assert told["text"] == "Θεραπευτική συμμαχία"
    assert set(told["details"]) == {"🎓", "é", "…"}
    assert told["details"].endswith("…")


def test_ic24_without_room_there_are_no_details():
    assert "details" not in query(google("🎓" * 200, "More", "Θ" * 200))


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_ic24_any_text_gives_a_short_address_and_keeps_the_times(title, details, location):
    for link in every_link(title, details, location):
        assert len(link) < 2000
        assert link.isascii()
        assert not set(link) & set(" \r\n\t\"'<>")
        assert any(when in link for when in ("20251014T160000Z", "2025-10-14T16%3A00%3A00%2B00%3A00"))


def test_ic24_times_do_not_depend_on_the_zone_of_the_datetime():
    in_utc = datetime(2025, 10, 14, 16, tzinfo=UTC)

    assert outlook_link("A", START, 75) == outlook_link("A", in_utc, 75)
