"""One session as a calendar entry, moved and cancelled, and what tests look at in a file."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import icalendar

from webinar_app.infra.ics import Entry

NEW_YORK = "America/New_York"


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


ENTRY = Entry(
    uid="webinar-7K3QW9ZD@webinars.example.org",
    sequence=0,
    summary="Building and Maintaining a Therapeutic Alliance",
    stamp=at(2025, 9, 1, 8),
    last_modified=at(2025, 9, 1, 8),
    starts_at=at(2025, 10, 14, 16),
    minutes=75,
    zone=NEW_YORK,
    description="Session 3 of 5.\nHave your notes at hand.",
    url="https://webinars.example.org/courses/alliance",
    join_url="https://webinars.example.org/j/7K3QW9ZD-a1b2c3",
    organizer_name="Advanced Treatment",
    organizer_email="webinars@example.org",
    attendee_name="Ada Lovelace",
    attendee_email="ada@example.net",
    alarm_minutes=30,
)
MOVED = replace(
    ENTRY,
    sequence=1,
    starts_at=at(2025, 11, 4, 17),
    previous_start=ENTRY.starts_at,
    stamp=at(2025, 9, 3, 8),
    last_modified=at(2025, 9, 3, 8),
)
CANCELLED = replace(ENTRY, sequence=2, stamp=at(2025, 9, 4, 8), last_modified=at(2025, 9, 4, 8))


def lines(data):
    return data.decode().replace("\r\n ", "").split("\r\n")


def event_of(data):
    return icalendar.Calendar.from_ical(data).walk("VEVENT")[0]


def check_lines(data):
    assert data.endswith(b"\r\n")
    raw = data[:-2].split(b"\r\n")
    assert max(map(len, raw)) <= 75
    for line in raw:
        line.decode("utf-8")
        assert not re.search(rb"[\x00-\x1f\x7f]", line)
