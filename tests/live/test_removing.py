"""Removing somebody from a sitting: out within a second, told why, evidence kept, and taken back."""

from datetime import timedelta

import pytest
from page_words import let_in, words_of
from presence_facts import stay
from rooms import new_ticket
from sqlalchemy import select, update

from webinar_app.attendance.models import PresenceEvent
from webinar_app.attendance.queries.timeline import record_of
from webinar_app.audit.models import AuditEntry
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import SittingRole
from webinar_app.infra.db import read, write
from webinar_app.live.services import stream
from webinar_app.providers.models import Provider
from webinar_app.registrations.models import Registration

WHY = "Shouted at everybody."


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    ada = world.attendee(webinar, "Ada")
    with read() as db:
        code = db.get_one(Registration, ada.registration_id).code
    return {
        "webinar": webinar, "path": f"/room/{webinar['code']}", "member": ada, "code": code,
        "mike": doors.enter(world.staff(webinar, SittingRole.MODERATOR)), "ada": doors.enter(ada),
        "bob": doors.enter(world.attendee(webinar, "Bob")),
    }  # fmt: skip


def _name_office(db):
    db.execute(update(Provider).values(email="office@alder.example"))


def remove(room, **changes):
    return room["mike"].act("room.remove", **({"registration": room["code"], "reason": WHY} | changes))


def test_a_person_is_out_and_reads_why_and_whom_to_ask(room, doors, client, world):
    let_in(client, room["member"].person_id)
    early = new_ticket(room["member"])
    write(_name_office)

    done = remove(room)
    stream.close_revoked(utc_now())
    page, ticket = (
        client.get(room["path"]),
        client.post(f"{room['path']}/ticket", headers={"Accept": "application/json"}),
    )
    refused = doors.knock({"ticket": early}).refused

    assert done["ok"]
    assert room["ada"].hear("room.closed") == [{"reason": "removed"}]
    assert (room["ada"].is_connected, room["bob"].is_connected) == (False, True)
    assert (page.status_code, ticket.status_code, ticket.json["code"]) == (403, 403, "room.removed")
    assert WHY in words_of(page.text)
    assert "Ask office@alder.example about it." in words_of(page.text)
    assert "Register for the session" not in page.text
    assert refused["data"]["code"] == "ticket.invalid"


def test_staff_see_it_and_let_the_person_back(room, doors, client):
    let_in(client, room["member"].person_id)
    remove(room)
    remove(room, reason="Another reason, later.")
    listed = room["mike"].snapshot()["staff"]["removed"]

    back = [room["mike"].act("room.readmit", registration=room["code"]) for _ in range(2)]

    assert [(one["code"], one["name"], one["reason"]) for one in listed] == [(room["code"], "Ada", WHY)]
    assert all(one["ok"] for one in back)
    assert [name for name, _ in room["mike"].events("staff")] == ["room.removed", "room.readmitted"]
    assert room["mike"].snapshot()["staff"]["removed"] == []
    assert client.get(room["path"]).status_code == 200
    with read() as db:
        query = select(AuditEntry.act).where(AuditEntry.act.like("room.re%")).order_by(AuditEntry.id)
        assert db.scalars(query).all() == ["room.remove", "room.readmit"]


def test_who_was_let_back_is_not_thrown_out_again(room, doors):
    remove(room)
    stream.close_revoked(utc_now())
    room["mike"].act("room.readmit", registration=room["code"])
    later = int((utc_now() + timedelta(seconds=3)).timestamp())
    again = doors.enter(room["member"], ticket=new_ticket(room["member"], issued=later))
    again.wire.peer.connection.checked_at = utc_now() + timedelta(seconds=3)

    assert stream.close_revoked(utc_now()) == 0
    assert again.is_connected


def test_evidence_until_then_stays_and_the_record_says_it(room):
    stay(room["member"], 0, 20)
    with read() as db:
        before = len(db.scalars(select(PresenceEvent)).all())

    remove(room)

    with read() as db:
        kept = record_of(db, db.get_one(Registration, room["member"].registration_id), utc_now())
        assert len(db.scalars(select(PresenceEvent)).all()) == before
    told = [(line["words"], line["more"]) for line in kept["lines"]]
    assert ("Removed from the session by its hosts", WHY) in told


def test_a_raised_hand_goes_down_with_its_owner(room):
    room["ada"].act("hand.raise")

    remove(room)

    assert [name for name, _ in room["mike"].events("staff")] == ["hand.raised", "room.removed", "hand.lowered"]
    assert room["mike"].snapshot()["staff"]["hands"] == []


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        ("bob", {}, "forbidden"), ("mike", {"reason": "no"}, "room.reason"),
        ("mike", {"reason": "x" * 301}, "room.reason"),
        ("mike", {"registration": "NOTHERE1"}, "room.nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(room, who, changes, code):
    answer = room[who].act("room.remove", **({"registration": room["code"], "reason": WHY} | changes))

    assert answer["error"]["code"] == code
    assert room["mike"].snapshot()["staff"]["removed"] == []


def test_people_of_another_room_are_out_of_reach(room, world, doors):
    elsewhere = doors.enter(world.staff(world.live_webinar()))

    answer = elsewhere.act("room.remove", registration=room["code"], reason=WHY)

    assert answer["error"]["code"] == "room.nobody"


def test_the_list_of_people_names_registrations(room):
    people = room["mike"].ask("room.people")["data"]["people"]

    assert {one["name"]: one["registration"] for one in people}["Ada"] == room["code"]
    assert [one["registration"] for one in people if one["is_staff"]] == [None]
