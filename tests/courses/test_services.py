from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from seed_000 import BIO, DETAILS, OBJECTIVES, SCHEDULE, TITLE
from sqlalchemy import func, select

from webinar_app.audit.models import AuditEntry
from webinar_app.core.errors import Forbidden, InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Role
from webinar_app.courses import queries
from webinar_app.courses.models import Course, Item, Objective
from webinar_app.courses.services import create_course, update_course
from webinar_app.courses.services.publishing import (
    archive_course,
    missing_of,
    publish_course,
    submit_for_review,
    unpublish_course,
)
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.webinars.queries import list_sittings

NOW = datetime(2026, 11, 3, 16, 50, tzinfo=UTC)


def view(slug):
    with read() as db:
        return queries.course_view(db, queries.get_by_slug(db, slug))


def sittings(slug):
    with read() as db:
        return list_sittings(db, queries.get_by_slug(db, slug).id)


def create(actor, schedule=SCHEDULE, **changes):
    return write(create_course, actor, deepcopy(DETAILS) | changes, schedule, now=NOW)["slug"]


def missing(slug):
    with read() as db:
        return {one.field: one.sentence for one in missing_of(db, queries.get_by_slug(db, slug))}


def test_course_of_seed_000_is_written_down_whole(world):
    slug = create(world.coordinator())

    found = view(slug)

    units = [
        (unit["title"], unit["minutes"], unit["approximate"], [i["kind"] for i in unit["items"]])
        for unit in found["units"]
    ]
    assert (len(TITLE), found["title"], found["state"], found["code"]) == (98, TITLE, "draft", "ATP3")
    assert found["series"] == {
        "name": "Advanced Treatment Provider",
        "slug": "advanced-treatment-provider",
        "description": "",
        "number": 3,
        "siblings": [],
    }
    assert found["objectives"] == OBJECTIVES
    assert units == [
        ("Session 3", 75, False, ["webinar"]),
        ("Reading", 5, True, ["reading"]),
        ("Evaluation", None, False, ["evaluation"]),
    ]
    assert (found["presenters"][0]["name"], found["presenters"][0]["bio"]) == (
        "Dr. Michael McGee",
        BIO.split("\n\n"),
    )
    assert (found["price"], found["credits"][0]["amount"]) == (Decimal(0), Decimal("1.25"))
    assert found["completion_text"] == "All units must be completed"
    assert found["certificate_text"] == "Leads to a certificate with a duration of 1 year"


def test_first_sitting_has_wall_time_zone_and_instant(world):
    sitting = sittings(create(world.coordinator()))[0]

    assert (sitting["words"], sitting["typed"], sitting["state"]) == (
        "Tuesday 24 November 2026, 12:00 p.m. ET",
        "November 24, 2026 12:00 p.m. ET",
        "draft",
    )
    assert sitting["starts_at"] == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert sitting["ends_at"] == datetime(2026, 11, 24, 18, 15, tzinfo=UTC)
    assert (sitting["time_zone"], sitting["minutes"], sitting["capacity_online"]) == ("America/New_York", 75, 250)


def test_wrong_time_leaves_no_course_behind(world):
    actor = world.coordinator()

    with pytest.raises(InvalidInput) as refused:
        create(actor, SCHEDULE | {"typed": "2027-03-14 2:30 a.m. ET"})

    with read() as db:
        assert db.scalar(select(func.count()).select_from(Course)) == 0
    assert list(refused.value.fields) == ["typed"]
    assert "clocks go forward" in refused.value.fields["typed"]


def test_rows_with_a_ref_keep_their_identity(world):
    actor = world.coordinator()
    slug = create(actor)
    with read() as db:
        ids = list(db.scalars(select(Objective.id).order_by(Objective.position)))
    rows = [{"ref": ids[2], "text": "Third first"}, {"text": "New"}, {"ref": ids[0], "text": OBJECTIVES[0]}]

    write(update_course, actor, slug, {"objectives": rows}, now=NOW)

    with read() as db:
        found = list(db.execute(select(Objective.id, Objective.text).order_by(Objective.position)))
    assert [found[0], found[2]] == [(ids[2], "Third first"), (ids[0], OBJECTIVES[0])]
    assert (len(found), found[1][1], found[1][0] in ids) == (3, "New", False)
    assert view(slug)["title"] == TITLE


def test_item_moves_to_another_unit_with_its_identity(world):
    actor = world.coordinator()
    slug = create(actor)
    units = view(slug)["units"]
    reading = units[1]["items"][0]
    first = {
        "ref": units[0]["id"],
        "title": "All",
        "items": [
            {"ref": units[0]["items"][0]["id"], "kind": "webinar"},
            {"ref": reading["id"], "kind": "reading"},
        ],
    }

    write(update_course, actor, slug, {"units": [first]}, now=NOW)

    found = view(slug)["units"]
    assert [(unit["title"], [item["id"] for item in unit["items"]]) for unit in found] == [
        ("All", [units[0]["items"][0]["id"], reading["id"]])
    ]
    with read() as db:
        assert db.scalar(select(func.count()).select_from(Item)) == 2


def test_item_with_sessions_is_not_removed(world):
    actor = world.coordinator()
    slug = create(actor)

    with pytest.raises(InvalidInput) as refused:
        write(update_course, actor, slug, {"units": []}, now=NOW)

    assert refused.value.fields == {
        "units": "“Session 3” cannot be removed. It has sessions. Remove or cancel these first."
    }
    assert len(view(slug)["units"]) == 3


def test_new_address_redirects_from_the_old_one(world):
    actor = world.coordinator()
    slug = create(actor)

    moved = write(update_course, actor, slug, {"slug": "ATP3 alliance"}, now=NOW)["slug"]
    back = write(update_course, actor, moved, {"slug": slug}, now=NOW)["slug"]

    with read() as db:
        former = queries.find_by_old_slug(db, "atp3-alliance")
        assert (moved, back, former.slug, queries.find_by_old_slug(db, slug)) == ("atp3-alliance", slug, slug, None)


def test_address_of_another_course_is_refused(world):
    actor = world.coordinator()
    first, second = create(actor), create(actor)

    with pytest.raises(InvalidInput) as refused:
        write(update_course, actor, second, {"slug": first}, now=NOW)

    assert second == f"{first}-2"
    assert refused.value.fields == {"slug": "Another course has this address. Choose another one."}


def test_later_change_by_somebody_else_is_shown_first(world):
    actor = world.coordinator()
    slug = create(actor)
    seen = view(slug)["updated_at"].isoformat()
    write(update_course, actor, slug, {"code": "A"}, seen=seen, now=NOW + timedelta(minutes=1))

    with pytest.raises(InvalidInput) as refused:
        write(update_course, actor, slug, {"code": "B"}, seen=seen, now=NOW + timedelta(minutes=2))

    assert (refused.value.code, view(slug)["code"]) == ("course.changed", "A")


def test_publishing_opens_the_sitting_and_writes_its_jobs(world):
    actor = world.coordinator()
    slug = create(actor)

    write(publish_course, actor, slug, now=NOW)

    with read() as db:
        jobs = sorted(db.scalars(select(Job.name)))
        acts = list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert (view(slug)["state"], sittings(slug)[0]["state"]) == ("published", "scheduled")
    assert {"webinars.end", "webinars.go_live"} <= set(jobs)
    assert acts == ["course.create", "webinar.add", "course.state", "webinar.publish"]


def test_past_sitting_is_published_as_ended(world):
    actor = world.coordinator()
    slug = create(actor, SCHEDULE | {"typed": "October 14, 2025 12:00 p.m. ET"})

    write(publish_course, actor, slug, now=NOW)

    sitting = sittings(slug)[0]
    assert (sitting["state"], sitting["ended_at"]) == ("ended", datetime(2025, 10, 14, 17, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"objectives": []}, "objectives"),
        ({"audience": []}, "audience"),
        ({"level": ""}, "level"),
        ({"price": None}, "fees"),
        ({"price": Decimal(40)}, "refund_policy"),
        ({"presenters": []}, "presenters"),
        ({"presenters": [{"name": "Ada"}]}, "presenter_credentials"),
        ({"credits": [{"type": "CE", "amount": Decimal(0), "statement": "S"}]}, "credits"),
        ({"credits": [{"type": "CE", "amount": Decimal(1), "statement": ""}]}, "approval_statement"),
        ({"units": [{"title": "One", "items": [{"kind": "webinar"}]}]}, "evaluation"),
    ],
)
def test_each_missing_field_keeps_a_course_from_being_published(world, changes, field):
    actor = world.coordinator()
    slug = create(actor, **changes)

    with pytest.raises(InvalidInput) as refused:
        write(publish_course, actor, slug, now=NOW)

    assert list(refused.value.fields) == [field] == list(missing(slug))
    assert (view(slug)["state"], sittings(slug)[0]["state"]) == ("draft", "draft")


def test_missing_schedule_and_place_are_named(world):
    actor = world.coordinator()
    without, nowhere = create(actor, None), create(actor, SCHEDULE | {"delivery": "hybrid"})

    assert missing(without) == {"schedule": "Set date, time and time zone."}
    assert missing(nowhere) == {"schedule": "Say where the session takes place."}


def test_life_of_a_course(world):
    actor = world.coordinator()
    slug = create(actor, SCHEDULE | {"typed": "October 14, 2025 12:00 p.m. ET"})
    states = []
    for service in (
        submit_for_review,
        publish_course,
        publish_course,
        unpublish_course,
        archive_course,
        unpublish_course,
    ):
        write(service, actor, slug, now=NOW)
        states.append(view(slug)["state"])

    assert states == ["in_review", "published", "published", "draft", "archived", "draft"]


def test_course_with_a_session_to_come_is_not_archived(world):
    actor = world.coordinator()
    slug = create(actor)
    write(publish_course, actor, slug, now=NOW)

    with pytest.raises(Refused, match="still to come"):
        write(archive_course, actor, slug, now=NOW)


@pytest.mark.parametrize("service", [publish_course, submit_for_review, unpublish_course, archive_course])
def test_others_may_not_move_a_course(world, service):
    slug = create(world.coordinator())
    presenter = world.actor(world.person("Paul", Role.PRESENTER), Role.PRESENTER)
    stranger = replace(world.coordinator(), provider_id=world.provider_id + 1000)

    with pytest.raises(Forbidden):
        write(service, presenter, slug, now=NOW)
    with pytest.raises(NotFound):
        write(service, stranger, slug, now=NOW)


def test_presenter_with_an_account_runs_the_sitting(world):
    actor = world.coordinator()
    person_id = world.person("Mike Presenter", Role.PRESENTER, email="mike@example.org")
    presenters = [{"name": "Mike", "postnominals": "M.D.", "email": "Mike@example.org"}]

    slug = create(actor, presenters=presenters)

    from webinar_app.webinars.queries import list_staff

    with read() as db:
        staff = list_staff(db, sittings(slug)[0]["id"])
    assert [(one["person_id"], one["role"]) for one in staff] == [(person_id, "presenter")]


def test_unknown_presenter_address_is_refused_at_its_row(world):
    with pytest.raises(InvalidInput) as refused:
        create(world.coordinator(), presenters=[{"name": "A"}, {"name": "B", "email": "nobody@example.org"}])

    assert list(refused.value.fields) == ["presenters-1-email"]
