"""Once a night everything is worked out again; what differs is told and not touched (A-11)."""

import logging
from datetime import timedelta

import pytest
from presence_facts import end, ended_webinar, stay
from sqlalchemy import delete, select

from webinar_app.attendance import jobs
from webinar_app.attendance.models import AttendanceSummary, PresenceEvent
from webinar_app.attendance.rules import AttendancePolicy
from webinar_app.audit.models import AuditEntry
from webinar_app.courses.models import Course
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.webinars.models import Webinar


@pytest.fixture
def judged(world):
    """A sitting that ended a moment ago, with verdicts on two people."""
    webinar = ended_webinar(world)
    people = [world.attendee(webinar, name) for name in ("Ada Lovelace", "Bob Hope")]
    for number, member in enumerate(people):
        stay(member, 0, 75 - 30 * number, f"{number}", start=webinar["start"])
    end(webinar, world.staff(webinar))
    jobs.summarise_all({"webinar_id": webinar["id"]})
    return webinar, people


def recount(caplog):
    caplog.clear()
    with caplog.at_level(logging.INFO, "webinar.attendance"):
        jobs.recount({})
    return caplog.records[-1].levelname, caplog.messages[-1]


def noted():
    with read() as db:
        query = select(AuditEntry.subject_id, AuditEntry.details).where(AuditEntry.act == "attendance.differs")
        return [tuple(row) for row in db.execute(query)]


def test_the_same_facts_give_the_same_verdicts(judged, caplog):
    assert recount(caplog) == ("INFO", "attendance.recount sittings=1 people=2 differ=0")
    assert noted() == []


def test_a_fact_that_is_gone_is_noticed_and_nothing_is_changed(judged, caplog):
    webinar, people = judged

    def tamper(db):
        db.execute(delete(PresenceEvent).where(PresenceEvent.registration_id == people[0].registration_id))

    write(tamper)

    assert recount(caplog) == ("ERROR", "attendance.recount sittings=1 people=2 differ=1")
    assert noted() == [(webinar["id"], {"people": 1})]
    with read() as db:
        assert db.get_one(AttendanceSummary, people[0].registration_id).complete


def test_a_verdict_that_was_turned_is_noticed(judged, caplog):
    _, people = judged

    def turn(db):
        db.get_one(AttendanceSummary, people[1].registration_id).complete = True

    write(turn)

    assert recount(caplog)[0] == "ERROR"


def test_another_policy_of_later_is_no_difference(judged, caplog):
    webinar, _ = judged

    def tighten(db):
        db.get_one(Course, webinar["course"]["id"]).attendance_policy = AttendancePolicy(min_percent=100).to_json()

    write(tighten)

    assert recount(caplog)[0] == "INFO"


def test_old_sittings_are_left_alone(judged, caplog):
    webinar, _ = judged

    def age(db):
        row = db.get_one(Webinar, webinar["id"])
        row.ended_at = row.ended_at - timedelta(days=91)

    write(age)

    assert recount(caplog) == ("INFO", "attendance.recount sittings=0 people=0 differ=0")


def test_there_is_one_recount_a_night(judged, caplog):
    recount(caplog)
    recount(caplog)

    with read() as db:
        planned = list(db.scalars(select(Job.run_at).where(Job.name == "attendance.recount")))
    assert len(planned) == len(set(planned)) <= 2
    assert {at.hour for at in planned} == {3}
