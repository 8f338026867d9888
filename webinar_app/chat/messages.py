"""What a room's messages say of chat."""

from typing import Any

from webinar_app.chat.models import Announcement, ChatMessage, ChatRoom
from webinar_app.chat.queries import (
    Muted,
    find_chat_room,
    list_announcements,
    list_kept,
    list_messages,
    list_muted,
    list_sent,
    muted_among,
)
from webinar_app.chat.rules import ChatAudience, ChatMode, LinkRule, announcement_state
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.webinars.events import OwnStatesAsked, RoomSnapshotAsked


def message_value(row: ChatMessage) -> dict[str, Any]:
    """Give a message as its readers see it; `to` says who they are."""
    return {
        "code": row.code,
        "author": row.author,
        "is_host": row.is_host,
        "text": row.text,
        "to": row.audience.value,
        "at": stamp(row.sent_at),
    }


def chat_value(db: Db, row: ChatRoom | None) -> dict[str, Any]:
    """Give how chat works in a room, with the message that is pinned."""
    if row is None:
        return {"mode": ChatMode.EVERYONE.value, "slow_seconds": 0, "links": LinkRule.TEXT.value, "pinned": None}
    pinned = db.get_one(ChatMessage, row.pinned_id) if row.pinned_id is not None else None
    return {
        "mode": row.mode.value,
        "slow_seconds": row.slow_seconds,
        "links": row.links.value,
        "pinned": message_value(pinned) if pinned is not None else None,
    }


def muted_value(row: Muted) -> dict[str, str]:
    """Give an attendee whose messages are paused, for staff."""
    return {"code": row.code, "name": row.name}


def announcement_value(row: Announcement) -> dict[str, Any]:
    """Give an announcement as everybody sees it; clients hide it at `expires_at` by the server's clock."""
    return {
        "code": row.code,
        "text": row.text,
        "at": stamp(row.made_at),
        "expires_at": stamp(row.expires_at) if row.expires_at else None,
    }


def kept_value(row: Announcement) -> dict[str, Any]:
    """Give an announcement as staff see it, drafts and those that are over too."""
    state = announcement_state(is_draft=row.is_draft, withdrawn_at=row.withdrawn_at)
    return announcement_value(row) | {"state": state.value}


def chat_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the messages and announcements of a room; to staff also what only they read."""
    if question.staff:
        return {
            "messages": [message_value(row) for row in list_messages(db, question.webinar_id, ChatAudience.STAFF)],
            "announcements": [kept_value(row) for row in list_kept(db, question.webinar_id)],
            "muted": [muted_value(row) for row in list_muted(db, question.webinar_id)],
        }
    return {
        "chat": chat_value(db, find_chat_room(db, question.webinar_id)),
        "messages": [message_value(row) for row in list_messages(db, question.webinar_id)],
        "announcements": [announcement_value(row) for row in list_announcements(db, question.webinar_id)],
    }


def own_parts(db: Db, question: OwnStatesAsked) -> list[dict[str, Any]]:
    """Give what each attendee wrote to the hosts alone, and whether their messages are paused."""
    ids = question.registration_ids
    sent, muted = list_sent(db, question.webinar_id, ids), muted_among(db, ids)
    return [
        {
            "sent": [message_value(row) for row in sent.get(member.registration_id or 0, ())],
            "muted": member.registration_id in muted,
        }
        for member in question.members
    ]
