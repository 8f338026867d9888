"""The synthetic audience of a rehearsal: who is enrolled, how many are wanted, and what they do with what they hear."""

import json
from datetime import timedelta

import pytest
import slides
from sqlalchemy import func, select

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import SittingRole
from webinar_app.demo import rehearsal
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import Registration
from webinar_app.webinars.services.rehearsing import set_audience, start_rehearsal


@pytest.fixture
def code(world):
    webinar = world.webinar(starts_at=utc_now() + timedelta(days=3))
    host = slides.actor(world.staff(webinar, SittingRole.HOST))
    made = write(start_rehearsal, host, webinar["code"], key="rehearse-1", now=utc_now())["code"]
    write(set_audience, host, made, 5, key="audience-1", now=utc_now())
    return made


def test_people_are_enrolled_once_each(code):
    first = write(rehearsal.enrol, code, 0, 3, now=utc_now())
    again = write(rehearsal.enrol, code, 0, 5, now=utc_now())

    assert [one.registration_id for one in again[:3]] == [one.registration_id for one in first]
    with read() as db:
        assert db.scalar(select(func.count()).select_from(Registration)) == 5
        assert rehearsal.wanted(db, code) == 5


def test_nobody_is_enrolled_in_a_real_session(world):
    webinar = world.webinar()

    assert write(rehearsal.enrol, webinar["code"], 0, 3, now=utc_now()) == []
    with read() as db:
        assert rehearsal.wanted(db, webinar["code"]) == 0
        assert rehearsal.wanted(db, "NOTHERE1") == 0


class Line:
    """A line that says what it is told and keeps what is sent."""

    def __init__(self, *packets):
        self.packets, self.sent = list(packets), []

    def recv(self):
        return self.packets.pop(0)

    send = property(lambda self: self.sent.append)


@pytest.fixture
def guest(world):
    crowd = rehearsal.Crowd("NOTHERE1")
    return rehearsal.Guest(crowd, world.attendee(world.webinar()), 1)


def event(name, payload):
    return "42" + json.dumps(["room.event", {"name": name, "payload": payload}])


def test_ping_is_answered_and_a_poll_is_voted_in_once(guest):
    poll = {"code": "P", "kind": "single", "options": ["A", "B"], "min_choices": 1, "max_choices": 1, "state": "open"}
    opened = event("poll.opened", {"poll": poll})
    guest.line = Line("2", opened, opened)
    for _ in range(3):
        guest.hear()

    assert guest.line.sent == ["3"]
    assert [args[0] for _, _, act, args in guest.crowd.due if act == guest.send] == ["poll.vote"]


def test_check_is_seen_and_its_word_chosen(guest):
    guest.line = Line(event("check.opened", {"check": {"code": "C", "kind": "choose", "word": "harbor"}}))
    guest.hear()

    assert [json.loads(packet[packet.index("[") :])[0] for packet in guest.line.sent] == ["check.seen"]
    assert [args for _, _, act, args in guest.crowd.due] == [("check.answer", {"check": "C", "answer": "harbor"})]
