"""Forgetting in time: what was said after a year, devices after 90 days, files that nothing names; holds keep all."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from click.testing import CliRunner
from factories import START
from hypothesis import given
from hypothesis import strategies as st
from presence_facts import end, ended_webinar, stay
from sqlalchemy import func, select

from webinar_app.accounts.models import EmailLink, Notice, SignIn
from webinar_app.accounts.services import signing
from webinar_app.attendance import jobs as attendance_jobs
from webinar_app.attendance.models import AttendanceSummary, PresenceEvent
from webinar_app.audit.models import AuditEntry
from webinar_app.chat.models import ChatMessage
from webinar_app.core.clock import utc_now
from webinar_app.handouts.models import Handout
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.infra.storage import storage
from webinar_app.questions.models import Question
from webinar_app.retention import commands, jobs
from webinar_app.retention.queries import named_files, unnamed_files, what_is_due
from webinar_app.retention.rules import limits, next_night
from webinar_app.retention.services import forgetting
from webinar_app.retention.services.planning import RUN
from webinar_app.webinars.models import RoomEvent

DAY = timedelta(days=1)


@given(st.datetimes(timezones=st.just(START.tzinfo)))
def test_limits_keep_their_order_and_the_next_night_is_within_two_days(now):
    found = limits(now) if now.year > 2 else limits(START)

    assert found.talk < found.devices < found.files
    assert now.year > 9990 or now < next_night(now) <= now + 2 * DAY


@pytest.fixture
def room(world, doors):
    """An ended sitting with talk of all kinds in it."""
    webinar = ended_webinar(world)
    member = world.attendee(webinar, "Ada")
    host = world.staff(webinar)
    ada, mike = doors.enter(member), doors.enter(host)
    ada.act("chat.post", text="A word to everybody")
    ada.act("chat.post", text="A word to the hosts", to="staff")
    for number in (1, 2):
        ada.act("question.ask", text=f"A question to be forgotten {number}")
    first, second = [one["code"] for one in mike.snapshot()["staff"]["questions"]]
    mike.act("question.publish", question=first)
    mike.act("question.merge", question=second, into=first)
    mike.act("chat.pin", message=mike.snapshot()["shared"]["messages"][0]["code"], pinned=True)
    ada.act("hand.raise")
    stay(member, 0, 60, start=webinar["start"])
    end(webinar, host)
    attendance_jobs.summarise_all({"webinar_id": webinar["id"]})
    return webinar


def run(monkeypatch, days):
    """Let a night come so many days from now."""
    at = utc_now() + timedelta(days=days)
    monkeypatch.setattr(jobs, "utc_now", lambda: at)
    jobs.run({})


def count(model, *conditions):
    with read() as db:
        return db.scalar(select(func.count()).select_from(model).where(*conditions))


def talk(webinar):
    here = [model.webinar_id == webinar["id"] for model in (ChatMessage, Question, RoomEvent)]
    return [count(model, one) for model, one in zip((ChatMessage, Question, RoomEvent), here, strict=True)]


def test_what_was_said_goes_after_a_year_and_the_record_stays(room, monkeypatch):
    run(monkeypatch, 364)
    before = talk(room)
    run(monkeypatch, 366)

    assert before[:2] == [2, 2]
    assert talk(room) == [0, 0, 0]
    assert count(AttendanceSummary) == 1
    with read() as db:
        told = [
            (row.kind, row.payload) for row in db.scalars(select(Notice).where(Notice.kind != "certificate.issued"))
        ]
        acts = db.scalars(select(AuditEntry).where(AuditEntry.act == "retention.talk")).all()
    assert "to be forgotten" not in str(told)
    assert ("forgotten", {}) in told
    assert [(one.subject_id, one.details["chat_message"], one.details["question"]) for one in acts] == [
        (room["id"], 2, 2)
    ]


def test_a_second_night_does_nothing_more(room, monkeypatch):
    for _ in range(2):
        run(monkeypatch, 366)

    with read() as db:
        acts = db.scalars(select(AuditEntry.act).where(AuditEntry.act.like("retention.%"))).all()
    # Files of other tests may go too: all tests of a process share one folder.
    assert Counter(act for act in acts if act in ("retention.devices", "retention.talk", "retention.notices")) == {
        "retention.devices": 1, "retention.talk": 1, "retention.notices": 1,
    }  # fmt: skip


def test_devices_go_after_90_days_and_no_verdict_changes(room, monkeypatch):
    with read() as db:
        before = db.scalars(select(AttendanceSummary)).one().facts_hash
    run(monkeypatch, 89)
    kept = count(PresenceEvent, PresenceEvent.device != "")
    monkeypatch.setattr(forgetting, "FACTS_AT_ONCE", 2)
    run(monkeypatch, 91)
    attendance_jobs.summarise_all({"webinar_id": room["id"]})

    assert kept >= 3
    assert count(PresenceEvent, PresenceEvent.device != "") == 0
    assert count(PresenceEvent) == kept
    with read() as db:
        assert db.scalars(select(AttendanceSummary)).one().facts_hash == before


def test_sign_ins_that_are_over_and_mailed_addresses_go(world, monkeypatch):
    person = world.person("Ada", email="ada@example.org")
    for ago in (100, 10):
        at = utc_now() - timedelta(days=ago)
        write(signing.sign_in, person, "password", device="Firefox on Linux", registration_id=None, now=at)
    write(_add_link, person)
    run(monkeypatch, 0)

    with read() as db:
        left = db.scalars(select(SignIn.last_seen_at).order_by(SignIn.id)).all()
    assert [(utc_now() - at).days for at in left] == [10]
    assert count(EmailLink) == 0


def _add_link(db, person):
    old = utc_now() - timedelta(days=95)
    db.add(
        EmailLink(
            token_hash="0" * 64, person_id=person, purpose="sign_in", address="ada@example.org", created_at=old,
            expires_at=old,
        )
    )  # fmt: skip


def aged(data, days):
    digest = storage().put(data)
    at = (utc_now() - timedelta(days=days)).timestamp()
    os.utime(storage().root / digest[:2] / digest, (at, at))
    return digest


def test_files_that_no_row_names_go_after_a_day(room, monkeypatch):
    old, fresh, named = aged(b"old", 2), aged(b"fresh", 0), aged(b"named", 30)
    write(_name_file, room["id"], named)
    again = aged(b"again", 30)
    storage().put(b"again")
    half = storage().root / old[:2] / "tmphalf"
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    run(monkeypatch, 0)

    there = {path.name for path in storage().root.glob("??/*")}
    assert {fresh, named, again} <= there
    assert not {old, "tmphalf"} & there
    with read() as db:
        [entry] = db.scalars(select(AuditEntry).where(AuditEntry.act == "retention.files")).all()
        assert named_files(db, [named, old]) == {named}
    assert entry.details["files"] >= 2


def _name_file(db, webinar_id, digest):
    db.add(
        Handout(
            code="HANDOUT1", webinar_id=webinar_id, title="Sheet", name="Sheet.pdf", kind="pdf", sha256=digest, size=5,
            state="ready", refusal="", created_at=utc_now(),
        )
    )  # fmt: skip


def test_a_file_that_came_again_is_left_alone(database):
    digest = aged(b"again and again", 2)
    with read() as db:
        [found] = [one for one in unnamed_files(db, utc_now() - DAY) if one.name == digest]
    storage().put(b"again and again")

    assert not storage().remove_old(found, utc_now() - DAY)
    assert storage().get(digest) == b"again and again"


def test_the_report_counts_and_changes_nothing(room, monkeypatch):
    at = utc_now() + timedelta(days=400)
    with read() as db:
        due = what_is_due(db, at)
    monkeypatch.setattr(commands, "start", lambda *_, **__: None)
    monkeypatch.setattr(commands, "utc_now", lambda: at)
    before, why = talk(room), ["--reason", "Case 12 of the county"]
    said = [CliRunner().invoke(commands.retention, words) for words in (["hold", room["code"], *why], ["report"])]
    with read() as db:
        code = what_is_due(db, at).held[0].code
    said += [CliRunner().invoke(commands.retention, words) for words in (
        ["release", code, *why], ["report"], ["run"], ["hold", "NOTHERE1", *why],
        ["hold", room["code"], "--reason", "x"],
    )]  # fmt: skip

    counts = dict(pair for line in due.lines for pair in line.counts)
    assert (due.talk, due.devices, counts["chat messages"], counts["questions"]) == ([room["id"]], [room["id"]], 2, 2)
    assert [one.exit_code for one in said] == [0, 0, 0, 0, 0, 1, 1]
    assert "is held, under the code" in said[0].output
    assert "what was said is due: 0" in said[1].output
    assert f"code {code} (Case 12 of the county)" in said[1].output
    assert "what was said is due: 1" in said[3].output
    assert "2  chat messages" in said[3].output
    assert talk(room) == before


def test_each_night_plans_the_next(room, monkeypatch):
    waiting = count(Job, Job.name == RUN)
    run(monkeypatch, 1)

    assert (waiting, count(Job, Job.name == RUN)) == (1, 2)
