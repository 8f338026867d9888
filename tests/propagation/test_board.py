"""The board: what was sent, what arrived, what feeds served, and sending again to those on the old time."""

from datetime import timedelta

import databases
import pytest
from factories import NOW
from page_words import let_in, words
from posted import run_jobs
from sqlalchemy import delete, event, select, update

from webinar_app.calendars.events import FeedServed
from webinar_app.calendars.models import Invite
from webinar_app.calendars.services.replies import record_reply
from webinar_app.core.permissions import Role
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import Job, JobState
from webinar_app.infra.mail import NotDelivered, Trouble
from webinar_app.infra.replies import Reply
from webinar_app.mailing.jobs import Mailer
from webinar_app.propagation.models import FeedSight
from webinar_app.propagation.queries import board
from webinar_app.propagation.rules import Answer, Standing
from webinar_app.propagation.services import send_to_stale
from webinar_app.registrations.events import Registered
from webinar_app.registrations.models import Registration
from webinar_app.registrations.services import cancel_for
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.scheduling import cancel_sitting, change_sitting

quick = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
ALL = ("calendars.confirm", "calendars.withdraw", "calendars.tell_all")
MOVED = {"typed": "November 4, 2026 1:00 p.m. ET", "minutes": 75, "time_zone": "America/New_York"}


class Server:
    """A mail server that refuses some addresses for good."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()

    def carry(self, code: str, to_address: str, message: bytes) -> None:
        if to_address in self.refuses:
            raise NotDelivered("550", Trouble.REFUSED)

    def close(self) -> None:
        pass


@pytest.fixture
def server():
    """The way out for mail."""
    return Server()


def run(server):
    """Write what waits, and deliver it."""
    run_jobs(*ALL)
    mailer = Mailer(server)
    while mailer.step():
        pass


def announce(db: Db, registration_id: int) -> None:
    publish(db, Registered(registration_id), NOW)


def attend(world, server, webinar, *names):
    members = [world.attendee(webinar, name) for name in names]
    for member in members:
        write(announce, member.registration_id)
    run(server)
    return members


def lines(webinar):
    with read() as db:
        return board(db, db.get_one(Webinar, webinar["id"]))


def standings(webinar):
    return {line.name: line.standing for line in lines(webinar)}


def address_of(member):
    from webinar_app.accounts.models import Person

    with read() as db:
        return db.get_one(Person, member.person_id).email


def test_failed_mail_leaves_one_on_the_old_time_until_it_is_sent_again(world, server):
    webinar, cora = world.webinar(), world.coordinator()
    _, bea = attend(world, server, webinar, "Ada Lovelace", "Bea Bad")
    server.refuses.add(address_of(bea))

    write(change_sitting, cora, webinar["code"], MOVED, now=NOW)
    run(server)
    before = standings(webinar)
    server.refuses.clear()
    sent = write(send_to_stale, cora, webinar["code"], now=NOW)
    on_the_way = standings(webinar)
    run(server)

    assert before == {"Ada Lovelace": Standing.CURRENT, "Bea Bad": Standing.OLD}
    assert (sent, on_the_way["Bea Bad"]) == ({"count": 1}, Standing.ON_ITS_WAY)
    assert set(standings(webinar).values()) == {Standing.CURRENT}


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_version_that_was_never_written_is_written_for_those_alone(world, server, is_cancelled):
    webinar, cora = world.webinar(), world.coordinator()
    attend(world, server, webinar, "Ada Lovelace", "Bea Bad")
    if is_cancelled:
        write(cancel_sitting, cora, webinar["code"], now=NOW)
    else:
        write(change_sitting, cora, webinar["code"], MOVED, now=NOW)
    lose = update(Job).where(Job.name == "calendars.tell_all").values(state=JobState.FAILED)
    write(lambda db: db.execute(lose).rowcount)
    before = set(standings(webinar).values())

    write(send_to_stale, cora, webinar["code"], now=NOW)
    run(server)
    again = write(send_to_stale, cora, webinar["code"], now=NOW)

    with read() as db:
        sent = sorted(db.execute(select(Invite.sequence, Invite.method)).all())
    assert (before, again) == ({Standing.OLD}, {"count": 0})
    assert set(standings(webinar).values()) == {Standing.CURRENT}
    assert sent == [(1, "CANCEL" if is_cancelled else "REQUEST")] * 2


def test_a_cancelled_place_stays_until_its_entry_is_gone(world, server):
    webinar, cora = world.webinar(), world.coordinator()
    (ada,) = attend(world, server, webinar, "Ada Lovelace")
    server.refuses.add(address_of(ada))
    with read() as db:
        code = db.get_one(Registration, ada.registration_id).code

    write(cancel_for, cora, code, now=NOW)
    run(server)
    (line,) = lines(webinar)
    server.refuses.clear()
    write(send_to_stale, cora, webinar["code"], now=NOW)
    run(server)

    assert (line.is_registered, line.mail, line.mail_error, line.standing) == (False, "failed", "550", Standing.OLD)
    assert standings(webinar) == {"Ada Lovelace": Standing.CURRENT}


def test_nobody_is_told_of_a_session_that_has_ended(world, server, client):
    webinar = world.webinar(state=WebinarState.ENDED)
    world.attendee(webinar)
    desk = let_in(client, world.person("Dora Desk", Role.COORDINATOR))
    path = f"/manage/webinars/{webinar['code']}/calendar"

    answer = desk.post(f"{path}/send", data={"_key": "send-ended-1"}, follow_redirects=True)

    assert "This session has ended" in answer.text
    assert "Not told" in answer.text
    assert "Send again to" not in answer.text


def serve(person_id, versions, now):
    write(lambda db: publish(db, FeedServed(person_id, versions), now))


def sights():
    with read() as db:
        return [(row.sequence, row.fetched_at) for row in db.scalars(select(FeedSight))]


def test_a_feed_tells_its_version_and_costs_a_write_an_hour(world, server):
    webinar = world.webinar()
    (ada,) = attend(world, server, webinar, "Ada Lovelace")

    for minute in (0, 30, 59, 61):
        serve(ada.person_id, {webinar["id"]: 0}, NOW + timedelta(minutes=minute))
    first = sights()
    write(change_sitting, world.coordinator(), webinar["code"], MOVED, now=NOW)
    before = standings(webinar)
    serve(ada.person_id, {webinar["id"]: 1}, NOW + timedelta(minutes=62))

    assert first == [(0, NOW + timedelta(minutes=61))]
    assert sights() == [(1, NOW + timedelta(minutes=62))]
    assert before == {"Ada Lovelace": Standing.OLD}
    assert standings(webinar) == {"Ada Lovelace": Standing.CURRENT}


def test_board_reads_do_not_grow_with_people(world, server):
    webinar = world.webinar()
    counts = []
    for names in (["Ada Lovelace"], ["Bea Bad", "Cid Cool"]):
        attend(world, server, webinar, *names)
        with read() as db:
            said = []
            row = db.get_one(Webinar, webinar["id"])
            listener = lambda *given, said=said: said.append(given[2])  # noqa: E731  # removed by the same name
            event.listen(db.get_bind(), "before_cursor_execute", listener)
            board(db, row)
            event.remove(db.get_bind(), "before_cursor_execute", listener)
        counts.append(len(said))

    assert counts == [4, 4]


def reply(member, answer, sequence=0):
    found = f"webinar-{member.webinar_code.lower()}@rostrum.example"
    write(record_reply, Reply(found, address_of(member), answer, sequence, NOW), now=NOW)


@quick
def test_board_tells_what_calendars_answered_and_to_which_version(world, server, client):
    webinar, cora = world.webinar(), world.coordinator()
    ada, bea, cid = attend(world, server, webinar, "Ada Lovelace", "Bea Bad", "Cid Cool")
    attend(world, server, webinar, "Dan Dumb")
    reply(ada, "ACCEPTED")
    reply(bea, "DECLINED")
    write(change_sitting, cora, webinar["code"], MOVED, now=NOW)
    run(server)
    reply(bea, "TENTATIVE", 1)
    reply(cid, "DECLINED", 1)

    found = {line.name: (line.answer, line.answered, line.is_answer_old) for line in lines(webinar)}
    desk, path = (
        let_in(client, world.person("Dora Desk", Role.COORDINATOR)),
        f"/manage/webinars/{webinar['code']}/calendar",
    )
    page, declined = words(desk, path), words(desk, f"{path}?view=declined")

    assert found == {
        "Ada Lovelace": (Answer.ACCEPTED, 0, True), "Bea Bad": (Answer.TENTATIVE, 1, False),
        "Cid Cool": (Answer.DECLINED, 1, False), "Dan Dumb": (Answer.NONE, None, False),
    }  # fmt: skip
    assert "Accepted To version 0, before the last change" in page
    assert "Accepted 1 Maybe 1 Declined 1 No answer 1" in page
    assert ("Cid Cool" in declined, "Ada Lovelace" in declined) == (True, False)
    assert set(standings(webinar).values()) == {Standing.CURRENT}  # an answer is no proof of what they have


@quick
def test_who_is_on_the_old_time_stands_first(world, server, client):
    webinar = world.webinar()
    _, _, zoe = attend(world, server, webinar, "Ada Lovelace", "Bea Bad", "Zoe Last")
    server.refuses.add(address_of(zoe))
    write(change_sitting, world.coordinator(), webinar["code"], MOVED, now=NOW)
    run(server)

    assert [line.name for line in lines(webinar)] == ["Zoe Last", "Ada Lovelace", "Bea Bad"]


def _forget(db, webinar_id):
    db.execute(delete(Registration).where(Registration.webinar_id == webinar_id))


def test_page_says_who_has_what_and_sends_again(world, server, client):
    webinar, cora = world.webinar(), world.coordinator()
    desk = let_in(client, world.person("Dora Desk", Role.COORDINATOR))
    path = f"/manage/webinars/{webinar['code']}/calendar"
    empty = words(desk, path)
    world.attendee(webinar, "Cid Cool")
    untold = words(desk, path)
    write(_forget, webinar["id"])
    _, bea = attend(world, server, webinar, "Ada Lovelace", "Bea Bad")
    server.refuses.add(address_of(bea))
    write(change_sitting, cora, webinar["code"], MOVED, now=NOW)
    run(server)

    page, old = words(desk, path), words(desk, f"{path}?view=old&page=9")
    server.refuses.clear()
    answer = desk.post(f"{path}/send", data={"_key": "send-again-1"}, follow_redirects=True)
    run(server)

    assert "Nobody is registered yet" in empty
    assert "1 of 1 was sent nothing yet." in untold
    assert ("old time" in untold, "Send it to 1 who does not have it" in untold) == (False, True)
    assert "Version 1 of the entry says Wednesday 4 November 2026, 1:00 p.m. ET" in page
    assert "1 of 2 is still on the old time." in page
    assert ("Ada Lovelace" in old, "Bea Bad" in old, "550" in old) == (False, True, True)
    assert "Sent again to 1 person." in answer.text
    assert "Nobody is on the old time." in words(desk, path)
    assert "Who has which time" in words(desk, f"/manage/webinars/{webinar['code']}")
