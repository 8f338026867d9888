"""Who registers as a guest finds the place again, by the same address or by another that they prove (C16)."""

import re
from datetime import timedelta

import databases
import pytest
from page_words import let_in, words_of
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import person_ids
from webinar_app.audit.models import AuditEntry
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.people.models import PersonMerge
from webinar_app.people.services.attaching import attach_address
from webinar_app.registrations.models import Registration

# What the database does not decide is tried on one.
quick = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)


def test_guest_registration_is_theirs_after_signing_in_by_mail(world, app):
    sitting = world.webinar(starts_at=utc_now() + timedelta(days=7))
    guest, later = app.test_client(), app.test_client()
    page = guest.get(f"/webinars/{sitting['code']}/register").text
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', page).group(1)
    sheet = {"email": "Ada@Example.org", "legal_name": "Ada Lovelace", "policy": "y", "policy_version": version,
             "time_zone": "Europe/London", "needs": "Captions"}  # fmt: skip
    guest.post(f"/webinars/{sitting['code']}/register", data=sheet | {"_key": "a key of a guest"})
    later.post("/sign-in", data={"email": "ada@example.org", "_key": "a key of a link"})
    run_jobs("accounts.mail_sign_in_link")
    link = re.search(r"/sign-in/link/\S+", text_of(mails(kind="sign_in_link")[0])).group(0)
    later.post(link, data={"_key": "a key of the button"})

    mine = words_of(later.get("/my").text)
    done = later.get(f"/webinars/{sitting['code']}/registered").text
    own = re.search(r"/registrations/\w+/needs", done).group(0)

    assert "Building a Therapeutic Alliance" in mine
    assert "Captions" in words_of(later.get(own).text)
    assert guest.get(own).status_code in (302, 303)


def other_place(world, sitting, email="work@example.org", name="A. Lovelace", **changes):
    person_id = world.person(name, email=email)
    write(world._registration, sitting, person_id, name, {"created_at": utc_now()} | changes)
    return person_id


def mine(person_id):
    with read() as db:
        query = select(Registration.legal_name, Registration.state).where(
            Registration.person_id.in_(person_ids(db, person_id))
        )
        return [(name, state.value) for name, state in db.execute(query.order_by(Registration.id))]


def asked_link(browser, email="work@example.org", key="a key of a form"):
    answer = browser.post("/account/other-address", data={"email": email, "_key": key})
    run_jobs("people.mail_address")
    found = mails(kind="join_address")
    link = re.search(r"/account/other-address/\S+", text_of(found[-1])).group(0) if found else ""
    return answer, link


@pytest.fixture
def sitting(world):
    return world.webinar(starts_at=utc_now() + timedelta(days=7))


@pytest.fixture
def ada(world):
    return world.person("Ada Lovelace", email="ada@example.org")


@quick
def test_place_of_another_address_is_joined_by_its_link_and_kept_by_the_audit(world, app, sitting, ada):
    other = other_place(world, sitting)
    browser = let_in(app.test_client(), ada)
    answer, link = asked_link(browser)
    page = browser.get(link)
    before = mine(ada)
    done = browser.post(link, data={"_key": "a key of the button"}, follow_redirects=True)

    assert (answer.status_code, page.status_code, before) == (303, 200, [])
    assert [mail["To"].addresses[0].addr_spec for mail in mails(kind="join_address")] == ["work@example.org"]
    assert "registered as A. Lovelace" in words_of(page.text)
    assert "Building a Therapeutic Alliance" in words_of(done.text)
    assert mine(ada) == [("A. Lovelace", "registered")]
    with read() as db:
        merge = db.scalars(select(PersonMerge)).one()
        acts = db.scalars(select(AuditEntry.act).where(AuditEntry.subject_id == ada)).all()
    assert (merge.kept_id, merge.gone_id, merge.made_by_id, acts) == (ada, other, ada, ["person.attach"])
    assert browser.get(link).status_code == 410


@quick
def test_two_places_in_one_session_become_one(world, app, sitting, ada):
    write(world._registration, sitting, ada, "Ada Lovelace", {"created_at": utc_now(), "state": "waitlisted"})
    other_place(world, sitting)
    browser = let_in(app.test_client(), ada)
    _, link = asked_link(browser)
    page = words_of(browser.get(link).text)
    browser.post(link, data={"_key": "a key of the button"})

    assert "Both addresses have a place" in page
    assert mine(ada) == [("Ada Lovelace", "cancelled"), ("A. Lovelace", "registered")]


@quick
def test_nobody_but_who_asked_uses_the_link(world, app, sitting, ada):
    other = other_place(world, sitting)
    _, link = asked_link(let_in(app.test_client(), ada))
    eve = let_in(app.test_client(), world.person("Eve"))

    page = eve.get(link)
    pressed = eve.post(link, data={"_key": "a key of the button"})
    with pytest.raises(Forbidden):
        write(attach_address, eve_of(world), link.rpartition("/")[2], now=utc_now())
    guest = app.test_client().get(link)

    assert (page.status_code, pressed.status_code, guest.status_code) == (403, 403, 302)
    assert "Somebody else asked for this link" in words_of(page.text)
    assert (mine(ada), mine(other)) == ([], [("A. Lovelace", "registered")])


def eve_of(world):
    return world.actor(world.person("Eve"))


@quick
@pytest.mark.parametrize("email", ["nobody@example.org", "cora@example.org", "gone@example.org"])
def test_answer_is_the_same_where_nothing_can_be_joined(world, app, sitting, ada, email):
    world.person("Cora Coordinator", Role.COORDINATOR, email="cora@example.org")
    gone, kept = other_place(world, sitting, "gone@example.org"), world.person("Kept")
    write(lambda db: setattr(db.get_one(Person, gone), "merged_into_id", kept))
    browser = let_in(app.test_client(), ada)

    answer, _ = asked_link(browser, email)

    assert (answer.status_code, mails(kind="join_address")) == (303, [])
    assert f"If somebody registered with {email}" in browser.get("/account/other-address").text


@quick
def test_own_unproven_and_too_many_addresses_are_refused(world, app, ada):
    browser = let_in(app.test_client(), ada)
    own, _ = asked_link(browser, "ADA@example.org")
    many = [asked_link(browser, f"x{n}@example.org", f"a key of form {n}")[0].status_code for n in range(6)]
    write(lambda db: setattr(db.get_one(Person, ada), "email_verified_at", None))
    unproven, _ = asked_link(browser, "y@example.org", "a key of another")

    assert (own.status_code, unproven.status_code) == (422, 409)
    assert "This address is yours already" in words_of(own.text)
    assert many == [303] * 5 + [429]
    assert "Prove your own address first" in words_of(unproven.text)


@quick
def test_pending_link_is_no_change_of_address(world, app, sitting, ada):
    other_place(world, sitting)
    browser = let_in(app.test_client(), ada)
    asked_link(browser)

    assert "to change your address to" not in browser.get("/account").text
