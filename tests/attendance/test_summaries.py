"""The end of a sitting: verdicts, and the ledger of completion."""

from datetime import timedelta

import pytest
from factories import START
from presence_facts import stay
from sqlalchemy import select

from webinar_app.attendance import jobs
from webinar_app.attendance.models import AttendanceSummary
from webinar_app.attendance.rules import Summary
from webinar_app.attendance.services.summaries import summarise
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.registrations.events import RosterAsked
from webinar_app.registrations.models import ItemCompletion
from webinar_app.registrations.queries import roster_facts
from webinar_app.webinars.services.lifecycle import end_webinar

END = START + timedelta(minutes=75)


@pytest.fixture
def ended(world):
    """A sitting that has ended: Ada stayed, Bob left early, Cyd never came."""
    webinar = world.live_webinar()
    people = [world.attendee(webinar, name) for name in ("Ada Lovelace", "Bob Hope", "Cyd Charisse")]
    stay(people[0], 0, 75)
    stay(people[1], 0, 49)
    write(end_webinar, world.staff(webinar), now=END)
    return webinar, people


def judge(webinar):
    jobs.summarise_all({"webinar_id": webinar["id"]})


def summaries(people):
    with read() as db:
        rows = db.scalars(select(AttendanceSummary).order_by(AttendanceSummary.registration_id)).all()
        own = {person.registration_id for person in people}
        return [(row.complete, row.credited_seconds // 60, row.reasons) for row in rows if row.registration_id in own]


def ledger(person):
    with read() as db:
        query = select(ItemCompletion).where(ItemCompletion.registration_id == person.registration_id)
        return [(row.item_id, row.evidence, row.withdrawn_at) for row in db.scalars(query)]


@pytest.mark.usefixtures("ended")
def test_end_plans_three_looks():
    with read() as db:
        query = select(Job.run_at).where(Job.name == "attendance.summarise").order_by(Job.run_at)
        times = list(db.scalars(query))

    assert times == [END + timedelta(seconds=seconds) for seconds in (3, 20, 60)]


def test_everybody_is_judged(ended):
    webinar, people = ended

    judge(webinar)

    assert summaries(people) == [
        (True, 75, ["75 of 75 min"]),
        (False, 49, ["49 of 75 min", "68 min are needed."]),
        (False, 0, ["0 of 75 min", "68 min are needed."]),
    ]


def test_who_stayed_has_the_item_with_its_evidence(ended):
    webinar, people = ended

    judge(webinar)

    [(item_id, evidence, withdrawn_at)] = ledger(people[0])
    assert (item_id, withdrawn_at, evidence["minutes"]) == (webinar["course"]["webinar_item"], None, 75)
    assert (evidence["verdict"], evidence["policy"]["min_percent"]) == (["75 of 75 min"], 90)
    assert Summary.from_json(evidence["summary"]).credited_s == 4500
    assert [ledger(person) for person in people[1:]] == [[], []]


def test_second_look_changes_nothing(ended):
    webinar, people = ended
    judge(webinar)
    before = [ledger(person) for person in people], summaries(people)

    judge(webinar)
    ids = [person.registration_id for person in people]

    assert write(summarise, webinar["id"], ids, now=END + timedelta(minutes=5)) == 0
    assert ([ledger(person) for person in people], summaries(people)) == before


def test_facts_that_come_late_are_judged_by_a_later_look(ended):
    webinar, people = ended
    judge(webinar)

    stay(people[1], 49, 75, "late flush")
    judge(webinar)

    assert (summaries(people)[1][0], len(ledger(people[1]))) == (True, 1)


def test_the_same_facts_twice_are_the_same_facts(ended):
    webinar, people = ended
    judge(webinar)

    stay(people[0], 0, 75)

    assert write(summarise, webinar["id"], [people[0].registration_id], now=END + timedelta(minutes=5)) == 0


def test_roster_is_told(ended):
    webinar, people = ended
    judge(webinar)

    with read() as db:
        ids = tuple(person.registration_id for person in people)
        assert RosterAsked(webinar["id"], ids).webinar_id == webinar["id"]
        told = roster_facts(db, webinar["id"], ids)

    assert [told[key]["verdict"] for key in ids] == [
        ["Attended", "pass"],
        ["Not enough", "stop"],
        ["Not there", "open"],
    ]
    assert (told[ids[1]]["why"], told[ids[1]]["minutes"]) == ("49 of 75 min. 68 min are needed.", 49)
    assert [told[key]["evaluation"] for key in ids] == ["Waiting"] * 3
