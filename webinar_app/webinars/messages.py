"""What a room's messages say of its sitting."""

from datetime import timedelta
from typing import Any

from webinar_app.config import links
from webinar_app.core.times import end_of, stamp
from webinar_app.infra.db import Db
from webinar_app.webinars.events import RoomSnapshotAsked
from webinar_app.webinars.models import Webinar


def room_value(webinar: Webinar) -> dict[str, Any]:
    """Give the sitting as its room shows it."""
    starts_at, ends_at = webinar.starts_at, None
    lobby_opens_at = None
    if starts_at is not None:
        ends_at = end_of(starts_at, webinar.minutes)
        lobby_opens_at = starts_at - timedelta(minutes=webinar.lobby_minutes)
    return {
        "code": webinar.code,
        "title": webinar.course.title,
        "course_code": webinar.course.code,
        "state": webinar.state.value,
        "is_rehearsal": webinar.rehearsal_of_id is not None,
        "starts_at": starts_at and stamp(starts_at),
        "ends_at": ends_at and stamp(ends_at),
        "went_live_at": webinar.went_live_at and stamp(webinar.went_live_at),
        "ended_at": webinar.ended_at and stamp(webinar.ended_at),
        "minutes": webinar.minutes,
        "time_zone": webinar.time_zone,
        "lobby_opens_at": lobby_opens_at and stamp(lobby_opens_at),
        "segments": [
            {
                "title": segment.title,
                "start_minute": segment.start_minute,
                "minutes": segment.minutes,
                "gives_credit": segment.gives_credit,
            }
            for segment in webinar.segments
        ],
        "course_url": links().course(webinar.course.slug),
        "evaluation_url": links().evaluation(webinar.code),
    }


def room_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give what everybody in a room sees of its sitting."""
    return {} if question.staff else {"room": room_value(db.get_one(Webinar, question.webinar_id))}
