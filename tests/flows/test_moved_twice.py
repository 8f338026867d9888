"""Moved twice, then cancelled: every mailbox, page and the board say the same, and nobody stays on the old time."""

import re
import socket
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from aiosmtpd.controller import Controller
from calendar_feeds import feed_path
from icalendar import Calendar
from page_words import let_in
from posted import calendar_of, run_jobs, text_of
from sqlalchemy import select

from webinar_app.campaigns.services import plan_mails
from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job, JobState
from webinar_app.infra.mail import SmtpServer
from webinar_app.mailing.jobs import Mailer
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.services import Sheet, register
from webinar_app.webinars.models import Webinar

PEOPLE = ("ada@example.org", "bea@example.org", "cid@example.org")
STARTS = [datetime(2026, 12, day, hour, tzinfo=UTC) for day, hour in ((1, 17), (8, 17), (9, 19))]
TYPED = ["December 1, 2026 12:00 p.m. ET", "December 8, 2026 12:00 p.m. ET", "December 9, 2026 2:00 p.m. ET"]
JOBS = ("calendars.confirm", "calendars.tell_all")
REMINDERS = (timedelta(hours=24), timedelta(hours=1))  # before the start; what else is planned begins at the end
PLACES = ("page", "feed", "lobby", "waiting page", "file", "begins", "reminders", "planned mails", "board")
AGREE_SECONDS = 5
KEYS = iter(range(10**6))


class Mailboxes:
    """A mail server's handler: it keeps what comes by address, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.kept: dict[str, list[bytes]] = defaultdict(list)
        self.refuses: set[str] = set()
        self.way: SmtpServer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        if address in self.refuses:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        for address in envelope.rcpt_tos:
            self.kept[address].append(envelope.content)
        return "250 Kept"

    def deliver(self) -> None:
        """Write what waits, and deliver it."""
        run_jobs(*JOBS)
        mailer = Mailer(self.way)
        while mailer.step():
            pass

    def entries(self, address: str) -> list[tuple[str, int, str, datetime]]:
        """Give (method, sequence, UID, start) of every calendar entry that came to this address, in order."""
        found = []
        for content in self.kept[address]:
            if data := calendar_of(message_from_bytes(content, policy=policy.default)):
                calendar = Calendar.from_ical(data)
                (event,) = calendar.walk("VEVENT")
                said = str(calendar["METHOD"]), int(event["SEQUENCE"]), str(event["UID"])
                found.append((*said, event.start.astimezone(UTC)))
        return found

    def reminders(self, address: str) -> list[tuple[str, str]]:
        """Give (subject, time in the words of the mail) of the reminders that came to this address, in order."""
        letters = [message_from_bytes(content, policy=policy.default) for content in self.kept[address]]
        soon = [one for one in letters if str(one["Subject"]).startswith(("Tomorrow:", "In an hour:"))]
        return [(str(one["Subject"]), text_of(one).splitlines()[3]) for one in soon]


@pytest.fixture
def mailboxes() -> Iterator[Mailboxes]:
    """A real SMTP server, and the product sending to it."""
    boxes = Mailboxes()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(boxes, hostname="127.0.0.1", port=port)
    server.start()
    boxes.way = SmtpServer("127.0.0.1", port, starttls=False, sender="no-reply@rostrum.example")
    yield boxes
    boxes.way.close()
    server.stop()


@pytest.fixture
def desk(client, world):
    """A coordinator's browser."""
    return let_in(client, world.person("Cora Coordinator", Role.COORDINATOR))


def post(desk, mailboxes, path, **form):
    answer = desk.post(path, data={"_key": f"moved-{next(KEYS):08}"} | form)
    assert answer.status_code == 303, answer.text
    mailboxes.deliver()


def enrol(mailboxes, webinar):
    with read() as db:
        agreed = current_policy(db.get_one(Webinar, webinar["id"]))
    for address in PEOPLE:
        sheet = Sheet(email=address, legal_name=address.split("@")[0].title(), policy=agreed, time_zone="Europe/London")
        write(register, GUEST, webinar["code"], sheet, now=utc_now())
    mailboxes.deliver()


def attendee(app):
    """Give the browser of a registrant who came by the join link, and the path of their own feed."""
    with read() as db:
        found = db.execute(select(Registration.person_id, Registration.id).order_by(Registration.id)).first()
    return let_in(app.test_client(), *found), feed_path(app.test_client(), found[0])


def move(desk, mailboxes, webinar, typed):
    """Ask on the move page as a coordinator does, and confirm what it shows."""
    page = desk.get(f"/manage/webinars/{webinar['code']}/move", query_string={"typed": typed}).text
    assert "3 registered people get a mail with the new time" in page
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition('class="stack"')[2]))
    post(desk, mailboxes, f"/manage/webinars/{webinar['code']}/move", **(form | {"_key": f"moved-{next(KEYS):08}"}))


def waiting(name):
    """Give the times at which jobs of this name are to run."""
    with read() as db:
        return set(db.scalars(select(Job.run_at).where(Job.name == name, Job.state == JobState.QUEUED)))


def starts_in(answer):
    """Give when the one session of a calendar starts."""
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    return event.start.astimezone(UTC)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M")


def said(desk, lobby, feed, webinar, starts_at):
    """Say whether page, own feed, room, calendar file, the queues of what comes by itself and the board agree."""
    code, due = webinar["code"], {starts_at - before for before in REMINDERS}
    past = {start - before for start in STARTS for before in REMINDERS} - due
    plan = desk.get(f"/manage/webinars/{code}/mail").text
    return {
        "page": stamp(starts_at) in desk.get(f"/courses/{webinar['course']['slug']}").text,
        "feed": starts_in(lobby.get(feed)) == starts_at,
        "lobby": stamp(starts_at) in lobby.get(f"/room/{code}").text,
        "waiting page": lobby.get(f"/room/{code}/when").json["room"]["starts_at"][:16] == stamp(starts_at),
        "file": starts_in(desk.get(f"/webinars/{code}/calendar.ics")) == starts_at,
        "begins": starts_at in waiting("webinars.go_live"),
        "reminders": due <= (queued := waiting("campaigns.send")) and not queued & past,
        "planned mails": [moment for moment in sorted(due) if stamp(moment) not in plan] == [],
        "board": "Nobody is on the old time." in desk.get(f"/manage/webinars/{code}/calendar").text,
    }


def let_time_pass(mailboxes):
    """Run what is planned in the order of its times, each at its time, and deliver what is due then."""
    for moment in sorted(waiting("campaigns.send")):
        with time_machine.travel(moment, tick=False):
            run_jobs("campaigns.send", until=moment)
            mailboxes.deliver()


def test_moved_twice_then_cancelled(app, world, desk, mailboxes):
    webinar = world.webinar(starts_at=STARTS[0], local_start=datetime.fromisoformat("2026-12-01T12:00"), typed=TYPED[0])
    code = webinar["code"]
    enrol(mailboxes, webinar)
    lobby, feed = attendee(app)
    for at in (1, 2):
        move(desk, mailboxes, webinar, TYPED[at])
        until = time.monotonic() + AGREE_SECONDS
        # The room keeps what everybody shares for a second; it is asked until it agrees, or the time is up.
        while not all((told := said(desk, lobby, feed, webinar, STARTS[at])).values()) and time.monotonic() < until:
            pass
        assert told == dict.fromkeys(PLACES, True)
    post(desk, mailboxes, f"/manage/webinars/{code}/cancel")

    uid = f"webinar-{code.lower()}@rostrum.example"
    expected = [
        ("REQUEST", 0, uid, STARTS[0]), ("REQUEST", 1, uid, STARTS[1]), ("REQUEST", 2, uid, STARTS[2]),
        ("CANCEL", 3, uid, STARTS[2]),
    ]  # fmt: skip
    assert waiting("campaigns.send") == set()  # no reminder of what will not take place
    board = desk.get(f"/manage/webinars/{code}/calendar").text
    own = lobby.get(feed).text
    file = desk.get(f"/webinars/{code}/calendar.ics").text
    assert {address: mailboxes.entries(address) for address in PEOPLE} == dict.fromkeys(PEOPLE, expected)
    assert "Nobody is on the old time." in board
    assert board.count("Cancelled 3") == 3
    assert [("STATUS:CANCELLED" in one, "SEQUENCE:3" in one) for one in (file, own)] == [(True, True)] * 2
    until = time.monotonic() + AGREE_SECONDS
    while (phase := lobby.get(f"/room/{code}/when").json["phase"]) != "cancelled" and time.monotonic() < until:
        pass  # what all who ask within a second get is read once
    assert phase == "cancelled"
    assert "Cancelled" in desk.get(f"/courses/{webinar['course']['slug']}").text


def test_nobody_stays_on_the_old_time_after_a_forced_resend(world, desk, mailboxes):
    webinar = world.webinar(starts_at=STARTS[0], local_start=datetime.fromisoformat("2026-12-01T12:00"), typed=TYPED[0])
    board = f"/manage/webinars/{webinar['code']}/calendar"
    enrol(mailboxes, webinar)
    mailboxes.refuses.add(PEOPLE[1])
    write(plan_mails, webinar["id"], now=utc_now())  # as its publishing did
    old = waiting("campaigns.send")
    move(desk, mailboxes, webinar, TYPED[1])

    refused = desk.get(board).text
    mailboxes.refuses.clear()
    post(desk, mailboxes, f"{board}/send")

    assert "1 of 3 is still on the old time." in refused
    assert "Nobody is on the old time." in desk.get(board).text
    assert [[one[:2] for one in mailboxes.entries(address)] for address in PEOPLE] == [
        [("REQUEST", 0), ("REQUEST", 1)]
    ] * 3  # fmt: skip

    let_time_pass(mailboxes)

    when = "Tuesday 8 December 2026, 5:00 p.m. UK time (Tuesday 8 December 2026, 12:00 p.m. ET)"
    expected = [(f"{soon}: Building a Therapeutic Alliance (ATP3)", when) for soon in ("Tomorrow", "In an hour")]
    assert {STARTS[0] - before for before in REMINDERS} <= old
    assert [mailboxes.reminders(address) for address in PEOPLE] == [expected] * 3
