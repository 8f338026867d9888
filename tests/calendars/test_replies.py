"""Answers to invitations: written down for the coordinator, and nothing else."""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from factories import NOW
from page_words import let_in, words
from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.calendars import commands
from webinar_app.calendars.models import InviteReply
from webinar_app.calendars.rules import is_newer, sitting_code
from webinar_app.calendars.services.replies import Outcome, record_reply
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.infra.replies import Reply
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState


def said(member, answer="ACCEPTED", *, sequence=0, at=NOW, address=None, uid=None):
    """Give the answer of a member's calendar program."""
    with read() as db:
        email = db.get_one(Person, member.person_id).email
    return Reply(
        uid or f"webinar-{member.webinar_code.lower()}@rostrum.example", address or email, answer, sequence, at
    )


def kept(member):
    """Give what is written down for a member."""
    with read() as db:
        row = db.get(InviteReply, member.registration_id)
        return (row.answer, row.sequence, row.answered_at) if row else None


@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_ic25_an_answer_is_written_down_and_the_registration_stays_as_it_is(world, answer):
    member = world.attendee(world.webinar())
    with read() as db:
        before = dict(db.execute(select(Registration.__table__)).one()._mapping)

    outcome = write(record_reply, said(member, answer), now=NOW)

    with read() as db:
        after = dict(db.execute(select(Registration.__table__)).one()._mapping)
    assert (outcome, kept(member)) == (Outcome.RECORDED, (answer, 0, NOW))
    assert after == before
    assert after["state"] is RegistrationState.REGISTERED


def test_ic25_a_later_answer_replaces_an_earlier_one_and_never_the_other_way(world):
    member = world.attendee(world.webinar())
    later, much_later = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)
    steps = [("ACCEPTED", 1, NOW), ("DECLINED", 1, later), ("TENTATIVE", 1, NOW), ("ACCEPTED", 0, much_later)]

    outcomes = [
        write(record_reply, said(member, answer, sequence=sequence, at=at), now=much_later)
        for answer, sequence, at in steps
    ]

    assert outcomes == [Outcome.RECORDED, Outcome.RECORDED, Outcome.OLDER, Outcome.OLDER]
    assert kept(member) == ("DECLINED", 1, later)


def test_ic25_an_answer_from_the_future_or_without_a_time_counts_from_now(world):
    first, second = world.attendee(world.webinar()), world.attendee(world.webinar(), "Bea")

    write(record_reply, said(first, at=NOW + timedelta(days=900)), now=NOW)
    write(record_reply, said(second, at=None), now=NOW)

    assert (kept(first), kept(second)) == (("ACCEPTED", 0, NOW), ("ACCEPTED", 0, NOW))


def test_ic25_strangers_and_other_entries_are_unknown(world):
    member, elsewhere = world.attendee(world.webinar()), world.webinar()
    foreign = [
        said(member, address="stranger@example.org"), said(member, uid="webinar-nothere1@rostrum.example"),
        said(member, uid=f"webinar-{elsewhere['code']}@rostrum.example"), said(member, uid="x@rostrum.example"),
        said(member, uid=f"webinar-{member.webinar_code}@other.example"),
        said(member, uid=f"crew-{member.webinar_code}@rostrum.example"),
    ]  # fmt: skip

    assert {write(record_reply, one, now=NOW) for one in foreign} == {Outcome.UNKNOWN}
    assert kept(member) is None


@pytest.mark.parametrize(
    ("uid", "code"),
    [
        ("webinar-abcd1234@r.example", "ABCD1234"), ("WEBINAR-ABCD1234@R.EXAMPLE", "ABCD1234"),
        ("webinar-@r.example", None), ("abcd1234@r.example", None), ("webinar-ab-cd@r.example", None),
        ("webinar-abcd1234", None), ("webinar-é@r.example", None), ("", None),
    ],
)  # fmt: skip
def test_ic25_which_uid_is_a_session(uid, code):
    assert sitting_code(uid, "r.example") == code


def test_ic25_order_is_by_version_and_then_by_time():
    later = NOW + timedelta(seconds=1)

    assert is_newer(1, NOW, 0, later)
    assert is_newer(1, later, 1, NOW)
    assert not is_newer(0, later, 1, NOW)
    assert not is_newer(1, NOW, 1, NOW)


def test_ic25_the_coordinator_reads_it_beside_the_person(world, client):
    webinar = world.webinar(starts_at=NOW + timedelta(days=60))
    member = world.attendee(webinar)
    world.attendee(webinar, "Bea")
    write(record_reply, said(member, "DECLINED"), now=NOW)
    let_in(client, world.person("Cora Coordinator", Role.COORDINATOR))
    with read() as db:
        code = db.get_one(Registration, member.registration_id).code

    people = words(client, f"/manage/webinars/{webinar['code']}/people")
    person = words(client, f"/manage/registrations/{code}")

    assert people.count("Invitation declined") == 1
    assert "In their calendar Invitation declined" in person
    assert "Verdict" not in person


def run(monkeypatch, mail):
    """Give (status, words) of the command with this mail on its standard input, on the test's own database."""
    monkeypatch.setattr(commands, "start", lambda *args, **more: None)
    monkeypatch.setattr(commands, "utc_now", lambda: NOW)
    done = CliRunner().invoke(commands.calendar, ["reply"], input=BytesIO(mail))
    return done.exit_code, done.output.strip()


def test_ic25_a_mail_server_pipes_one_mail_into_the_command(world, monkeypatch):
    member = world.attendee(world.webinar())
    reply = said(member)
    mail = (
        "From: a@example.org\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{reply.uid}\r\nDTSTAMP:20261103T160000Z\r\nATTENDEE;PARTSTAT=TENTATIVE:mailto:{reply.address}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()

    assert run(monkeypatch, mail) == (0, "Answer tentative: recorded.")
    assert run(monkeypatch, mail) == (0, "Answer tentative: older.")
    assert kept(member)[0] == "TENTATIVE"


def test_ic25_any_other_mail_is_left_alone(world, monkeypatch):
    assert run(monkeypatch, b"Subject: Hello\r\n\r\nHello!") == (
        0, "No answer to an invitation: nothing is written down.",
    )  # fmt: skip
    with read() as db:
        assert db.scalar(select(func.count()).select_from(InviteReply)) == 0


def test_ic25_a_database_that_is_away_has_the_mail_tried_again(monkeypatch):
    found = SimpleNamespace(answer="ACCEPTED")
    monkeypatch.setattr(commands, "read_reply", lambda data: found)

    def away(*args, **more):
        raise OSError

    monkeypatch.setattr(commands, "start", away)
    done = CliRunner().invoke(commands.calendar, ["reply"], input=b"x")

    assert (done.exit_code, done.output.strip()) == (75, "Not written down (OSError); try again.")
