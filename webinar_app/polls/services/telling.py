"""How a change of a poll reaches the room: everything to staff, and what is public to everybody."""

from datetime import datetime

from webinar_app.infra.db import Db
from webinar_app.polls.messages import poll_value
from webinar_app.polls.models import Poll
from webinar_app.polls.queries import result_of
from webinar_app.polls.rules import Counted
from webinar_app.webinars.services import publish_room_event


def tell_staff(db: Db, poll: Poll, name: str, counted: Counted | None = None, *, now: datetime) -> None:
    """Send staff the poll as it is now."""
    counted = counted or result_of(db, poll)
    publish_room_event(db, poll.webinar_id, "staff", name, {"poll": poll_value(poll, counted, for_staff=True)}, now=now)


def tell_everybody(db: Db, poll: Poll, name: str, *, now: datetime) -> None:
    """Send everybody what they may see of the poll now, and staff all of it."""
    counted = result_of(db, poll)
    # `all` before `staff`, everywhere: two transactions never wait for each other's stream.
    publish_room_event(db, poll.webinar_id, "all", name, {"poll": poll_value(poll, counted, for_staff=False)}, now=now)
    tell_staff(db, poll, "poll.changed", counted, now=now)
