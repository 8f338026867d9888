"""Registrations that a coordinator approves: a place is held, and each decision is told."""

import re

import pytest
from factories import NOW
from page_words import let_in, words
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.core.actor import GUEST
from webinar_app.core.errors import Forbidden, InvalidInput, Refused
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import AdmissionRule, Approval, Registration
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.services import Sheet, cancel_own, confirm, register, register_by_hand
from webinar_app.registrations.services.approval import reject
from webinar_app.registrations.services.waiting import offer_by_hand
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.services.scheduling import cancel_sitting

TELL = "registrations.tell_waiting"
REASON = "It is for people who work in this field"


def approve_each(db, webinar_id):
    db.add(AdmissionRule(webinar_id=webinar_id, needs_approval=True))


@pytest.fixture
def strict(soon):
    """A sitting of two places in which each registration is approved."""
    webinar = soon(capacity_online=2)
    write(approve_each, webinar["id"])
    return webinar


def come(webinar, name):
    with read() as db:
        policy = current_policy(db.get_one(Webinar, webinar["id"]))
    sheet = Sheet(email=f"{name.lower()}@example.org", legal_name=name, policy=policy)
    return write(register, GUEST, webinar["code"], sheet, now=NOW)


def states():
    with read() as db:
        return {row.legal_name: row.state.value for row in db.scalars(select(Registration).order_by(Registration.id))}


def row_of(name):
    with read() as db:
        row = db.scalars(select(Registration).where(Registration.legal_name == name)).one()
        return row.code, row.person_id


def outcomes():
    with read() as db:
        found = db.scalars(select(Approval).order_by(Approval.registration_id))
        return [(row.outcome and row.outcome.value, row.reason) for row in found]


def test_asked_registrations_hold_a_place_until_they_are_decided(strict, world):
    said = [come(strict, name)["state"] for name in ("Ada", "Bea", "Cyd")]
    run_jobs(TELL, "calendars.confirm")

    assert said == ["pending", "pending", "waitlisted"]
    assert [mail["Subject"].split(":")[0].strip() for mail in mails()] == [
        "Your registration waits for approval", "Your registration waits for approval", "You are on the waiting list",
    ]  # fmt: skip


def test_approved_one_gets_the_confirmation(strict, world):
    come(strict, "Ada")
    cora = world.coordinator()

    for _ in range(2):
        write(confirm, cora, row_of("Ada")[0], now=NOW)
    run_jobs("calendars.confirm")

    assert (states(), outcomes()) == ({"Ada": "registered"}, [("approved", "")])
    assert len(mails(kind="confirmation")) == 1


def test_rejected_one_reads_why_and_the_list_waits_for_a_hand(strict, world):
    for name in ("Ada", "Bea", "Cyd"):
        come(strict, name)
    cora = world.coordinator()
    with pytest.raises(InvalidInput):
        write(reject, cora, row_of("Ada")[0], "no", now=NOW)
    write(reject, cora, row_of("Ada")[0], REASON, now=NOW)
    with pytest.raises(Refused, match="nothing to decide"):
        write(reject, cora, row_of("Ada")[0], REASON, now=NOW)
    with pytest.raises(Refused, match="waitlisted; that is not possible"):
        write(confirm, cora, row_of("Cyd")[0], now=NOW)
    run_jobs(TELL)
    before = states()
    write(offer_by_hand, cora, row_of("Cyd")[0], now=NOW)

    assert before == {"Ada": "rejected", "Bea": "pending", "Cyd": "waitlisted"}
    assert states()["Cyd"] == "offered"
    assert outcomes()[0] == ("rejected", REASON)
    assert REASON in text_of(mails(kind="approval_rejected")[0])


def test_withdrawn_and_cancelled_ones_are_told(strict, world):
    for name in ("Ada", "Bea"):
        come(strict, name)
    code, person_id = row_of("Ada")
    write(cancel_own, world.actor(person_id), code, now=NOW)
    write(cancel_sitting, world.coordinator(), strict["code"], now=NOW)
    run_jobs(TELL, "calendars.withdraw")

    assert states() == {"Ada": "cancelled", "Bea": "cancelled"}
    assert outcomes()[0] == ("withdrawn", "")
    assert [mail["To"].addresses[0].addr_spec for mail in mails(kind="approval_withdrawn")] == ["ada@example.org"]
    assert [mail["To"].addresses[0].addr_spec for mail in mails(kind="waiting_over")] == ["bea@example.org"]
    assert mails(kind="registration_cancelled") == []


def test_coordinators_people_need_no_approval(strict, world):
    write(
        register_by_hand, world.coordinator(), strict["code"], Sheet(email="a@b.example", legal_name="Ada"), now=NOW
    )  # fmt: skip

    assert (states(), outcomes()) == ({"Ada": "registered"}, [])


def test_others_decide_nothing(strict, world):
    come(strict, "Ada")

    with pytest.raises(Forbidden):
        write(reject, world.actor(world.person("Bea")), row_of("Ada")[0], REASON, now=NOW)


def test_pages_from_asking_to_the_decision(strict, app, world):
    guest, desk = app.test_client(), let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    path = f"/manage/webinars/{strict['code']}"
    empty, form = words(desk, f"{path}/approvals"), guest.get(f"/webinars/{strict['code']}/register").text
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', form).group(1)
    sheet = {"email": "ada@example.org", "legal_name": "Ada", "time_zone": "Europe/London", "policy": "y"}
    sent = guest.post(
        f"/webinars/{strict['code']}/register", data=sheet | {"policy_version": version, "_key": "asks for it"}
    )
    told = words(guest, sent.headers["Location"])
    run_jobs(TELL)
    link = re.search(r"http://[^/]+(/join/\S+)", text_of(mails()[0])).group(1)
    stands = words(guest, guest.get(link).headers["Location"])
    listed, people = words(desk, f"{path}/approvals"), words(desk, f"{path}/people")
    code = row_of("Ada")[0]
    short = desk.post(f"/manage/registrations/{code}/reject", data={"reason": "no", "_key": "too short it"})
    done = desk.post(f"/manage/registrations/{code}/reject", data={"reason": REASON, "_key": "long enough"})

    assert "Nothing to decide" in empty
    assert "Ask for a place" in form
    assert "waits for approval" in told
    assert "Your registration waits for approval" in stands
    assert "ada@example.org" in listed
    assert "Waits for approval" in people
    assert (short.status_code, "Say why in 5 to 300 characters" in short.text) == (422, True)
    assert done.status_code == 303
    assert f"Rejected {REASON}" in words(desk, f"{path}/approvals")
