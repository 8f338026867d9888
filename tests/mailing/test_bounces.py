"""Mails that come back: reading reports, and what they change."""

import pytest
from click.testing import CliRunner
from factories import NOW
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from webinar_app.infra.db import read, write
from webinar_app.mailing import commands
from webinar_app.mailing.models import Mail, MailState
from webinar_app.mailing.rules import Bounce, read_bounce
from webinar_app.mailing.services import mark_bounced, mark_sent, post

REPORT = """From: MAILER-DAEMON@mail.example.org
To: no-reply@rostrum.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Nobody of this name lives here. <other@example.org>
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown

--b
Content-Type: {kind}

Message-ID: {original}
Subject: Hello

--b--
"""
ORIGINAL = "<abcd@rostrum.example>"


def report(action="failed", status="5.1.1", kind="message/rfc822", original=ORIGINAL):
    return REPORT.format(action=action, status=status, kind=kind, original=original).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_its_mail_and_status(kind):
    assert read_bounce(report(kind=kind)) == Bounce(ORIGINAL, "5.1.1")


def test_case_and_remarks_do_not_matter():
    assert read_bounce(report(action="Failed ", status="5.2.2 (mailbox full)")) == Bounce(ORIGINAL, "5.2.2")
    assert read_bounce(report(status="never mind")) == Bounce(ORIGINAL, "5.0.0")


@pytest.mark.parametrize("changes", [{"action": "delayed"}, {"action": "delivered"}, {"original": ""}])
def test_delays_successes_and_reports_of_nothing_are_no_bounces(changes):
    assert read_bounce(report(**changes)) is None


def test_other_mail_is_no_bounce():
    assert read_bounce(b"Subject: Out of office\r\n\r\n" + ORIGINAL.encode()) is None
    assert read_bounce(b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nnothing") is None


@given(st.binary(max_size=300), st.integers(0, 700), st.binary(max_size=20))
def test_no_bytes_are_a_fault(start, at, inserted):
    whole = report()

    read_bounce(start)
    found = read_bounce(whole[:at] + inserted + whole[at:])

    assert found is None or found.message_id.startswith("<")


@pytest.fixture
def mail(world):
    code = write(
        post, provider_id=world.provider_id, kind="confirmation", to_name="Ada", to_address="ada@example.org",
        subject="Hello", text="Hello\n", html="<p>Hello</p>", now=NOW, person_id=world.person(),
    )  # fmt: skip
    write(mark_sent, code, now=NOW)
    return code


def row(code):
    with read() as db:
        found = db.scalars(select(Mail).where(Mail.code == code)).one()
        return found.state, found.last_error, found.bounced_at


def test_a_bounce_marks_its_mail_once(mail):
    bounce = Bounce(f"<{mail.lower()}@rostrum.example>", "5.1.1")

    found = [write(mark_bounced, bounce, now=NOW) for _ in range(2)]

    assert found == [mail, None]
    assert row(mail) == (MailState.BOUNCED, "5.1.1", NOW)


def test_the_command_reads_one_mail_and_never_fails(mail, monkeypatch):
    monkeypatch.setattr(commands, "start", lambda url, thread: None)
    own = f"<{mail.lower()}@rostrum.example>"
    sent = [report(original=own), report(original=own), report(original="<x@y>"), b"Subject: hello\r\n\r\n"]

    told = [CliRunner().invoke(commands.bounce, input=one) for one in sent]

    assert [one.exit_code for one in told] == [0, 0, 0, 0]
    assert [one.output.split(".")[0] for one in told] == [
        f"Mail {mail} came back with 5", *["No mail of ours waits for this report"] * 2,
        "This is no report of a failed delivery: nothing is changed",
    ]  # fmt: skip
    assert row(mail)[0] is MailState.BOUNCED
