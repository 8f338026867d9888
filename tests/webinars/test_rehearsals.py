"""A rehearsal is the same as the sitting, is seen by nobody else, and leaves no row."""

from datetime import timedelta

import pytest
import slides
from factories import START
from page_words import let_in
from sqlalchemy import func, select

from webinar_app.chat.models import Announcement
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.core.errors import DomainError
from webinar_app.core.permissions import Role, SittingRole
from webinar_app.demo.rehearsal import enrol, wanted
from webinar_app.evaluations.models import EvaluationForm
from webinar_app.infra.db import Base, read, write
from webinar_app.infra.jobs import Job
from webinar_app.live.services import proofs
from webinar_app.polls.models import Poll
from webinar_app.portal.queries.manage import calendar_page
from webinar_app.stage.rules import StageKind
from webinar_app.stage.services import change_stage
from webinar_app.webinars.models import Staff, Webinar
from webinar_app.webinars.queries import list_run_by, list_sittings
from webinar_app.webinars.services.rehearsing import (
    DRAIN,
    remove_rehearsal,
    remove_when_due,
    report,
    set_audience,
    start_rehearsal,
)

DRAFT = {"kind": "single", "question": "Which?", "options": ["One", "Two"], "min_choices": 1, "max_choices": 1}


def rows():
    """Give how many rows each table holds."""
    with read() as db:
        tables = Base.metadata.sorted_tables
        return {table.name: db.scalar(select(func.count()).select_from(table)) for table in tables}


def announcement(db, webinar_id):
    db.add(Announcement(code=new_code(), webinar_id=webinar_id, text="Soon.", is_draft=True, made_at=START))


def plan_minute(db, code):
    db.scalars(select(Poll).where(Poll.code == code)).one().planned_minute = 5


@pytest.fixture
def sitting(world, doors):
    """A sitting with a poll, slides on its stage, a handout and a drafted announcement."""
    webinar = world.webinar(starts_at=utc_now() + timedelta(days=3))
    mike = world.staff(webinar, SittingRole.HOST)
    desk = doors.enter(mike)
    poll = desk.act("poll.draft", **DRAFT, visibility="always", privacy="staff")["data"]["poll"]
    write(plan_minute, poll)
    deck = slides.ready(mike)
    write(change_stage, mike, StageKind.SLIDES, "", "", deck, now=utc_now())
    slides.add_handout(mike, minute=7)
    write(announcement, webinar["id"])
    desk.leave()
    return webinar | {"mike": mike, "actor": slides.actor(mike)}


def begin(sitting):
    code = write(start_rehearsal, sitting["actor"], sitting["code"], key="rehearse-1", now=utc_now())["code"]
    with read() as db:
        webinar = db.scalars(select(Webinar).where(Webinar.code == code)).one()
        return {"id": webinar.id, "code": code}


def member_in(sitting, rehearsal):
    mike = sitting["mike"]
    return type(mike)(mike.person_id, rehearsal["id"], rehearsal["code"], "Mike", mike.rights)


def run_through(sitting, rehearsal, doors):
    """Do what a presenter and three synthetic people do; everything that the desk has."""
    desk = doors.enter(member_in(sitting, rehearsal))
    write(set_audience, sitting["actor"], rehearsal["code"], 3, key="audience-1", now=utc_now())
    guests = [doors.enter(one) for one in write(enrol, rehearsal["code"], 0, 3, now=utc_now())]
    assert desk.act("room.go_live")["ok"]
    staff = desk.snapshot()["staff"]
    poll = staff["polls"][0]["code"]
    assert desk.act("poll.open", poll=poll)["ok"]
    assert all(guest.act("poll.vote", poll=poll, options=[0])["ok"] for guest in guests)
    question = guests[0].act("question.ask", text="Why?", anonymous=False)["data"]["question"]
    assert desk.act("question.publish", question=question)["ok"]
    assert guests[1].act("question.upvote", question=question, up=True)["ok"]
    assert guests[2].act("chat.post", text="Hello", to="all")["ok"]
    assert guests[2].act("hand.raise")["ok"]
    assert desk.act("handout.open", handout=staff["handouts"][0]["code"], open=True)["ok"]
    shown = desk.act("announcement.show", announcement=staff["announcements"][0]["code"], minutes=5)
    assert shown["ok"]
    assert desk.act("poll.close", poll=poll)["ok"]
    assert desk.act("check.call")["ok"]
    assert desk.act("room.end")["ok"]
    return desk


def test_everything_that_was_prepared_is_there(sitting, doors):
    desk = doors.enter(member_in(sitting, begin(sitting)))
    snapshot = desk.snapshot()

    assert snapshot["shared"]["room"]["is_rehearsal"] is True
    assert snapshot["shared"]["stage"]["kind"] == "slides"
    assert [(one["question"], one["planned_minute"], one["state"]) for one in snapshot["staff"]["polls"]] == [
        ("Which?", 5, "draft")
    ]
    assert [(one["title"], one["minute"]) for one in snapshot["staff"]["handouts"]] == [("Worksheet", 7)]
    assert [(one["text"], one["state"]) for one in snapshot["staff"]["announcements"]] == [("Soon.", "draft")]
    assert [one["state"] for one in snapshot["staff"]["decks"]] == ["ready"]


def test_rehearsal_that_was_lived_through_leaves_no_row(sitting, doors):
    before = rows()
    rehearsal = begin(sitting)
    run_through(sitting, rehearsal, doors)
    proofs.flush()
    for browser in doors.open:
        browser.leave()
    proofs.flush()
    write(remove_rehearsal, sitting["actor"], rehearsal["code"], key="remove-01", now=utc_now())
    lived = rows()

    assert write(remove_when_due, rehearsal["id"], now=utc_now()) is True

    assert {name: n for name, n in lived.items() if n != before[name]}.keys() >= {"ballot", "question", "person", "job"}
    assert {name: (before[name], n) for name, n in rows().items() if n != before[name]} == {}
    assert write(remove_when_due, rehearsal["id"], now=utc_now()) is False


def test_nothing_that_counts_follows_from_its_end(sitting, doors):
    rehearsal = begin(sitting)
    run_through(sitting, rehearsal, doors)

    with read() as db:
        assert db.scalars(select(EvaluationForm).where(EvaluationForm.webinar_id == rehearsal["id"])).all() == []
        names = set(db.scalars(select(Job.name)))
        assert wanted(db, rehearsal["code"]) == 0
    assert not {name for name in names if name.startswith(("evaluations", "attendance.summ", "calendars", "mailing"))}


def test_report_tells_each_act_against_the_plan(sitting, doors):
    rehearsal = begin(sitting)
    run_through(sitting, rehearsal, doors)

    with read() as db:
        told = report(db, sitting["actor"], rehearsal["code"])
    assert {(act["title"], act["planned"]) for act in told["acts"]} == {
        ("Poll: Which?", 5), ("File: Worksheet", 7), ("Announcement: Soon.", None), ("A spoken word", None),
    }  # fmt: skip
    poll = next(act for act in told["acts"] if act["planned"] == 5)
    assert poll["late"] == poll["seconds"] - 300


def test_rehearsal_stands_in_no_list(sitting, world):
    begin(sitting)
    day = utc_now().date()
    with read() as db:
        sittings = list_sittings(db, sitting["course"]["id"])
        run_by = list_run_by(db, [sitting["mike"].person_id])
        page = calendar_page(db, world.provider_id, "UTC", day, day + timedelta(days=9))

    assert [one["code"] for one in sittings] == [sitting["code"]]
    assert [one["code"] for one in run_by] == [sitting["code"]]
    assert page["count"] == 1


@pytest.mark.parametrize(("people", "code"), [(201, "rehearsal.people"), (-1, "rehearsal.people")])
def test_audience_has_a_limit(sitting, people, code):
    rehearsal = begin(sitting)

    with pytest.raises(DomainError) as refused:
        write(set_audience, sitting["actor"], rehearsal["code"], people, key="audience-2", now=utc_now())

    assert refused.value.code == code


def test_real_sitting_is_never_removed(sitting):
    before = rows()

    assert write(remove_when_due, sitting["id"], now=utc_now()) is False
    for act in (remove_rehearsal, report):
        with pytest.raises(DomainError) as refused:
            write(act, sitting["actor"], sitting["code"], **({} if act is report else {"now": utc_now()}))
        assert refused.value.code == "rehearsal.real"

    assert rows() == before


def test_presenter_rehearses_from_pages_and_strangers_do_not(sitting, client, world):
    stranger = world.person("Eve", Role.PRESENTER)
    let_in(client, stranger)
    assert client.post(f"/manage/webinars/{sitting['code']}/rehearse", data={"_key": "key-00001"}).status_code == 404

    let_in(client, sitting["mike"].person_id)
    made = client.post(f"/manage/webinars/{sitting['code']}/rehearse", data={"_key": "key-00002"})
    desk = client.get(made.location)
    code = made.location.split("/")[2]
    client.post(f"/room/{code}/rehearsal/audience", data={"_key": "key-00003", "people": "40"})
    told = client.get(f"/room/{code}/rehearsal")
    gone = client.post(f"/room/{code}/rehearsal/remove", data={"_key": "key-00004"})

    assert "This is a rehearsal." in desk.text
    assert "Nothing was launched yet" in told.text
    assert gone.location.endswith(f"/room/{sitting['code']}/present")
    with read() as db:
        webinar = db.scalars(select(Webinar).where(Webinar.code == code)).one()
        job = db.scalars(select(Job).where(Job.unique_key == f"webinars.remove_rehearsal:{webinar.id}")).one()
        assert (webinar.state.value, webinar.rehearsal_people) == ("ended", 0)
        assert job.run_at - webinar.ended_at == DRAIN


def test_staff_of_the_rehearsal_are_those_of_the_sitting(sitting):
    rehearsal = begin(sitting)

    with read() as db:
        staff = db.execute(select(Staff.person_id, Staff.role).where(Staff.webinar_id == rehearsal["id"])).all()
    assert [tuple(one) for one in staff] == [(sitting["mike"].person_id, SittingRole.HOST)]
