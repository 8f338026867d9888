"""Reading answers to invitations out of mails that anybody could have sent."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.infra.replies import MOST_BYTES, Reply, read_reply

ANSWER = """BEGIN:VCALENDAR\r
PRODID:-//Google Inc//Google Calendar 70.9054//EN\r
VERSION:2.0\r
METHOD:REPLY\r
BEGIN:VEVENT\r
DTSTART:20261103T170000Z\r
DTEND:20261103T181500Z\r
DTSTAMP:20261101T081500Z\r
ORGANIZER;CN=Alder Institute:mailto:webinars@example.org\r
UID:webinar-7k3qw9zd@rostrum.example\r
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Ada Lo\r
 velace;X-NUM-GUESTS=0:mailto:Ada@Example.org\r
SEQUENCE:2\r
STATUS:CONFIRMED\r
END:VEVENT\r
END:VCALENDAR\r
"""
READ = Reply(
    "webinar-7k3qw9zd@rostrum.example", "ada@example.org", "ACCEPTED", 2, datetime(2026, 11, 1, 8, 15, tzinfo=UTC)
)


def mail(text=ANSWER, *, subtype="calendar", maintype="text", filename=None, cte="base64"):
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "ada@example.org", "webinars@example.org", "Accepted: Alliance"
    message.set_content("Ada Lovelace has accepted.")
    data = text.encode("utf-8", "replace")
    if filename:
        message.add_attachment(data, maintype=maintype, subtype=subtype, filename=filename)
    else:
        params = {"charset": "utf-8", "method": "REPLY"}
        message.add_alternative(data, maintype=maintype, subtype=subtype, cte=cte, params=params)
    return message.as_bytes()


def test_ic25_an_answer_is_read():
    assert read_reply(mail()) == READ
    assert read_reply(mail(cte="quoted-printable")) == READ


@pytest.mark.parametrize(("subtype", "maintype"), [("ics", "application"), ("octet-stream", "application")])
def test_ic25_an_answer_that_came_as_a_file_is_read(subtype, maintype):
    assert read_reply(mail(subtype=subtype, maintype=maintype, filename="Invite.ICS")) == READ


@pytest.mark.parametrize(("word", "answer"), [("declined", "DECLINED"), ("Tentative", "TENTATIVE")])
def test_ic25_each_answer_is_known(word, answer):
    assert read_reply(mail(ANSWER.replace("ACCEPTED", word))).answer == answer


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST"), ("METHOD:REPLY\r\n", ""), ("ACCEPTED", "NEEDS-ACTION"),
        ("ACCEPTED", "DELEGATED"), ("PARTSTAT=ACCEPTED;", ""), ("UID:webinar-7k3qw9zd@rostrum.example\r\n", ""),
        ("VEVENT", "VTODO"), ("mailto:Ada@Example.org", "mailto:"), ("mailto:Ada@Example.org", "mailto:" + "a" * 300),
        ("UID:", "UID:" + "x" * 300), ("SEQUENCE:2\r\n", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@example.org\r\n"),
        ("BEGIN:VCALENDAR", "BEGIN:NOTHING"), ("END:VEVENT\r\n", ""),
    ],
)  # fmt: skip
def test_ic25_what_is_no_answer_is_left_alone(old, new):
    assert old in ANSWER
    assert read_reply(mail(ANSWER.replace(old, new))) is None


@pytest.mark.parametrize(
    ("old", "new", "sequence", "at"),
    [
        ("SEQUENCE:2\r\n", "", 0, READ.at), ("SEQUENCE:2", "SEQUENCE:-4", 0, READ.at),
        ("SEQUENCE:2", "SEQUENCE:99999999999", 2**31 - 1, READ.at), ("DTSTAMP:20261101T081500Z\r\n", "", 2, None),
        ("081500Z", "081500", 2, READ.at),
    ],
)  # fmt: skip
def test_ic25_odd_versions_and_times_are_read_as_far_as_they_go(old, new, sequence, at):
    read = read_reply(mail(ANSWER.replace(old, new)))

    assert (read.answer, read.sequence, read.at) == ("ACCEPTED", sequence, at)


def test_ic25_a_mail_that_is_too_large_or_has_no_calendar_is_left_alone():
    plain = EmailMessage()
    plain.set_content("Thank you!")

    assert read_reply(mail() + b" " * MOST_BYTES) is None
    assert read_reply(plain.as_bytes()) is None
    assert read_reply(b"") is None


@given(st.binary(max_size=2000))
def test_ic25_no_bytes_make_the_reader_fail(data):
    assert read_reply(data) is None


@given(st.integers(0, len(ANSWER)), st.text(max_size=30))
def test_ic25_no_broken_answer_makes_the_reader_fail(place, text):
    read = read_reply(mail(ANSWER[:place] + text.replace("\ud800", "") + ANSWER[place:]))

    assert read is None or (read.answer in ("ACCEPTED", "DECLINED", "TENTATIVE") and read.uid.isprintable())
