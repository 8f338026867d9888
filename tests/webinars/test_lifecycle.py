"""What happens to a sitting by the clock."""

from datetime import timedelta

import pytest
from factories import START
from sqlalchemy import select

from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.webinars.models import RoomEvent, Webinar
from webinar_app.webinars.rules import DatePrecision, WebinarState
from webinar_app.webinars.services.lifecycle import end_when_due, go_live_when_due, schedule_lifecycle

ON_REQUEST = {"precision": DatePrecision.ON_REQUEST, "starts_at": None, "local_start": None}
END = START + timedelta(minutes=75 + 30)


def state(webinar):
    with read() as db:
        return db.get_one(Webinar, webinar["id"]).state


def jobs():
    with read() as db:
        query = select(Job.name, Job.run_at).where(Job.name.like("webinars.%")).order_by(Job.run_at, Job.id)
        return [tuple(row) for row in db.execute(query)]


def schedule(db, webinar_id, now):
    schedule_lifecycle(db, db.get_one(Webinar, webinar_id), now)


def test_jobs_stand_at_the_start_and_after_the_overrun(world):
    webinar = world.webinar()
    write(schedule, webinar["id"], START)
    write(schedule, webinar["id"], START)

    assert jobs() == [("webinars.go_live", START), ("webinars.end", END)]


def test_moved_sitting_has_jobs_at_its_new_time_too(world):
    webinar = world.webinar()
    write(schedule, webinar["id"], START)

    def move(db):
        row = db.get_one(Webinar, webinar["id"])
        row.starts_at = START + timedelta(days=1)
        schedule_lifecycle(db, row, START)

    write(move)

    assert [at for name, at in jobs() if name == "webinars.go_live"] == [START, START + timedelta(days=1)]
    assert write(go_live_when_due, webinar["id"], now=START) is False
    assert write(go_live_when_due, webinar["id"], now=START + timedelta(days=1)) is True


@pytest.mark.parametrize("changes", [{"state": WebinarState.DRAFT}, ON_REQUEST, {"state": WebinarState.ENDED}])
def test_what_has_no_time_or_is_not_scheduled_gets_no_jobs(world, changes):
    write(schedule, world.webinar(**changes)["id"], START)

    assert jobs() == []


def test_sitting_goes_live_once(world):
    webinar = world.webinar()
    done = [write(go_live_when_due, webinar["id"], now=START + timedelta(seconds=n)) for n in (-1, 0, 1)]

    assert (done, state(webinar)) == ([False, True, False], WebinarState.LIVE)
    with read() as db:
        assert db.scalars(select(RoomEvent.name)).all() == ["room.went_live"]


@pytest.mark.parametrize("before", [WebinarState.CANCELLED, WebinarState.ENDED, WebinarState.DRAFT])
def test_what_is_not_scheduled_does_not_go_live(world, before):
    webinar = world.webinar(state=before)

    assert write(go_live_when_due, webinar["id"], now=START) is False
    assert state(webinar) is before


def test_sitting_that_nobody_ends_is_ended_after_its_overrun(world):
    webinar = world.live_webinar()
    done = [write(end_when_due, webinar["id"], now=END + timedelta(seconds=n)) for n in (-1, 0, 1)]

    assert (done, state(webinar)) == ([False, True, False], WebinarState.ENDED)


def test_sitting_whose_worker_slept_through_it_is_ended_and_does_not_go_live(world):
    webinar = world.webinar()

    assert write(go_live_when_due, webinar["id"], now=END) is False
    assert write(end_when_due, webinar["id"], now=END) is True


@pytest.mark.parametrize(("late", "began"), [(2, 0), (15, 0), (40, 40)])
def test_sitting_that_begins_by_itself_begins_at_its_start(world, late, began):
    webinar = world.webinar()

    write(go_live_when_due, webinar["id"], now=START + timedelta(seconds=late))

    with read() as db:
        assert db.get_one(Webinar, webinar["id"]).went_live_at == START + timedelta(seconds=began)
