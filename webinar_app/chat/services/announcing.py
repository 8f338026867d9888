"""Use cases of announcements: a line above the room for everybody."""

from datetime import datetime
from typing import Any

from webinar_app.chat.messages import announcement_value
from webinar_app.chat.models import Announcement
from webinar_app.chat.policy import check_moderates
from webinar_app.chat.queries import get_announcement
from webinar_app.core.actor import Member
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import one_line
from webinar_app.infra.db import Db
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.services import publish_room_event

ANNOUNCEMENT_LIMIT = 300


def make_announcement(db: Db, member: Member, text: str, *, now: datetime) -> dict[str, Any]:
    """Put a line above the room for everybody and return its code."""
    check_moderates(member)
    open_room(db, member)
    cleaned = one_line(text)
    if not 1 <= len(cleaned) <= ANNOUNCEMENT_LIMIT:
        sentence = f"Write 1 to {ANNOUNCEMENT_LIMIT} characters."
        raise InvalidInput("announcement.text", sentence, {"text": sentence})
    row = Announcement(code=new_code(), webinar_id=member.webinar_id, text=cleaned, made_at=now)
    db.add(row)
    payload = {"announcement": announcement_value(row)}
    publish_room_event(db, member.webinar_id, "all", "announcement.made", payload, now=now)
    return {"announcement": row.code}


def withdraw_announcement(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Take an announcement away; again changes nothing."""
    check_moderates(member)
    row = get_announcement(db, member.webinar_id, code)
    if row.withdrawn_at is not None:
        return {}
    row.withdrawn_at = now
    publish_room_event(db, member.webinar_id, "all", "announcement.withdrawn", {"announcement": row.code}, now=now)
    return {}
