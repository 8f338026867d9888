"""Conflicts while typing, and moving a session from the calendar, through a browser without scripts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from page_words import let_in, words, words_of

from webinar_app.core.permissions import Role, SittingRole
from webinar_app.courses.models import Course
from webinar_app.infra.db import read, write
from webinar_app.webinars.queries import get_by_code, sitting_view
from webinar_app.webinars.routes.editing import form_data
from webinar_app.webinars.rules import Delivery, WebinarState

NOON = "December 1, 2026 12:00 p.m. ET"
START = datetime(2026, 12, 1, 17, tzinfo=UTC)
AT_NOON = {"starts_at": START, "local_start": datetime.fromisoformat("2026-12-01T12:00"), "typed": NOON}
HALL = {"delivery": Delivery.IN_PERSON, "venue": {"name": "Hall 2"}}


@pytest.fixture
def desk(client, world):
    """A coordinator's browser, in London."""
    return let_in(client, world.person("Cora Coordinator", Role.COORDINATOR, zone="Europe/London"))


def lead(db, course_id, person_id):
    db.get_one(Course, course_id).presenters[0].presenter.person_id = person_id


def checked(desk, **asked):
    return desk.get("/manage/sittings/check", query_string=asked).json["conflicts"]


def standing(code):
    with read() as db:
        webinar = get_by_code(db, code)
        return webinar.starts_at, webinar.sequence


def test_conflicts_of_presenter_host_and_room_while_typing(desk, world):
    taken = world.webinar(world.course(title="Taken"), **AT_NOON, **HALL)
    teacher = world.staff(taken, SittingRole.HOST)
    course = world.course()
    write(lead, course["id"], teacher.person_id)
    asked = {"course": course["slug"], "typed": "December 1, 2026 1:00 p.m. ET", "minutes": "60"}

    assert checked(desk, **asked, venue_name="hall 2") == [
        "Mike Presenter is in “Taken” on Tuesday 1 December 2026, 12:00 p.m. ET at this time.",
        "“hall 2” is taken by “Taken” on Tuesday 1 December 2026, 12:00 p.m. ET at this time.",
    ]  # fmt: skip
    assert checked(desk, **(asked | {"typed": "December 1, 2026 1:15 p.m. ET"})) == []
    assert checked(desk, **(asked | {"typed": "when it suits"})) == []


def test_presenters_without_an_account_cannot_be_in_two_places(desk, world):
    course = world.course()
    world.webinar(course, **AT_NOON)
    other = world.webinar(course)

    said = checked(desk, webinar=other["code"], typed=NOON, minutes="30")

    where = "“Building a Therapeutic Alliance” on Tuesday 1 December 2026, 12:00 p.m. ET"
    assert said == [f"Dr. Michael McGee is in {where} at this time."]


def test_cancelled_and_other_organisations_are_no_conflict(desk, world):
    from factories import World

    course = world.course()
    world.webinar(course, **AT_NOON, state=WebinarState.CANCELLED)
    elsewhere = World()
    elsewhere.webinar(**AT_NOON)

    assert checked(desk, course=course["slug"], typed=NOON, minutes="60") == []
    assert desk.get("/manage/sittings/check", query_string={"course": "not-here"}).status_code == 404


def test_form_says_the_same_without_scripts_and_on_submit(desk, world):
    course = world.course()
    world.webinar(course, **AT_NOON)
    form = {
        "precision": "exact", "typed": NOON, "minutes": "60", "time_zone": "America/New_York", "delivery": "online",
        "lobby_minutes": "15", "item_id": str(course["webinar_item"]),
    }  # fmt: skip

    path = f"/manage/courses/{course['slug']}/sittings/new"
    shown = desk.post(path, data=form | {"_key": "conflict-1", "do": "time.read"})
    saved = desk.post(path, data=form | {"_key": "conflict-2"}, follow_redirects=True)

    assert "Dr. Michael McGee is in" in shown.text
    assert "Dr. Michael McGee is in" in saved.text
    assert "The session is saved." in saved.text


def test_a_drop_on_the_coordinators_calendar_asks_first(desk, world):
    webinar = world.webinar(**AT_NOON)
    world.attendee(webinar)

    page = words(desk, f"/manage/webinars/{webinar['code']}/move?to=2026-12-02T18:30")

    assert "Move the session?" in page
    assert "to Wednesday 2 December 2026, 1:30 p.m. ET" in page
    assert "1 registered person gets a mail with the new time" in page
    assert standing(webinar["code"]) == (START, 0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "December 4, 2026 10:00 a.m. PT",
            "The session’s zone becomes Los Angeles. By New York’s clock that is 1:00 p.m. ET.",
        ),
        (
            "December 4, 2026 10:00 a.m. Australia/Sydney",
            "The session’s zone becomes Sydney. By New York’s clock that is Thursday 3 December, 6:00 p.m. ET.",
        ),
        ("December 4, 2026 10:00 a.m. America/Toronto", "The session’s zone becomes Toronto."),
    ],
)
def test_a_move_into_another_zone_says_so(desk, world, typed, said):
    webinar = world.webinar(**AT_NOON)
    form = form_data(webinar_view(webinar["code"])) | {"typed": typed}

    moved = words(desk, f"/manage/webinars/{webinar['code']}/move?typed={typed}")
    edited = words_of(desk.post(f"/manage/webinars/{webinar['code']}/edit", data=form | {"_key": "zone-change"}).text)
    stays = words(desk, f"/manage/webinars/{webinar['code']}/move?typed=December 4, 2026 1:00 p.m. ET")

    assert (said in moved, said in edited) == (True, True)
    assert ("By New York" in moved) == ("By New York" in said)
    assert "zone becomes" not in stays


def webinar_view(code):
    with read() as db:
        return sitting_view(get_by_code(db, code))


def test_the_confirmed_move_is_written_once(desk, world):
    webinar = world.webinar(**AT_NOON)
    world.attendee(webinar)
    page = desk.get(f"/manage/webinars/{webinar['code']}/move?typed=December 2, 2026 1:30 p.m. ET").text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition('class="stack"')[2]))

    answers = [desk.post(f"/manage/webinars/{webinar['code']}/move", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert standing(webinar["code"]) == (START + timedelta(hours=25, minutes=30), 1)


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ("", 200, "New date and time"),
        ("typed=sometime", 422, "Write the date with its year"),
        ("typed=March 14, 2027 2:30 a.m. ET", 422, "has no 2:30 a.m."),
        ("typed=November 7, 2027 1:30 a.m. ET", 422, "Which of the two"),
        ("typed=November 7, 2027 1:30 a.m. ET&fold=1", 200, "Move the session?"),
        ("to=nonsense", 422, "Write the date and time."),
        ("to=2027-03-28T01:30", 422, "has no 1:30 a.m. in London"),
        ("do=time.use:December 3, 2026 noon ET", 200, "Thursday 3 December 2026"),
    ],
)
def test_move_form_asks_for_what_is_unclear(desk, world, asked, status, sentence):
    webinar = world.webinar(**AT_NOON)

    answer = desk.get(f"/manage/webinars/{webinar['code']}/move?{asked}")

    assert answer.status_code == status
    assert sentence in answer.text


@pytest.mark.parametrize("typed", ["sometime", "March 14, 2027 2:30 a.m. ET", "November 7, 2027 1:30 a.m. ET"])
def test_what_is_wrong_with_a_time_is_said_once_at_its_field(desk, world, typed):
    webinar = world.webinar(**AT_NOON)
    form = form_data(webinar_view(webinar["code"])) | {"codes": webinar["code"], "title": "Again", "typed": typed}
    form |= {"_key": "said-once", "fold": ""}
    course = f"/manage/courses/{webinar['course']['slug']}"

    pages = [
        desk.get(f"/manage/webinars/{webinar['code']}/move?typed={typed}"),
        desk.post(f"/manage/webinars/{webinar['code']}/edit", data=form),
        desk.post(f"{course}/copy", data=form),
        desk.post(f"{course}/sittings/clone", data=form),
    ]

    for page in pages:
        name, problem = re.search(r'<p class="field__error" id="(\w+)-error">([^<]+)</p>', page.text).groups()
        beside = page.text.partition("data-error-summary")[2].partition("</ul>")[2]
        assert (page.status_code, beside.count(problem)) == (422, 1)
        assert re.search(rf'aria-describedby="[^"]*\b{name}-error"', beside)


def test_the_menu_marks_what_the_page_was_opened_from(desk, world):
    path = f"/manage/webinars/{world.webinar(**AT_NOON)['code']}/move"

    marked = [
        re.findall(r'href="([^"]+)" aria-current="page"', desk.get(f"{path}{asked}").text)
        for asked in ("", "?typed=December 2, 2026 noon ET", "?to=2026-12-02T18:30", "?to=nonsense")
    ]

    assert marked == [["/manage/courses"]] * 2 + [["/manage/calendar"]] * 2


def test_a_drop_into_the_hour_that_a_night_skips_offers_what_is_near(app, world):
    webinar = world.webinar(**AT_NOON)
    desk = let_in(app.test_client(), world.person("Nora", Role.COORDINATOR, zone="America/New_York"))

    answer = desk.get(f"/manage/webinars/{webinar['code']}/move?to=2027-03-14T02:30")

    assert (answer.status_code, "has no 2:30 a.m. in New York" in answer.text) == (422, True)
    assert 'value="time.use:Sunday 14 March 2027, 3:00 a.m. ET"' in answer.text
    assert 'value="Sunday 14 March 2027, 2:30 a.m. ET"' in answer.text


def test_what_is_settled_does_not_move(desk, world):
    webinar = world.webinar(**AT_NOON, state=WebinarState.ENDED)

    answer = desk.get(f"/manage/webinars/{webinar['code']}/move?to=2026-12-02T18:30", follow_redirects=True)

    assert "This session is settled" in answer.text


def test_calendar_marks_conflicts_and_what_moves(desk, world):
    course = world.course()
    world.webinar(course, **AT_NOON)
    world.webinar(course, **AT_NOON)
    world.webinar(world.course(), **(AT_NOON | {"starts_at": START - timedelta(hours=8)}), state=WebinarState.ENDED)

    week = desk.get("/manage/calendar?on=2026-12-01").text
    month = desk.get("/manage/calendar?on=2026-12-01&view=month").text
    listed = words(desk, "/manage/calendar?on=2026-12-01&view=list")

    assert (week.count("entry--clash"), week.count("data-move="), week.count('data-start="2026-12-01T17:00"')) == (
        2,
        2,
        2,
    )
    assert (month.count("entry--clash"), month.count("data-move=")) == (2, 2)
    assert 'data-day="2026-12-01"' in month
    assert listed.count("Conflict") == 2
