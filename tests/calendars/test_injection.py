"""No text that a person wrote adds a line to a calendar file, or makes its writer fail."""

import re
from collections import Counter
from dataclasses import replace

import icalendar
import pytest
from calendar_entries import ENTRY, check_lines, event_of, lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webinar_app.infra.ics import download, feed, invite

NASTY = st.text(
    alphabet=st.one_of(st.sampled_from('\r\n\x00\x0b\x0c\x85\u2028\u2029\t\x7f;:,\\"^🎓Θ'), st.characters(codec=None))
)
EVERYTHING = replace(ENTRY, location="Room 4")
TEXT_FIELDS = (
    "uid",
    "summary",
    "description",
    "location",
    "url",
    "join_url",
    "organizer_name",
    "organizer_email",
    "attendee_name",
    "attendee_email",
    "status",
)


def property_names(data):
    return Counter(re.split("[:;]", line)[0] for line in lines(data))


def check_injection(entry, name):
    writers = (invite, lambda one: invite(one, "CANCEL"), lambda one: download([one]), lambda one: feed([one], name))
    for write in writers:
        data = write(entry)
        check_lines(data)
        assert property_names(data) <= property_names(write(EVERYTHING))
        assert len(icalendar.Calendar.from_ical(data).walk("VEVENT")) == 1


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(TEXT_FIELDS, NASTY)), NASTY)
def test_w11_no_text_adds_a_property_or_fails(texts, name):
    check_injection(replace(ENTRY, **texts), name)


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\ud800"])
def test_w11_each_field_keeps_to_its_line(field, mark):
    harmless = getattr(ENTRY, field)

    check_injection(replace(ENTRY, **{field: f"{harmless}{mark}ATTACH:https://evil.example"}), f"Mine{mark}ATTACH:x")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://[::1", "//example.org", "ftp://example.org", "", "x"])
def test_w11_only_web_addresses_become_links(url):
    event = event_of(invite(replace(ENTRY, url=url, join_url=url)))

    assert "URL" not in event
    assert "CONFERENCE" not in event
