"""Reactions: sums a second, a pace a person, and no row."""

import pytest
from sqlalchemy import func, select

from webinar_app.chat.services import reactions
from webinar_app.chat.ticks import tell_reactions
from webinar_app.infra.db import read
from webinar_app.webinars.models import RoomEvent


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    yield {
        "webinar": webinar,
        "mike": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
        "bob": doors.enter(world.attendee(webinar, "Bob Bell")),
    }
    reactions.forget()


def test_everybody_hears_sums_and_then_silence(room):
    for who, kind in (("ada", "applause"), ("bob", "applause"), ("mike", "thanks")):
        assert room[who].ask("reaction.send", kind=kind) == {"ok": True, "data": {}}
    for _ in range(3):
        tell_reactions()

    assert room["bob"].hear("reaction.sums") == [{"sums": {"applause": 2, "thanks": 1}}]
    with read() as db:
        assert db.scalar(select(func.count()).select_from(RoomEvent)) == 0


def test_one_person_cannot_drown_the_others_and_two_tabs_are_one(room, world, doors):
    member = world.attendee(room["webinar"], "Cyd Case")
    tabs = [doors.enter(member), doors.enter(member)]
    answers = [tabs[n % 2].ask("reaction.send", kind="laugh") for n in range(12)]
    other = room["bob"].ask("reaction.send", kind="laugh")

    refused = [one["error"]["code"] for one in answers if not one["ok"]]
    assert set(refused) == {"reaction.too_fast"}
    assert (len(refused) >= 3, other["ok"]) == (True, True)


def test_a_room_hears_its_own_reactions_only(room, world, doors):
    other = doors.enter(world.staff(world.live_webinar()))
    room["ada"].ask("reaction.send", kind="agree")
    tell_reactions()

    assert (other.hear("reaction.sums"), len(room["mike"].hear("reaction.sums"))) == ([], 1)


def test_who_was_silent_for_a_minute_leaves_no_trace(room, monkeypatch):
    room["ada"].ask("reaction.send", kind="agree")
    monkeypatch.setattr(reactions, "IDLE_SECONDS", -1)
    reactions.take_sums()

    assert (reactions._buckets, reactions._sums) == ({}, {})


@pytest.mark.parametrize("kind", ["wave", "", 7])
def test_only_the_fixed_set_is_taken(room, kind):
    assert room["ada"].ask("reaction.send", kind=kind)["error"]["code"] == "payload"
