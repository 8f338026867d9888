"""Who waits in the lobby hears of a move and of a cancellation, on the line or by asking; and of nothing else."""

from datetime import datetime, timedelta

import databases
import pytest
from page_words import counted, let_in
from rooms import lobby_of

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.live import routes
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.services.recomputing import recompute_instants
from webinar_app.webinars.services.scheduling import cancel_sitting, change_sitting, set_agenda

pytestmark = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
FIELDS = {"minutes": 75, "lobby_minutes": 15, "capacity_online": 250, "time_zone": "America/New_York"}
TYPED = "November 22, 2026 8:10 a.m. ET"  # the tests' now is 8:00
LATER = "November 24, 2026 9:00 a.m. ET"


@pytest.fixture
def webinar(world):
    return lobby_of(world)


def change(world, webinar, **changes):
    details = FIELDS | {"typed": TYPED} | changes
    return write(change_sitting, world.coordinator(), webinar["code"], details, now=utc_now())


def heard(browser):
    """Give the rooms of which a browser heard."""
    return [payload["room"] for name, payload in browser.events() if name == "room.changed"]


def test_a_move_reaches_who_waits_with_everything_the_page_shows(world, webinar, doors):
    ada, mike = doors.enter(world.attendee(webinar)), doors.enter(world.staff(webinar))
    before = ada.snapshot()["shared"]["room"]

    change(world, webinar, typed=LATER, minutes=90)

    (room,) = heard(ada)
    told = {
        "starts_at": "2026-11-24T14:00:00.000Z", "ends_at": "2026-11-24T15:30:00.000Z", "minutes": 90,
        "lobby_opens_at": "2026-11-24T13:45:00.000Z",
    }  # fmt: skip
    assert before["starts_at"] == "2026-11-22T13:10:00.000Z"
    assert before | room == before | told
    assert heard(mike) == [room]
    assert ada.is_connected


def test_cancelling_reaches_who_waits_once(world, webinar, doors):
    ada, cora = doors.enter(world.attendee(webinar)), world.coordinator()

    for _ in range(2):
        write(cancel_sitting, cora, webinar["code"], now=utc_now())

    assert [room["state"] for room in heard(ada)] == ["cancelled"]


def test_doors_and_agenda_reach_the_room_and_what_it_does_not_show_does_not(world, webinar, doors):
    ada = doors.enter(world.attendee(webinar))
    parts = [{"title": "Trust", "start_minute": 0, "minutes": 30, "gives_credit": True}]

    change(world, webinar, capacity_online=7, registration_closes="2026-11-22")
    nothing = heard(ada)
    change(world, webinar, lobby_minutes=30)
    doors_said = heard(ada)
    write(set_agenda, world.coordinator(), webinar["code"], parts, now=utc_now())
    (room,) = heard(ada)

    assert nothing == []
    assert [one["lobby_opens_at"] for one in doors_said] == ["2026-11-22T12:40:00.000Z"]
    assert room["segments"] == parts
    assert room == {key: ada.snapshot()["shared"]["room"][key] for key in room}


def test_a_changed_zone_rule_reaches_who_waits(world, doors):
    webinar = lobby_of(world, tzdata="2025.1", local_start=datetime.fromisoformat("2026-11-22T08:25"))
    ada = doors.enter(world.attendee(webinar))

    assert write(recompute_instants, now=utc_now()) == 1

    assert [room["starts_at"] for room in heard(ada)] == ["2026-11-22T13:25:00.000Z"]


def asked(client, webinar):
    routes._when.cache_clear()  # all who ask within a second get the same
    answer = client.get(f"/room/{webinar['code']}/when")
    assert answer.status_code == 200, answer.text
    return answer.json["phase"], answer.json["room"]["starts_at"]


def test_a_page_that_waits_for_the_lobby_asks_and_hears_of_every_step(world, app):
    webinar = lobby_of(world, starts_at=utc_now() + timedelta(days=9))
    client = app.test_client()
    begin = asked(client, webinar)

    change(world, webinar, typed=LATER)
    moved = asked(client, webinar)
    change(world, webinar)
    opened = asked(client, webinar)
    write(cancel_sitting, world.coordinator(), webinar["code"], now=utc_now())

    assert begin[0] == "before"
    assert moved == ("before", "2026-11-24T14:00:00.000Z")
    assert opened == ("lobby", "2026-11-22T13:10:00.000Z")
    assert asked(client, webinar)[0] == "cancelled"


def test_asking_again_costs_no_bytes_and_mostly_no_look_into_the_database(world, client):
    webinar = lobby_of(world)
    path = f"/room/{webinar['code']}/when"
    first = client.get(path)

    with counted() as told:
        again = [client.get(path, headers={"If-None-Match": first.headers["ETag"]}) for _ in range(50)]

    assert {(one.status_code, one.data, one.headers["Cache-Control"]) for one in again} == {(304, b"", "no-cache")}
    assert len(told) < 50
    assert set(first.json["room"]) == {
        "code", "state", "starts_at", "ends_at", "time_zone", "minutes", "lobby_opens_at",
    }  # fmt: skip


def test_nobody_learns_of_a_draft_or_a_rehearsal_by_asking(world, client):
    hidden = [lobby_of(world, state="draft"), lobby_of(world, rehearsal_of_id=lobby_of(world)["id"])]

    assert [client.get(f"/room/{one['code']}/when").status_code for one in hidden] == [404, 404]
    assert client.get("/room/NOSUCH00/when").status_code == 404


def test_the_page_holds_every_word_that_a_change_needs(world, app):
    webinar = lobby_of(world)
    client = let_in(app.test_client(), world.attendee(webinar).person_id)
    waiting = client.get(f"/room/{webinar['code']}").text
    write(cancel_sitting, world.coordinator(), webinar["code"], now=utc_now())
    off = client.get(f"/room/{webinar['code']}").text

    assert waiting.count('data-room-time="starts_at"') == 2
    assert 'data-room-time="lobby_opens_at"' in waiting
    assert 'data-local="beside"' in waiting.partition('data-room-time="lobby_opens_at"')[2].partition("</b>")[0]
    assert '<div class="stack" data-lobby="cancelled" hidden>' in waiting
    assert '<div class="stack" data-lobby="waiting">' in waiting
    assert '<div class="stack" data-lobby="cancelled">' in off
    assert '<div class="stack" data-lobby="waiting" hidden>' in off
    with read() as db:
        assert db.get_one(Webinar, webinar["id"]).sequence == 1
