"""A series in one registration: all chosen sessions or none, each to be left out or given back alone."""

import re
from datetime import timedelta
from decimal import Decimal

import databases
import pytest
from page_words import let_in, words_of
from posted import mails, run_jobs
from sqlalchemy import select

from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.courses.models import Course, Series
from webinar_app.infra.db import Db, read, write
from webinar_app.people.queries.series import series_offer
from webinar_app.people.services.series import register_series
from webinar_app.registrations.models import FormQuestion, Registration
from webinar_app.registrations.services import Sheet


def _series(db: Db, provider_id: int) -> int:
    row = Series(provider_id=provider_id, slug="advanced", name="Advanced Treatment Provider")
    db.add(row)
    db.flush()
    return row.id


@pytest.fixture
def sittings(world):
    series_id = write(_series, world.provider_id)
    courses = [world.course(series_id=series_id, title=f"Part {n}", code=f"ATP{n}") for n in (1, 2, 3)]
    return [
        world.webinar(course, starts_at=utc_now() + timedelta(days=7 * n), capacity_online=2)
        for n, course in enumerate(courses, start=1)
    ]


def versions():
    with read() as db:
        return {one["code"]: one["policy"] for one in series_offer(db, GUEST, "advanced", utc_now())["open"]}


def held():
    with read() as db:
        query = select(Registration.webinar_id).where(Registration.state == "registered")
        return sorted(db.scalars(query.order_by(Registration.id)))


def take(chosen, actor=GUEST, email="ada@example.org"):
    sheet = Sheet(email=email, legal_name="Ada Lovelace")
    return write(register_series, actor, "advanced", chosen, sheet, now=utc_now())


def test_one_form_takes_every_session_and_one_can_be_left_out(sittings):
    chosen = versions()
    chosen.pop(sittings[1]["code"])
    answer = take(chosen)
    run_jobs("calendars.confirm")
    again = take(chosen)

    assert (answer, again) == ({"sessions": 2}, {"sessions": 2})
    assert held() == [sittings[0]["id"], sittings[2]["id"]]
    assert len(mails(kind="confirmation")) == 2


def test_all_or_none_and_the_full_one_is_named(sittings, world):
    chosen = versions()
    for name in ("One", "Two"):
        world.attendee(sittings[2], name)
    with pytest.raises(Refused) as refused:
        take(chosen)

    assert refused.value.fields["sessions"].startswith("Part 3 (ATP3): Every place")
    assert held() == [sittings[2]["id"]] * 2


def test_session_with_questions_of_its_own_is_registered_for_alone(sittings, world, app):
    course = sittings[1]["course"]["id"]
    question = FormQuestion(course_id=course, code="ASKED001", position=1, kind="text", prompt="Which team?")
    before = versions()
    write(lambda db: db.add(question))
    page = app.test_client().get("/series/advanced/register").text
    with pytest.raises(Refused) as refused:
        take(before)

    assert refused.value.code == "series.alone"
    assert "It asks questions of its own" in words_of(page)
    assert f"/webinars/{sittings[1]['code']}/register" in page
    assert (len(versions()), held()) == (2, [])
    for number, one in enumerate((sittings[0], sittings[2])):
        row = {"course_id": one["course"]["id"], "code": f"WHY{number:05}", "position": 1, "kind": "text"}
        write(lambda db, row=row: db.add(FormQuestion(prompt="Why?", **row)))
    alone = words_of(app.test_client().get("/series/advanced/register").text)
    assert "Each of these by itself" in alone
    assert "No session can be registered for now" not in alone


@pytest.mark.parametrize("chosen", [{}, {"NOTHERE1": "A"}])
def test_sessions_that_are_none_are_refused(sittings, chosen):
    with pytest.raises(InvalidInput) as refused:
        take(chosen)
    assert refused.value.code == "series.sessions"


def test_pages_for_guests_and_for_who_is_signed_in(sittings, world, app):
    guest, ada = app.test_client(), app.test_client()
    let_in(ada, world.person("Ada Lovelace", email="ada@example.org"))
    page = guest.get("/series/advanced/register").text
    version = re.search(r'name="policy_version"[^>]*value="([^"]+)"', page).group(1)
    codes = [one["code"] for one in sittings]
    sheet = {"legal_name": "Ada Lovelace", "policy": "y", "policy_version": version, "time_zone": "Europe/London"}
    sent = guest.post(
        "/series/advanced/register",
        data=sheet | {"email": "bea@example.org", "sessions": codes[:2], "_key": "a key of a guest"},
    )
    none = guest.post("/series/advanced/register", data=sheet | {"email": "b@example.org", "_key": "another key"})
    own = ada.post(
        "/series/advanced/register", data=sheet | {"sessions": codes, "_key": "a key of Ada", "licence": "none"}
    )

    assert (sent.status_code, none.status_code, own.status_code) == (303, 422, 303)
    assert "each of the 2 sessions to bea@example.org" in words_of(guest.get(sent.location).text)
    assert "Choose at least one session." in words_of(none.text)
    assert words_of(ada.get("/series/advanced/register").text).count("you have a place.") == 3
    assert len(held()) == 5
    assert guest.get("/series/nowhere/register").status_code == 404
    assert ["data-guess-zone" in one for one in (page, none.text)] == [True, False]
    assert "js/registrations/register.js" in page


@pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
def test_each_session_says_what_it_costs_and_free_ones_say_nothing(sittings, app):
    def price(db):
        db.get_one(Course, sittings[1]["course"]["id"]).price = Decimal("48.00")

    free = words_of(app.test_client().get("/series/advanced/register").text)
    write(price)
    priced = words_of(app.test_client().get("/series/advanced/register").text)

    assert "USD" not in free
    assert "paid by itself" not in free
    assert priced.count(", 48.00 USD") == 1
    assert "Each session that costs something is paid by itself" in priced
