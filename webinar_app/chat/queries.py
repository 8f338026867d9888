"""Named reads of chat and announcements."""

from sqlalchemy import select

from webinar_app.chat.models import Announcement, ChatMessage
from webinar_app.core.errors import NotFound
from webinar_app.infra.db import Db

LAST_MESSAGES = 200


def list_messages(db: Db, webinar_id: int, limit: int = LAST_MESSAGES) -> list[ChatMessage]:
    """Give the last messages of a sitting that are not hidden, in order."""
    query = (
        select(ChatMessage)
        .where(ChatMessage.webinar_id == webinar_id, ChatMessage.hidden_at.is_(None))
        .order_by(ChatMessage.id.desc())  # the order of their events: a row gets its id after the stream's lock
        .limit(limit)
    )
    return list(db.scalars(query))[::-1]


def list_announcements(db: Db, webinar_id: int) -> list[Announcement]:
    """Give the announcements of a sitting that stand, in order."""
    query = select(Announcement).where(Announcement.webinar_id == webinar_id, Announcement.withdrawn_at.is_(None))
    return list(db.scalars(query.order_by(Announcement.id)))


def get_message(db: Db, webinar_id: int, code: str) -> ChatMessage:
    """Give a message of a sitting, or raise NotFound."""
    query = select(ChatMessage).where(ChatMessage.webinar_id == webinar_id, ChatMessage.code == code.upper())
    found = db.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFound("chat.unknown", "This message does not exist any more. Reload the page.")
    return found


def get_announcement(db: Db, webinar_id: int, code: str) -> Announcement:
    """Give an announcement of a sitting, or raise NotFound."""
    query = select(Announcement).where(Announcement.webinar_id == webinar_id, Announcement.code == code.upper())
    found = db.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFound("announcement.unknown", "This announcement does not exist any more. Reload the page.")
    return found
