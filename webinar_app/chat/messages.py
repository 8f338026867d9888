"""What a room's messages say of chat."""

from typing import Any

from webinar_app.chat.models import Announcement, ChatMessage
from webinar_app.chat.queries import list_announcements, list_messages
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.webinars.events import RoomSnapshotAsked


def message_value(row: ChatMessage) -> dict[str, Any]:
    """Give a message as everybody sees it."""
    return {
        "code": row.code,
        "author": row.author,
        "is_host": row.is_host,
        "text": row.text,
        "at": stamp(row.sent_at),
    }


def announcement_value(row: Announcement) -> dict[str, Any]:
    """Give an announcement as everybody sees it."""
    return {"code": row.code, "text": row.text, "at": stamp(row.made_at)}


def chat_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the messages and announcements of a room; staff see no others."""
    if question.staff:
        return {}
    return {
        "messages": [message_value(row) for row in list_messages(db, question.webinar_id)],
        "announcements": [announcement_value(row) for row in list_announcements(db, question.webinar_id)],
    }
