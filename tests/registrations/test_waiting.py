"""Waiting lists: who is asked next, until when, and what a coordinator may do."""

from datetime import UTC, datetime, timedelta

import databases
import pytest
from factories import NOW, START
from hypothesis import given
from hypothesis import strategies as st
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound, Refused
from webinar_app.infra import jobs
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import Registration, WaitingPlace
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.queries.waiting import standing_of
from webinar_app.registrations.rules.admission import lowest_free, offer_end
from webinar_app.registrations.services import Sheet, cancel_for, cancel_own, register, register_by_hand
from webinar_app.registrations.services.admission import set_admission
from webinar_app.registrations.services.waiting import (
    accept_offer,
    decline_offer,
    end_offer,
    move_up,
    offer_by_hand,
    who_hears,
)
from webinar_app.webinars.events import MoveAsked
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.services.scheduling import cancel_sitting, change_sitting

quick = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
MONDAY = NOW - timedelta(days=8)
RULES = {
    "waiting": "first", "offer_hours": 24, "opens": "", "late_minutes": None, "cancel_hours": None,
    "needs_approval": False, "substitutes": True,
}  # fmt: skip
TELL = "registrations.tell_waiting"


@pytest.fixture
def full(world):
    """A sitting of one place that Ada has; Bea, Cyd and Dan wait, in this order."""
    webinar = world.webinar(capacity_online=1)
    for name in ("Ada", "Bea", "Cyd", "Dan"):
        come(webinar, name)
    return webinar


def come(webinar, name, now=MONDAY):
    with read() as db:
        policy = current_policy(db.scalars(select(Webinar).where(Webinar.code == webinar["code"])).one())
    sheet = Sheet(email=f"{name.lower()}@example.org", legal_name=name, policy=policy, time_zone="Europe/London")
    return write(register, GUEST, webinar["code"], sheet, now=now)


def states():
    with read() as db:
        return {row.legal_name: row.state.value for row in db.scalars(select(Registration).order_by(Registration.id))}


def row_of(name):
    with read() as db:
        row = db.scalars(select(Registration).where(Registration.legal_name == name).order_by(-Registration.id)).first()
        return row.id, row.code, row.person_id


def position(name):
    with read() as db:
        return standing_of(db, db.get_one(Registration, row_of(name)[0]))["position"]


def own(world, name):
    _, code, person_id = row_of(name)
    return world.actor(person_id), code


def due():
    """Give when offers end: (registration, number, time)."""
    with read() as db:
        found = db.scalars(select(jobs.Job).where(jobs.Job.name == "registrations.end_offer").order_by(jobs.Job.id))
        return [(row.payload["registration_id"], row.payload["number"], row.run_at) for row in found]


def test_everybody_after_the_last_place_waits_in_their_order(full):
    run_jobs(TELL)

    assert states() == {"Ada": "registered", "Bea": "waitlisted", "Cyd": "waitlisted", "Dan": "waitlisted"}
    assert [position(name) for name in ("Bea", "Cyd", "Dan")] == [1, 2, 3]
    assert [mail["Subject"].split(":")[0] for mail in mails()] == ["You are on the waiting list"] * 3
    assert "you are number 2 on the waiting list" in text_of(mails()[1])


def test_place_given_back_goes_to_the_next_with_a_deadline_in_their_own_zone_first(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)
    run_jobs(TELL)

    text = text_of(mails(kind="waiting_offer")[0])
    assert states() == {"Ada": "cancelled", "Bea": "offered", "Cyd": "waitlisted", "Dan": "waitlisted"}
    assert [position("Cyd"), position("Dan")] == [1, 2]
    assert "Tuesday 27 October 2026, 4:50 p.m. UK time (Tuesday 27 October 2026, 12:50 p.m. ET)" in text
    assert "/join/" in text
    assert due() == [(row_of("Bea")[0], 1, MONDAY + timedelta(hours=24, seconds=1))]


def test_newcomer_does_not_pass_those_who_wait(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)

    assert come(full, "Eve") == {"state": "waitlisted"}
    assert position("Eve") == 3


def test_accepting_takes_the_place_and_sends_the_invitation(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)
    write(accept_offer, *own(world, "Bea"), now=MONDAY + timedelta(hours=24))
    write(accept_offer, *own(world, "Bea"), now=MONDAY + timedelta(hours=25))
    run_jobs("calendars.confirm")

    assert states()["Bea"] == "registered"
    assert [mail["To"].addresses[0].addr_spec for mail in mails(kind="confirmation")] == ["bea@example.org"]
    assert not write(end_offer, row_of("Bea")[0], 1, now=MONDAY + timedelta(hours=30))


def test_declining_and_silence_pass_the_place_on(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)
    write(decline_offer, *own(world, "Bea"), now=MONDAY)
    late = MONDAY + timedelta(hours=24, seconds=1)
    with pytest.raises(Refused, match="run out"):
        write(accept_offer, *own(world, "Cyd"), now=late)
    fired = [write(end_offer, row_of("Cyd")[0], 1, now=late) for _ in range(2)]
    run_jobs(TELL)

    assert fired == [True, False]
    assert states() == {"Ada": "cancelled", "Bea": "cancelled", "Cyd": "cancelled", "Dan": "offered"}
    assert [mail["To"].addresses[0].addr_spec for mail in mails(kind="waiting_lapsed")] == ["cyd@example.org"]
    assert "/register" in text_of(mails(kind="waiting_lapsed")[0])


def test_job_passes_an_unanswered_offer_on(soon, world):
    webinar, now = soon(capacity_online=1), utc_now()
    for name in ("Ada", "Bea", "Cyd"):
        come(webinar, name, now - timedelta(days=2))
    write(cancel_own, *own(world, "Ada"), now=now - timedelta(hours=25))
    write(accept_offer, *own(world, "Bea"), now=now - timedelta(hours=20))
    write(cancel_own, *own(world, "Bea"), now=now - timedelta(hours=25))

    ran = run_jobs("registrations.end_offer")

    assert states() == {"Ada": "cancelled", "Bea": "cancelled", "Cyd": "cancelled"}
    assert ran == ["registrations.end_offer"] * 2


def test_offer_of_another_time_is_left_alone(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)

    assert not write(end_offer, row_of("Bea")[0], 2, now=MONDAY + timedelta(days=3))
    assert not write(end_offer, row_of("Bea")[0], 1, now=MONDAY + timedelta(hours=24))
    assert states()["Bea"] == "offered"


def test_who_leaves_the_list_lets_the_others_move_up(full, world):
    write(cancel_own, *own(world, "Bea"), now=MONDAY)

    assert (states()["Bea"], position("Cyd"), states()["Ada"]) == ("cancelled", 1, "registered")


def test_coordinator_chooses_moves_and_removes(full, world):
    cora = world.coordinator()
    write(set_admission, cora, full["code"], RULES | {"waiting": "manual", "offer_hours": 2}, now=MONDAY)
    write(move_up, cora, row_of("Dan")[1], now=MONDAY)
    with pytest.raises(Refused, match="No place is free"):
        write(offer_by_hand, cora, row_of("Dan")[1], now=MONDAY)
    write(cancel_for, cora, row_of("Ada")[1], now=MONDAY)
    assert [position(name) for name in ("Bea", "Dan", "Cyd")] == [1, 2, 3]
    assert come(full, "Eve") == {"state": "waitlisted"}
    write(offer_by_hand, cora, row_of("Dan")[1], now=MONDAY)
    write(cancel_for, cora, row_of("Cyd")[1], now=MONDAY)

    assert states() == {
        "Ada": "cancelled", "Bea": "waitlisted", "Cyd": "cancelled", "Dan": "offered", "Eve": "waitlisted",
    }  # fmt: skip
    assert due()[0][2] == MONDAY + timedelta(hours=2, seconds=1)


def test_list_that_moves_by_itself_again_moves_at_once(full, world):
    cora = world.coordinator()
    write(set_admission, cora, full["code"], RULES | {"waiting": "manual"}, now=MONDAY)
    write(cancel_for, cora, row_of("Ada")[1], now=MONDAY)
    write(set_admission, cora, full["code"], RULES, now=MONDAY)

    assert states()["Bea"] == "offered"


def test_more_seats_are_offered_at_once(full, world):
    with read() as db:
        row = db.get_one(Webinar, full["id"])
        details = {
            "precision": "exact", "typed": row.typed, "time_zone": row.time_zone, "minutes": row.minutes,
            "capacity_online": 3, "delivery": "online",
        }  # fmt: skip
    write(change_sitting, world.coordinator(), full["code"], details, now=MONDAY)

    assert states() == {"Ada": "registered", "Bea": "offered", "Cyd": "offered", "Dan": "waitlisted"}


def test_cancelled_sitting_tells_those_who_wait(full, world):
    write(cancel_sitting, world.coordinator(), full["code"], now=MONDAY)
    run_jobs(TELL)

    assert list(states().values()) == ["registered", "cancelled", "cancelled", "cancelled"]
    assert len(mails(kind="waiting_over")) == 3


def test_after_the_start_a_place_is_free_for_whoever_comes(full, world):
    write(cancel_for, world.coordinator(), row_of("Ada")[1], now=START)

    assert states()["Bea"] == "waitlisted"
    assert come(full, "Eve", now=START) == {"state": "registered"}
    assert states()["Eve"] == "registered"


def test_online_and_room_have_lists_of_their_own(world):
    webinar = world.webinar(delivery="hybrid", capacity_online=1, capacity_room=1)
    cora = world.coordinator()
    for name, seat in (("Ada", "online"), ("Bea", "room"), ("Cyd", "room"), ("Dan", "online")):
        sheet = Sheet(email=f"{name}@example.org", legal_name=name, seat=seat)
        write(register_by_hand, cora, webinar["code"], sheet, now=MONDAY)
    assert [position("Cyd"), position("Dan")] == [1, 1]
    write(cancel_for, cora, row_of("Bea")[1], now=MONDAY)

    assert states() == {"Ada": "registered", "Bea": "cancelled", "Cyd": "offered", "Dan": "waitlisted"}


def test_places_have_numbers_of_their_own(world):
    webinar = world.webinar(capacity_online=3)
    for name in ("Ada", "Bea", "Cyd"):
        come(webinar, name)
    write(cancel_own, *own(world, "Bea"), now=MONDAY)
    come(webinar, "Dan")

    with read() as db:
        query = select(Registration.legal_name, Registration.seat_number).order_by(Registration.id)
        assert [tuple(row) for row in db.execute(query)] == [("Ada", 1), ("Bea", 2), ("Cyd", 3), ("Dan", 2)]


def test_database_refuses_the_same_place_twice(world):
    webinar = world.webinar(capacity_online=3)
    world.attendee(webinar, "Ada", seat_number=1)

    with pytest.raises(Refused) as refused:
        world.attendee(webinar, "Bea", seat_number=1)
    assert refused.value.code == "registration.seat_taken"


def test_others_reach_nothing(full, world):
    from factories import World

    _, code, _ = row_of("Bea")
    with pytest.raises(NotFound):
        write(accept_offer, world.actor(row_of("Cyd")[2]), code, now=MONDAY)
    for act in (offer_by_hand, move_up):
        with pytest.raises(Forbidden):
            write(act, world.actor(row_of("Cyd")[2]), code, now=MONDAY)
        with pytest.raises(NotFound):
            write(act, World().coordinator(), code, now=MONDAY)
    with pytest.raises(InvalidInput):
        write(set_admission, world.coordinator(), full["code"], RULES | {"offer_hours": 999}, now=MONDAY)
    with read() as db:
        assert len(db.scalars(select(WaitingPlace)).all()) == 3


@given(st.sets(st.integers(1, 60)))
def test_lowest_free_number_is_never_above_what_is_taken(taken):
    found = lowest_free(taken)

    assert found not in taken
    assert 1 <= found <= len(taken) + 1
    assert set(range(1, found)) <= taken


moments = st.integers(-(10**4), 10**6).map(lambda minutes: NOW + timedelta(minutes=minutes))
sittings = st.tuples(st.none() | moments, st.none() | moments)  # start, and last instant of registration
offers = st.integers(1, 336).map(lambda hours: (NOW, NOW + timedelta(hours=hours)))


@given(offers, sittings)
def test_offer_never_outlives_its_hours_the_start_or_a_closing_that_was_to_come(offer, sitting):
    made_at, by_hours = offer
    until, closes_at = sitting
    bounds = [by_hours, *([until] if until else []), *([closes_at] if closes_at and closes_at > made_at else [])]

    ends_at = offer_end(made_at, by_hours, until, closes_at)

    assert all(ends_at <= bound for bound in bounds)
    assert ends_at in bounds  # and it is cut by nothing else


@given(offers, moments, moments)
def test_offer_of_a_later_start_or_closing_never_ends_sooner(offer, sooner, later):
    sooner, later = sorted((sooner, later))

    assert offer_end(*offer, sooner, None) <= offer_end(*offer, later, None)
    assert max(NOW, sooner) == NOW or offer_end(*offer, None, sooner) <= offer_end(*offer, None, later)


def held(name):
    """Give the deadline of somebody's offer."""
    with read() as db:
        return db.get_one(WaitingPlace, row_of(name)[0]).offer_ends_at


def change(world, webinar, typed="November 3, 2026 12:00 p.m. ET", now=MONDAY, **more):
    details = {"typed": typed, "time_zone": "America/New_York", "minutes": 75, "capacity_online": 1} | more
    write(change_sitting, world.coordinator(), webinar["code"], details, now=now)


def told_of_change():
    run_jobs(TELL)
    return [text_of(mail) for mail in mails(kind="waiting_moved")]


FULL = MONDAY + timedelta(hours=24)  # Tuesday 27 October 2026, 12:50 p.m. ET


def test_offer_ends_with_an_earlier_start_and_has_its_time_back_when_the_session_moves_back(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)
    bea, sooner = row_of("Bea")[0], FULL - timedelta(minutes=20)

    change(world, full, "October 27, 2026 12:30 p.m. ET")
    (text,) = told_of_change()
    cut, still_open = held("Bea"), write(end_offer, bea, 1, now=sooner)
    change(world, full, now=MONDAY + timedelta(hours=1))

    assert (cut, still_open, held("Bea")) == (sooner, False, FULL)
    assert "Tuesday 27 October 2026, 4:30 p.m." in text
    assert {(bea, 1, at + timedelta(seconds=1)) for at in (sooner, FULL)} == set(due())
    assert not write(end_offer, bea, 1, now=sooner + timedelta(seconds=1))
    assert "12:50 p.m. ET" in told_of_change()[1]


def test_offer_that_ends_with_the_new_start_goes_to_nobody_after_it(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)
    change(world, full, "October 27, 2026 12:30 p.m. ET")
    late = FULL - timedelta(minutes=19)

    with pytest.raises(Refused, match="run out"):
        write(accept_offer, *own(world, "Bea"), now=late)
    assert write(end_offer, row_of("Bea")[0], 1, now=late)
    assert states() == {"Ada": "cancelled", "Bea": "cancelled", "Cyd": "waitlisted", "Dan": "waitlisted"}


@quick
def test_offer_of_a_session_that_moves_later_keeps_its_deadline_and_tells_the_new_time_once(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)

    change(world, full, "November 10, 2026 12:00 p.m. ET")

    (text,) = told_of_change()
    assert held("Bea") == FULL
    assert "Tuesday 10 November 2026, 5:00 p.m." in text
    assert "12:50 p.m. ET" in text


def test_offer_ends_with_the_closing_of_registration_where_that_was_to_come(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)

    change(world, full, registration_closes="October 26, 2026")

    closing = datetime(2026, 10, 27, 3, 59, 59, tzinfo=UTC)
    assert held("Bea") == closing
    assert len(told_of_change()) == 1
    after = closing + timedelta(hours=1)
    write(end_offer, row_of("Bea")[0], 1, now=after)
    assert held("Cyd") == after + timedelta(hours=24)  # a place that comes back late still goes to who waits


@quick
def test_what_concerns_no_offer_tells_nobody(full, world):
    write(cancel_own, *own(world, "Ada"), now=MONDAY)

    change(world, full, lobby_minutes=30)

    assert (told_of_change(), held("Bea")) == ([], FULL)


@quick
def test_who_moves_a_session_reads_who_hears_of_it(full, world):
    with read() as db:
        nobody = who_hears(db, MoveAsked(full["id"]))
    write(cancel_own, *own(world, "Ada"), now=MONDAY)
    with read() as db:
        moved, ended = (who_hears(db, MoveAsked(full["id"], is_cancelled=off)) for off in (False, True))

    assert nobody == []
    sentence = "1 person with an offered place gets a mail with the new time, and answers before it at the latest."
    assert moved == [sentence]
    assert ended == ["3 people who wait get a mail, and the waiting list ends."]
