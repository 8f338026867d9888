"""Calendar files and links on pages."""

from urllib.parse import parse_qs, urlsplit

import pytest
from factories import START
from icalendar import Calendar

from webinar_app.accounts.services.signing import sign_in
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import Registration
from webinar_app.webinars.rules import WebinarState


def the_event(answer):
    calendar = Calendar.from_ical(answer.data)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_public_file_holds_nothing_personal(world, client):
    webinar = world.webinar()
    world.attendee(webinar)

    answer = client.get(f"/webinars/{webinar['code']}/calendar.ics")

    method, event = the_event(answer)
    assert (answer.status_code, method, event.start.astimezone(START.tzinfo)) == (200, "PUBLISH", START)
    assert "ATTENDEE" not in event
    assert b"/join/" not in answer.data
    assert b"example.org" not in answer.data
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="atp3-2026-11-03.ics"'
    again = client.get(f"/webinars/{webinar['code']}/calendar.ics", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_own_file_is_the_invite_of_the_one_who_asks(world, client):
    webinar = world.webinar()
    member = world.attendee(webinar)
    with read() as db:
        code = db.get_one(Registration, member.registration_id).code
    with client.session_transaction() as kept:
        kept["sign_in"] = write(sign_in, member.person_id, "password", device="Test", now=utc_now())

    answer = client.get(f"/registrations/{code}/calendar.ics")

    method, event = the_event(answer)
    public = the_event(client.get(f"/webinars/{webinar['code']}/calendar.ics"))[1]
    assert (method, str(event["UID"])) == ("REQUEST", str(public["UID"]))
    assert links().join(code, 1) in str(event["DESCRIPTION"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_own_file_needs_its_owner(world, client):
    member = world.attendee(world.webinar())
    with read() as db:
        code = db.get_one(Registration, member.registration_id).code

    guest = client.get(f"/registrations/{code}/calendar.ics")
    with client.session_transaction() as kept:
        kept["sign_in"] = write(sign_in, world.person("Somebody"), "password", device="Test", now=utc_now())

    assert (guest.status_code, client.get(f"/registrations/{code}/calendar.ics").status_code) == (302, 404)


@pytest.mark.parametrize(
    ("where", "host"),
    [
        ("google", "calendar.google.com"), ("outlook", "outlook.live.com"), ("office365", "outlook.office.com"),
        ("yahoo", "calendar.yahoo.com"),
    ],
)  # fmt: skip
def test_links_open_calendars_on_the_web(world, client, where, host):
    webinar = world.webinar()

    answer = client.get(f"/webinars/{webinar['code']}/calendar/{where}")

    target = urlsplit(answer.headers["Location"])
    said = " ".join(value for values in parse_qs(target.query).values() for value in values)
    assert (answer.status_code, target.hostname) == (303, host)
    assert "Building a Therapeutic Alliance (ATP3)" in said
    assert "/join/" not in said
    assert client.get(f"/webinars/{webinar['code']}/calendar/nowhere").status_code == 404


def test_cancelled_sitting_says_so_and_undated_or_draft_ones_have_no_file(world, client):
    gone = world.webinar(state=WebinarState.CANCELLED)
    undated = world.webinar(precision="on_request", starts_at=None, local_start=None, minutes=0)
    draft = world.webinar(state=WebinarState.DRAFT)

    assert str(the_event(client.get(f"/webinars/{gone['code']}/calendar.ics"))[1]["STATUS"]) == "CANCELLED"
    for webinar in (undated, draft):
        assert client.get(f"/webinars/{webinar['code']}/calendar.ics").status_code == 404
        assert client.get(f"/webinars/{webinar['code']}/calendar/google").status_code == 404
