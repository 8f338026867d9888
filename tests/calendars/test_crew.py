"""Entries of presenters and hosts: their own call time, their own invitation, and the way to the green room (B12)."""

from datetime import UTC, date, timedelta

import pytest
from calendar_feeds import feed_path
from factories import NOW, START, World
from icalendar import Calendar
from posted import calendar_of, mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.calendars import jobs
from webinar_app.calendars.models import CrewInvite
from webinar_app.calendars.queries import list_crew_to_tell
from webinar_app.calendars.rules import CrewStep, call_minutes, crew_step
from webinar_app.calendars.services.crew import crew_hears, send_crew_letters
from webinar_app.config import links
from webinar_app.core.errors import TryAgain
from webinar_app.core.permissions import SittingRole
from webinar_app.infra.db import Db, read, write
from webinar_app.providers.queries import brand
from webinar_app.webinars.events import MoveAsked
from webinar_app.webinars.models import Staff, Webinar
from webinar_app.webinars.queries import get_by_code
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.scheduling import (
    add_staff,
    cancel_sitting,
    change_sitting,
    publish_sitting,
    remove_staff,
)

JOB = "calendars.tell_crew"
CALL = START - timedelta(minutes=30)
MOVE = {"typed": "November 10, 2026 12:00 p.m. ET", "minutes": 75}


def the_events():
    """Give (method, sequence, start, end) of every entry that was mailed, in order, in UTC."""
    found = []
    for mail in mails():
        calendar = Calendar.from_ical(calendar_of(mail))
        (event,) = calendar.walk("VEVENT")
        times = [event[name].dt.astimezone(UTC) for name in ("DTSTART", "DTEND")]
        found.append((str(calendar["METHOD"]), event["SEQUENCE"], *times))
    return found


def publish(db: Db, code: str) -> None:
    publish_sitting(db, get_by_code(db, code), actor_id=None, now=NOW)


@pytest.fixture
def presented(world):
    """A published session that Mike presents; he has been told."""
    webinar = world.webinar(state=WebinarState.DRAFT)
    world.staff(webinar)
    write(publish, webinar["code"])
    run_jobs(JOB)
    return webinar


@pytest.mark.parametrize(
    ("is_wanted", "method", "is_current", "step"),
    [
        (True, None, False, CrewStep.INVITED), (True, "CANCEL", True, CrewStep.INVITED),
        (True, "REQUEST", False, CrewStep.UPDATED), (True, "REQUEST", True, None),
        (False, "REQUEST", True, CrewStep.CANCELLED), (False, "CANCEL", False, None), (False, None, False, None),
    ],
)  # fmt: skip
def test_what_somebody_is_told(is_wanted, method, is_current, step):
    assert crew_step(is_wanted=is_wanted, method=method, is_current=is_current) is step


@pytest.mark.parametrize(("lobby", "call"), [(0, 30), (15, 30), (20, 35), (60, 75)])
def test_the_call_is_half_an_hour_before_and_never_after_the_lobby(lobby, call):
    assert call_minutes(lobby) == call


def test_publishing_invites_the_presenter_at_the_call_time(presented):
    (mail,) = mails()
    calendar = Calendar.from_ical(calendar_of(mail))
    (event,) = calendar.walk("VEVENT")
    desk = links().desk(presented["code"])

    assert mail["Subject"] == "Your part: Building a Therapeutic Alliance (ATP3)"
    assert the_events() == [("REQUEST", 0, CALL, START + timedelta(minutes=75))]
    assert str(event["UID"]) == f"crew-{presented['code'].lower()}@rostrum.example"
    assert str(event["SUMMARY"]) == "Presenting: Building a Therapeutic Alliance (ATP3)"
    assert (str(event["URL"]), str(event["CONFERENCE"]), desk in str(event["DESCRIPTION"])) == (desk, desk, True)
    assert "Be there: Tuesday 3 November 2026, 11:30 a.m. ET" in text_of(mail)
    assert "Start: Tuesday 3 November 2026, 12:00 p.m. ET" in text_of(mail)
    assert desk in text_of(mail)


def test_moving_and_cancelling_reach_the_presenter_with_rising_numbers(world, presented):
    cora = world.coordinator()

    write(change_sitting, cora, presented["code"], MOVE, now=NOW)
    run_jobs(JOB)
    write(cancel_sitting, cora, presented["code"], now=NOW + timedelta(minutes=1))
    run_jobs(JOB)

    week = timedelta(weeks=1)
    end = START + timedelta(minutes=75) + week
    assert the_events()[1:] == [("REQUEST", 1, CALL + week, end), ("CANCEL", 2, CALL + week, end)]
    assert [mail["Subject"].split(":")[0] for mail in mails()[1:]] == ["Your part has a new time", "Cancelled"]


def test_losing_the_role_withdraws_the_entry_and_getting_it_back_invites_again(world, presented):
    cora = world.coordinator()
    with read() as db:
        staff = db.scalars(select(Staff.id)).one()

    write(remove_staff, cora, presented["code"], staff, now=NOW)
    run_jobs(JOB)
    write(add_staff, cora, presented["code"], mails()[0]["To"].addresses[0].addr_spec, "host", now=NOW)
    run_jobs(JOB)

    assert [(method, sequence) for method, sequence, _, _ in the_events()] == [
        ("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2),
    ]  # fmt: skip
    assert mails()[1]["Subject"].startswith("No longer your part: ")


def test_a_moderator_a_draft_an_ended_session_and_a_rehearsal_get_nothing(world):
    webinar = world.webinar()
    world.staff(webinar, SittingRole.MODERATOR)
    others = [
        world.webinar(state=WebinarState.DRAFT), world.webinar(state=WebinarState.ENDED),
        world.webinar(rehearsal_of_id=webinar["id"]),
    ]  # fmt: skip
    for other in others:
        world.staff(other)

    for one in (webinar, *others):
        jobs.tell_crew({"webinar_id": one["id"]})
    jobs.tell_crew({"webinar_id": 0})

    assert mails() == []


def test_the_same_job_again_mails_nobody(presented):
    jobs.tell_crew({"webinar_id": presented["id"]})

    assert len(mails()) == 1


def test_a_letter_that_another_overtook_is_written_anew(world):
    webinar = world.webinar()
    world.staff(webinar)
    with read() as db:
        sitting, (member,) = list_crew_to_tell(db, webinar["id"])
    letter = jobs.crew_letter(brand(), sitting, member, NOW)
    write(send_crew_letters, [letter], now=NOW)

    with pytest.raises(TryAgain):
        write(send_crew_letters, [letter], now=NOW)

    assert len(mails()) == 1


def test_the_feed_holds_what_somebody_presents_and_what_they_attend(world, client):
    webinar, attended = world.webinar(), world.webinar()
    presenter = world.staff(webinar)
    world.staff(attended, SittingRole.OBSERVER)
    write(World._registration, attended, presenter.person_id, "Mike Presenter", {})

    found = Calendar.from_ical(client.get(feed_path(client, presenter.person_id)).data).walk("VEVENT")

    assert {(str(event["UID"]).split("-")[0], event["DTSTART"].dt) for event in found} == {
        ("crew", CALL), ("webinar", START),
    }  # fmt: skip
    assert all("CONFERENCE" not in event and "/join/" not in str(event["DESCRIPTION"]) for event in found)


def test_a_day_without_an_hour_has_no_call_time(world):
    webinar = world.webinar(precision="date", starts_at=None, local_start=None, local_date=date(2026, 12, 1), minutes=0)
    world.staff(webinar)

    jobs.tell_crew({"webinar_id": webinar["id"]})

    (mail,) = mails()
    (event,) = Calendar.from_ical(calendar_of(mail)).walk("VEVENT")
    assert event["DTSTART"].dt == date(2026, 12, 1)
    assert "Be there" not in text_of(mail)
    assert "On: Tuesday 1 December 2026" in text_of(mail)


def test_who_hears_of_a_move(world):
    webinar = world.webinar()
    with read() as db:
        nobody = crew_hears(db, MoveAsked(webinar["id"]))
    world.staff(webinar)
    with read() as db:
        one = crew_hears(db, MoveAsked(webinar["id"]))
    world.staff(webinar, SittingRole.HOST)
    with read() as db:
        two = crew_hears(db, MoveAsked(webinar["id"], is_cancelled=True))

    assert nobody == []
    assert one == ["1 presenter or host gets a mail, and the entry moves with their call time."]
    assert two == ["2 presenters and hosts get a mail, and the entry leaves their calendar."]


def test_one_row_is_kept_for_each_presenter(presented):
    with read() as db:
        rows = list(db.scalars(select(CrewInvite.method)))
        version = db.get_one(Webinar, presented["id"]).sequence

    assert (rows, version) == (["REQUEST"], 0)
