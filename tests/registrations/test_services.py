"""Taking a seat and giving it back."""

from dataclasses import replace

import pytest
from factories import NOW
from posted import run_jobs
from sqlalchemy import func, select

from webinar_app.accounts.models import Person, Revocation, SignIn
from webinar_app.core.actor import GUEST
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound, Refused
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.jobs import Job
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.services import (
    Sheet,
    cancel_for,
    cancel_own,
    enter,
    register,
    register_by_hand,
    send_link,
)
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState


def sheet(webinar, **changes):
    with read() as db:
        policy = current_policy(db.get_one(Webinar, webinar["id"]))
    return replace(Sheet(email="Ada@Example.org", legal_name="Ada Lovelace", policy=policy), **changes)


def seats(webinar):
    with read() as db:
        query = select(Registration).where(Registration.webinar_id == webinar["id"]).order_by(Registration.id)
        return [(row.legal_name, row.display_name, row.state.value) for row in db.scalars(query)]


def people():
    with read() as db:
        return db.scalar(select(func.count()).select_from(Person))


def change(db: Db, webinar_id: int, values: dict) -> None:
    for name, value in values.items():
        setattr(db.get_one(Webinar, webinar_id), name, value)


def test_guest_becomes_a_person_with_a_seat(world):
    webinar = world.webinar()
    told = {"profession": "Counselor", "region": "NY", "number": "LPC-1", "time_zone": "Europe/London"}

    answer = write(register, GUEST, webinar["code"], sheet(webinar, **told), now=NOW)

    with read() as db:
        row = db.scalars(select(Registration)).one()
        person = row.person
        kept = (person.email, person.legal_name, person.display_name, person.time_zone, person.email_verified_at)
        licence = row.licence
        policy = (row.policy_version, row.policy_accepted_at, row.time_zone)
    assert answer == {"state": "registered"}
    assert kept == ("ada@example.org", "Ada Lovelace", "Ada Lovelace", "Europe/London", None)
    assert licence == {"profession": "Counselor", "board": "NY", "number": "LPC-1"}
    assert policy == (sheet(webinar).policy, NOW, "Europe/London")


def test_guest_with_a_known_address_changes_nothing_on_that_person(world):
    webinar = world.webinar()
    world.person("Augusta Ada King", email="ada@example.org", zone="Europe/Paris")
    before = people()

    answer = write(register, GUEST, webinar["code"], sheet(webinar, time_zone="Asia/Tokyo"), now=NOW)

    with read() as db:
        person = db.scalars(select(Person).where(Person.email == "ada@example.org")).one()
        kept = (person.legal_name, person.time_zone)
    assert (answer, people(), kept) == ({"state": "registered"}, before, ("Augusta Ada King", "Europe/Paris"))
    assert seats(webinar) == [("Ada Lovelace", "Ada Lovelace", "registered")]


def test_second_registration_of_an_address_keeps_one_seat_and_mails_again(world):
    webinar = world.webinar()
    write(register, GUEST, webinar["code"], sheet(webinar), now=NOW)

    answer = write(register, GUEST, webinar["code"], sheet(webinar, legal_name="Somebody Else"), now=NOW)

    with read() as db:
        queued = [job.name for job in db.scalars(select(Job).order_by(Job.id))]
    assert (answer, seats(webinar)) == ({"state": "registered"}, [("Ada Lovelace", "Ada Lovelace", "registered")])
    assert queued == ["calendars.confirm", "calendars.confirm"]


def test_same_key_is_one_registration(world):
    webinar = world.webinar()
    for _ in range(2):
        write(register, GUEST, webinar["code"], sheet(webinar), key="k" * 32, scope="guest:register", now=NOW)

    assert len(seats(webinar)) == 1


def test_signed_in_person_keeps_what_was_typed_on_the_profile(world):
    webinar = world.webinar()
    actor = world.actor(world.person("Ada Byron", email="ada@example.org"))
    typed = sheet(webinar, email="", display_name="Countess", profession="Nurse", region="NY", number="RN 1",
                  time_zone="Europe/London")  # fmt: skip

    first = write(register, actor, webinar["code"], typed, now=NOW)
    again = write(register, actor, webinar["code"], typed, now=NOW)

    with read() as db:
        person = db.get_one(Person, actor.person_id)
        kept = (person.legal_name, person.display_name, person.time_zone, [one.number for one in person.licences])
    assert kept == ("Ada Lovelace", "Countess", "Europe/London", ["RN 1"])
    assert (first["is_new"], again) == (True, {"code": first["code"], "is_new": False})


def test_everything_wrong_is_said_at_once(world):
    webinar = world.webinar()
    bad = Sheet(email="nobody", legal_name="7", display_name="x" * 81, number="LPC", time_zone="EST", policy="")

    with pytest.raises(InvalidInput) as refused:
        write(register, GUEST, webinar["code"], bad, now=NOW)

    assert sorted(refused.value.fields) == [
        "display_name", "email", "legal_name", "licence_profession", "licence_region", "policy", "time_zone",
    ]  # fmt: skip
    assert seats(webinar) == []


def test_policy_that_changed_meanwhile_is_asked_again(world):
    webinar = world.webinar()

    with pytest.raises(InvalidInput) as refused:
        write(register, GUEST, webinar["code"], sheet(webinar, policy="0LD00000"), now=NOW)

    assert "changed" in refused.value.fields["policy"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": WebinarState.CANCELLED}, "registration.cancelled"),
        ({"state": WebinarState.ENDED}, "registration.ended"),
        ({"registration_closes_at": NOW.replace(hour=1)}, "registration.closed"),
        ({"capacity_online": 0}, "registration.full"),
        ({"starts_at": NOW.replace(month=10)}, "registration.ended"),
    ],
)
def test_closed_sittings_refuse(world, changes, code):
    webinar = world.webinar(**changes)

    with pytest.raises(Refused) as refused:
        write(register, GUEST, webinar["code"], sheet(webinar), now=NOW)

    assert (refused.value.code, seats(webinar), people()) == (code, [], 0)


def test_draft_is_not_there(world):
    webinar = world.webinar(state=WebinarState.DRAFT)

    with pytest.raises(NotFound):
        write(register, GUEST, webinar["code"], sheet(webinar), now=NOW)


def test_joining_late_is_possible(world):
    webinar = world.live_webinar()

    write(register, GUEST, webinar["code"], sheet(webinar), now=world.minutes_after_start(20))

    assert len(seats(webinar)) == 1


def test_cancelling_frees_the_seat_at_once_and_closes_the_room(world):
    webinar = world.webinar(capacity_online=1)
    member = world.attendee(webinar)
    actor = world.actor(member.person_id)
    token = write(enter, code_of(member), 1, device="Firefox", replaces=None, now=NOW)

    gone = write(cancel_own, actor, code_of(member), now=NOW)
    write(cancel_own, actor, code_of(member), now=NOW)
    write(register, GUEST, webinar["code"], sheet(webinar, email="b@example.org", legal_name="Bea"), now=NOW)

    with read() as db:
        ended = db.scalars(select(SignIn.revoked_at)).all()
        causes = [(row.registration_id, row.cause.value) for row in db.scalars(select(Revocation))]
    assert token
    assert gone["slug"] == webinar["course"]["slug"]
    assert seats(webinar) == [("Ada Lovelace", "Ada", "cancelled"), ("Bea", "Bea", "registered")]
    assert (ended, causes) == ([NOW], [(member.registration_id, "cancelled")])


def code_of(member):
    with read() as db:
        return db.get_one(Registration, member.registration_id).code


def test_cancelling_what_belongs_to_another_is_not_found(world):
    webinar = world.webinar()
    mine, theirs = world.attendee(webinar), world.attendee(webinar, "Bea Byron")
    limited = world.actor(mine.person_id, limited_to=mine.registration_id)

    for actor in (world.actor(mine.person_id), limited, GUEST):
        with pytest.raises(NotFound):
            write(cancel_own, actor, code_of(theirs), now=NOW)


@pytest.mark.parametrize("state", [WebinarState.LIVE, WebinarState.ENDED])
def test_own_place_in_a_running_or_past_sitting_stays(world, state):
    webinar = world.webinar(state=state)
    member = world.attendee(webinar)

    with pytest.raises(Refused):
        write(cancel_own, world.actor(member.person_id), code_of(member), now=NOW)


def test_link_works_for_its_version_while_the_place_is_live(world):
    webinar = world.webinar()
    member = world.attendee(webinar)
    code = code_of(member)

    good = write(enter, code, 1, device="Firefox", replaces=None, now=NOW)
    old = write(enter, code, 2, device="Firefox", replaces=None, now=NOW)
    write(cancel_own, world.actor(member.person_id), code, now=NOW)
    gone = write(enter, code, 1, device="Firefox", replaces=None, now=NOW)

    assert (bool(good), old, gone) == (True, None, None)


def test_coordinator_registers_sends_and_cancels(world):
    webinar = world.webinar(registration_closes_at=NOW.replace(hour=1))
    cora = world.coordinator()

    added = write(register_by_hand, cora, webinar["code"], sheet(webinar, policy=""), now=NOW)
    with pytest.raises(InvalidInput):
        write(register_by_hand, cora, webinar["code"], sheet(webinar, policy=""), now=NOW)
    sent = write(send_link, cora, added["code"], now=NOW)
    gone = write(cancel_for, cora, added["code"], now=NOW)

    assert (sent, gone) == ({"email": "ada@example.org"}, {"name": "Ada Lovelace", "webinar": webinar["code"]})
    assert seats(webinar) == [("Ada Lovelace", "Ada Lovelace", "cancelled")]


def test_managing_needs_the_right_and_the_provider(world):
    from factories import World

    webinar = world.webinar()
    member = world.attendee(webinar)
    code = code_of(member)
    attempts = [
        (register_by_hand, webinar["code"], sheet(webinar)), (send_link, code), (cancel_for, code),
    ]  # fmt: skip

    for work, *args in attempts:
        with pytest.raises((Forbidden, NotFound)):
            write(work, world.actor(member.person_id), *args, now=NOW)
        with pytest.raises(NotFound):
            write(work, World().coordinator(), *args, now=NOW)
    assert run_jobs("calendars.confirm") == []
