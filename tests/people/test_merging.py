"""Two entries of one person: suggested, merged with a preview, undone; nothing of a room ever moves."""

from datetime import timedelta

import pytest
from certificate_steps import finish, first_number
from hypothesis import given
from hypothesis import strategies as st
from page_words import let_in, words_of
from posted import mails, run_jobs
from sqlalchemy import select

from webinar_app.accounts.models import Licence, Person
from webinar_app.accounts.queries import actor_of_token, person_ids
from webinar_app.accounts.services.signing import digest, sign_in
from webinar_app.audit.models import AuditEntry
from webinar_app.certificates.services import keep_paper
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Role
from webinar_app.evaluations.models import EvaluationForm
from webinar_app.evaluations.queries import invitation
from webinar_app.infra.db import read, write
from webinar_app.people.queries.merging import list_pairs
from webinar_app.people.rules.merging import Entry, mailbox, suggest
from webinar_app.people.services.merging import merge_people, say_two, undo_merge
from webinar_app.registrations.models import Registration, WaitingPlace
from webinar_app.registrations.queries import registration_view
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState


@pytest.fixture
def admin(world):
    return world.actor(world.person("Adam Admin", Role.ADMIN), Role.ADMIN)


@pytest.fixture
def twice(world):
    """Ada, twice."""
    return world.person("Ada Lovelace", email="ada@example.org"), world.person("A. Lovelace", email="ada+x@example.org")


def code(person_id):
    with read() as db:
        return db.get_one(Person, person_id).code


def held(person_id):
    with read() as db:
        query = select(Registration.state).where(Registration.person_id.in_(person_ids(db, person_id)))
        return [state.value for state in db.scalars(query.order_by(Registration.id))]


def merge(admin, kept, gone, now=None):
    return write(merge_people, admin, code(kept), code(gone), now=now or utc_now())


def seat(world, webinar, person_id, **changes):
    details = {"created_at": utc_now()} | changes
    return write(world._registration, webinar, person_id, "Ada Lovelace", details)


@pytest.mark.parametrize(
    ("email", "box"),
    [
        ("Ada@Example.org", "ada@example.org"), ("ada+ce@example.org", "ada@example.org"),
        ("a.d.a@gmail.com", "ada@gmail.com"), ("ada+x@GoogleMail.com", "ada@gmail.com"),
        ("a.da@example.org", "a.da@example.org"), ("", ""), ("@example.org", ""), ("+x@example.org", ""),
    ],
)  # fmt: skip
def test_mailbox_is_what_an_address_reaches(email, box):
    assert mailbox(email) == box


def test_likeness_of_names_alone_is_never_suggested():
    same, board = "Ada Lovelace", ("Ohio Board", "LPC-1")
    entries = [
        Entry(1, "a@example.org", same), Entry(2, "b@example.org", same),
        Entry(3, "c@example.org", "Ada Lovelac", (board,)), Entry(4, "d@example.org", same, (board,)),
        Entry(5, "e@example.org", "ADA  lovelace", (("ohio board", "lpc 1"),)),
        Entry(6, "a+x@example.org", "Somebody Else"),
    ]  # fmt: skip

    assert [(one.first, one.second, one.why) for one in suggest(entries)] == [(1, 6, "mailbox"), (4, 5, "licence")]
    assert suggest(entries, [(1, 6), (4, 5)]) == []


@given(st.lists(st.tuples(st.sampled_from(["a@x.org", "A@x.org", "b@x.org", ""]), st.sampled_from("pq")), max_size=8))
def test_suggestions_do_not_depend_on_order(told):
    entries = [Entry(number, email, name, (("O", name),)) for number, (email, name) in enumerate(told)]

    assert suggest(entries) == suggest(reversed(entries))
    assert all(one.first < one.second for one in suggest(entries))


def test_merge_moves_registrations_and_licences_and_both_addresses_sign_in(world, admin, twice):
    ada, other = twice
    here = world.webinar(starts_at=utc_now() + timedelta(days=3))
    seat(world, here, other)
    write(lambda db: db.add(Licence(person_id=other, profession="Nurse", board="Ohio", number="1")))
    token = write(sign_in, other, "password", device="Test", now=utc_now())
    merge(admin, ada, other)

    again = write(sign_in, other, "email_link", device="Test", now=utc_now())
    with read() as db:
        assert db.scalars(select(Licence.person_id)).all() == [ada]
        assert not actor_of_token(db, digest(token), utc_now())[0].is_signed_in
        assert actor_of_token(db, digest(again), utc_now())[0].person_id == ada
        assert db.scalars(select(AuditEntry.act).where(AuditEntry.subject_id == ada)).all() == ["person.merge"]
    assert held(ada) == ["registered"]


def test_of_two_places_to_come_the_older_stays_and_of_two_that_were_both(world, admin, twice):
    ada, other = twice
    next_one = world.webinar(starts_at=utc_now() + timedelta(days=3))
    past = world.webinar(starts_at=utc_now() - timedelta(days=3), state=WebinarState.ENDED)
    seat(world, next_one, ada, created_at=utc_now())
    seat(world, next_one, other, created_at=utc_now() - timedelta(days=1))
    seat(world, past, ada)
    seat(world, past, other)
    made = merge(admin, ada, other)

    assert held(ada) == ["cancelled", "registered", "registered", "registered"]
    assert run_jobs("calendars.confirm", "calendars.withdraw") == ["calendars.confirm"]

    write(undo_merge, admin, made, now=utc_now())
    assert held(ada) == held(other) == ["registered", "registered"]


def test_place_is_kept_before_one_on_the_list_and_the_list_is_gone_back_to(world, admin, twice):
    ada, other = twice
    here = world.webinar(starts_at=utc_now() + timedelta(days=3), capacity_online=2)
    waits = seat(world, here, ada, created_at=utc_now() - timedelta(days=1), state=RegistrationState.WAITLISTED)
    place = WaitingPlace(registration_id=waits, webinar_id=here["id"], seat="online", rank=1, joined_at=utc_now())
    write(lambda db: db.add(place))
    seat(world, here, other, seat_number=1)
    world.attendee(here, "Cy Quick", seat_number=2)
    made = merge(admin, ada, other)

    assert held(ada) == ["cancelled", "registered"]
    assert write(undo_merge, admin, made, now=utc_now())["lost"] == 0
    assert (held(ada), held(other)) == (["waitlisted"], ["registered"])


def test_number_of_a_place_is_free_after_a_merge_and_new_after_undoing(world, admin, twice):
    ada, other = twice
    here = world.webinar(starts_at=utc_now() + timedelta(days=3), capacity_online=3)
    seat(world, here, ada, created_at=utc_now() - timedelta(days=1), seat_number=1)
    seat(world, here, other, seat_number=2)
    made = merge(admin, ada, other)
    world.attendee(here, "Cy Quick", seat_number=2)
    write(undo_merge, admin, made, now=utc_now())

    with read() as db:
        rows = db.scalars(select(Registration).order_by(Registration.id))
        assert [(row.state.value, row.seat_number) for row in rows] == [("registered", n) for n in (1, 3, 2)]


def test_undo_says_which_seats_are_gone(world, admin, twice):
    ada, other = twice
    here = world.webinar(starts_at=utc_now() + timedelta(days=3), capacity_online=2)
    seat(world, here, ada, created_at=utc_now() - timedelta(days=1))
    seat(world, here, other)
    made = merge(admin, ada, other)
    world.attendee(here, "Cy Quick")

    assert write(undo_merge, admin, made, now=utc_now())["lost"] == 1
    assert (held(ada), held(other)) == (["registered"], ["cancelled"])


def test_undo_lasts_thirty_days_and_comes_before_older_merges(world, admin, twice):
    ada, other = twice
    third = world.person("Ada L", email="ada+y@example.org")
    first = merge(admin, ada, other)
    second = merge(admin, third, ada)
    with read() as db:
        assert set(person_ids(db, third)) == {ada, other, third}

    with pytest.raises(Refused) as early:
        write(undo_merge, admin, first, now=utc_now())
    write(undo_merge, admin, second, now=utc_now())
    with read() as db:
        assert set(person_ids(db, ada)) == {ada, other}
    with pytest.raises(Refused) as twice_undone:
        write(undo_merge, admin, second, now=utc_now())
    with pytest.raises(Refused) as late:
        write(undo_merge, admin, first, now=utc_now() + timedelta(days=31))
    write(undo_merge, admin, first, now=utc_now() + timedelta(days=29))

    assert [error.value.code for error in (early, twice_undone, late)] == ["merge.later", "merge.undone", "merge.old"]
    assert held(other) == []


def test_what_cannot_be_merged(world, admin, twice):
    ada, other = twice
    staff = world.person("Cora Coordinator", Role.COORDINATOR)
    cora = world.actor(staff, Role.COORDINATOR)
    codes = []
    for kept, gone in ((ada, ada), (ada, staff)):
        with pytest.raises(Refused) as refused:
            merge(admin, kept, gone)
        codes.append(refused.value.code)
    merge(admin, ada, other)
    with pytest.raises(Refused) as refused:
        merge(admin, ada, other)

    assert [*codes, refused.value.code] == ["merge.same", "merge.roles", "merge.done"]
    with pytest.raises(Forbidden):
        write(say_two, cora, code(ada), code(other), now=utc_now())


def test_pages_suggest_preview_merge_and_undo(world, app, twice):
    ada, other = twice
    here = world.webinar(starts_at=utc_now() + timedelta(days=3))
    for person in twice:
        seat(world, here, person)
    browser = let_in(app.test_client(), world.person("Adam Admin", Role.ADMIN))
    listed = browser.get("/manage/duplicates").text
    path = f"/manage/duplicates/{code(ada)}/{code(other)}"
    preview = words_of(browser.get(path).text)
    merged = browser.post(path, data={"_key": "a key of a form"}, follow_redirects=True)
    undo = merged.text.partition("/manage/merges/")[2].partition("/")[0]
    undone = browser.post(f"/manage/merges/{undo}/undo", data={"_key": "a key to undo"}, follow_redirects=True)
    told = {"one": code(ada), "other": code(other), "_key": "a key of two"}
    apart = browser.post("/manage/duplicates/two", data=told, follow_redirects=True)

    assert path in listed
    assert "The same mailbox." in words_of(listed)
    assert "The other one ends, and what it held is free." in preview
    assert "Merged in the last 30 days" in words_of(merged.text)
    assert "are two entries again." in undone.text
    assert "No duplicates are found" in words_of(apart.text)
    with read() as db:
        assert list_pairs(db) == ([], 0)


def test_live_session_keeps_both_places(world, admin, twice):
    ada, other = twice
    here = world.webinar(starts_at=utc_now() + timedelta(days=3))
    for person in twice:
        seat(world, here, person)
    write(lambda db: setattr(db.get_one(Webinar, here["id"]), "state", WebinarState.LIVE))
    merge(admin, ada, other)

    assert held(ada) == ["registered", "registered"]


def test_mail_about_what_an_entry_had_goes_to_the_address_that_was_kept(world, admin, twice):
    ada, other = twice
    sitting = world.webinar(starts_at=utc_now() + timedelta(days=3))
    member = world.attendee(sitting, "A. Lovelace")
    write(lambda db: setattr(db.get_one(Registration, member.registration_id), "person_id", other))
    finish(member, sitting["course"])

    def ask(db):
        form = EvaluationForm(webinar_id=sitting["id"], items=[], opened_at=utc_now(), closes_at=utc_now())
        db.add(form)
        db.flush()
        return form.id

    form_id = write(ask)
    merge(admin, ada, other)
    write(keep_paper, first_number(), "0" * 64, 3, {"subject": "S", "text": "T", "html": "H"}, b"pdf", now=utc_now())

    with read() as db:
        told = invitation(db, form_id, member.registration_id)
        shown = registration_view(db.get_one(Registration, member.registration_id))["email"]
    assert (told.person_id, told.address, shown) == (ada, "ada@example.org", "ada@example.org")
    assert [one["To"].addresses[0].addr_spec for one in mails(kind="certificate")] == ["ada@example.org"]
