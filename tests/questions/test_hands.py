"""Raised hands: their order, the call, and one hand a person."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Refused
from webinar_app.infra.db import read, write
from webinar_app.live.services import stream
from webinar_app.questions.models import RaisedHand


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {
        "mike": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
        "bob": doors.enter(world.attendee(webinar, "Bob Bell")),
    }


def up(room, who="ada"):
    return room[who].act("hand.raise")["data"]["hand"]


def queue(room):
    return [(one["name"], bool(one["called_at"])) for one in room["mike"].snapshot()["staff"]["hands"]]


def own(room, who="ada"):
    hand = room[who].snapshot()["own"]["hand"]
    return hand and (hand["code"], bool(hand["called_at"]))


def notices(room, who):
    stream.tell_notices(utc_now())
    return [one["payload"]["hand"] and bool(one["payload"]["hand"]["called_at"]) for one in room[who].hear("me.event")]


def raise_twice(db):
    first = db.scalars(select(RaisedHand)).one()
    values = {"webinar_id": first.webinar_id, "registration_id": first.registration_id, "raised_at": first.raised_at}
    db.add(RaisedHand(code="SECOND01", **values))


def test_hands_stand_in_the_order_of_going_up_and_only_staff_see_them(room):
    up(room), up(room, "bob")

    assert queue(room) == [("Ada", False), ("Bob", False)]
    assert [name for name, _ in room["mike"].events("staff")] == ["hand.raised", "hand.raised"]
    assert room["bob"].events() == []
    assert "Ada" not in str(room["bob"].snapshot())


def test_one_hand_a_person_whatever_they_press(room):
    codes = {up(room) for _ in range(3)}

    assert (len(codes), len(queue(room))) == (1, 1)
    with pytest.raises((Refused, IntegrityError)):
        write(raise_twice)
    with read() as db:
        assert len(db.scalars(select(RaisedHand)).all()) == 1


def test_call_tells_the_person_and_leaves_the_hand_up(room):
    code = up(room)
    for _ in range(2):
        room["mike"].act("hand.call", hand=code)

    assert (queue(room), own(room)) == ([("Ada", True)], (code, True))
    assert notices(room, "ada") == [False, True]


@pytest.mark.parametrize("by", ["owner", "host"])
def test_hand_goes_down_and_may_go_up_again(room, by):
    code = up(room)
    for _ in range(2):
        told = room["ada"].act("hand.lower") if by == "owner" else room["mike"].act("hand.put_down", hand=code)
        assert told["ok"]

    assert (queue(room), own(room), notices(room, "ada")) == ([], None, [False, None])
    assert up(room) != code


@pytest.mark.parametrize(("who", "event"), [("bob", "hand.call"), ("bob", "hand.put_down")])
def test_attendees_do_not_run_the_queue(room, who, event):
    assert room[who].act(event, hand=up(room))["error"]["code"] == "forbidden"


def test_staff_raise_no_hand_and_foreign_hands_are_unknown(room, world, doors):
    other = doors.enter(world.staff(world.live_webinar()))

    assert room["mike"].act("hand.raise")["error"]["code"] == "forbidden"
    assert other.act("hand.call", hand=up(room))["error"]["code"] == "hand.unknown"
