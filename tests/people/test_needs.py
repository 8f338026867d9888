"""What people need to take part: asked at registration or later, arranged by an owner until a day, and private."""

import re
from datetime import date, datetime, timedelta

import pytest
from factories import START
from page_words import let_in, words_of
from sqlalchemy import select

from webinar_app.audit.models import AuditEntry
from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.people.models import AccommodationRequest
from webinar_app.people.queries.needs import list_needs
from webinar_app.people.rules.needs import is_overdue, usual_due
from webinar_app.people.services.needs import arrange_need, ask_need, withdraw_need
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import current_policy
from webinar_app.registrations.services import Sheet, register
from webinar_app.webinars.models import Webinar

SECRET = "A step-free way in, please"
ZONE = "America/New_York"


@pytest.fixture
def sitting(world):
    return world.webinar(starts_at=utc_now() + timedelta(days=30))


@pytest.fixture
def cora(world):
    return world.coordinator()


@pytest.fixture
def ada(world, sitting):
    member = world.attendee(sitting, "Ada Lovelace")
    with read() as db:
        return world.actor(member.person_id), db.get_one(Registration, member.registration_id).code


def asked():
    with read() as db:
        return list(db.scalars(select(AccommodationRequest).order_by(AccommodationRequest.id)))


def views(actor, now=None):
    with read() as db:
        found = list_needs(db, actor.provider_id, actor.person_id, now or utc_now())
    return {name: [one["text"] for one in rows] for name, rows in found.items() if rows}


def arranged(**changes):
    return {"owner": "", "due_on": "", "note": "", "is_done": False, "now": utc_now()} | changes


def test_usual_day_is_five_before_and_never_over():
    assert usual_due(START, ZONE, START - timedelta(days=30)) == date(2026, 10, 29)
    assert usual_due(START, ZONE, START - timedelta(days=2)) == date(2026, 11, 1)
    assert usual_due(None, ZONE, START) is None


def test_day_is_over_at_midnight_of_its_zone():
    midnight = datetime.fromisoformat("2026-11-04T05:00+00:00")
    told = [is_overdue(date(2026, 11, 3), ZONE, midnight + timedelta(seconds=n), is_open=True) for n in (-1, 0)]

    assert told == [False, True]
    assert not is_overdue(date(2026, 11, 3), ZONE, midnight, is_open=False)
    assert not is_overdue(None, ZONE, midnight, is_open=True)


def test_guest_asks_on_the_form_and_a_coordinator_arranges_it(sitting, cora):
    with read() as db:
        policy = current_policy(db.get_one(Webinar, sitting["id"]))
    sheet = Sheet(email="ada@example.org", legal_name="Ada", policy=policy, needs=SECRET)
    write(register, GUEST, sitting["code"], sheet, now=utc_now())
    (need,) = asked()
    due = need.due_on

    assert (need.text, due is not None, views(cora)) == (SECRET, True, {"open": [SECRET]})
    later = utc_now() + timedelta(days=40)
    assert views(cora, later) == {"open": [SECRET], "overdue": [SECRET]}
    write(arrange_need, cora, need.code, **arranged(owner="", due_on="1 December 2026", note="Ramp.", is_done=True))
    assert views(cora, later) == {"closed": [SECRET]}
    with read() as db:
        entries = list(db.scalars(select(AuditEntry)))
    assert not [one for one in entries if SECRET in str(one.details)]


def test_owner_is_a_coordinator_of_the_house(world, ada, cora):
    write(ask_need, *ada, "captions", SECRET, now=utc_now())
    from webinar_app.accounts.queries import get_person

    with read() as db:
        code, stranger = get_person(db, cora.person_id).code, get_person(db, ada[0].person_id).code
    write(arrange_need, cora, asked()[0].code, **arranged(owner=code))

    assert views(cora) == {"open": [SECRET], "mine": [SECRET]}
    for changes in ({"owner": stranger}, {"due_on": "soon"}, {"note": "x" * 1001}):
        with pytest.raises(InvalidInput):
            write(arrange_need, cora, asked()[0].code, **arranged(**changes))


def test_withdrawn_needs_are_not_arranged(ada, cora):
    write(ask_need, *ada, "other", SECRET, now=utc_now())
    code = asked()[0].code
    for _ in range(2):
        write(withdraw_need, *ada, code, now=utc_now())

    with pytest.raises(Refused) as refused:
        write(arrange_need, cora, code, **arranged())
    assert refused.value.code == "need.withdrawn"
    assert views(cora) == {"closed": [SECRET]}


def test_no_more_than_ten_are_open(ada):
    for _ in range(10):
        write(ask_need, *ada, "other", SECRET, now=utc_now())

    with pytest.raises(Refused) as refused:
        write(ask_need, *ada, "other", SECRET, now=utc_now())
    assert refused.value.code == "need.many"


def test_others_reach_nothing(world, ada, sitting):
    write(ask_need, *ada, "other", SECRET, now=utc_now())
    code = asked()[0].code
    other = world.attendee(sitting, "Otto")
    with read() as db:
        own = db.get_one(Registration, other.registration_id).code

    with pytest.raises(NotFound):
        write(withdraw_need, world.actor(other.person_id), own, code, now=utc_now())
    with pytest.raises(NotFound):
        write(ask_need, world.actor(other.person_id), ada[1], "other", "x", now=utc_now())
    with pytest.raises(Forbidden):
        write(arrange_need, world.actor(other.person_id, Role.PRESENTER), code, **arranged())


def test_pages_ask_arrange_and_answer(world, app, ada, sitting):
    seat, desk = app.test_client(), app.test_client()
    let_in(seat, ada[0].person_id)
    let_in(desk, world.person("Cora Coordinator", Role.COORDINATOR))
    own = f"/registrations/{ada[1]}/needs"
    empty = seat.post(own, data={"_key": "a key of a form", "kind": "captions"})
    sent = seat.post(own, data={"_key": "another key of it", "kind": "captions", "text": SECRET}, follow_redirects=True)
    by_phone = {"_key": "a key of a call", "kind": "access", "text": "Two seats"}
    desk.post(f"/manage/registrations/{ada[1]}/needs", data=by_phone)
    listed = desk.get("/manage/needs")
    code = re.search(r"/manage/needs/(\w+)", listed.text).group(1)
    done = {"_key": "a key of an answer", "note": "Booked.", "is_done": "y", "due_on": "", "owner": ""}
    saved = desk.post(f"/manage/needs/{code}", data=done)
    bad = desk.post(f"/manage/needs/{code}", data=done | {"_key": "a key of a bad one", "due_on": "whenever"})

    assert (empty.status_code, sent.status_code, saved.status_code, bad.status_code) == (422, 200, 303, 422)
    assert SECRET in words_of(sent.text)
    assert listed.headers["Cache-Control"] == "no-store"
    assert words_of(listed.text).count("Ada Lovelace") >= 2
    assert "Booked." in words_of(seat.get(own).text)
    assert 'value="whenever"' in bad.text


def test_no_list_of_people_has_it(world, app, ada, sitting):
    write(ask_need, *ada, "other", SECRET, now=utc_now())
    desk = let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))
    place = f"/manage/webinars/{sitting['code']}/people"

    for path in (place, f"{place}.csv?state=all", f"/manage/registrations/{ada[1]}"):
        answer = desk.get(path)
        assert answer.status_code == 200
        assert SECRET not in answer.text
