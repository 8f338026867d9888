"""Copies of sessions and recurring series, through a browser without scripts."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from factories import NOW
from page_words import counted, let_in, words
from sqlalchemy import func, select

from webinar_app.campaigns.models import MailPlan
from webinar_app.campaigns.rules import Way
from webinar_app.chat.models import Announcement, ChatRoom
from webinar_app.chat.rules import ChatMode, LinkRule
from webinar_app.core.codes import new_code
from webinar_app.core.permissions import Role, SittingRole
from webinar_app.courses.models import Course
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import read, write
from webinar_app.polls.models import Poll
from webinar_app.polls.rules import PollKind
from webinar_app.polls.services.editing import PollDraft, add_poll
from webinar_app.registrations.models import Registration
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import list_staff
from webinar_app.webinars.rules import WebinarState

NEW_YORK = "America/New_York"
KEYS = itertools.count()


@pytest.fixture
def desk(client, world):
    """A coordinator's browser."""
    return let_in(client, world.person("Cora Coordinator", Role.COORDINATOR, zone=NEW_YORK))


def post(desk, path, **data):
    return desk.post(path, data={"_key": f"key-{next(KEYS):08}"} | data)


def text(answer):
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", "", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ").split())


def sittings(course):
    with read() as db:
        query = select(Webinar).where(Webinar.course_id == course["id"]).order_by(Webinar.starts_at, Webinar.id)
        return [
            {"id": row.id, "code": row.code, "state": row.state, "starts_at": row.starts_at, "local": row.local_start,
             "closes": row.registration_closes_at, "agenda": [part.title for part in row.segments]}
            for row in db.scalars(query)
        ]  # fmt: skip


def prepare(db, webinar_id):
    course_id = db.get_one(Webinar, webinar_id).course_id
    plan = MailPlan(course_id=course_id, webinar_id=webinar_id, kind="reminder", is_on=False, way=Way.HOURS)
    plan.amount, plan.clock, plan.subject, plan.text, plan.updated_at = 60, "09:00", "Soon", "See you.", NOW
    db.add(plan)
    add_poll(db, webinar_id, PollDraft(question="Which first?", kind=PollKind.SINGLE, options=("One", "Two")))
    db.add(ChatRoom(webinar_id=webinar_id, mode=ChatMode.HOSTS, slow_seconds=5, links=LinkRule.TEXT))
    db.add(Announcement(code=new_code(), webinar_id=webinar_id, text="Welcome", is_draft=True, made_at=NOW))


def test_a_copy_has_everything_but_people(desk, world):
    source = world.webinar(registration_closes_at=datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC))
    world.staff(source, SittingRole.MODERATOR)
    world.attendee(source)
    write(prepare, source["id"])
    path = f"/manage/courses/{source['course']['slug']}/sittings/clone"
    form = {"codes": source["code"], "typed": "March 16, 2027 noon ET"}

    shown = post(desk, path, **form)
    before = len(sittings(source["course"]))
    done = post(desk, path, **form, confirm="1")

    copy = sittings(source["course"])[-1]
    with read() as db:
        polls = list(db.scalars(select(Poll.question).where(Poll.webinar_id == copy["id"])))
        rules = db.get(ChatRoom, copy["id"])
        drafts = list(db.scalars(select(Announcement.text).where(Announcement.webinar_id == copy["id"])))
        plans = list(db.scalars(select(MailPlan.subject).where(MailPlan.webinar_id == copy["id"])))
        people = db.scalar(select(func.count()).where(Registration.webinar_id == copy["id"]))
        staff = [one["role"] for one in list_staff(db, copy["id"])]
    assert "Tuesday 3 November 2026, 12:00 p.m. ET Tuesday 16 March 2027, 12:00 p.m. ET" in text(shown)
    assert (before, done.status_code, done.location) == (1, 303, f"/manage/webinars/{copy['code']}")
    assert (copy["state"], copy["starts_at"]) == (WebinarState.SCHEDULED, datetime(2027, 3, 16, 16, tzinfo=UTC))
    assert (copy["agenda"], polls, drafts, people, staff) == (
        ["All of it"], ["Which first?"], ["Welcome"], 0, ["moderator"]
    )  # fmt: skip
    assert plans == ["Soon"]
    assert (rules.mode, rules.slow_seconds) == (ChatMode.HOSTS, 5)
    assert copy["closes"] == datetime(2027, 3, 15, 3, 59, 59, tzinfo=UTC)


def test_a_whole_series_moves_in_wall_clock_time(desk, world):
    course = world.course(state=CourseState.DRAFT)
    for week in range(3):
        start = datetime(2026, 11, 3, 17, tzinfo=UTC) + timedelta(weeks=week)
        local = start.replace(tzinfo=None) - timedelta(hours=5)
        world.webinar(course, starts_at=start, local_start=local, state=WebinarState.DRAFT)
    codes = [one["code"] for one in sittings(course)]

    form = {"codes": codes, "typed": "March 2, 2027 1:00 p.m. ET", "confirm": "1"}
    answer = post(desk, f"/manage/courses/{course['slug']}/sittings/clone", **form)

    made = sittings(course)[3:]
    assert answer.location == f"/manage/courses/{course['slug']}#part-schedule"
    assert [one["local"].strftime("%d.%m. %H") for one in made] == ["02.03. 13", "09.03. 13", "16.03. 13"]
    assert [one["starts_at"].hour for one in made] == [18, 18, 17]
    assert {one["state"] for one in made} == {WebinarState.DRAFT}


def test_a_copied_draft_can_be_removed(desk, world):
    source = world.webinar(world.course(state=CourseState.DRAFT), state=WebinarState.DRAFT)
    write(prepare, source["id"])

    answer = post(desk, f"/manage/webinars/{source['code']}/remove")

    assert (answer.status_code, sittings(source["course"])) == (303, [])


def test_a_cancelled_session_is_marked_among_those_to_copy(desk, world):
    course = world.course()
    world.webinar(course)
    world.webinar(course, title="Evening", state=WebinarState.CANCELLED)

    shown = words(desk, f"/manage/courses/{course['slug']}/sittings/clone")

    assert "12:00 p.m. ET Tuesday 3 November 2026, 12:00 p.m. ET, Evening, cancelled What was prepared" in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"codes": []}, "Choose at least one session."),
        ({"typed": ""}, "Write the date and time"),
        ({"typed": "March 14, 2027 2:30 a.m. ET"}, "has no 2:30 a.m."),
        ({"codes": ["NOTHERE1"]}, "Choose among the options."),
    ],
)
def test_what_cannot_be_copied_is_said(desk, world, changes, sentence):
    source = world.webinar()
    form = {"codes": [source["code"]], "typed": "March 16, 2027 noon ET"} | changes

    answer = post(desk, f"/manage/courses/{source['course']['slug']}/sittings/clone", **form)

    assert (answer.status_code, len(sittings(source["course"]))) == (422, 1)
    assert sentence in text(answer)


def test_a_copy_that_lands_in_a_gap_is_asked_about(desk, world):
    course = world.course()
    first = datetime(2026, 11, 3, 17, tzinfo=UTC)
    world.webinar(course)
    night = datetime(2026, 11, 8, 7, 30, tzinfo=UTC)
    world.webinar(course, starts_at=night, local_start=night.replace(tzinfo=None) - timedelta(hours=5))
    codes = [one["code"] for one in sittings(course)]
    form = {"codes": codes, "typed": "March 9, 2027 noon ET"}

    shown = post(desk, f"/manage/courses/{course['slug']}/sittings/clone", **form)
    refused = post(desk, f"/manage/courses/{course['slug']}/sittings/clone", **form, confirm="1")

    assert "Sunday 14 March 2027 has no 2:30 a.m. in New York" in text(shown)
    assert 'value="1">Copy' not in shown.text
    assert (refused.status_code, len(sittings(course)), first.hour) == (422, 2, 17)


SERIES = {
    "precision": "exact", "typed": "January 12, 2027 noon ET", "time_zone": NEW_YORK, "minutes": "60",
    "delivery": "online", "lobby_minutes": "15", "rhythm": "months", "every": "1", "count": "10",
    "skip": "9 February 2027: Conference\n13 July 2027",
}  # fmt: skip


def test_second_tuesday_ten_times_not_on_holidays(desk, world):
    course = world.course()
    item = {"item_id": str(course["webinar_item"])}
    path = f"/manage/courses/{course['slug']}/sittings/series"

    shown = post(desk, path, **SERIES, **item)
    nothing = sittings(course)
    done = post(desk, path, **SERIES, **item, confirm="1")

    made = sittings(course)
    page = text(shown)
    assert "Schedule 10 sessions?" in page
    assert "The second Tuesday of the month , 60 minutes each." in page
    assert "Tuesday 9 February 2027, 12:00 p.m. ET Left out Conference" in page
    assert (nothing, done.status_code, len(made)) == ([], 303, 10)
    assert {one["local"].strftime("%A %H:%M") for one in made} == {"Tuesday 12:00"}
    assert [one["starts_at"].hour for one in made] == [17, 17, 16, 16, 16, 16, 16, 16, 17, 17]


def test_a_series_begins_with_what_a_session_had(desk, world):
    source = world.webinar()
    write(prepare, source["id"])
    course = source["course"]
    path = f"/manage/courses/{course['slug']}/sittings/series"
    form = SERIES | {"item_id": str(course["webinar_item"]), "count": "2", "like": source["code"], "minutes": "75"}

    asked = desk.get(f"{path}?like={source['code']}")
    post(desk, path, **form, confirm="1")

    made = sittings(course)[1:]
    with read() as db:
        ids = [one["id"] for one in made]
        polls = db.scalar(select(func.count()).where(Poll.webinar_id.in_(ids)))
    assert f'selected value="{source["code"]}"' in asked.text
    assert (len(made), polls, {tuple(one["agenda"]) for one in made}) == (2, 2, {("All of it",)})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"count": ""}, "Say how many times, or until which date."),
        ({"skip": "Sometime"}, "“Sometime”"),
        ({"until": "1 January 2026", "count": ""}, "Choose a last date after the first session."),
        ({"rhythm": "last"}, "not on the last Tuesday"),
        ({"like": "NOTHERE1"}, "Check the link"),
        ({"minutes": ""}, "how many minutes"),
    ],
)
def test_a_rhythm_that_cannot_be_is_refused(desk, world, changes, sentence):
    course = world.course()
    form = SERIES | {"item_id": str(course["webinar_item"])} | changes

    answer = post(desk, f"/manage/courses/{course['slug']}/sittings/series", **form)

    assert answer.status_code in (404, 422)
    assert sentence in text(answer)
    assert 'name="skip"' in answer.text or answer.status_code == 404


def test_a_night_series_over_a_gap_asks_for_that_date(desk, world):
    course = world.course()
    form = SERIES | {
        "item_id": str(course["webinar_item"]), "typed": "March 7, 2027 2:30 a.m. ET", "rhythm": "weeks", "count": "2",
        "skip": "",
    }  # fmt: skip
    path = f"/manage/courses/{course['slug']}/sittings/series"

    shown = post(desk, path, **form)
    refused = post(desk, path, **form, confirm="1")
    left_out = post(desk, path, **(form | {"skip": "14 March 2027"}), confirm="1")

    assert "has no 2:30 a.m." in text(shown)
    assert "Schedule them" not in shown.text
    assert (refused.status_code, left_out.status_code, len(sittings(course))) == (422, 303, 2)


def test_conflicts_are_named_before_and_after(desk, world):
    taken = world.webinar()
    teacher = world.staff(taken)
    course = world.course()
    write(_lead, course["id"], teacher.person_id)
    clash = SERIES | {
        "item_id": str(course["webinar_item"]), "typed": "November 3, 2026 12:30 p.m. ET", "rhythm": "weeks",
        "count": "1", "skip": "",
    }  # fmt: skip

    shown = post(desk, f"/manage/courses/{course['slug']}/sittings/series", **clash)

    assert "Mike Presenter is in “Building a Therapeutic Alliance” on Tuesday 3 November 2026" in text(shown)


def checked(desk, course, **asked):
    path = f"/manage/courses/{course['slug']}/sittings/series/check"
    return desk.get(path, query_string=SERIES | {"skip": ""} | asked).json["conflicts"]


def test_every_date_of_a_rhythm_is_checked_while_it_is_typed(desk, world):
    course = world.course()
    for week in (0, 2):
        start = datetime(2026, 11, 3, 17, tzinfo=UTC) + timedelta(weeks=week)
        world.webinar(course, starts_at=start, local_start=start.replace(tzinfo=None) - timedelta(hours=5))
    rhythm = {"typed": "November 3, 2026 12:30 p.m. ET", "rhythm": "weeks", "count": "5"}

    said = checked(desk, course, **rhythm)
    shown = words(desk, f"/manage/courses/{course['slug']}/sittings/series")
    typed = post(desk, f"/manage/courses/{course['slug']}/sittings/series", **(SERIES | rhythm | {"do": "time.read"}))

    assert [sentence.partition(" on ")[2] for sentence in said] == [
        "Tuesday 3 November 2026, 12:00 p.m. ET at this time.", "Tuesday 17 November 2026, 12:00 p.m. ET at this time."
    ]  # fmt: skip
    assert ("at this time." in shown, text(typed).count("at this time.")) == (False, 2)
    assert checked(desk, course, **rhythm, skip="17 November 2026") == said[:1]
    assert checked(desk, course, **rhythm | {"count": ""}) == checked(desk, course, **rhythm | {"rhythm": "odd"}) == []


def test_many_clashes_are_counted_and_reads_do_not_grow(desk, world):
    course = world.course()
    for week in range(8):
        start = datetime(2026, 11, 3, 17, tzinfo=UTC) + timedelta(weeks=week)
        world.webinar(course, starts_at=start, local_start=start.replace(tzinfo=None) - timedelta(hours=5))
    told = []
    for count in ("2", "8"):
        with counted() as statements:
            said = checked(desk, course, typed="November 3, 2026 noon ET", rhythm="weeks", count=count)
        told.append((len(said), len(statements)))

    assert said[-1] == "3 more of its dates clash. The next page names each."
    assert [number for number, _ in told] == [2, 6]
    assert told[0][1] == told[1][1]


def test_a_copy_is_checked_for_those_who_run_its_original(desk, world):
    taken = world.webinar(world.course(title="Taken"))
    guest = world.staff(taken, SittingRole.HOST)
    source = world.webinar(starts_at=datetime(2026, 10, 6, 16, tzinfo=UTC),
                           local_start=datetime.fromisoformat("2026-10-06T12:00"))  # fmt: skip
    write(world._staff, source["id"], guest.person_id, SittingRole.HOST)
    form = {"codes": source["code"], "typed": "November 3, 2026 noon ET"}

    shown = post(desk, f"/manage/courses/{source['course']['slug']}/sittings/clone", **form)

    assert "Mike Presenter is in “Taken” on Tuesday 3 November 2026, 12:00 p.m. ET at this time." in text(shown)


def _lead(db, course_id, person_id):
    db.get_one(Course, course_id).presenters[0].presenter.person_id = person_id


def test_editor_leads_to_copies_and_series(desk, world):
    source = world.webinar()

    page = words(desk, f"/manage/courses/{source['course']['slug']}")

    assert "Add a series" in page
    assert "Copy sessions" in page
