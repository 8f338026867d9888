"""Delivery to a real mail server through an hour of every trouble (reliability J-2, J-3)."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from factories import NOW
from mail_server import TROUBLES, MailServer
from sqlalchemy import func, select

from webinar_app.infra.db import read, write
from webinar_app.infra.mail import SmtpServer
from webinar_app.mailing.jobs import Mailer
from webinar_app.mailing.models import Mail, MailState
from webinar_app.mailing.services import claim_mails, post

PEOPLE, EACH = 8, 2


class Clock:
    """The present, moved by the test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server(clock):
    with MailServer(clock) as running:
        yield running


@pytest.fixture
def delivery(server, clock):
    way = SmtpServer("127.0.0.1", server.port, starttls=False, sender="Rostrum <a@rostrum.example>", timeout=5)
    yield Mailer(way, clock=clock)
    way.close()


def posted(world, address, subject="Hello", **changes):
    words = {"kind": "reminder", "to_name": "Ada", "subject": subject, "text": "Hello\n", "html": "<p>Hello</p>"}
    return write(post, provider_id=world.provider_id, to_address=address, now=NOW, **words | changes)


def states():
    with read() as db:
        return dict(db.execute(select(Mail.state, func.count()).group_by(Mail.state)).all())


def go(delivery, clock, minutes):
    for _ in range(minutes):
        while delivery.step():
            pass
        clock.now += timedelta(minutes=1)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_hour_of_trouble_loses_nothing_and_storms_nobody(world, server, clock, delivery, trouble):
    order = [(f"person{n}@example.org", f"Mail {turn}") for turn in range(EACH) for n in range(PEOPLE)]
    for address, subject in order:
        posted(world, address, subject)
    server.have(trouble)
    delivery.way.timeout = 0.02 if trouble == "stall" else 5

    go(delivery, clock, 60)
    in_trouble = list(server.taken)
    server.have("")
    delivery.way.timeout = 5
    go(delivery, clock, 10)

    assert states() == {MailState.SENT: len(order)}
    for address in {address for address, _ in order}:
        assert [one.subject for one in server.taken if one.to == address][-1] == f"Mail {EACH - 1}"
        tried = sorted(one.at for one in server.hooks.tries if one.to == address)
        apart = [later - earlier for earlier, later in pairwise(tried)]
        # Two mails of one address may follow each other at once when the first has left.
        assert sum(one < timedelta(minutes=1) for one in apart) <= EACH - 1
    ids = Counter(one.message_id for one in server.taken)
    assert len(ids) == len(order)
    assert sum(ids.values()) - len(ids) == (len(in_trouble) if trouble == "cut" else 0)
    assert len(in_trouble) <= 61


def test_mails_of_one_address_keep_their_order(world, server, clock, delivery):
    server.hooks.refused_addresses = {"gone@example.org"}
    for number in range(3):
        for address in ("a@example.org", "b@example.org"):
            posted(world, address, f"Mail {number}")
    posted(world, "gone@example.org")

    go(delivery, clock, 1)

    by_address = {name: [one.subject for one in server.taken if one.to == name] for name in ("a@example.org",)}
    assert by_address == {"a@example.org": ["Mail 0", "Mail 1", "Mail 2"]}
    assert states() == {MailState.SENT: 6, MailState.FAILED: 1}
    assert server.hooks.connections == 2  # many mails go over one connection


def test_links_that_somebody_waits_for_go_before_a_sending_to_many(world, server, clock, delivery):
    for number in range(25):
        posted(world, f"person{number}@example.org")
    posted(world, "waiting@example.org", kind="sign_in_link")

    delivery.step()

    assert server.taken[0].to == "waiting@example.org"


def test_a_killed_mailer_leaves_its_mails_to_the_next_after_the_lease(world, server, clock, delivery):
    posted(world, "a@example.org")
    write(claim_mails, 20, now=clock())

    steps = [delivery.step()]
    clock.now += timedelta(minutes=3, seconds=1)
    steps.append(delivery.step())

    assert steps == [0, 1]
    assert states() == {MailState.SENT: 1}


def test_a_batch_that_is_stopped_goes_back_to_the_queue(world, server, clock, delivery):
    for number in range(3):
        posted(world, f"person{number}@example.org")
    delivery.stop()

    assert delivery.step() == 0
    assert states() == {MailState.QUEUED: 3}


def test_a_wrong_address_harms_no_other(world, server, clock, delivery):
    server.hooks.refused_addresses = {"gone@example.org"}
    for address in ("gone@example.org", "a@example.org"):
        posted(world, address)

    assert delivery.step() == 2
    assert states() == {MailState.FAILED: 1, MailState.SENT: 1}
