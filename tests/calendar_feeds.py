"""A person's own feed, opened as people do."""

from page_words import let_in

from webinar_app.accounts.models import Person
from webinar_app.calendars.models import PersonalCalendar
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read


def feed_path(client, person_id):
    """Sign somebody in, have them make their address, and give its path."""
    let_in(client, person_id)
    assert client.post("/account/calendar/feed", data={"open": "1", "_key": f"key {utc_now()}"[:60]}).status_code == 303
    with read() as db:
        person, row = db.get_one(Person, person_id), db.get_one(PersonalCalendar, person_id)
        return links().feed(person.code, row.feed_version).removeprefix(links().base)
