"""Use cases of a person's own calendar."""

from collections.abc import Mapping
from datetime import datetime

from webinar_app.accounts.policy import get_self
from webinar_app.audit.services import record
from webinar_app.calendars.events import FeedServed
from webinar_app.calendars.models import PersonalCalendar
from webinar_app.calendars.rules import alarm_of
from webinar_app.core.actor import Actor
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish


def renew_feed(db: Db, actor: Actor, is_open: bool, *, now: datetime) -> None:
    """Give the actor's feed a new address, or take it back; older addresses find nothing from now on (IC21)."""
    row = _own(db, get_self(db, actor).id)
    row.feed_version += 1
    row.is_feed_open, row.feed_used_at, row.feed_opened_at = is_open, None, now if is_open else None
    record(db, actor.person_id, "calendar.feed", "person", row.person_id, now=now, is_open=is_open)


def choose_alarm(db: Db, actor: Actor, choice: str, *, now: datetime) -> None:
    """Keep how long before the start the actor's entries ring, from the next invitation on and in the feed at once."""
    minutes = alarm_of(choice)
    _own(db, get_self(db, actor).id).alarm_minutes = minutes


def note_use(db: Db, person_id: int, versions: Mapping[int, int], *, now: datetime) -> None:
    """Write down that a program came for a person's feed; `versions` is {id of a sitting: SEQUENCE in the feed}."""
    row = db.get(PersonalCalendar, person_id)
    if row is not None:
        row.feed_used_at = now
        publish(db, FeedServed(person_id, versions), now)


def _own(db: Db, person_id: int) -> PersonalCalendar:
    row = db.get(PersonalCalendar, person_id, with_for_update=True)
    if row is None:
        row = PersonalCalendar(person_id=person_id, feed_version=0, is_feed_open=False)
        db.add(row)
    return row
