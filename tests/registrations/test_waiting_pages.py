"""Waiting lists as a browser without JavaScript sees them."""

import re

import pytest
from page_words import let_in, words
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import Registration, WaitingPlace

TELL = "registrations.tell_waiting"


@pytest.fixture
def full(soon, world):
    """A sitting of one place that Ada has."""
    webinar = soon(capacity_online=1)
    world.attendee(webinar)
    return webinar


def register(client, webinar, email, **more):
    page = client.get(f"/webinars/{webinar['code']}/register").text
    version = re.search(r'name="policy_version"[^>]*value="(\w+)"', page).group(1)
    form = {"email": email, "legal_name": email.split("@")[0], "time_zone": "Europe/London", "policy": "y"}
    key = {"policy_version": version, "_key": f"{email} sends it"}
    return client.post(f"/webinars/{webinar['code']}/register", data=form | key | more)


def link_in(mail):
    return re.search(r"http://[^/]+(/join/\S+)", text_of(mail)).group(1)


def code_of(email):
    with read() as db:
        query = select(Registration.code).join(Person, Person.id == Registration.person_id).where(Person.email == email)
        return db.scalars(query).one()


def post(client, path, **data):
    return client.post(path, data={"_key": path[-40:].rjust(8)} | data)


def test_guest_waits_is_asked_and_accepts(full, app, world):
    guest, desk = app.test_client(), let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    course = words(guest, f"/courses/{full['course']['slug']}")
    form = words(guest, f"/webinars/{full['code']}/register")
    sent = register(guest, full, "bea@example.org")
    told = words(guest, sent.headers["Location"])
    run_jobs(TELL)
    opened = guest.get(link_in(mails(kind="waiting_joined")[0]))
    waits = words(guest, opened.headers["Location"])
    room = guest.get(f"/room/{full['code']}")
    with read() as db:
        held = db.scalars(select(Registration.code).where(Registration.state == "registered")).one()
    post(desk, f"/manage/registrations/{held}/cancel")
    run_jobs(TELL)
    offered = words(guest, guest.get(link_in(mails(kind="waiting_offer")[0])).headers["Location"])
    taken = post(guest, f"/registrations/{code_of('bea@example.org')}/accept")
    done = guest.get(taken.headers["Location"]).text

    assert "Join the waiting list" in course
    assert "This session is full Every place is taken" in form
    assert "is on the waiting list of" in told
    assert opened.headers["Referrer-Policy"] == "same-origin"
    assert "You are number 1 on the waiting list" in waits
    assert room.status_code == 403
    assert "We hold it for you until" in offered
    assert "Accept the place" in offered
    assert "The place is yours." in done
    assert "You have a place" in done


def test_known_and_unknown_addresses_get_the_same_page_when_it_is_full(full, app, world):
    world.person("Known", email="known@example.org")
    with read() as db:
        seated = db.scalars(select(Person.email).join(Registration, Registration.person_id == Person.id)).one()
    answers = []
    for email in ("new@example.org", "known@example.org", seated):
        client = app.test_client()
        sent = register(client, full, email)
        page = client.get(sent.headers["Location"]).text
        page = re.sub(r'(csrf[^>]*(content|value)=|server-now" content=)"[^"]*"', "", page).replace(email, "EMAIL")
        answers.append((sent.status_code, sent.headers["Location"], re.sub(r"_key\" value=\"\w+", "", page)))

    assert answers[0] == answers[1] == answers[2]


def test_signed_in_person_sees_where_they_stand_everywhere(full, app, world):
    client = let_in(app.test_client(), world.person("Grace", email="grace@example.org"))
    sent = register(client, full, "grace@example.org", licence="none")
    stands = client.get(sent.headers["Location"])
    own = f"/registrations/{code_of('grace@example.org')}"

    assert stands.headers["Location"] == own
    assert "You are number 1 on the waiting list" in words(client, own)
    assert "On the waiting list" in words(client, f"/courses/{full['course']['slug']}")
    assert own in client.get("/my").text
    assert client.get(f"/webinars/{full['code']}/register").headers["Location"] == own
    assert "Leave the waiting list?" in words(client, f"{own}/cancel")
    assert post(client, f"{own}/cancel").status_code == 303
    assert "This registration is over" in words(client, own)


def run_out(db, code, now):
    row = db.scalars(select(Registration).where(Registration.code == code)).one()
    db.get_one(WaitingPlace, row.id).offer_ends_at = now


def test_offer_that_ran_out_is_not_held_out_any_more(full, app, world):
    client = let_in(app.test_client(), world.person("Grace", email="grace@example.org"))
    register(client, full, "grace@example.org", licence="none")
    with read() as db:
        member = db.scalars(select(Registration).where(Registration.state == "registered")).one()
    holder, held = let_in(app.test_client(), member.person_id), f"/registrations/{member.code}/cancel"
    asked = words(holder, held)
    post(holder, held)
    code = code_of("grace@example.org")
    write(run_out, code, utc_now())
    page = words(client, f"/registrations/{code}")
    late = post(client, f"/registrations/{code}/accept")

    assert "You can come back only at the end of that list." in asked
    assert "This offer has run out" in page
    assert "Accept the place" not in page + late.text
    assert (late.status_code, "This offer has run out, and the place goes to" in late.text) == (409, True)

    run_jobs("registrations.end_offer")  # the place has gone on while the page was open
    late = post(client, f"/registrations/{code}/accept")
    assert (late.status_code, "This offer has run out, and the place goes to" in late.text) == (409, True)
    assert f'href="/webinars/{full["code"]}/register">Register again' in late.text


def test_answer_without_an_offer_says_what_is_the_matter(full, app, world):
    client = let_in(app.test_client(), world.person("Grace", email="grace@example.org"))
    register(client, full, "grace@example.org", licence="none")
    own = f"/registrations/{code_of('grace@example.org')}"

    for answer in (post(client, f"{own}/accept"), post(client, f"{own}/decline")):
        assert (answer.status_code, "No place is offered to you now" in answer.text) == (409, True)


def test_coordinator_sees_the_list_and_sets_the_rules(full, app, world):
    desk = let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))
    path = f"/manage/webinars/{full['code']}"
    empty = words(desk, f"{path}/waiting")
    for name in ("bea", "cyd"):
        register(app.test_client(), full, f"{name}@example.org")
    listed = words(desk, f"{path}/waiting")
    wrong = desk.post(f"{path}/registration", data={"waiting": "maybe", "offer_hours": "900", "_key": "wrong rules"})
    right = post(desk, f"{path}/registration", waiting="manual", offer_hours="12")
    up = post(desk, f"/manage/registrations/{code_of('cyd@example.org')}/move-up")
    moved = words(desk, f"{path}/waiting")
    none = desk.post(
        f"/manage/registrations/{code_of('cyd@example.org')}/offer", data={"_key": "an offer"}, follow_redirects=True
    )

    assert "Nobody waits" in empty
    assert "0 of 1 places free, 2 people wait" in listed
    assert (wrong.status_code, 'value="900"' in wrong.text) == (422, True)
    assert "Write a whole number from 1 to 336." in wrong.text
    assert (right.status_code, up.status_code) == (303, 303)
    assert moved.index("cyd@example.org") < moved.index("bea@example.org")
    assert "An offer stands 12 hours" in moved
    assert "No place is free" in none.text


def test_seat_of_a_mixed_session_says_which_is_full(soon, world, client):
    webinar = soon(delivery="hybrid", capacity_online=1, capacity_room=5)
    world.attendee(webinar)

    page = words(client, f"/webinars/{webinar['code']}/register")

    assert "Online full, with a waiting list" in page
