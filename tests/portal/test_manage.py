from datetime import UTC, datetime, timedelta

import pytest
from page_words import counted, let_in, words

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import write
from webinar_app.mailing.models import Mail, MailState
from webinar_app.webinars.rules import DatePrecision, WebinarState

PAGES = ("/manage", "/manage/calendar", "/manage/calendar?view=month", "/manage/calendar?view=list")


@pytest.fixture
def desk(client, world):
    """A coordinator's browser."""
    return let_in(client, world.person("Cora Coordinator", Role.COORDINATOR))


def at(sitting, when, **changes):
    return sitting(starts_at=when, local_start=when.replace(tzinfo=None) - timedelta(hours=5), **changes)


def fail_mail(db, provider_id):
    db.add(
        Mail(
            provider_id=provider_id, code="MAILMAIL", kind="x", to_address="a@example.org", subject="s",
            message_id="<m>", body=b"", state=MailState.FAILED, created_at=utc_now(),
        )
    )  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_coordinators(app, world, path):
    guest = app.test_client().get(path)
    attendee = let_in(app.test_client(), world.person("Ada Lovelace")).get(path)
    presenter = let_in(app.test_client(), world.person("Mike P", Role.PRESENTER)).get(path)

    assert (guest.status_code, attendee.status_code, presenter.status_code) == (302, 403, 403)


def test_first_day_teaches_the_first_steps(desk):
    page = words(desk, "/manage")

    assert "Your first session in three steps" in page
    assert "Create the first course" in page


def test_day_shows_today_and_what_comes(desk, world, sitting):
    sitting(0.01, course=world.course(title="Soon today"), title="Soon today")
    sitting(24 * 5, course=world.course(title="In five days"))
    sitting(24 * 40, course=world.course(title="Far away"))

    page = words(desk, "/manage")

    assert "Soon today" in page
    assert "In five days" in page
    assert "Far away" not in page


def test_day_says_what_needs_somebody(desk, world):
    world.course(state=CourseState.DRAFT, title="Unfinished", audience=[])
    write(fail_mail, world.provider_id)

    page = words(desk, "/manage")

    assert "1 mail could not be delivered" in page
    assert "Unfinished" in page
    assert "Say whom this is for." in page


def test_other_providers_stay_apart(desk, sitting):
    from factories import World

    other = World()
    sitting(2, course=other.course(title="Not yours"), title="Not yours")

    assert all("Not yours" not in words(desk, path) for path in PAGES)


def test_week_places_a_sitting_by_the_coordinators_clock(desk, world, sitting):
    webinar = at(sitting, datetime(2026, 11, 3, 17, 15, tzinfo=UTC), course=world.course(code="ATP9"))
    world.attendee(webinar)

    page = desk.get("/manage/calendar?on=2026-11-05").text

    assert "<h1>2 to 8 November 2026</h1>" in page
    assert 'data-at="12" data-min="15" data-len="75"' in page
    assert "12:15\u00a0p.m., 1 registered" in page
    for link in ("on=2026-10-29", "on=2026-11-12"):
        assert f"view=week&amp;{link}" in page
    assert "ATP9" in words(desk, "/manage/calendar?view=month&on=2026-11-30")
    assert "Tuesday 3 November 2026" in words(desk, "/manage/calendar?view=list&on=2026-11-30")


def test_week_over_a_year_and_overlaps(desk, world, sitting):
    course = world.course()
    for minute in (0, 30):
        at(sitting, datetime(2027, 1, 1, 17, minute, tzinfo=UTC), course=course)

    page = desk.get("/manage/calendar?on=2027-01-01").text

    assert "<h1>28 December 2026 to 3 January 2027</h1>" in page
    assert (page.count("entry--half-a"), page.count("entry--half-b")) == (1, 1)


@pytest.mark.parametrize(
    ("state", "shown"),
    [("draft", "entry--draft"), ("ended", "entry--held"), ("cancelled", "entry--ghost"), ("live", "entry--picked")],
)
def test_each_state_has_its_look_and_its_word(desk, sitting, state, shown):
    at(sitting, datetime(2026, 11, 3, 17, tzinfo=UTC), state=WebinarState(state))

    page = desk.get("/manage/calendar?on=2026-11-03").text

    assert shown in page
    assert {"live": "live now"}.get(state, state) in page


def test_undated_sittings_stand_below(desk, world):
    course = world.course(title="When you like")
    undated = {"starts_at": None, "local_start": None, "minutes": 0, "precision": DatePrecision.ON_REQUEST}
    world.webinar(course, **undated)

    page = words(desk, "/manage/calendar")

    assert "Without a time" in page
    assert "When you like on request" in page


@pytest.mark.parametrize("query", ["?on=nonsense&view=nothing", "?on=0001-01-01", "?on=9999-12-31&view=month"])
def test_strange_addresses_still_answer(desk, query):
    assert "No session in this" in words(desk, "/manage/calendar" + query)


def test_week_takes_the_same_statements_for_one_and_three(desk, world, sitting):
    course, path = world.course(), "/manage/calendar?on=2026-11-03"
    at(sitting, datetime(2026, 11, 3, 17, tzinfo=UTC), course=course)
    desk.get(path)
    with counted() as first:
        desk.get(path)
    for day in (4, 5):
        world.staff(at(sitting, datetime(2026, 11, day, 17, tzinfo=UTC), course=course))

    with counted() as then:
        desk.get(path)

    assert len(then) == len(first)
