"""A change of the zone rules: future instants follow the typed time, past ones stay, and people are told."""

from datetime import UTC, datetime, timedelta

import pytest
from factories import NOW, START
from page_words import let_in, words
from sqlalchemy import select

from webinar_app.audit.models import AuditEntry
from webinar_app.core.permissions import Role
from webinar_app.core.zones import tzdata_version
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.recomputing import recompute_instants, recompute_later

OLD_RULES = {"tzdata": "2025.1", "starts_at": START - timedelta(hours=1)}  # as if New York had kept its summer time


def standing(webinar):
    with read() as db:
        row = db.get_one(Webinar, webinar["id"])
        return row.starts_at, row.sequence, row.tzdata


def jobs(name):
    with read() as db:
        return [row.run_at for row in db.scalars(select(Job).where(Job.name == name).order_by(Job.id))]


def test_a_future_sitting_follows_its_wall_clock_and_people_are_told(world):
    closes = datetime(2026, 11, 3, 3, 59, 59, tzinfo=UTC)
    webinar = world.webinar(**OLD_RULES, registration_closes_at=closes)
    world.attendee(webinar)
    early = NOW - timedelta(days=3)

    moved = write(recompute_instants, now=early)

    with read() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "webinar.recomputed")).one()
        ends = db.get_one(Webinar, webinar["id"]).registration_closes_at
    assert (moved, standing(webinar)) == (1, (START, 1, tzdata_version()))
    assert ends == closes + timedelta(hours=1)
    assert (entry.actor_id, entry.details["before"], entry.details["after"]) == (
        None, OLD_RULES["starts_at"].isoformat(), START.isoformat(),
    )  # fmt: skip
    assert (len(jobs("calendars.tell_all")), jobs("webinars.go_live")) == (1, [START])
    assert write(recompute_instants, now=early) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"state": WebinarState.ENDED}, {"state": WebinarState.CANCELLED}, {"state": WebinarState.LIVE},
        {"tzdata": tzdata_version()},
    ],
)  # fmt: skip
def test_what_is_settled_or_fresh_stays(world, changes):
    webinar = world.webinar(**(OLD_RULES | changes))
    before = standing(webinar)

    moved = write(recompute_instants, now=NOW - timedelta(days=3))

    assert (moved, standing(webinar)) == (0, before)


def test_the_past_never_moves(world):
    webinar = world.webinar(**OLD_RULES)
    before = standing(webinar)

    moved = write(recompute_instants, now=OLD_RULES["starts_at"])

    assert (moved, standing(webinar), jobs("calendars.tell_all")) == (0, before, [])


def test_a_draft_moves_and_nobody_is_told(world):
    webinar = world.webinar(**OLD_RULES, state=WebinarState.DRAFT)

    moved = write(recompute_instants, now=NOW - timedelta(days=3))

    assert (moved, standing(webinar), jobs("calendars.tell_all")) == (1, (START, 0, tzdata_version()), [])


def test_the_same_rules_under_a_new_name_move_nothing(world):
    webinar = world.webinar(tzdata="2025.1")

    moved = write(recompute_instants, now=NOW - timedelta(days=3))

    assert (moved, standing(webinar)) == (0, (START, 0, tzdata_version()))


def test_a_worker_asks_for_it_only_where_something_is_outdated(world):
    world.webinar(tzdata=tzdata_version())
    nothing = write(recompute_later, now=NOW - timedelta(days=3))
    world.webinar(tzdata="2025.1")

    assert (nothing, write(recompute_later, now=NOW - timedelta(days=3))) == (False, True)
    assert len(jobs("webinars.recompute")) == 1


def test_the_coordinator_is_shown_what_moved(world, client):
    noon = datetime.fromisoformat("2026-12-01T12:00")
    later = {"starts_at": datetime(2026, 12, 1, 16, tzinfo=UTC), "local_start": noon}
    webinar = world.webinar(**(OLD_RULES | later))
    write(recompute_instants, now=datetime(2026, 11, 20, tzinfo=UTC))
    desk = let_in(client, world.person("Cora Coordinator", Role.COORDINATOR))

    hub, day = words(desk, f"/manage/webinars/{webinar['code']}"), words(desk, "/manage")

    sentence = "The rules of America/New York changed: 12:00 p.m. there is 17:00 UTC now, not 16:00 UTC."
    assert sentence in hub
    assert sentence in day
