"""Every live event for every role, in the own room and with rows of another one (R-1, R-2); made from the registry."""

import itertools
import random

import databases
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_words import let_in
from two_rooms import Fuzz, code_fields, declared, furnish, payloads

from webinar_app.core.permissions import SITTING_PERMISSIONS, Permission, SittingRole
from webinar_app.infra.db import write
from webinar_app.live.services import counts, stream
from webinar_app.web import sockets
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

HERE, THERE = "canary-7f3a", "canary-c19e"
ROLES = [role.value for role in SittingRole]
LEAVES = {"room.leave", "room.end"}  # what ends something comes last
EVENTS = sorted(declared().values(), key=lambda event: (event.name in LEAVES, event.name))
FIRST = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)


@pytest.fixture
def here(world, doors):
    return furnish(world, doors, HERE)


@pytest.fixture
def there(world, doors):
    return furnish(world, doors, THERE)


def first(event, place):
    return next(payloads(event, place.codes, place.canary))


def send(browser, event, payload):
    keyed = "key" in event.payload.model_fields
    return (browser.act if keyed else browser.ask)(event.name, **payload)


def may(role, event):
    return event.requires in SITTING_PERMISSIONS[SittingRole(role)]


@FIRST
def test_no_role_does_what_it_has_no_right_to(here):
    before, wrong = here.state(), []
    here.heard()
    for event in EVENTS:
        for role in ROLES:
            if not may(role, event):
                answer = send(here.people[role], event, first(event, here))
                if answer.get("error", {}).get("code") != "forbidden":
                    wrong.append((event.name, role, answer))
    told = [text for browser in here.people.values() for text in browser.cable.came if text.startswith("42")]

    assert wrong == []
    assert told == []
    assert here.state() == before


@FIRST
def test_every_event_succeeds_for_somebody_in_the_own_room(here, world, doors):
    """Without this the refusals of the others would prove nothing."""
    lobby = furnish(world, doors, "canary-lobby")
    write(_back_to_lobby, lobby.webinar["id"])
    never = []
    for event in EVENTS:
        # What an event before this one took away is there again in a room of its own.
        rooms = itertools.chain([lobby if event.name == "room.go_live" else here], _fresh(world, doors))
        if not any(_does(room, event) for room in rooms):
            never.append(event.name)

    assert never == []


def _fresh(world, doors):
    yield furnish(world, doors, "canary-fresh")
    yield furnish(world, doors, "canary-calm", is_asking=False)


def _does(room, event):
    doer = next(role for role in ROLES if may(role, event))
    return any(send(room.people[doer], event, payload)["ok"] for payload in payloads(event, room.codes, room.canary))


def _back_to_lobby(db, webinar_id):
    row = db.get_one(Webinar, webinar_id)
    row.state, row.went_live_at = WebinarState.SCHEDULED, None


@FIRST
def test_rows_of_another_room_are_to_every_role_as_if_they_were_not_there(here, there):
    before, reached = here.state(), []
    nothing = {kind: ["NOTHERE1"] * len(codes) for kind, codes in here.codes.items()}
    here.heard(), there.heard()
    for event in EVENTS:
        if not code_fields(event):
            continue
        for role in ROLES:
            foreign, unknown = (payloads(event, codes, THERE, most=30) for codes in (here.codes, nothing))
            for payload, same in zip(foreign, unknown):
                answer = send(there.people[role], event, payload)
                if answer != send(there.people[role], event, same):
                    reached.append((event.name, role, payload, answer))
        counts.tell_counts()
        stream.pump()

    assert reached == []
    assert HERE not in there.heard()
    assert here.state() == before
    assert HERE not in repr(there.state())
    told = here.heard()
    assert THERE not in told
    assert '"room.event"' not in told


@FIRST
def test_acts_in_one_room_are_not_heard_in_another(here, there):
    before = there.state()
    there.heard()
    for event in EVENTS:
        for role in ROLES:
            if may(role, event):
                for payload in payloads(event, here.codes, HERE, most=6):
                    send(here.people[role], event, payload)
        stream.pump()
        counts.tell_counts()
        counts.tell_presence()
        told = there.heard()
        assert HERE not in told, event.name
        assert '"room.event"' not in told, event.name

    assert there.state() == before


@FIRST
def test_nobody_and_foreigners_reach_no_event(here, there, doors, app):
    outside = doors.knock({"ticket": "not a ticket"})
    foreign = there.people["attendee"].wire.peer.connection.member
    page = let_in(app.test_client(), foreign.person_id)
    before = here.state()

    for event in EVENTS:
        assert send(outside, event, first(event, here))["error"]["code"] == "room.not_joined"
    refused = page.post(f"/room/{here.webinar['code']}/ticket", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["code"]) == (403, "room.not_registered")
    assert here.state() == before


def undeclared(events):
    return [name for name, event in events.items() if not isinstance(event.requires, Permission)]


def test_an_event_without_a_permission_fails_here(monkeypatch):
    class Nothing(sockets.Payload):
        pass

    with pytest.raises(TypeError, match="requires"):
        sockets.live_event("matrix.new", payload=Nothing)
    assert (len(EVENTS) > 50, undeclared(sockets.events)) == (True, [])
    monkeypatch.setitem(sockets.events, "matrix.new", sockets.LiveEvent("matrix.new", None, Nothing, lambda *_: {}))
    assert undeclared(sockets.events) == ["matrix.new"]


def test_a_payload_whose_field_nobody_explained_fails():
    class Odd(sockets.Payload):
        somebody: str

    event = sockets.LiveEvent("matrix.odd", EVENTS[0].requires, Odd, lambda *_: {})

    with pytest.raises(AssertionError, match="say what matrix"):
        next(payloads(event, {}, "words"))


@FIRST
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_random_acts_with_ids_of_either_room_leak_nothing(here, there, seed):
    """The rooms live through all examples, so that every act meets what the ones before it left."""
    fuzz, dice = Fuzz((here, there)), random.Random(seed)

    assert [wrong for wrong in (fuzz.step(dice.randrange) for _ in range(3)) if wrong] == []
    assert seed % 20 or fuzz.strangers() == []
