from dataclasses import replace
from datetime import UTC, datetime

import pytest
from seed_000 import DETAILS, SCHEDULE
from sqlalchemy import select

from webinar_app.audit.models import AuditEntry
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Role
from webinar_app.courses.services import create_course
from webinar_app.courses.services.publishing import publish_course
from webinar_app.infra import dispatch
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.subscriptions import SUBSCRIPTIONS
from webinar_app.webinars.events import MoveAsked, WebinarCancelled, WebinarRescheduled
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import get_by_code, list_sittings, list_staff, sitting_view
from webinar_app.webinars.services.scheduling import (
    add_staff,
    cancel_sitting,
    change_sitting,
    delete_draft,
    preview_change,
    remove_staff,
    schedule_sitting,
    set_agenda,
)

NOW = datetime(2026, 11, 3, 16, 50, tzinfo=UTC)


@pytest.fixture
def heard(world):
    """The events about sittings, in the order in which they were published."""
    events = []

    def hear(db, event, now):
        events.append(type(event).__name__)

    more = {kind: [hear] for kind in (WebinarRescheduled, WebinarCancelled)}
    dispatch.install(dict(SUBSCRIPTIONS) | more | {MoveAsked: [lambda db, question: ["3 people are mailed."]]})
    return events


@pytest.fixture
def actor(world):
    return world.coordinator()


@pytest.fixture
def code(heard, actor):
    slug = write(create_course, actor, DETAILS, SCHEDULE, now=NOW)["slug"]
    write(publish_course, actor, slug, now=NOW)
    with read() as db:
        return _first_code(db)


def _first_code(db):
    return db.scalar(select(Webinar.code))


def view(code):
    with read() as db:
        return sitting_view(get_by_code(db, code))


def test_move_raises_sequence_and_tells(code, actor, heard):
    moved = write(change_sitting, actor, code, SCHEDULE | {"typed": "December 1, 2026 1:00 p.m. ET"}, now=NOW)

    found = view(code)
    with read() as db:
        ends = set(db.scalars(select(Job.run_at).where(Job.name == "webinars.end")))
    assert (moved["moved"], found["sequence"], heard) == (True, 1, ["WebinarRescheduled"])
    assert found["starts_at"] == datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
    assert datetime(2026, 12, 1, 19, 45, tzinfo=UTC) in ends


@pytest.mark.parametrize(
    "changes",
    [{"minutes": 80}, {"delivery": "hybrid", "venue": {"name": "Hall"}}, {"typed": "2026-11-24 12:00 p.m. CT"}],
)
def test_length_place_and_zone_count_as_moves(code, actor, heard, changes):
    write(change_sitting, actor, code, SCHEDULE | changes, now=NOW)

    assert (view(code)["sequence"], heard) == (1, ["WebinarRescheduled"])


def test_limits_are_no_move(code, actor, heard):
    details = SCHEDULE | {"capacity_online": 10, "lobby_minutes": 30, "registration_closes": "20 November 2026"}

    write(change_sitting, actor, code, details, now=NOW)

    found = view(code)
    assert (found["sequence"], heard, found["capacity_online"], found["lobby_minutes"]) == (0, [], 10, 30)
    assert found["registration_closes_at"] == datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC)


def test_preview_changes_nothing_and_says_who_is_told(code, actor, heard):
    with read() as db:
        found = preview_change(db, actor, code, SCHEDULE | {"typed": "December 1, 2026 1:00 p.m. ET"}, now=NOW)

    assert found == {
        "moved": True, "before": "Tuesday 24 November 2026, 12:00 p.m. ET",
        "after": "Tuesday 1 December 2026, 1:00 p.m. ET", "told": ["3 people are mailed."], "warnings": [],
    }  # fmt: skip
    assert (view(code)["sequence"], heard) == (0, [])


def test_cancelling_tells_once(code, actor, heard):
    write(cancel_sitting, actor, code, now=NOW)
    write(cancel_sitting, actor, code, now=NOW)

    found = view(code)
    assert (found["state"], found["sequence"], found["cancelled_at"], heard) == (
        "cancelled", 1, NOW, ["WebinarCancelled"],
    )  # fmt: skip


def test_settled_session_is_not_changed(code, actor):
    write(cancel_sitting, actor, code, now=NOW)

    with pytest.raises(Refused, match="was cancelled"):
        write(change_sitting, actor, code, SCHEDULE, now=NOW)
    with pytest.raises(Refused, match="was cancelled"):
        write(set_agenda, actor, code, [], now=NOW)


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"typed": "14 October"}, "typed"),
        ({"typed": ""}, "typed"),
        ({"typed": "2027-03-14 2:30 a.m. ET"}, "typed"),
        ({"typed": "2026-11-01 1:30 a.m. ET"}, "fold"),
        ({"minutes": None}, "minutes"),
        ({"minutes": 721}, "minutes"),
        ({"lobby_minutes": 241}, "lobby_minutes"),
        ({"registration_closes": "soon"}, "registration_closes"),
        ({"registration_closes": "25 November 2026"}, "registration_closes"),
    ],
)
def test_wrong_schedule_is_refused_at_its_field(code, actor, changes, field):
    with pytest.raises(InvalidInput) as refused:
        write(change_sitting, actor, code, SCHEDULE | changes, now=NOW)

    assert list(refused.value.fields) == [field]
    assert view(code)["typed"] == SCHEDULE["typed"]


def test_agenda_fits_and_keeps_its_credit_flags(code, actor):
    parts = [
        {"title": "Talk", "start_minute": 5, "minutes": 70, "gives_credit": True},
        {"title": "Welcome", "start_minute": 0, "minutes": 5, "gives_credit": False},
    ]

    write(set_agenda, actor, code, parts, now=NOW)
    with pytest.raises(InvalidInput) as longer:
        write(set_agenda, actor, code, [parts[0] | {"minutes": 71}], now=NOW)
    with pytest.raises(InvalidInput) as shorter:
        write(change_sitting, actor, code, SCHEDULE | {"minutes": 60}, now=NOW)

    assert view(code)["segments"] == [parts[1], parts[0]]
    assert list(longer.value.fields) == ["segments-0-minutes"]
    assert shorter.value.fields == {
        "minutes": "The agenda lasts until minute 75. Shorten it first, or keep at least 75 minutes."
    }


def test_staff_are_people_with_an_account(code, actor, world):
    person_id = world.person("Mike Presenter", Role.PRESENTER, email="mike@example.org")

    for _ in range(2):
        write(add_staff, actor, code, "Mike@Example.org ", "moderator", now=NOW)
    with read() as db:
        staff = list_staff(db, get_by_code(db, code).id)
    with pytest.raises(InvalidInput) as refused:
        write(add_staff, actor, code, "nobody@example.org", "host", now=NOW)
    write(remove_staff, actor, code, staff[0]["id"], now=NOW)

    assert [(one["person_id"], one["role"]) for one in staff] == [(person_id, "moderator")]
    assert list(refused.value.fields) == ["email"]
    with read() as db:
        assert list_staff(db, get_by_code(db, code).id) == []
        assert "webinar.staff_remove" in set(db.scalars(select(AuditEntry.act)))


def test_session_added_to_a_published_course_is_open_at_once(code, actor):
    slug = _slug(code)

    added = write(schedule_sitting, actor, slug, SCHEDULE | {"typed": "December 8, 2026 noon ET"}, now=NOW)

    with read() as db:
        states = [one["state"] for one in list_sittings(db, get_by_code(db, code).course_id)]
    assert (view(added["code"])["state"], states) == ("scheduled", ["scheduled", "scheduled"])


def _slug(code):
    with read() as db:
        return get_by_code(db, code).course.slug


def test_date_alone_and_on_request_have_no_instant(code, actor):
    slug = _slug(code)

    dated = view(
        write(schedule_sitting, actor, slug, {"precision": "date", "typed": "4 October 2024"}, now=NOW)["code"]
    )
    asked = view(write(schedule_sitting, actor, slug, {"precision": "on_request"}, now=NOW)["code"])

    assert (dated["words"], dated["starts_at"], dated["state"]) == ("Friday 4 October 2024", None, "ended")
    assert (asked["words"], asked["starts_at"], asked["state"]) == ("On request", None, "scheduled")


def test_only_a_draft_is_removed(actor, heard, world):
    slug = write(create_course, actor, DETAILS, SCHEDULE, now=NOW)["slug"]
    with read() as db:
        code = _first_code(db)

    gone = write(delete_draft, actor, code, now=NOW)
    code = write(schedule_sitting, actor, slug, SCHEDULE, now=NOW)["code"]
    write(publish_course, actor, slug, now=NOW)
    with pytest.raises(Refused, match="Cancel this session instead"):
        write(delete_draft, actor, code, now=NOW)

    assert gone == {"slug": slug}


def test_others_may_not_schedule(code, actor, world):
    presenter = world.actor(world.person("Paul", Role.PRESENTER), Role.PRESENTER)
    stranger = replace(actor, provider_id=world.provider_id + 1000)

    for service, details in ((change_sitting, (SCHEDULE,)), (cancel_sitting, ()), (set_agenda, ([],))):
        with pytest.raises(Forbidden):
            write(service, presenter, code, *details, now=NOW)
        with pytest.raises(NotFound):
            write(service, stranger, code, *details, now=NOW)
