"""Registering for a course without a sitting: free, with a fee, on request, by hand, and by a personal link."""

import csv
import io
import re
from decimal import Decimal

import pytest
from page_words import let_in, words
from posted import calendar_of, mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.courses.rules import CourseKind, CourseState
from webinar_app.infra.db import read
from webinar_app.registrations.models import Registration
from webinar_app.webinars.rules import DatePrecision, WebinarState

SELF_PACED = {"kind": CourseKind.SELF_PACED, "title": "Cultivating an Alliance", "code": ""}
TELL = "registrations.tell"


@pytest.fixture
def course(world):
    return world.course(**SELF_PACED)


@pytest.fixture
def paid(world):
    return world.course(**SELF_PACED, price=Decimal("48.00"), refund_policy="Ask within 14 days.")


def form(**changes):
    return {
        "email": "ada@example.org", "legal_name": "Ada Lovelace", "display_name": "Ada", "time_zone": "Europe/London",
        "_key": f"{utc_now().timestamp()}-key",
    } | changes  # fmt: skip


def post(client, course, **changes):
    return client.post(f"/courses/{course['slug']}/register", data=form(**changes))


def rows():
    with read() as db:
        found = db.scalars(select(Registration).order_by(Registration.id))
        return [(row.legal_name, row.state.value, row.webinar_id, row.seat) for row in found]


def only_code():
    with read() as db:
        return db.scalars(select(Registration.code)).one()


def only_link():
    return links().join(only_code(), 1).removeprefix(links().base)


def desk(world, app):
    client = app.test_client()
    let_in(client, world.person("Cora Coordinator", Role.COORDINATOR))
    return client


def test_guest_registers_and_gets_one_mail_without_invite(course, client):
    sent = post(client, course)
    ran = run_jobs(TELL, "calendars.confirm")
    page = words(client, sent.headers["Location"])

    (mail,) = mails()
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/courses/{course['slug']}/registered")
    assert rows() == [("Ada Lovelace", "registered", None, "online")]
    assert (ran.count(TELL), calendar_of(mail), mail["Subject"]) == (
        1, None, "You are registered: Cultivating an Alliance",
    )  # fmt: skip
    assert only_link() in text_of(mail)
    assert "We have mailed your link to ada@example.org" in page


def test_known_and_unknown_addresses_get_the_same_page(course, app, world):
    world.person("Known", email="known@example.org")
    post(app.test_client(), course, email="seated@example.org")

    answers = []
    for email in ("new@example.org", "known@example.org", "seated@example.org"):
        client = app.test_client()
        page = client.get(post(client, course, email=email).headers["Location"]).text
        page = re.sub(r'(csrf[^>]*(content|value)=|server-now" content=)"[^"]*"', "", page).replace(email, "EMAIL")
        answers.append(re.sub(r"_key\" value=\"\w+", "", page))

    assert answers[0] == answers[1] == answers[2]
    assert len(rows()) == 3
    assert "/join/" not in answers[0]


def test_the_same_form_twice_counts_once(course, client):
    key = "one-key-of-the-form"

    first, second = (post(client, course, _key=key) for _ in range(2))

    assert (first.status_code, second.status_code, len(rows())) == (303, 303, 1)


def test_errors_keep_what_was_typed(course, client):
    answer = post(client, course, email="nobody", licence_number="?")

    assert (answer.status_code, rows()) == (422, [])
    assert 'value="nobody"' in answer.text
    assert "Attendance policy" not in answer.text


def test_link_signs_in_for_this_registration_and_leads_to_the_course(course, client, app, world):
    other = world.course(**SELF_PACED | {"title": "Another"})
    post(client, course)
    browser = app.test_client()

    entered = browser.get(only_link())
    page = words(browser, entered.headers["Location"])

    assert (entered.status_code, entered.headers["Location"]) == (303, f"/courses/{course['slug']}")
    assert "You are registered" in page
    assert "You are registered" not in words(browser, f"/courses/{other['slug']}")
    assert browser.get("/account").status_code == 302
    leaving = browser.get(only_link() + "?to=cancel")
    assert leaving.headers["Location"] == f"/registrations/{only_code()}/cancel"


def test_signed_in_person_is_registered_at_once_and_once(course, client, world):
    let_in(client, world.person("Ada Lovelace"))

    sent = post(client, course)
    page = words(client, sent.headers["Location"])
    again = client.get(f"/courses/{course['slug']}/register")

    assert "You are registered Cultivating an Alliance" in page
    assert (again.status_code, again.headers["Location"]) == (303, f"/courses/{course['slug']}/registered")
    assert len(rows()) == 1


def test_fee_lets_the_registration_wait_until_a_coordinator_confirms(paid, app, world):
    guest, cora, visitor = app.test_client(), desk(world, app), app.test_client()

    shown = words(guest, f"/courses/{paid['slug']}/register")
    post(guest, paid)
    run_jobs(TELL)
    waiting, early = rows(), words(visitor, visitor.get(only_link()).headers["Location"])
    to_pay = app.test_client().get(re.search(r"http://[^/]+(/join/\S+)", text_of(mails()[0])).group(1))
    people = words(cora, f"/manage/courses/{paid['slug']}/people")
    done = cora.post(f"/manage/registrations/{only_code()}/confirm", data={"_key": "confirm-once-key"})
    run_jobs(TELL)

    assert "You choose how to pay once you are registered; nothing is charged on this page" in shown
    assert waiting == [("Ada Lovelace", "pending", None, "online")]
    assert "Pay, or get an invoice" in early
    assert to_pay.headers["Location"] == f"/registrations/{only_code()}/payment"
    assert "Waits for payment" in people
    assert done.headers["Location"] == f"/manage/courses/{paid['slug']}/people"
    assert rows() == [("Ada Lovelace", "registered", None, "online")]
    first, second = mails()
    assert (first["Subject"], "/join/" in text_of(first)) == (
        "Your registration waits for the fee: Cultivating an Alliance", True,
    )  # fmt: skip
    assert only_link() in text_of(second)
    assert visitor.get(only_link()).status_code == 303


def test_confirming_again_changes_nothing_and_a_cancelled_one_is_refused(paid, app, world):
    cora = desk(world, app)
    post(app.test_client(), paid)
    address = f"/manage/registrations/{only_code()}"

    for number in range(2):
        cora.post(f"{address}/confirm", data={"_key": f"confirm-{number}-key"})
    cora.post(f"{address}/cancel", data={"_key": "cancel-key"})
    cora.post(f"{address}/confirm", data={"_key": "confirm-late-key"})
    ran = run_jobs(TELL)

    assert rows()[0][1] == "cancelled"
    assert [mail["Subject"].split(":")[0] for mail in mails()] == ["Your registration is cancelled"]
    assert len(ran) == 3
    assert "This registration is cancelled; that is not possible now." in words(cora, address)


def test_on_request_is_asked_for_and_registered_by_hand(world, app):
    course = world.course(kind=CourseKind.IN_PERSON, price=None)
    world.webinar(course, precision=DatePrecision.ON_REQUEST, starts_at=None, local_start=None)
    guest, cora = app.test_client(), desk(world, app)

    refused = post(guest, course)
    added = cora.post(f"/manage/courses/{course['slug']}/people/add", data=form())
    again = cora.post(f"/manage/courses/{course['slug']}/people/add", data=form())

    assert "This training is given on request" in refused.text
    assert (added.status_code, added.headers["Location"]) == (303, f"/manage/courses/{course['slug']}/people")
    assert (again.status_code, "This person is registered already" in again.text) == (422, True)
    assert rows() == [("Ada Lovelace", "registered", None, "room")]


@pytest.mark.parametrize(
    ("changes", "sitting", "heading"),
    [
        ({"kind": CourseKind.LIVE_WEBINAR}, None, "There is no date yet"),
        ({"kind": CourseKind.PRESENTATION}, {}, "Choose a date first"),
        ({"state": CourseState.ARCHIVED}, None, "This course is no longer offered"),
        ({"kind": CourseKind.PRESENTATION}, {"state": WebinarState.CANCELLED}, ""),
    ],
)
def test_what_is_not_open_says_why(world, client, changes, sitting, heading):
    course = world.course(**SELF_PACED | changes)
    if sitting is not None:
        world.webinar(course, **sitting)

    sent = post(client, course)

    assert (sent.status_code, rows() == []) == ((200, True) if heading else (303, False))
    assert heading in sent.text


def test_draft_has_no_page_to_register(world, client):
    course = world.course(**SELF_PACED, state=CourseState.DRAFT)

    assert client.get(f"/courses/{course['slug']}/register").status_code == 404


def test_own_registration_is_cancelled_and_mailed(course, client, app):
    post(client, course)
    browser = app.test_client()
    browser.get(only_link())
    address = f"/registrations/{only_code()}/cancel"

    asked, sent = words(browser, address), browser.post(address, data={"_key": "give-back-key"})
    run_jobs(TELL)

    assert "Cancel your registration?" in asked
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/courses/{course['slug']}")
    assert [mail["Subject"].split(":")[0] for mail in mails()] == ["Your registration is cancelled"]
    gone = app.test_client().get(only_link())
    assert (gone.status_code, f"/courses/{course['slug']}/register" in gone.text) == (410, True)


def test_link_is_mailed_again_with_the_others(course, client):
    post(client, course)
    run_jobs(TELL)

    client.post("/join-link", data={"email": "ada@example.org", "_key": "resend-my-link"})
    run_jobs("registrations.mail_links")

    mail = mails(kind="join_link")[0]
    assert "here is the link to your course." in text_of(mail)
    assert only_link() in text_of(mail)


def test_export_has_a_column_per_part(course, client, app, world):
    post(client, course, legal_name="=Ada")
    cora = desk(world, app)

    sheet = list(csv.reader(io.StringIO(cora.get(f"/manage/courses/{course['slug']}/people.csv").text)))

    assert sheet[0][-4:] == ["Finished parts", "Unit 1: Unit 1", "Unit 2: Unit 2", "Unit 3: Unit 3"]
    assert (sheet[1][0], sheet[1][-4:]) == ("'=Ada", ["0 of 3", "", "", ""])


def test_people_pages_are_closed_to_others(course, client, app, world):
    post(client, course)
    let_in(client, world.person("Ada Lovelace"))
    paths = ("people", "people.csv", "people/add")

    assert [client.get(f"/manage/courses/{course['slug']}/{path}").status_code for path in paths] == [403] * 3
    refused = client.post(f"/manage/registrations/{only_code()}/confirm", data={"_key": "not-mine-key"})
    assert refused.status_code == 403


def test_empty_list_says_how_people_come(course, app, world):
    assert "Whoever registers on the course page stands here at once." in words(
        desk(world, app), f"/manage/courses/{course['slug']}/people"
    )
