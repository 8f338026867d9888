"""Another date, another person: the record keeps both, invites follow, and what happened in a room never moves."""

from datetime import timedelta

import pytest
from page_words import let_in, words_of
from posted import calendar_of, mails, run_jobs
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.payments.queries import find_order
from webinar_app.payments.services import record_payment
from webinar_app.payments.services.ordering import ensure_order
from webinar_app.people.models import ClaimLink, SeatClaim
from webinar_app.people.services.blocks import claim_seat, reserve_block
from webinar_app.people.services.moving import move_to_date, substitute
from webinar_app.registrations.models import FormAnswer, FormQuestion, Registration
from webinar_app.registrations.queries import count_taken
from webinar_app.registrations.services import Sheet
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

WHY = "On leave that week"
BEA = Sheet(email="bea@example.org", legal_name="Bea Bright", display_name="Bea")


@pytest.fixture
def dates(world):
    course = world.course()
    days = (7, 14)
    return [world.webinar(course, starts_at=utc_now() + timedelta(days=n), capacity_online=2) for n in days]


@pytest.fixture
def cora(world):
    return world.coordinator()


@pytest.fixture
def ada(world, dates):
    licence = {"profession": "Nurse", "board": "Ohio", "number": "1"}
    member = world.attendee(dates[0], "Ada Lovelace", licence=licence, policy_version="A", policy_accepted_at=utc_now())
    with read() as db:
        return db.get_one(Registration, member.registration_id).code


def rows():
    with read() as db:
        query = select(Registration).order_by(Registration.id)
        return [(row.legal_name, row.webinar_id, row.state.value) for row in db.scalars(query)]


def test_another_date_ends_the_old_seat_and_takes_a_new_one(dates, cora, ada):
    run_jobs("calendars.confirm")
    made = write(move_to_date, cora, ada, dates[1]["code"], WHY, now=utc_now())
    run_jobs("calendars.withdraw", "calendars.confirm")

    first, second = dates[0]["id"], dates[1]["id"]
    assert rows() == [("Ada Lovelace", first, "cancelled"), ("Ada Lovelace", second, "registered")]
    with read() as db:
        new = db.scalars(select(Registration).where(Registration.code == made["code"])).one()
        assert (new.licence["number"], new.policy_version, count_taken(db, first)) == ("1", "A", 0)
    kinds = sorted(mail["Subject"].split(":")[0] for mail in mails())
    assert len(kinds) == 2
    assert len(mails(kind="registration_cancelled")) == len(mails(kind="confirmation")) == 1
    assert calendar_of(mails(kind="confirmation")[0]) is not None


def test_answers_go_along_and_the_place_is_numbered(dates, cora, ada, world):
    world.attendee(dates[1], "Cy", seat_number=1)

    def answer(db):
        row = db.scalars(select(Registration).where(Registration.code == ada)).one()
        question = FormQuestion(course_id=row.course_id, code="ASKED001", position=1, kind="text", prompt="Which team?")
        db.add(question)
        db.flush()
        db.add(FormAnswer(registration_id=row.id, question_id=question.id, value="Red"))

    write(answer)
    made = write(move_to_date, cora, ada, dates[1]["code"], WHY, now=utc_now())

    with read() as db:
        new = db.scalars(select(Registration).where(Registration.code == made["code"])).one()
        values = db.scalars(select(FormAnswer.value).where(FormAnswer.registration_id == new.id)).all()
        assert (new.seat_number, values) == (2, ["Red"])


def test_full_or_foreign_dates_are_refused_and_nothing_changes(dates, cora, ada, world):
    elsewhere = world.webinar(starts_at=utc_now() + timedelta(days=9))
    for name in ("One", "Two"):
        world.attendee(dates[1], name)

    with pytest.raises(InvalidInput) as foreign:
        write(move_to_date, cora, ada, elsewhere["code"], WHY, now=utc_now())
    with pytest.raises(Refused) as full:
        write(move_to_date, cora, ada, dates[1]["code"], WHY, now=utc_now())

    assert (foreign.value.code, full.value.code) == ("move.date", "registration.full")
    assert rows()[0] == ("Ada Lovelace", dates[0]["id"], "registered")
    assert run_jobs("calendars.withdraw") == []


def test_another_person_takes_the_seat_of_a_full_session(dates, cora, ada, world):
    world.attendee(dates[0], "Cy")
    write(substitute, cora, ada, BEA, WHY, now=utc_now())
    run_jobs("calendars.withdraw", "calendars.confirm")

    assert [one[0::2] for one in rows()] == [
        ("Ada Lovelace", "cancelled"), ("Cy", "registered"), ("Bea Bright", "registered"),
    ]  # fmt: skip
    assert [mail["To"] for mail in mails(kind="confirmation")] == ["Bea Bright <bea@example.org>"]


def test_person_who_is_there_already_cannot_take_a_second_seat(dates, cora, ada, world):
    other = world.attendee(dates[0], "Cy")
    with read() as db:
        email = db.get_one(Person, other.person_id).email

    with pytest.raises(InvalidInput) as refused:
        write(substitute, cora, ada, Sheet(email=email, legal_name="Cy"), WHY, now=utc_now())

    assert refused.value.code == "registration.exists"
    assert [state for _, _, state in rows()] == ["registered", "registered"]


@pytest.mark.parametrize("state", [WebinarState.LIVE, WebinarState.ENDED, WebinarState.CANCELLED])
def test_what_happened_in_a_room_never_moves(dates, cora, ada, state):
    write(lambda db: setattr(db.get_one(Webinar, dates[0]["id"]), "state", state))

    for act, to in ((move_to_date, dates[1]["code"]), (substitute, BEA)):
        with pytest.raises(Refused) as refused:
            write(act, cora, ada, to, WHY, now=utc_now())
        assert refused.value.code == "move.begun"


def test_seat_of_an_agency_stays_the_agencys(dates, cora, world):
    soon = (utc_now() + timedelta(days=2)).date()
    write(
        reserve_block, cora, dates[0]["code"], agency="Harbor", contact_name="Hal", contact_email="h@example.org",
        seats="2", seat="online", release_on=f"{soon.day} {soon:%B} {soon.year}", is_single=False, now=utc_now(),
    )  # fmt: skip
    ada = world.actor(world.person("Ada Lovelace"))
    with read() as db:
        token = db.scalars(select(ClaimLink.token)).one()
        from webinar_app.registrations.queries import current_policy

        version = current_policy(db.get_one(Webinar, dates[0]["id"]))
    made = write(claim_seat, ada, token, Sheet(legal_name="Ada Lovelace", policy=version), now=utc_now())
    given = write(substitute, cora, made["code"], BEA, WHY, now=utc_now())

    with read() as db:
        claim = db.scalars(select(SeatClaim)).one()
        assert (claim.registration.code, count_taken(db, dates[0]["id"])) == (given["code"], 2)


def test_pages_move_substitute_and_tell_the_history(dates, ada, world, app):
    desk = let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))
    path = f"/manage/registrations/{ada}"
    missing = desk.post(f"{path}/move", data={"_key": "a key of a form"})
    moved = desk.post(
        f"{path}/move", data={"_key": "a key of a move", "to": dates[1]["code"], "reason": WHY}, follow_redirects=True
    )
    code = moved.request.path.rpartition("/")[2]
    sheet = {"email": "bea@example.org", "legal_name": "Bea Bright", "reason": "Her deputy comes", "_key": "a new key"}
    given = desk.post(f"/manage/registrations/{code}/substitute", data=sheet, follow_redirects=True)
    history = words_of(desk.get(f"{path}/history").text)

    assert (missing.status_code, moved.status_code, given.status_code) == (422, 200, 200)
    assert "Choose a date." in words_of(missing.text)
    assert "Bea Bright" in words_of(given.text)
    assert history.index("Given to another date") < history.index("Given to another person") < history.index("Bea")
    assert WHY in history
    assert "there is no seat to give" in words_of(desk.get(f"{path}/move").text)


def order_of(code):
    with read() as db:
        row = db.scalars(select(Registration).where(Registration.code == code)).one()
        order = find_order(db, row.id)
        return (order.code, order.state.value, order.amount, order.payer_organisation) if order else None


@pytest.fixture
def owed(world, cora):
    """Two dates of a course with a price, and the code of somebody who owes it."""
    course = world.course(price=48)
    sittings = [world.webinar(course, starts_at=utc_now() + timedelta(days=n), capacity_online=2) for n in (7, 14)]
    member = world.attendee(sittings[0], "Ada Lovelace")

    def owe(db):
        row = db.get_one(Registration, member.registration_id)
        ensure_order(db, row, utc_now()).payer_organisation = "Harbor"
        return row.code

    return sittings, write(owe)


@pytest.mark.parametrize("act", [move_to_date, substitute])
def test_what_is_owed_goes_along_with_its_payer(cora, owed, act):
    dates, code = owed
    before = order_of(code)

    made = write(act, cora, code, dates[1]["code"] if act is move_to_date else BEA, WHY, now=utc_now())

    assert order_of(code) is None
    assert order_of(made["code"]) == before
    assert before[1:] == ("open", 48, "Harbor")


@pytest.mark.parametrize("act", [move_to_date, substitute])
def test_what_is_paid_is_not_asked_for_again(cora, owed, act):
    dates, code = owed
    write(record_payment, cora, order_of(code)[0], "bank", "R-1", utc_now().date(), now=utc_now())

    made = write(act, cora, code, dates[1]["code"] if act is move_to_date else BEA, WHY, now=utc_now())

    assert order_of(code) is None
    assert order_of(made["code"])[1:3] == ("paid", 48)
