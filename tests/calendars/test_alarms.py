"""When entries ring: chosen by each person, and carried wherever their entries are."""

from datetime import timedelta

import pytest
from calendar_feeds import feed_path
from factories import NOW
from icalendar import Calendar
from page_words import let_in
from posted import calendar_of, mails, run_jobs

from webinar_app.calendars.rules import alarm_of
from webinar_app.calendars.services.personal import choose_alarm
from webinar_app.core.errors import Forbidden, InvalidInput
from webinar_app.infra.db import read, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.services import send_link


def rings(data):
    """Give the triggers of the alarms in a file."""
    found = Calendar.from_ical(data).walk("VALARM")
    assert all(alarm["ACTION"] == "DISPLAY" and alarm["DESCRIPTION"] for alarm in found)
    return [alarm["TRIGGER"].dt for alarm in found]


def everywhere(world, client, member):
    """Give the alarms in a person's invitation, own file and feed, and in the file for everybody."""
    with read() as db:
        code = db.get_one(Registration, member.registration_id).code
    write(send_link, world.coordinator(), code, now=NOW)
    run_jobs("calendars.confirm")
    invited = calendar_of(mails()[-1])
    paths = (f"/registrations/{code}/calendar.ics", feed_path(client, member.person_id))
    files = [client.get(path).data for path in (*paths, f"/webinars/{member.webinar_code}/calendar.ics")]
    return [rings(data) for data in (invited, *files)]


@pytest.mark.parametrize(
    ("choice", "before"),
    [
        ("0", []), ("10", [timedelta(minutes=-10)]), ("60", [timedelta(hours=-1)]), ("1440", [timedelta(days=-1)]),
    ],
)  # fmt: skip
def test_ic22_the_choice_is_carried_into_invitation_file_and_feed(world, client, choice, before):
    member = world.attendee(world.webinar())
    let_in(client, member.person_id)

    answer = client.post("/account/calendar", data={"alarm": choice, "_key": "choose an alarm"})

    assert answer.status_code == 303
    assert everywhere(world, client, member) == [before, before, before, []]
    assert f'checked id="alarm-{["0", "10", "60", "1440"].index(choice)}"' in client.get("/account/calendar").text


def test_ic22_without_a_choice_it_rings_ten_minutes_before(world, client):
    member = world.attendee(world.webinar())

    assert everywhere(world, client, member) == [[timedelta(minutes=-10)]] * 3 + [[]]


def test_what_cannot_be_chosen_is_refused_beside_the_field(world, client):
    let_in(client, world.person())

    answer = client.post("/account/calendar", data={"alarm": "15", "_key": "choose an alarm"})

    assert answer.status_code == 422
    assert "Choose one of the options." in answer.text
    with pytest.raises(InvalidInput):
        alarm_of("15")


def test_a_join_link_does_not_reach_the_choice(world):
    member = world.attendee(world.webinar())
    actor = world.actor(member.person_id, limited_to=member.registration_id)

    with pytest.raises(Forbidden):
        write(choose_alarm, actor, "60", now=NOW)
