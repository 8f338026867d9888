"""One session as a calendar entry, moved and cancelled, and what tests look at in a file."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import icalendar

from webinar_app.calendars.queries import Recipient, Sent, Sitting
from webinar_app.infra.ics import Entry
from webinar_app.providers.queries import Brand
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.rules import WebinarState

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


BRAND = Brand("Alder Institute", "Rostrum", "America/New_York", "en-US", "desk@alder.example", "1 Alder Row")
START = datetime(2025, 10, 14, 16, 0, tzinfo=UTC)
SITTING = Sitting(
    id=1, code="AAAAAAAA", provider_id=1, provider_name="Alder Institute", reply_to="desk@alder.example",
    uid="webinar-aaaaaaaa@rostrum.example", sequence=0, state=WebinarState.SCHEDULED,
    title="Building and Maintaining a Therapeutic Alliance (ATP3)", course_slug="atp3", course_code="ATP3",
    presenters="Dr. Michael McGee", starts_at=START, on_date=None, minutes=75, lobby_minutes=15,
    zone="America/New_York", words="Tuesday 14 October 2025, 12:00 p.m. ET", place="", is_online=True,
    credit="1.25 contact hours",
    attendance=("68 of 75 minutes", "no single gap above 5 minutes", "the evaluation"), updated_at=START,
)  # fmt: skip
TO = Recipient(
    registration_id=1, code="BBBBBBBB", link_version=1, state=RegistrationState.REGISTERED, person_id=1,
    person_ids=(1,), email="c.abernathy@example.org", legal_name="Corinne Abernathy", display_name="Corinne",
    licence="NY, LPC-0048213", zone="America/Los_Angeles", seat="online",
    when=("Tuesday 14 October 2025, 9:00 a.m. PT", "Tuesday 14 October 2025, 12:00 p.m. ET"),
    lobby_when="15 minutes before the start", before="Monday 13 October 2025, 9:00 a.m. PT",
    registered_at=datetime(2025, 10, 2, 15, 0, tzinfo=UTC), alarm_minutes=10,
    sent=Sent(0, "REQUEST", START),
)  # fmt: skip
