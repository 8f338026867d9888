"""Calendar files as they leave the house: what each statement of RFC 5545, 5546 and the mail programs asks for."""

import json
import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.policy import default as default_policy
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from calendar_entries import CANCELLED, ENTRY, MOVED, NEW_YORK, at, check_lines, event_of, lines
from hypothesis import given, settings
from hypothesis import strategies as st

from webinar_app.core.times import clock_changes
from webinar_app.infra.ics import attach_invite, content_type, download, feed, invite

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("golden")
READER = ROOT / "tests" / "browser_units" / "ical_reader.mjs"
ZONES = (
    NEW_YORK,
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Phoenix",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Havana",
    "Pacific/Chatham",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Athens",
)


def zone_blocks(data):
    return icalendar.Calendar.from_ical(data).walk("VTIMEZONE")


def read_by_ical_js(data):
    if not (ROOT / "node_modules" / "ical.js").exists():
        pytest.skip("ical.js is not installed; make setup brings it")
    run = subprocess.run(["node", str(READER)], input=data, capture_output=True, check=True)
    return json.loads(run.stdout)


def js(instant):
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.mark.parametrize("zone", ZONES)
def test_ic1_every_tzid_is_described_in_the_file(zone):
    for data in (invite(replace(ENTRY, zone=zone)), download([replace(ENTRY, zone=zone), ENTRY])):
        used = set(re.findall(r"TZID=([^:;]+)", data.decode()))

        assert used
        assert used == {str(block["TZID"]) for block in zone_blocks(data)}


@pytest.mark.parametrize("zone", ZONES)
def test_ic2_zone_blocks_are_short_and_without_lists_of_years(zone):
    (block,) = zone_blocks(invite(replace(ENTRY, zone=zone)))
    kinds = {part.name for part in block.subcomponents}

    assert len(block.subcomponents) <= 6
    assert b"RDATE" not in block.to_ical()
    assert all("TZOFFSETFROM" in part and "TZOFFSETTO" in part for part in block.subcomponents)
    changes = clock_changes(zone, at(2025, 1, 1), at(2026, 1, 1))
    assert kinds == ({"STANDARD", "DAYLIGHT"} if changes else {"STANDARD"})


def test_ic2_summer_time_starts_by_the_old_clock():
    (block,) = zone_blocks(invite(ENTRY))
    (daylight,) = block.walk("DAYLIGHT")

    assert daylight.to_ical().decode().split("\r\n")[1:6] == [
        "DTSTART:20240310T020000",
        "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        "TZNAME:EDT",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
    ]


def test_ic3_invite_and_download_carry_the_zone_and_the_feed_is_in_utc():
    for data in (invite(ENTRY), download([ENTRY])):
        assert f"DTSTART;TZID={NEW_YORK}:20251014T120000" in lines(data)
        assert f"DTEND;TZID={NEW_YORK}:20251014T131500" in lines(data)

    assert {"DTSTART:20251014T160000Z", "DTEND:20251014T171500Z"} <= set(lines(feed([ENTRY], "Mine")))
    assert b"TZID" not in feed([ENTRY], "Mine")


@pytest.mark.parametrize("start", [ENTRY.starts_at, ENTRY.starts_at.astimezone(ZoneInfo("Asia/Kolkata"))])
def test_ic3_the_zone_of_the_datetime_does_not_matter(start):
    assert invite(replace(ENTRY, starts_at=start)) == invite(ENTRY)


def test_ic4_uid_is_the_same_everywhere():
    files = (invite(ENTRY), invite(ENTRY, "CANCEL"), download([ENTRY]), feed([ENTRY], "Mine"))

    assert {str(event_of(data)["UID"]) for data in files} == {ENTRY.uid}


def test_ic5_ic6_versions_are_written_as_given_in_utc():
    event = event_of(invite(MOVED))

    assert event["SEQUENCE"] == 1
    assert (event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt) == (at(2025, 9, 3, 8), at(2025, 9, 3, 8))
    assert {"DTSTAMP:20250903T080000Z", "LAST-MODIFIED:20250903T080000Z"} <= set(lines(invite(MOVED)))


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_ic7_method_is_a_property_of_the_calendar_before_its_parts(method):
    told = lines(invite(ENTRY, method))

    assert told.count(f"METHOD:{method}") == 1
    assert told.index(f"METHOD:{method}") < told.index("BEGIN:VTIMEZONE") < told.index("BEGIN:VEVENT")
    assert content_type(method) == f"text/calendar; charset=utf-8; method={method}"


def test_ic7_another_method_is_a_mistake():
    with pytest.raises(ValueError, match="REQUEST"):
        invite(ENTRY, "PUBLISH")


def test_ic8_a_request_names_its_organizer_and_one_attendee():
    event = event_of(invite(ENTRY))

    assert str(event["ORGANIZER"]) == "mailto:webinars@example.org"
    assert str(event["ATTENDEE"]) == "mailto:ada@example.net"
    assert dict(event["ATTENDEE"].params) == {
        "CN": "Ada Lovelace",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }


def test_ic8_ic9_a_download_is_published_and_names_nobody():
    data = download([ENTRY])

    assert "METHOD:PUBLISH" in lines(data)
    assert b"ATTENDEE" not in data
    assert b"ada@" not in data


def test_ic10_a_cancellation_is_complete():
    event = event_of(invite(CANCELLED, "CANCEL"))

    assert (str(event["STATUS"]), event["SEQUENCE"], str(event["UID"])) == ("CANCELLED", 2, ENTRY.uid)
    assert event["ORGANIZER"] == event_of(invite(ENTRY))["ORGANIZER"]
    assert event["ATTENDEE"] == event_of(invite(ENTRY))["ATTENDEE"]
    assert event["DTSTART"].dt == ENTRY.starts_at
    assert not event.walk("VALARM")


def test_ic11_the_organizer_is_what_was_given():
    other = replace(ENTRY, organizer_email="webinars@provider.example")

    assert str(event_of(invite(other))["ORGANIZER"]) == "mailto:webinars@provider.example"


def test_ic12_a_mail_has_three_alternatives_and_the_file():
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = "Your place"
    mail.set_content("Plain.")
    mail.add_alternative("<p>Rich.</p>", subtype="html")
    data = invite(replace(ENTRY, summary="Θεραπευτική 🎓"))

    attach_invite(mail, data, "REQUEST")

    read = message_from_bytes(mail.as_bytes(), policy=default_policy)
    alternative, attached = read.iter_parts()
    assert read.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = list(alternative.iter_parts())[2]
    assert (calendar.get_param("method"), calendar.get_content_charset()) == ("REQUEST", "utf-8")
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar.get_payload(decode=True) == attached.get_payload(decode=True) == data
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invite.ics")


@pytest.mark.parametrize("letter", ["🎓", "Θ", "é", "e\u0301", "漢", "👩‍👩‍👧"])
def test_ic13_lines_fold_at_75_octets_between_letters(letter):
    long = replace(ENTRY, summary=letter * 200, description=letter * 500, attendee_name=letter * 90)

    check_lines(invite(long))
    assert str(event_of(invite(long))["SUMMARY"]) == letter * 200


def test_ic14_text_is_escaped_and_urls_are_not():
    entry = replace(
        ENTRY,
        summary="A; b, c \\ d",
        description="one\r\ntwo\rthree",
        url="https://example.org/?a=1,2;b=3",
        join_url="",
    )
    told = lines(invite(entry))

    assert "SUMMARY:A\\; b\\, c \\\\ d" in told
    assert "DESCRIPTION:one\\ntwo\\nthree" in told
    assert "URL:https://example.org/?a=1,2;b=3" in told


@pytest.mark.parametrize("words", ["\\N", "\\n", "C:\\New\\notes", "a\\\\N", "ends with \\", "\\;\\,"])
def test_ic14_a_backslash_stays_one_for_two_other_programs(words):
    data = invite(replace(ENTRY, summary=words))

    assert str(event_of(data)["SUMMARY"]) == words
    assert read_by_ical_js(data)["events"][0]["summary"] == words


def test_ic15_names_have_no_double_quotes_and_no_escapes():
    entry = replace(ENTRY, attendee_name='Lovelace, "Ada"; Dr: ^', organizer_name="Ordinary")

    told = "\n".join(lines(invite(entry)))

    assert 'ATTENDEE;CN="Lovelace, Ada; Dr:";' in told
    assert "^" not in told
    assert "ORGANIZER;CN=Ordinary:mailto:" in told


def test_ic15_a_person_without_a_name_has_no_cn():
    assert "CN" not in event_of(invite(replace(ENTRY, attendee_name='""')))["ATTENDEE"].params


def test_ic16_the_join_link_is_in_description_location_and_conference():
    event = event_of(invite(ENTRY))

    assert str(event["DESCRIPTION"]).endswith(f"\n\nJoin: {ENTRY.join_url}")
    assert str(event["LOCATION"]) == ENTRY.join_url
    assert str(event["CONFERENCE"]) == ENTRY.join_url
    assert str(event["URL"]) == ENTRY.url
    assert event["CONFERENCE"].params["VALUE"] == "URI"
    assert b"ATTACH" not in invite(ENTRY)
    assert b"HTML" not in invite(ENTRY)


def test_ic16_a_place_stays_the_place():
    assert str(event_of(invite(replace(ENTRY, location="Room 4, Albany")))["LOCATION"]) == "Room 4, Albany"


def test_ic17_a_series_is_one_event_per_sitting():
    weeks = [
        replace(ENTRY, uid=f"webinar-{number}@example.org", starts_at=ENTRY.starts_at + timedelta(weeks=number))
        for number in range(3)
    ]
    events = icalendar.Calendar.from_ical(download(weeks)).walk("VEVENT")

    assert [str(event["UID"]) for event in events] == [entry.uid for entry in weeks]
    assert all("RRULE" not in event for event in events)


@pytest.mark.parametrize("zone", [NEW_YORK, "Africa/Casablanca", "Asia/Jerusalem"])
def test_ic18_a_move_carries_the_rules_of_both_dates(zone):
    moved = replace(MOVED, zone=zone, starts_at=at(2027, 11, 4, 17))
    (block,) = zone_blocks(invite(moved))

    tz = block.to_tz(lookup_tzid=False)

    for instant in (ENTRY.starts_at, moved.starts_at):
        wall = instant.astimezone(ZoneInfo(zone))
        assert wall.replace(tzinfo=tz).utcoffset() == wall.utcoffset()


def test_ic19_a_feed_says_its_name_and_when_to_come_back():
    told = lines(feed([ENTRY], "Ada's\r\nwebinars"))

    assert {
        "NAME:Ada's webinars",
        "X-WR-CALNAME:Ada's webinars",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    } <= set(told)
    assert not [line for line in told if line.startswith("METHOD")]


def test_ic20_a_cancelled_entry_stays_readable_in_a_feed():
    assert str(event_of(feed([replace(ENTRY, status="CANCELLED")], "Mine"))["STATUS"]) == "CANCELLED"


def test_ic22_an_alarm_is_complete():
    (alarm,) = event_of(invite(ENTRY)).walk("VALARM")

    assert (str(alarm["ACTION"]), alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(minutes=-30))
    assert str(alarm["DESCRIPTION"]) == ENTRY.summary
    assert not event_of(invite(replace(ENTRY, alarm_minutes=None))).walk("VALARM")


def test_ic26_public_files_hold_nothing_personal():
    told = replace(ENTRY, description=f"Come in: {ENTRY.join_url}", location=ENTRY.join_url)

    for data in (download([told]), feed([told], "Mine")):
        text = "".join(lines(data))
        assert not [secret for secret in ("/j/", "Ada", "ada@", "ATTENDEE", "CONFERENCE") if secret in text]
    assert "@example" not in "".join(lines(feed([told], "Mine"))).replace("@webinars", "")
    assert "mailto" not in "".join(lines(feed([told], "Mine")))


def test_ic27_an_attendee_is_busy_and_a_date_alone_leaves_time_free():
    assert {"TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"} <= set(lines(invite(ENTRY)))

    dated = replace(ENTRY, starts_at=None, on_date=date(2024, 10, 4))
    assert {"TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"} <= set(lines(invite(dated)))


def test_tz11_a_date_alone_has_no_zone_and_ends_the_next_day():
    dated = replace(ENTRY, starts_at=None, on_date=date(2024, 10, 4))

    for data in (invite(dated), download([dated]), feed([dated], "Mine")):
        assert {"DTSTART;VALUE=DATE:20241004", "DTEND;VALUE=DATE:20241005"} <= set(lines(data))
        assert b"TZID" not in data
        assert not event_of(data).walk("VALARM")


def test_an_entry_has_a_start_or_a_date():
    with pytest.raises(ValueError, match="either"):
        replace(ENTRY, on_date=date(2024, 10, 4))


@pytest.mark.parametrize("start", [at(2026, 11, 1, 5, 30), at(2026, 11, 1, 6, 30), at(2026, 11, 1, 4, 30)])
def test_tz5_a_time_that_comes_twice_is_written_in_utc(start):
    event = event_of(invite(replace(ENTRY, starts_at=start, minutes=60)))

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (start, start + timedelta(hours=1))
    assert "TZID" not in event["DTSTART"].params


@settings(max_examples=500, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(
        at(2024, 1, 1).replace(tzinfo=None), at(2034, 1, 1).replace(tzinfo=None), timezones=st.just(UTC)
    ),
    minutes=st.integers(5, 720),
    summary=st.text(max_size=60),
    description=st.text(max_size=200),
    sequence=st.integers(0, 99),
)
def test_ic23_files_read_back_as_written(zone, start, minutes, summary, description, sequence):
    start = start.replace(second=0, microsecond=0)
    texts = {"summary": summary, "description": description}
    data = invite(replace(ENTRY, zone=zone, starts_at=start, minutes=minutes, sequence=sequence, **texts))

    read = icalendar.Calendar.from_ical(data)

    assert read.to_ical() == data
    assert icalendar.Calendar.from_ical(read.to_ical()) == read
    (event,) = read.walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (start, start + timedelta(minutes=minutes))
    assert event["SEQUENCE"] == sequence


def test_ic23_files_name_their_product_and_version():
    for data in (invite(ENTRY), download([ENTRY]), feed([ENTRY], "Mine")):
        assert lines(data)[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rostrum//Webinars//EN"]
        assert b"CALSCALE" not in data


def around_every_change(zone):
    changes = clock_changes(zone, at(2026, 1, 1), at(2031, 1, 1)) or [None]
    hours = (-3, -2, -1, 0, 1, 2, 24)
    moments = [change.at if change else at(2026, 6, 1) for change in changes]
    return [moment + timedelta(hours=hour) for moment in moments for hour in hours]


@pytest.mark.parametrize("zone", ZONES)
def test_t2_ical_js_reads_the_instants_around_every_clock_change(zone):
    starts = around_every_change(zone)
    entries = [
        replace(ENTRY, uid=f"{number}@example.org", zone=zone, starts_at=start, minutes=90)
        for number, start in enumerate(starts)
    ]

    read = read_by_ical_js(download(entries))

    assert [(event["start"], event["end"]) for event in read["events"]] == [
        (js(start), js(start + timedelta(minutes=90))) for start in starts
    ]


def test_ical_js_reads_an_invite():
    assert read_by_ical_js(invite(MOVED)) == {
        "method": "REQUEST",
        "events": [
            {
                "uid": ENTRY.uid,
                "sequence": 1,
                "status": "CONFIRMED",
                "summary": ENTRY.summary,
                "description": f"{ENTRY.description}\n\nJoin: {ENTRY.join_url}",
                "start": "2025-11-04T17:00:00.000Z",
                "end": "2025-11-04T18:15:00.000Z",
            }
        ],
    }


FIXED = replace(ENTRY, summary=f"{ENTRY.summary} (ATP3)", stamp=at(2025, 9, 2, 8), last_modified=at(2025, 9, 2, 8))
STORY = {
    "create": (ENTRY, "REQUEST"),
    "text_fix": (FIXED, "REQUEST"),
    "move": (replace(MOVED, starts_at=at(2025, 10, 15, 18)), "REQUEST"),
    "move_across_clock_change": (MOVED, "REQUEST"),
    "cancel_person": (CANCELLED, "CANCEL"),
    "cancel_sitting": (replace(MOVED, sequence=2, stamp=at(2025, 9, 5, 8), last_modified=at(2025, 9, 5, 8)), "CANCEL"),
    "register_again": (replace(CANCELLED, sequence=3, stamp=at(2025, 9, 6, 8)), "REQUEST"),
}


@pytest.mark.parametrize("step", STORY)
def test_ic28_golden_files(step):
    entry, method = STORY[step]

    golden = (GOLDEN / f"{step}.ics").read_text(encoding="utf-8")

    assert invite(entry, method).decode().replace("\r\n", "\n") == golden


def test_ic28_the_story_keeps_its_uid_and_its_numbers_never_fall():
    events = [event_of(invite(*version)) for version in STORY.values()]

    assert {str(event["UID"]) for event in events} == {ENTRY.uid}
    assert [event["SEQUENCE"] for event in events] == [0, 0, 1, 1, 2, 2, 3]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED"] * 4 + ["CANCELLED"] * 2 + ["CONFIRMED"]
