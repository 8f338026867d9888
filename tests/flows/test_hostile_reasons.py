"""Hostile words in the forms that a whole house cannot send: a reason that mails repeat, an address, a new time."""

from datetime import timedelta

import databases
import pytest
from form_cases import SHEET
from hostile_papers import check_papers
from hostile_words import ENDS, LONG, faults_of, written
from house import run_all_jobs
from page_words import let_in
from sqlalchemy import select

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.courses.rules import CourseKind
from webinar_app.infra.db import read, write
from webinar_app.mailing.models import Mail
from webinar_app.payments.models import Order
from webinar_app.payments.services import record_payment
from webinar_app.registrations.models import Approval, Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.services import Sheet, cancel_for, register_in_course_by_hand

pytestmark = pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)  # it takes no NUL in a text
EVIL = ENDS.format(0)
_sent = iter(range(10**6))


@pytest.fixture
def desk(app, world):
    return let_in(app.test_client(), world.person("Cora", Role.COORDINATOR))


@pytest.fixture
def dates(world):
    """Two sittings of one course, whose seats may be given on."""
    course = world.course()
    return [world.webinar(course, starts_at=utc_now() + timedelta(days=n), capacity_online=9) for n in (7, 14)]


@pytest.fixture
def in_course(world):
    """The registration of somebody for a course without sittings, and its slug."""
    course = world.course(kind=CourseKind.SELF_PACED, price=48, refund_policy="Ask within 14 days.")
    sheet = Sheet(email="ada@example.org", legal_name="Ada Lovelace")
    return write(register_in_course_by_hand, world.coordinator(), course["slug"], sheet, now=utc_now())["code"], course


def code_of(member):
    with read() as db:
        return db.get_one(Registration, member.registration_id).code


def check(client, path, names, **right):
    """Send each of these fields hostile, endless first; then read the mails that followed."""
    for name in names:
        for value in (LONG, EVIL):
            with written() as told:
                answer = client.post(path, data=right | {name: value, "_key": f"hostile-{next(_sent):08}"})
            assert faults_of(answer, name, value, told) == []
    run_all_jobs()
    with read() as db:
        papers = {body: to for to, body in db.execute(select(Mail.to_address, Mail.body))}
    if papers:
        check_papers(papers)
    return papers


def test_reason_of_a_rejection(desk, world, dates):
    asked = world.attendee(dates[0], "Ada Lovelace", state=RegistrationState.PENDING)
    write(lambda db: db.add(Approval(registration_id=asked.registration_id, asked_at=utc_now())))

    assert len(check(desk, f"/manage/registrations/{code_of(asked)}/reject", ["reason"])) == 1


def test_reason_of_another_date(desk, world, dates):
    seat = code_of(world.attendee(dates[0], "Ada Lovelace"))

    assert len(check(desk, f"/manage/registrations/{seat}/move", ["reason"], to=dates[1]["code"])) == 2


def test_address_of_a_substitute(app, world, dates):
    ada = world.attendee(dates[0], "Ada Lovelace")
    client = let_in(app.test_client(), ada.person_id)

    assert not check(client, f"/registrations/{code_of(ada)}/substitute", ["email"])


def test_new_time_of_a_session(desk, world, dates):
    world.attendee(dates[0], "Ada Lovelace")

    assert not check(desk, f"/manage/webinars/{dates[0]['code']}/move", ["typed"])


def test_reasons_of_marks(desk, in_course):
    item = f"/manage/registrations/{in_course[0]}/units/2/1"
    check(desk, f"{item}/mark", ["reason"])
    check(desk, f"{item}/withdraw", ["reason"])


def test_reason_to_keep_money(desk, world, in_course):
    with read() as db:
        order = db.scalars(select(Order.code)).one()
    write(record_payment, world.coordinator(), order, "bank", "B-1", utc_now().date(), now=utc_now())
    write(cancel_for, world.coordinator(), in_course[0], now=utc_now())
    check(desk, f"/manage/orders/{order}/keep", ["why"])

    assert desk.get("/manage/orders?state=refund_due").text.count("Ada Lovelace") == 0


def test_fields_of_a_person_who_is_added_to_a_course(desk, in_course):
    path = f"/manage/courses/{in_course[1]['slug']}/people/add"
    right = SHEET | {"time_zone": "Europe/London"}
    for name in ("legal_name", "display_name", "licence_profession", "licence_region", "licence_number"):
        check(desk, path, [name], **(right | {"email": f"{name}@example.org"}))
    check(desk, path, ["email"], **right)
