from datetime import date, timedelta

import pytest
from page_words import counted, let_in, words

from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.core.clock import utc_now
from webinar_app.courses.models import Course, Item
from webinar_app.evaluations.models import EvaluationDone, EvaluationForm
from webinar_app.infra.db import write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.services import complete_item
from webinar_app.webinars.rules import WebinarState

BLOCKS = {"blocks": [{"type": "paragraph", "text": "Read me."}]}


@pytest.fixture
def held(world, sitting):
    """A sitting that ended yesterday, with a page to read, an open evaluation, and one attendee."""
    course = world.course(title="Alliance Three")
    webinar = sitting(-24, course=course, state=WebinarState.ENDED, ended_at=utc_now() - timedelta(hours=23))
    member = world.attendee(webinar)
    write(give_text, course["reading_item"])
    form_id = write(open_form, webinar["id"], utc_now())
    return {"course": course, "webinar": webinar, "member": member, "form_id": form_id}


def give_text(db, item_id):
    db.get_one(Item, item_id).content = BLOCKS


def no_certificate(db, course_id):
    db.get_one(Course, course_id).gives_certificate = False


def open_form(db, webinar_id, now):
    row = EvaluationForm(
        webinar_id=webinar_id, items=[], opened_at=now - timedelta(hours=1), closes_at=now + timedelta(days=6)
    )
    db.add(row)
    db.flush()  # the id is the answer
    return row.id


def certify(db, provider_id, registration_id, **changes):
    values = {
        "number": "AAAA-BBBB-CCCC-DDDD", "variant": "general", "revision": 1, "status": CertificateStatus.ISSUED,
        "facts_hash": "x", "snapshot": {}, "decided_at": utc_now(), "issued_at": utc_now(),
    }  # fmt: skip
    db.add(Certificate(provider_id=provider_id, registration_id=registration_id, **(values | changes)))


def test_nobody_sees_it_without_signing_in(client, database):
    response = client.get("/my")

    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in?next=%2Fmy")


def test_empty_page_says_what_will_stand_here(client, world):
    let_in(client, world.person("Ada Lovelace"))

    page = words(client, "/my")

    assert "Nothing is coming up" in page
    assert "No certificate yet" in page
    assert "Ada Lovelace" in page
    assert client.get("/my").headers["Cache-Control"] == "no-store"


def test_upcoming_has_the_way_in_calendar_and_cancelling(client, world, sitting):
    webinar = sitting()
    member = world.attendee(webinar)
    let_in(client, member.person_id)

    page = client.get("/my").text

    assert "Open the lobby" in page
    for part in (f"/room/{webinar['code']}", "/calendar.ics", "/cancel"):
        assert part in page


def test_live_sitting_is_joined_and_cannot_be_given_back(client, world, sitting):
    webinar = sitting(-0.2, state=WebinarState.LIVE)
    let_in(client, world.attendee(webinar).person_id)

    page = client.get("/my").text

    assert "Join now" in page
    assert "/cancel" not in page


def hand_over(db, registration_id, person_id):
    db.get_one(Registration, registration_id).person_id = person_id


@pytest.mark.parametrize(
    ("hours", "state", "told", "act"),
    [
        (-0.2, RegistrationState.REGISTERED, "ATP3 is live now.", "Join now"),
        (48, RegistrationState.OFFERED, "A place in ATP3 is free for you", "Accept or decline it"),
    ],
)
def test_what_cannot_wait_stands_before_what_is_to_finish(client, world, sitting, held, hours, state, told, act):
    of_session = WebinarState.LIVE if hours < 0 else WebinarState.SCHEDULED
    member = world.attendee(sitting(hours, state=of_session), state=state)
    write(hand_over, member.registration_id, held["member"].person_id)
    let_in(client, held["member"].person_id)

    page, main = words(client, "/my"), client.get("/my").text.partition("<main")[2]

    assert f"My learning {told}" in page
    assert main.count("button--primary") == 1
    assert act in main.partition("button--primary")[2].partition("</a>")[0]


def test_ended_sitting_leaves_evaluation_and_reading_to_finish(client, held):
    let_in(client, held["member"].person_id)

    page = client.get("/my").text

    assert "One thing to finish: your evaluation of ATP3 is open until" in words(client, "/my")
    assert f"/evaluations/{held['webinar']['code']}" in page
    assert f"/courses/{held['course']['slug']}/units/2/1" in page
    assert "Attendance not met so far" in page


def test_what_is_done_is_marked_and_leaves_the_list(client, world, held):
    member, course = held["member"], held["course"]
    write(no_certificate, course["id"])
    for name in ("webinar_item", "reading_item", "evaluation_item"):
        write(complete_item, member.registration_id, course[name], {}, now=utc_now())

    def answer(db):
        db.add(EvaluationDone(form_id=held["form_id"], registration_id=member.registration_id, day=date(2026, 11, 3)))

    write(answer)
    let_in(client, member.person_id)

    page = words(client, "/my")

    assert "To finish" not in page
    for word in ("Attended", "Read", "Evaluated"):
        assert word in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expires_on": date(2090, 1, 2)}, "Valid to 2 Jan 2090"),
        ({"expires_on": date(2020, 1, 2)}, "Expired 2 Jan 2020"),
        ({}, "Valid"),
        ({"status": CertificateStatus.PENDING, "issued_at": None}, "Being made"),
        ({"status": CertificateStatus.FAILED, "issued_at": None}, "Delayed"),
        ({"revoked_at": utc_now(), "revoked_reason": "Recorded twice."}, "Withdrawn Recorded twice."),
    ],
)
def test_certificate_says_where_it_stands(client, world, held, changes, said):
    write(certify, world.provider_id, held["member"].registration_id, **changes)
    let_in(client, held["member"].person_id)

    page = words(client, "/my")

    assert said in page
    assert "1.25 contact hours" in page
    assert "To finish" not in page


def test_others_registrations_are_not_shown(client, world, held):
    let_in(client, world.person("Eve Other"))

    assert "Alliance Three" not in words(client, "/my")


def test_join_link_shows_its_own_registration_only(client, world, held, sitting):
    other = sitting(course=world.course(title="Another Course"))
    person_id = held["member"].person_id
    write(world._registration, other, person_id, "Ada Lovelace", {})
    let_in(client, person_id, held["member"].registration_id)

    page = words(client, "/my")

    assert "Alliance Three" in page
    assert "Another Course" not in page
    assert "You came by a personal join link" in page


def test_cancelled_sitting_is_told(client, world, sitting):
    webinar = sitting(state=WebinarState.CANCELLED)
    let_in(client, world.attendee(webinar).person_id)

    assert "This session did not take place" in words(client, "/my")


def test_page_takes_the_same_statements_for_one_and_three(client, world, sitting):
    member = world.attendee(sitting())
    let_in(client, member.person_id)
    client.get("/my")
    with counted() as first:
        client.get("/my")
    for hours in (72, 96):
        write(world._registration, sitting(hours), member.person_id, "Ada Lovelace", {})

    with counted() as then:
        client.get("/my")

    assert len(then) == len(first)


def test_presenter_finds_the_desk_and_a_join_link_does_not(client, world, sitting):
    webinar = sitting(1)
    member = world.staff(webinar)

    let_in(client, member.person_id)
    shown = client.get("/my").text

    assert f"/room/{webinar['code']}/present" in shown
    attendee = world.attendee(webinar)
    let_in(client, attendee.person_id)
    assert "You have a part in" not in client.get("/my").text
