"""Announcements that wait, stand for a while, and end by themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from webinar_app.chat.jobs import archive
from webinar_app.chat.models import Announcement
from webinar_app.chat.services.announcing import ARCHIVE, archive_when_due
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {
        "mike": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
    }


def made(room, **more):
    return room["mike"].act("announcement.make", text="Back at 12:40", **more)["data"]["announcement"]


def in_public(room):
    return [one["code"] for one in room["ada"].snapshot()["shared"]["announcements"]]


def for_staff(room):
    return [one["state"] for one in room["mike"].snapshot()["staff"]["announcements"]]


def row_id():
    with read() as db:
        return db.scalars(select(Announcement.id)).one()


def test_draft_is_for_staff_until_it_is_shown(room):
    code = made(room, draft=True)
    before = (in_public(room), for_staff(room), room["ada"].events())
    room["mike"].act("announcement.show", announcement=code, minutes=5)

    assert before == ([], ["draft"], [])
    assert (in_public(room), for_staff(room)) == ([code], ["active"])
    ((name, payload),) = room["ada"].events()
    assert (name, payload["announcement"]["code"]) == ("announcement.made", code)
    assert payload["announcement"]["expires_at"] > payload["announcement"]["at"]


def test_announcement_ends_by_its_job_and_not_before(room):
    code, now = made(room, minutes=5), utc_now()
    early = write(archive_when_due, row_id(), now=now + timedelta(minutes=4))
    late = [write(archive_when_due, row_id(), now=now + timedelta(minutes=6)) for _ in range(2)]

    assert (early, late) == (False, [True, False])
    assert [name for name, _ in room["ada"].events()] == ["announcement.made", "announcement.withdrawn"]
    assert (in_public(room), for_staff(room)) == ([], ["archived"])
    assert room["mike"].act("announcement.withdraw", announcement=code)["ok"]


def test_more_time_outlives_the_first_job(room):
    code, now = made(room, minutes=1), utc_now()
    room["mike"].act("announcement.show", announcement=code, minutes=30)
    archive({"announcement_id": row_id()})

    assert write(archive_when_due, row_id(), now=now + timedelta(minutes=2)) is False
    assert in_public(room) == [code]
    with read() as db:
        planned = db.scalars(select(Job.run_at).where(Job.name == ARCHIVE).order_by(Job.run_at)).all()
    assert [round((at - now) / timedelta(minutes=1)) for at in planned] == [1, 30]


def test_what_is_over_can_be_shown_again_and_a_draft_dropped(room):
    code = made(room)
    room["mike"].act("announcement.withdraw", announcement=code)
    room["mike"].act("announcement.show", announcement=code)
    draft = made(room, draft=True)
    room["ada"].hear()
    room["mike"].act("announcement.withdraw", announcement=draft)

    assert (in_public(room), sorted(for_staff(room)), room["ada"].events()) == ([code], ["active", "archived"], [])


@pytest.mark.parametrize("minutes", [0, 721])
def test_silly_times_are_refused_where_they_were_chosen(room, minutes):
    refused = room["mike"].act("announcement.make", text="Soon", minutes=minutes)

    assert (list(refused["error"]["fields"]), in_public(room)) == (["minutes"], [])


def test_attendees_show_nothing(room):
    assert room["ada"].act("announcement.show", announcement=made(room))["error"]["code"] == "forbidden"
