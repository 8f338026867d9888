"""The zone safety net where times are entered: unusual hours for registrants, and texts that name the wrong clock."""

from datetime import UTC, datetime

import pytest
from factories import NOW
from page_words import let_in, words

from webinar_app.chat.models import Announcement
from webinar_app.core.codes import new_code
from webinar_app.core.permissions import Role
from webinar_app.infra.db import write
from webinar_app.polls.rules import PollKind
from webinar_app.polls.services.editing import PollDraft, add_poll
from webinar_app.webinars.models import AgendaSegment

MARCH = "March 16, 2027 12:00 p.m. ET"  # two weeks before London's clocks follow
IN_MARCH = {
    "starts_at": datetime(2027, 3, 16, 16, tzinfo=UTC), "local_start": datetime.fromisoformat("2027-03-16T12:00"),
    "typed": MARCH,
}  # fmt: skip
SHIFT = "On 16 March 2027 London is 4 hours ahead of New York, usually 5: 12:00 p.m. is 4:00 p.m. there."


@pytest.fixture
def desk(client, world):
    """A coordinator's browser."""
    return let_in(client, world.person("Cora Coordinator", Role.COORDINATOR, zone="America/New_York"))


def checked(desk, **asked):
    return desk.get("/manage/sittings/check", query_string=asked).json["conflicts"]


def test_unusual_hours_are_said_for_the_registrants_of_a_sitting_and_a_course(desk, world):
    webinar = world.webinar()
    world.attendee(webinar, "Ada Lovelace", time_zone="Europe/London")
    world.attendee(webinar, "Bea Bad", time_zone="America/Phoenix")

    moved = checked(desk, webinar=webinar["code"], typed=MARCH)
    new = checked(desk, course=webinar["course"]["slug"], typed=MARCH)
    usual = checked(desk, webinar=webinar["code"], typed="April 6, 2027 12:00 p.m. ET")

    assert moved == new == [f"{SHIFT} 1 registered person lives by that clock."]
    assert usual == []


def test_a_move_says_it_before_it_is_written(desk, world):
    webinar = world.webinar()
    world.attendee(webinar, "Ada Lovelace", time_zone="Europe/London")

    assert SHIFT in words(desk, f"/manage/webinars/{webinar['code']}/move?typed={MARCH}")


def name_the_wrong_clock(db, webinar_id):
    add_poll(db, webinar_id, PollDraft(kind=PollKind.SINGLE, question="Back at 1:00 p.m. EST?", options=("Yes", "No")))
    for text in ("Break until 12:30 p.m. EST", "Break until 12:30 p.m. ET"):
        db.add(Announcement(code=new_code(), webinar_id=webinar_id, text=text, is_draft=True, made_at=NOW))
    db.add(AgendaSegment(webinar_id=webinar_id, title="Lunch, 1 p.m. EST", start_minute=60, minutes=5))


def test_texts_that_say_est_in_summer_time_are_named_until_they_are_right(desk, world):
    winter, summer = world.webinar(), world.webinar(**IN_MARCH)
    for webinar in (winter, summer):
        write(name_the_wrong_clock, webinar["id"])

    right, wrong = (words(desk, f"/manage/webinars/{one['code']}") for one in (winter, summer))

    assert "These texts name the wrong clock" not in right
    for where in ("Poll", "Announcement", "Agenda"):
        assert f"{where}: “EST” is the wrong word on 16 March 2027: write “EDT”, or “ET”" in wrong
    assert wrong.count("is the wrong word") == 3


def test_saving_a_time_says_what_its_texts_get_wrong(desk, world):
    webinar = world.webinar(world.course(summary="Noon EST, every time."))
    form = {
        "_key": "zone-net-1", "precision": "exact", "typed": MARCH, "minutes": "75", "confirm": "1",
        "time_zone": "America/New_York", "delivery": "online", "lobby_minutes": "15",
        "item_id": str(webinar["course"]["webinar_item"]),
    }  # fmt: skip

    answer = desk.post(f"/manage/webinars/{webinar['code']}/edit", data=form, follow_redirects=True)

    assert "Summary: “EST” is the wrong word on 16 March 2027" in answer.text
