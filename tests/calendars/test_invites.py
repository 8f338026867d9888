"""Invites from registration to calendar: rows, mails, and what two independent readers understand."""

import json
import subprocess
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
from factories import NOW, START
from icalendar import Calendar
from posted import calendar_of, mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.calendars import jobs
from webinar_app.calendars.models import Invite
from webinar_app.calendars.queries import last_sent
from webinar_app.calendars.services.letters import who_hears
from webinar_app.core.actor import GUEST
from webinar_app.core.errors import TryAgain
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.jobs import Job
from webinar_app.providers.models import Provider
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.services import Sheet, cancel_for, register, send_link
from webinar_app.webinars.events import MoveAsked
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.services.scheduling import cancel_sitting, change_sitting

ROOT = Path(__file__).resolve().parents[2]
ALL = ("calendars.confirm", "calendars.withdraw", "calendars.tell_all")
END = START + timedelta(minutes=75)


def register_guest(webinar, email="ada@example.org", name="Ada Lovelace", now=NOW, zone="Europe/London"):
    with read() as db:
        policy = current_policy(db.get_one(Webinar, webinar["id"]))
    sheet = Sheet(email=email, legal_name=name, policy=policy, time_zone=zone)
    write(register, GUEST, webinar["code"], sheet, now=now)


def events():
    """Give (method, sequence, status, start) of every calendar part that was mailed, in order."""
    found = []
    for mail in mails():
        data = calendar_of(mail)
        if data:
            calendar = Calendar.from_ical(data)
            (event,) = calendar.walk("VEVENT")
            found.append((str(calendar["METHOD"]), event["SEQUENCE"], str(event["STATUS"]), event.start))
    return found


def by_node(data):
    done = subprocess.run(
        ["node", ROOT / "tests/browser_units/ical_reader.mjs"], input=data, capture_output=True, check=True, cwd=ROOT
    )
    return json.loads(done.stdout)


def the_code():
    with read() as db:
        return db.scalars(select(Registration.code).order_by(Registration.id.desc())).first()


def test_two_readers_understand_the_mailed_invite_alike(world):
    webinar = world.webinar()
    register_guest(webinar)
    run_jobs(*ALL)

    (mail,) = mails()
    data = calendar_of(mail)
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    told = by_node(data)
    assert [(event.start.astimezone(UTC), event.end.astimezone(UTC))] == [(START, END)]
    assert told["method"] == "REQUEST"
    uid = f"webinar-{webinar['code'].lower()}@rostrum.example"
    assert [(one["uid"], one["sequence"], one["start"], one["end"]) for one in told["events"]] == [
        (uid, 0, "2026-11-03T17:00:00.000Z", "2026-11-03T18:15:00.000Z")
    ]
    sender = mail["From"].addresses[0].addr_spec
    assert (sender, str(event["ORGANIZER"])) == ("no-reply@rostrum.example", f"mailto:{sender}")
    assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["CN"]) == ("mailto:ada@example.org", "Ada Lovelace")
    assert mail["Reply-To"] == "desk@alder.example"


def test_mail_is_laid_out_as_calendars_expect(world):
    register_guest(world.webinar())
    run_jobs(*ALL)

    (mail,) = mails()
    parts = [(part.get_content_type(), part.get_param("method")) for part in mail.walk()]
    text = text_of(mail)
    assert parts == [
        ("multipart/mixed", None), ("multipart/alternative", None), ("text/plain", None), ("text/html", None),
        ("text/calendar", "REQUEST"), ("application/ics", None),
    ]  # fmt: skip
    assert text.index("5:00 p.m.") < text.index("12:00 p.m. ET")


def test_confirming_twice_sends_one_mail_and_one_row(world):
    register_guest(world.webinar())
    with read() as db:
        payload = db.scalars(select(Job.payload).where(Job.name == "calendars.confirm")).one()

    jobs.confirm(payload)
    jobs.confirm(payload)

    with read() as db:
        rows = [(row.sequence, row.method, row.starts_at) for row in db.scalars(select(Invite))]
    assert (len(mails()), rows) == (1, [(0, "REQUEST", START)])


def test_asking_again_mails_the_same_version_once_in_ten_minutes(world):
    webinar = world.webinar()
    register_guest(webinar)
    run_jobs(*ALL)
    cora = world.coordinator()

    for minute in (0, 1, 11):
        write(send_link, cora, the_code(), now=NOW + timedelta(minutes=minute))
        run_jobs(*ALL)

    assert [(method, sequence) for method, sequence, _, _ in events()] == [("REQUEST", 0)] * 3


def test_move_sends_the_next_sequence_to_everybody(world, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 2)
    webinar = world.webinar()
    for number in range(5):
        register_guest(webinar, f"p{number}@example.org", f"Person P{number}")
    run_jobs(*ALL)
    changes = {"typed": "November 3, 2026 2:00 p.m. ET", "minutes": 75, "capacity_online": 250}

    write(change_sitting, world.coordinator(), webinar["code"], changes, now=NOW)
    ran = run_jobs(*ALL)

    moved = START + timedelta(hours=2)
    assert ran == ["calendars.tell_all"] * 3
    assert [(m, s, st, at.astimezone(UTC)) for m, s, st, at in events()[5:]] == [("REQUEST", 1, "CONFIRMED", moved)] * 5
    assert sorted(mail["To"].addresses[0].addr_spec for mail in mails(kind="updated")) == [
        f"p{number}@example.org" for number in range(5)
    ]
    text = text_of(mails(kind="updated")[0])
    assert "Before: Tuesday 3 November 2026, 5:00 p.m." in text
    assert "7:00 p.m." in text


def test_second_move_overtakes_the_first_job(world):
    webinar = world.webinar()
    register_guest(webinar)
    run_jobs(*ALL)
    cora = world.coordinator()

    for hour in (2, 3):
        typed = f"November 3, 2026 {hour}:00 p.m. ET"
        write(change_sitting, cora, webinar["code"], {"typed": typed, "minutes": 75}, now=NOW)
    run_jobs(*ALL)

    assert [(sequence, at.hour) for _, sequence, _, at in events()] == [(0, 12), (2, 15)]


def test_cancelled_place_leaves_the_calendar_and_comes_back_with_a_higher_sequence(world):
    webinar = world.webinar()
    cora = world.coordinator()
    register_guest(webinar)
    run_jobs(*ALL)

    write(cancel_for, cora, the_code(), now=NOW)
    run_jobs(*ALL)
    register_guest(webinar)
    run_jobs(*ALL)

    assert [(method, sequence, status) for method, sequence, status, _ in events()] == [
        ("REQUEST", 0, "CONFIRMED"), ("CANCEL", 1, "CANCELLED"), ("REQUEST", 2, "CONFIRMED"),
    ]  # fmt: skip
    assert len({str(next(iter(Calendar.from_ical(calendar_of(mail)).walk("VEVENT")))["UID"]) for mail in mails()}) == 1


def test_place_cancelled_before_its_mail_gets_no_invite_and_no_cancellation(world):
    register_guest(world.webinar())

    write(cancel_for, world.coordinator(), the_code(), now=NOW)
    run_jobs(*ALL)

    assert ([mail["Subject"].split(":")[0] for mail in mails()], events()) == (["Your place is given back"], [])


def test_cancelled_sitting_is_taken_out_of_every_calendar(world):
    webinar = world.webinar()
    register_guest(webinar)
    run_jobs(*ALL)

    write(cancel_sitting, world.coordinator(), webinar["code"], now=NOW)
    run_jobs(*ALL)

    assert [(method, sequence) for method, sequence, _, _ in events()] == [("REQUEST", 0), ("CANCEL", 1)]
    assert mails(kind="cancelled")[0]["Subject"].startswith("Cancelled: ")


def test_stale_letter_is_refused_and_written_anew(world):
    webinar = world.webinar()
    register_guest(webinar)
    with read() as db:
        row = db.scalars(select(Registration)).one()
        found = jobs.find_addressed(db, row.id)
        person_id = row.person_id
    from webinar_app.calendars.services.letters import send_letters
    from webinar_app.providers.queries import brand

    letter = jobs.letter("updated", brand(), *found, unique="updated:x", now=NOW)
    run_jobs(*ALL)

    with pytest.raises(TryAgain):
        write(send_letters, [letter], now=NOW)
    with read() as db:
        assert last_sent(db, [person_id], webinar["id"]).sequence == 0


def test_who_hears_of_a_move(world):
    webinar = world.webinar()
    with read() as db:
        before = who_hears(db, MoveAsked(webinar["id"]))
    world.attendee(webinar)
    with read() as db:
        moved = who_hears(db, MoveAsked(webinar["id"]))
    world.attendee(webinar, "Bea")
    with read() as db:
        cancelled = who_hears(db, MoveAsked(webinar["id"], is_cancelled=True))

    assert before == []
    assert moved == ["1 registered person gets a mail with the new time, and the entry in their calendar moves."]
    assert cancelled == ["2 registered people get a mail, and the entry leaves their calendar."]


def test_date_without_a_time_is_a_whole_day(world):
    webinar = world.webinar(
        precision="date", starts_at=None, local_start=None, local_date=date(2026, 11, 20), minutes=0
    )
    register_guest(webinar)
    run_jobs(*ALL)

    assert [(method, at) for method, _, _, at in events()] == [("REQUEST", date(2026, 11, 20))]


def shut(db: Db, registration_id: int) -> None:
    db.get_one(Registration, registration_id).person.email = None


def test_person_without_an_address_is_left_out(world):
    webinar = world.webinar()
    member = world.attendee(webinar)
    write(shut, member.registration_id)

    write(cancel_sitting, world.coordinator(), webinar["code"], now=NOW)
    run_jobs(*ALL)

    assert mails() == []


def rename(db: Db, provider_id: int) -> None:
    db.get_one(Provider, provider_id).name = "Another Name"


def test_ic11_the_organizer_is_the_address_that_the_mail_comes_from_and_stays(world):
    webinar = world.webinar()
    register_guest(webinar)
    run_jobs(*ALL)

    write(rename, world.provider_id)
    write(cancel_sitting, world.coordinator(), webinar["code"], now=NOW)
    run_jobs(*ALL)

    told = [next(iter(Calendar.from_ical(calendar_of(mail)).walk("VEVENT")))["ORGANIZER"] for mail in mails()]
    senders = {mail["From"].addresses[0].addr_spec for mail in mails()}
    assert {str(one).removeprefix("mailto:") for one in told} == senders
    assert len(told) == 2
    assert all(mail["Reply-To"].addresses[0].addr_spec == "desk@alder.example" for mail in mails())


def test_ic6_stamps_rise_with_each_version(world, monkeypatch):
    webinar = world.webinar()
    register_guest(webinar)
    run_jobs(*ALL)
    later = jobs.utc_now() + timedelta(minutes=5)
    monkeypatch.setattr(jobs, "utc_now", lambda: later)

    write(cancel_sitting, world.coordinator(), webinar["code"], now=NOW)
    run_jobs(*ALL)

    first, second = (next(iter(Calendar.from_ical(calendar_of(mail)).walk("VEVENT"))) for mail in mails())
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        assert first[name].dt < second[name].dt
        assert first[name].dt.utcoffset() == timedelta(0)
