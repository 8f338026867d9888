"""The gate: what is reserved, unknown or malformed dies before any handler, and who floods is cut."""

import json

import pytest

from webinar_app.infra.limits import Bucket
from webinar_app.web import gate, sockets


@pytest.fixture
def called(monkeypatch):
    """The names of the handlers that were called."""
    names = []
    for name, event in list(sockets.events.items()):

        def handler(*_, name=name):
            names.append(name)
            return {}

        changed = sockets.LiveEvent(name, event.requires, event.payload, handler, event.is_hot, event.limit)
        monkeypatch.setitem(sockets.events, name, changed)
    return names


@pytest.fixture
def ada(world, doors):
    return doors.enter(world.attendee(world.live_webinar(), "Ada"))


def answer(packets):
    (packet,) = packets
    return json.loads(packet[packet.index("[") :])[0]


@pytest.mark.parametrize(
    "name", ["connect", "disconnect", "connect_error", "__class__", "no.such", "", "poll.vote\x00"]
)
def test_reserved_and_unknown_events_reach_no_handler(ada, called, name):
    told = answer(ada.say("427" + json.dumps([name, {}])))

    assert (told["error"]["code"], called, ada.is_connected) == ("payload", [], True)


@pytest.mark.parametrize(
    "packet",
    [
        "", "9", "2", "3x", "5", "6", "4", "45", "46-0[]", "43", "430[]", "42", "42x[]", "42[]", "42{}", '42["a"',
        "42[1]",
        '42["room.sync",NaN]', '42["room.sync",Infinity]', "42" + "[" * 5000, "42" + "9" * 5000 + '["room.sync",{}]',
        '42["room.sync",' + "9" * 5000 + "]", "40{}", '42/admin,["room.sync",{}]', '421٣["room.sync",{}]',
    ],
)  # fmt: skip
def test_malformed_packets_are_counted_and_cut_with_the_third(ada, called, packet):
    told = [ada.say(packet) for _ in range(2)]
    still = ada.is_connected
    ada.say(packet)

    assert (told, still, ada.is_connected, called) == ([[], []], True, False, [])


def test_half_a_character_is_refused_in_words_and_costs_nothing(ada):
    told = answer(ada.say('421["question.ask",{"text":"\\ud83d","anonymous":false,"key":"a key of it"}]'))

    assert told["error"] == {"code": "payload", "message": "This text holds half a character. Type it again."}
    assert ada.wire.peer.faults == 0


def test_wrong_number_of_arguments_is_refused_in_words(ada, called):
    for sent in ('42["room.sync"]', '42["room.sync",{},{}]', '42["room.sync",[]]'):
        assert answer(ada.say(sent.replace("42", "425", 1)))["error"]["code"] == "payload"
    assert called == []


def test_who_floods_is_told_then_cut(ada, called):
    ada.wire.peer.connection.pace._all = Bucket(0.0, 3.0)
    for _ in range(3 + gate.PATIENCE):
        ada.say('421["room.sync",{"all":null,"staff":null,"me":null}]')
    before = ada.is_connected
    ada.wire.peer.patience = Bucket(0.0, 0.0)
    ada.say('421["room.sync",{"all":null,"staff":null,"me":null}]')

    assert (len(called), before, ada.is_connected) == (3, True, False)


def test_a_pace_is_that_of_the_person_not_of_the_tab(world, doors):
    member = world.attendee(world.live_webinar(), "Ada")
    first, second = doors.enter(member), doors.enter(member)

    assert first.wire.peer.connection.pace is second.wire.peer.connection.pace


def test_one_event_may_have_a_limit_of_its_own(ada):
    pace = ada.wire.peer.connection.pace
    limit = sockets.Limit(per_minute=0.001, burst=2)

    assert [pace.take_for("a", limit), pace.take_for("a", limit), pace.take_for("a", limit)] == [True, True, False]
    assert pace.take_for("b", limit)


def test_nobody_hears_after_the_end(ada, world, doors):
    sid = ada.wire.sid
    ada.leave()

    assert [one for one in sockets.connections() if one.sid == sid] == []
    assert sockets.listening(sockets.person_audience(1)) == []
    assert ada.say('421["room.sync",{"all":null,"staff":null,"me":null}]') == []


def test_events_before_the_door_are_told_so(the_io, app):
    from rooms import Browser

    outside = Browser(the_io, {"ticket": "nonsense"})
    told = answer(outside.say('421["room.sync",{"all":null,"staff":null,"me":null}]'))

    assert (outside.refused["data"]["code"], told["error"]["code"]) == ("ticket.invalid", "room.not_joined")
    outside.leave()
