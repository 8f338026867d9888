"""Planned mails from the plan to the outbox: who gets what, when, and once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from factories import NOW, START
from posted import mails, run_jobs, text_of
from presence_facts import stay
from sqlalchemy import select

from webinar_app.campaigns.rules import Audience, Chosen
from webinar_app.campaigns.services import plan_all, plan_mails, send_message, set_plan, what_moves
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound, Refused
from webinar_app.evaluations.queries import find_form
from webinar_app.infra import jobs
from webinar_app.infra.db import read, write
from webinar_app.infra.dispatch import publish
from webinar_app.mailing.models import Mail
from webinar_app.webinars.events import MoveAsked, WebinarRescheduled
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.lifecycle import end_webinar
from webinar_app.webinars.services.scheduling import cancel_sitting

EARLY = START - timedelta(days=10)
SETTLED = {"is_on": True, "way": "hours", "amount": 24, "clock": None, "subject": "Soon: {title}", "text": "{when}"}


@pytest.fixture
def sitting(world):
    made = world.webinar()
    write(plan_mails, made["id"], now=EARLY)
    return made


def planned(kind=None):
    """Give (kind, time) of the jobs that wait."""
    with read() as db:
        rows = db.scalars(select(jobs.Job).where(jobs.Job.name == "campaigns.send").order_by(jobs.Job.run_at))
        return [(row.payload["kind"], row.run_at) for row in rows if kind in (None, row.payload["kind"])]


def at(moment):
    with time_machine.travel(moment, tick=False):
        run_jobs("campaigns.send", "campaigns.message")


def sent():
    with read() as db:
        return [(row.kind, row.to_address) for row in db.scalars(select(Mail).order_by(Mail.id))]


def move(db, webinar_id, start, now):
    row = db.get_one(Webinar, webinar_id)
    row.starts_at, row.local_start = start, start.replace(tzinfo=None) - timedelta(hours=5)
    publish(db, WebinarRescheduled(webinar_id), now)


def change(db, webinar_id, changes):
    for name, value in changes.items():
        setattr(db.get_one(Webinar, webinar_id), name, value)


def begin(db):
    """Let the job of one mail wait for its second try, and of another be due now, as the next part of its people is."""
    rows = {row.payload.get("kind"): row for row in db.scalars(select(jobs.Job))}
    rows["reminder_hour"].attempts, rows["missed"].run_at = 1, EARLY


def address_of(member):
    from webinar_app.accounts.queries import get_person

    with read() as db:
        return get_person(db, member.person_id).email


def test_the_set_is_planned_for_its_times(sitting):
    assert planned() == [
        ("reminder_day", START - timedelta(hours=24)), ("reminder_hour", START - timedelta(hours=1)),
        ("missed", START + timedelta(minutes=75, hours=24)),
        ("evaluation_reminder", datetime(2026, 11, 6, 14, tzinfo=UTC)),
    ]  # fmt: skip


def test_what_was_there_before_is_planned_once(world):
    world.webinar()
    world.webinar(state="draft")

    for _ in range(2):
        write(plan_all, now=EARLY)

    assert [kind for kind, _ in planned()] == ["reminder_day", "reminder_hour", "missed", "evaluation_reminder"]


def test_everybody_gets_a_reminder_once_in_their_own_zone_first(world, sitting):
    ada = world.attendee(sitting, "Ada Lovelace")
    world.attendee(sitting, "Ben Bach")

    for _ in range(2):
        write(plan_mails, sitting["id"], now=EARLY)
        at(START - timedelta(hours=24))

    found = mails(kind="reminder_day")
    assert [mail["To"].addresses[0].display_name for mail in found] == ["Ada Lovelace", "Ben Bach"]
    assert "Tuesday 3 November 2026, 12:00 p.m. ET" in text_of(found[0])
    assert "/join/" in text_of(found[0])
    assert address_of(ada) == found[0]["To"].addresses[0].addr_spec


def test_the_recipients_zone_stands_first(world, sitting):
    member = world.attendee(sitting, "Lea London")
    write(lambda db: setattr(_registration(db, member), "time_zone", "Europe/London"))

    at(START - timedelta(hours=24))

    said = "Tuesday 3 November 2026, 5:00 p.m. UK time (Tuesday 3 November 2026, 12:00 p.m. ET)"
    assert said in text_of(mails(kind="reminder_day")[0])


def _registration(db, member):
    from webinar_app.registrations.models import Registration

    return db.get_one(Registration, member.registration_id)


def test_unsent_mails_move_with_the_sitting(world, sitting):
    world.attendee(sitting)
    later = START + timedelta(days=3)

    write(move, sitting["id"], later, now=NOW - timedelta(days=5))
    at(START - timedelta(hours=24))
    before = sent()
    write(plan_mails, sitting["id"], now=START)
    run_later = planned("reminder_day")[-1]
    with read() as db:
        left = db.scalars(select(jobs.Job.state).where(jobs.Job.run_at == run_later[1])).all()

    assert before == []
    assert run_later == ("reminder_day", later - timedelta(hours=24))
    assert left != []


def test_moving_says_first_which_mails_move(world, sitting):
    with read() as db:
        nobody = what_moves(db, MoveAsked(sitting["id"]))
    world.attendee(sitting)
    at(START - timedelta(hours=24))
    with read() as db:
        told = [what_moves(db, MoveAsked(sitting["id"], is_cancelled)) for is_cancelled in (False, True)]

    names = "Reminder, an hour before; Missed you; Evaluation reminder."
    assert nobody == []
    assert told == [[f"3 planned mails move with it: {names}"], [f"3 planned mails will not be sent: {names}"]]


def test_reminders_are_not_sent_after_the_start(world, sitting):
    world.attendee(sitting)

    at(START + timedelta(minutes=30))

    assert sent() == []


@pytest.mark.parametrize("changes", [{"state": WebinarState.CANCELLED}, {"starts_at": START + timedelta(days=7)}])
def test_a_job_that_outlived_its_plan_sends_nothing(world, sitting, changes):
    world.attendee(sitting)
    write(change, sitting["id"], changes)  # as if the worker had taken the job just before
    at(START - timedelta(hours=24))

    assert sent() == []


def test_what_was_planned_before_is_forgotten_but_not_what_was_begun(world, sitting):
    world.attendee(sitting)
    write(begin)
    write(move, sitting["id"], START + timedelta(days=7), EARLY)
    moved = planned()
    write(cancel_sitting, world.coordinator(), sitting["code"], now=EARLY)

    begun, week = [("missed", EARLY), ("reminder_hour", START - timedelta(hours=1))], timedelta(days=7)
    assert moved == [
        *begun, ("reminder_day", START + week - timedelta(hours=24)),
        ("reminder_hour", START + week - timedelta(hours=1)),
        ("missed", START + week + timedelta(minutes=75, hours=24)),
        ("evaluation_reminder", datetime(2026, 11, 13, 14, tzinfo=UTC)),
    ]  # fmt: skip
    assert planned() == begun


def test_who_was_not_there_hears_that_and_who_was_does_not(world):
    sitting = world.live_webinar()
    there, absent = world.attendee(sitting, "Thea There"), world.attendee(sitting, "Abe Absent")
    stay(there, 0, 75)
    write(end_webinar, world.staff(sitting), now=START + timedelta(minutes=75))
    run_jobs("attendance.summarise")

    at(START + timedelta(minutes=75, hours=25))

    assert [one for one in sent() if one[0] == "missed"] == [("missed", address_of(absent))]


def test_a_sitting_may_have_its_own_words_and_time(world, sitting):
    world.attendee(sitting)
    actor = world.coordinator()

    write(set_plan, actor, ("", sitting["code"]), "reminder_day", **SETTLED | {"amount": 48}, now=EARLY)
    at(START - timedelta(hours=48))

    assert [mail["Subject"] for mail in mails(kind="reminder_day")] == ["Soon: Building a Therapeutic Alliance (ATP3)"]


def test_a_mail_that_is_turned_off_is_not_sent(world, sitting):
    world.attendee(sitting)
    slug = sitting["course"]["slug"]

    write(set_plan, world.coordinator(), (slug, ""), "reminder_day", **SETTLED | {"is_on": False}, now=EARLY)
    at(START - timedelta(hours=24))

    assert sent() == []


def test_refusals_name_their_fields_and_rights_are_asked(world, sitting):
    from factories import World

    where = ("", sitting["code"])
    with pytest.raises(InvalidInput) as refused:
        write(set_plan, world.coordinator(), where, "missed", **SETTLED | {"text": "{nmae}", "amount": -1}, now=EARLY)
    for actor, error in ((world.actor(world.person()), Forbidden), (World().coordinator(), NotFound)):
        with pytest.raises(error):
            write(set_plan, actor, where, "missed", **SETTLED, now=EARLY)
    with pytest.raises(NotFound):
        write(set_plan, world.coordinator(), where, "nothing", **SETTLED, now=EARLY)

    assert sorted(refused.value.fields) == ["amount", "text"]


def test_a_message_reaches_its_people_once_and_knows_its_progress(world, sitting):
    from webinar_app.campaigns.queries import count_written, get_message

    members = [world.attendee(sitting, f"Person {number}") for number in range(3)]
    words = {"subject": "News", "text": "Hello {name}"}

    made = write(send_message, world.coordinator(), sitting["code"], Chosen(Audience.REGISTERED), **words, now=NOW)
    code = made["code"]
    for _ in range(2):
        run_jobs("campaigns.message")

    with read() as db:
        written, finished = count_written(db, sitting["id"]), get_message(db, code).finished_at
    assert sorted(sent()) == sorted(("message", address_of(one)) for one in members)
    assert written == {f"message:{code}": 3}
    assert finished is not None


def test_a_large_sending_goes_on_where_it_stopped(world, sitting, monkeypatch):
    from webinar_app.campaigns import jobs as work

    monkeypatch.setattr(work, "CHUNK", 2)
    members = [world.attendee(sitting, f"Person {number}") for number in range(5)]

    at(START - timedelta(hours=24))

    assert sent() == [("reminder_day", address_of(one)) for one in members]


def test_an_evaluation_that_is_closed_is_not_asked_for(world):
    sitting = world.live_webinar()
    there = world.attendee(sitting)
    stay(there, 0, 75)
    write(end_webinar, world.staff(sitting), now=START + timedelta(minutes=75))
    run_jobs("attendance.summarise")
    due = planned("evaluation_reminder")[-1][1]

    write(close_form, sitting["id"])
    at(due)
    closed = sent()
    write(reopen, sitting["id"], due)
    at(due)

    assert [kind for kind, _ in closed if kind == "evaluation_reminder"] == []
    assert [kind for kind, _ in sent() if kind == "evaluation_reminder"] == ["evaluation_reminder"]


def close_form(db, webinar_id):
    find_form(db, webinar_id).closes_at = START + timedelta(hours=2)


def reopen(db, webinar_id, due):
    find_form(db, webinar_id).closes_at = due + timedelta(days=1)
    for row in db.scalars(select(jobs.Job).where(jobs.Job.name == "campaigns.send")):
        row.state = jobs.JobState.QUEUED if row.payload["kind"] == "evaluation_reminder" else row.state


def test_a_message_to_nobody_is_refused(world, sitting):
    world.attendee(sitting)
    words = {"subject": "News", "text": "Hello"}

    for audience in (Audience.WAITING, Audience.ATTENDED, Audience.CERTIFIED, Audience.NOT_EVALUATED):
        with pytest.raises(Refused):
            write(send_message, world.coordinator(), sitting["code"], Chosen(audience), **words, now=NOW)


def test_who_holds_a_certificate_hears_once_before_it_ends(world):
    from certificate_steps import finish, first_number

    from webinar_app.certificates.services import keep_paper

    sitting = world.webinar()
    finish(world.attendee(sitting, "Cleo Certified"), sitting["course"])
    words = {"subject": "Your certificate", "text": "Here", "html": "<p>Here</p>"}
    write(keep_paper, first_number(), "0" * 64, 3, words, b"pdf", now=START)
    with read() as db:
        query = select(jobs.Job.run_at).where(jobs.Job.name == "campaigns.expiry")
        due = db.scalars(query).one()

    for moment in (due - timedelta(seconds=1), due, due):
        with time_machine.travel(moment, tick=False):
            write(requeue)
            run_jobs("campaigns.expiry")

    found = mails(kind="expiry")
    assert due == datetime(2027, 9, 4, 13, tzinfo=UTC)
    assert [mail["Subject"] for mail in found] == ["Your certificate ends on 3 November 2027"]
    assert first_number() in text_of(found[0])


def requeue(db):
    """Let the job about the certificate run once more."""
    db.scalars(select(jobs.Job).where(jobs.Job.name == "campaigns.expiry")).one().state = jobs.JobState.QUEUED


def own(world, sitting, kind):
    words = {"is_on": True, "way": "hours", "amount": 0, "clock": None, "subject": "Own: {title}"}
    write(set_plan, world.coordinator(), ("", sitting["code"]), kind, **words, text="Own {name}", now=EARLY)


def test_the_evaluation_mail_may_have_own_words(world):
    sitting = world.live_webinar()
    there = world.attendee(sitting, "Thea There")
    stay(there, 0, 75)
    own(world, sitting, "evaluation")
    write(end_webinar, world.staff(sitting), now=START + timedelta(minutes=75))
    run_jobs("attendance.summarise", "evaluations.invite")

    found = mails(kind="evaluation")
    assert [mail["Subject"] for mail in found] == ["Own: Building a Therapeutic Alliance (ATP3)"]
    assert "Own Thea" in text_of(found[0])


def test_the_certificate_mail_may_have_own_words_and_keeps_its_paper(world):
    from certificate_steps import finish

    sitting = world.webinar()
    own(world, sitting, "certificate")
    finish(world.attendee(sitting, "Cleo Certified"), sitting["course"])
    run_jobs("certificates.render")

    found = mails(kind="certificate")[0]
    assert found["Subject"] == "Own: Building a Therapeutic Alliance (ATP3)"
    assert [part.get_content_type() for part in found.iter_attachments()] == ["application/pdf"]
