from datetime import timedelta

import pytest
from page_words import counted, let_in, words
from sqlalchemy import select

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.courses.models import Course, Objective, OldSlug
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import write
from webinar_app.registrations.models import Registration
from webinar_app.webinars.rules import WebinarState


def page_of(client, webinar):
    return words(client, f"/courses/{webinar['course']['slug']}")


def test_open_sitting_leads_to_registration_and_calendars(client, sitting):
    webinar = sitting()

    page = client.get(f"/courses/{webinar['course']['slug']}").text

    assert "250 of 250 left" in page
    assert f'href="/webinars/{webinar["code"]}/register"' in page
    for name in ("calendar.ics", "calendar/google", "calendar/outlook"):
        assert f'href="/webinars/{webinar["code"]}/{name}"' in page
    assert "data-clocks" in page
    assert "data-zone-switch" in page


@pytest.mark.parametrize(
    ("hours", "changes", "said", "may"),
    [
        (48, {"capacity_online": 0}, "Every place is taken", False),
        (48, {"registration_closes_at": 1}, "Registration is closed since", False),
        (-0.1, {"state": WebinarState.LIVE}, "Live now", True),
        (-0.1, {}, "Starting now", True),
        (-48, {"state": WebinarState.ENDED}, "This session has ended", False),
        (48, {"state": WebinarState.CANCELLED}, "This session will not take place", False),
        (5, {}, "hours", True),
    ],
)
def test_state_of_the_sitting_is_told(client, sitting, hours, changes, said, may):
    closed = {name: utc_now() - timedelta(hours=ago) for name, ago in changes.items() if name.endswith("_closes_at")}
    webinar = sitting(hours, **changes | closed)

    page = page_of(client, webinar)

    assert said in page
    assert ("/register" in client.get(f"/courses/{webinar['course']['slug']}").text) is may


def test_two_sittings_show_the_next_and_list_the_other(client, world, sitting):
    course = world.course()
    past = sitting(-400, course=course, state=WebinarState.ENDED)
    soon = sitting(48, course=course)
    later = sitting(480, course=course)

    page = client.get(f"/courses/{course['slug']}").text
    ticket, _, others = page.partition("Other dates")

    assert f"/webinars/{soon['code']}/register" in ticket
    assert f"/webinars/{later['code']}/register" in others
    assert past["code"] not in page
    assert "Ended" in others


def test_registered_person_sees_the_way_in_and_their_own_entry(client, world, sitting):
    webinar = sitting()
    member = world.attendee(webinar)
    let_in(client, member.person_id)

    page = client.get(f"/courses/{webinar['course']['slug']}").text

    assert "You are registered" in page
    assert f"/room/{webinar['code']}" in page
    assert "/registrations/" in page
    assert f"/webinars/{webinar['code']}/register" not in page


def test_join_link_sees_its_own_registration_only(client, world, sitting):
    course = world.course()
    mine, other = sitting(48, course=course), sitting(72, course=course)
    member = world.attendee(mine)
    world.attendee(other)
    let_in(client, member.person_id, member.registration_id)

    page = client.get(f"/courses/{course['slug']}").text

    assert page.count("You are registered") == 1


def test_draft_is_for_its_own_coordinators(client, world, app):
    course = world.course(state=CourseState.DRAFT, title="Not yet")
    path = f"/courses/{course['slug']}"

    assert client.get(path).status_code == 404
    attendee = let_in(app.test_client(), world.person("Ada Lovelace"))
    assert attendee.get(path).status_code == 404
    coordinator = let_in(app.test_client(), world.person("Cora C", Role.COORDINATOR))
    assert "Only you and your colleagues see this page" in words(coordinator, path)
    assert "Not yet" not in client.get("/").text


def test_archived_course_stays_readable_and_takes_nobody(client, world, sitting):
    course = world.course(state=CourseState.ARCHIVED)
    webinar = sitting(course=course)

    assert "is no longer offered" in page_of(client, webinar)
    assert "/register" not in client.get(f"/courses/{course['slug']}").text
    assert course["slug"] not in client.get("/").text


def test_old_address_leads_to_the_new_one(client, world):
    course = world.course()
    write(lambda db: db.add(OldSlug(slug="once", course_id=course["id"])) and None)

    moved = client.get("/courses/once")

    assert (moved.status_code, moved.headers["Location"]) == (301, f"/courses/{course['slug']}")
    assert client.get("/courses/never").status_code == 404


def test_course_page_takes_the_same_statements_for_one_and_three(client, world, sitting):
    course = world.course()
    sitting(course=course)
    path = f"/courses/{course['slug']}"
    client.get(path)
    with counted() as first:
        client.get(path)
    for hours in (72, 96):
        world.attendee(sitting(hours, course=course))
    write(more_objectives, course["id"])

    with counted() as then:
        client.get(path)

    assert len(then) == len(first) <= 10


def more_objectives(db, course_id):
    known = db.scalar(select(Course).where(Course.id == course_id))
    db.add_all(Objective(course_id=known.id, position=n, text=f"More {n}") for n in (4, 5))


def test_places_left_counts_seats_that_are_taken(client, world, sitting):
    webinar = sitting()
    world.attendee(webinar)
    gone = world.attendee(webinar, "Gone Person")

    def cancel(db):
        db.get_one(Registration, gone.registration_id).state = "cancelled"

    write(cancel)

    assert "249 of 250 left" in page_of(client, webinar)
