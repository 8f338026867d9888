"""The zone safety net where times are entered: unusual hours for registrants, and texts that name the wrong clock."""

from datetime import UTC, datetime

import pytest
from factories import NOW
from page_words import let_in, words

from webinar_app.campaigns.models import MailPlan
from webinar_app.chat.models import Announcement
from webinar_app.core.codes import new_code
from webinar_app.core.permissions import Role
from webinar_app.handouts.models import Handout
from webinar_app.infra.db import write
from webinar_app.polls.rules import PollKind
from webinar_app.polls.services.editing import PollDraft, add_poll
from webinar_app.registrations.models import FormQuestion
from webinar_app.stage.models import StageSource
from webinar_app.webinars.models import AgendaSegment, Webinar

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
    db.add(StageSource(webinar_id=webinar_id, kind="text", address="", text="Begins at noon EST"))
    course_id = db.get_one(Webinar, webinar_id).course_id
    db.add(FormQuestion(course_id=course_id, code=new_code(), position=1, kind="text", prompt="Can you come at 9 EST?"))
    db.add(
        Handout(
            code=new_code(), webinar_id=webinar_id, title="For 1 p.m. EST", name="a.pdf", kind="pdf", sha256="0" * 64,
            size=5, state="ready", created_at=NOW,
        )
    )  # fmt: skip
    words = {"subject": "Noon EST", "text": "Soon.", "way": "hours", "amount": 24, "clock": "09:00", "is_on": True}
    db.add(MailPlan(course_id=course_id, webinar_id=webinar_id, kind="reminder_day", updated_at=NOW, **words))


def test_texts_that_say_est_in_summer_time_are_named_until_they_are_right(desk, world):
    winter, summer = world.webinar(), world.webinar(**IN_MARCH)
    for webinar in (winter, summer):
        write(name_the_wrong_clock, webinar["id"])

    right, wrong = (words(desk, f"/manage/webinars/{one['code']}") for one in (winter, summer))

    assert "These texts name the wrong clock" not in right
    kinds = ("Poll", "Announcement", "Agenda", "Stage", "Registration form", "Handout", "Mail “Reminder, a day before”")
    for where in kinds:
        assert f"{where}: “EST” is the wrong word on 16 March 2027: write “EDT”, or “ET”" in wrong
    assert wrong.count("is the wrong word") == len(kinds)


def test_saving_a_time_says_what_its_texts_get_wrong(desk, world):
    webinar = world.webinar(world.course(summary="Noon EST, every time."))
    form = {
        "_key": "zone-net-1", "precision": "exact", "typed": MARCH, "minutes": "75", "confirm": "1",
        "time_zone": "America/New_York", "delivery": "online", "lobby_minutes": "15",
        "item_id": str(webinar["course"]["webinar_item"]),
    }  # fmt: skip

    answer = desk.post(f"/manage/webinars/{webinar['code']}/edit", data=form, follow_redirects=True)

    assert "Summary: “EST” is the wrong word on 16 March 2027" in answer.text


def test_tz3_saving_an_agenda_or_a_poll_says_which_clock_it_names_wrongly(desk, world):
    webinar = world.webinar(**IN_MARCH)
    path, word = f"/manage/webinars/{webinar['code']}", "“EST” is the wrong word on 16 March 2027"
    part = {"segments-0-title": "Lunch, 1 p.m. EST", "segments-0-minutes": "75", "segments-0-gives_credit": "y"}
    poll = {"question": "Back at 1 p.m. EST?", "kind": "single", "options": "Yes\nNo", "min_choices": "1"}
    poll |= {"visibility": "always", "privacy": "staff"}

    agenda = desk.post(f"{path}/agenda", data=part | {"_key": "zone-net-agenda"}, follow_redirects=True)
    asked = desk.post(f"{path}/polls/new", data=poll | {"_key": "zone-net-poll"}, follow_redirects=True)

    assert f"Agenda: {word}" in agenda.text
    assert f"Poll: {word}" in asked.text
