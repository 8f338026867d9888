"""Named reads of chat and announcements."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from webinar_app.chat.models import Announcement, ChatMessage, ChatMute, ChatRoom
from webinar_app.chat.rules import ChatAudience
from webinar_app.core.errors import NotFound
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration

LAST_MESSAGES = 200


class Muted(NamedTuple):
    """An attendee whose messages are paused, by the code of their registration."""

    code: str
    name: str


def list_messages(
    db: Db,
    webinar_id: int,
    audience: ChatAudience = ChatAudience.ALL,
    *,
    limit: int = LAST_MESSAGES,
) -> list[ChatMessage]:
    """Give the last messages of a sitting to one audience that are not hidden, in order."""
    query = select(ChatMessage).where(
        ChatMessage.webinar_id == webinar_id, ChatMessage.audience == audience, ChatMessage.hidden_at.is_(None)
    )
    query = query.order_by(ChatMessage.id.desc()).limit(limit)
    # Stamps go out to the millisecond; codes decide between equal ones, here and in the browser.
    return sorted(db.scalars(query), key=lambda row: (stamp(row.sent_at), row.code))


def list_said(db: Db, webinar_id: int) -> list[ChatMessage]:
    """Give every message of a sitting, hidden ones too, in order."""
    return list(db.scalars(select(ChatMessage).where(ChatMessage.webinar_id == webinar_id).order_by(ChatMessage.id)))


def last_sent_at(db: Db, registration_id: int) -> datetime | None:
    """Give when an attendee wrote last, or None."""
    query = select(func.max(ChatMessage.sent_at)).where(ChatMessage.registration_id == registration_id)
    return db.scalar(query)


def find_chat_room(db: Db, webinar_id: int, *, lock: bool = False) -> ChatRoom | None:
    """Give how chat works in a sitting, or None where nobody has changed it."""
    query = select(ChatRoom).where(ChatRoom.webinar_id == webinar_id)
    return db.scalars(query.with_for_update() if lock else query).one_or_none()


def list_sent(db: Db, webinar_id: int, registration_ids: Sequence[int]) -> dict[int, list[ChatMessage]]:
    """Give what each of these attendees wrote to the hosts alone, in order, the last messages of each."""
    query = select(ChatMessage).where(
        ChatMessage.webinar_id == webinar_id,
        ChatMessage.audience == ChatAudience.STAFF,
        ChatMessage.hidden_at.is_(None),
        ChatMessage.registration_id.in_(registration_ids),
    )
    found: dict[int, list[ChatMessage]] = defaultdict(list)
    for row in sorted(db.scalars(query), key=lambda row: (stamp(row.sent_at), row.code)):
        found[row.registration_id or 0].append(row)
    return {registration_id: rows[-LAST_MESSAGES:] for registration_id, rows in found.items()}


def muted_among(db: Db, registration_ids: Sequence[int]) -> set[int]:
    """Give those of these attendees whose messages are paused."""
    query = select(ChatMute.registration_id).where(ChatMute.registration_id.in_(registration_ids))
    return set(db.scalars(query))


def is_muted(db: Db, registration_id: int) -> bool:
    """Say whether an attendee's messages are paused."""
    return db.get(ChatMute, registration_id) is not None


def list_muted(db: Db, webinar_id: int) -> list[Muted]:
    """Give the attendees of a sitting whose messages are paused, by their codes."""
    query = (
        select(Registration.code, Registration.display_name)
        .join(ChatMute, ChatMute.registration_id == Registration.id)
        .where(ChatMute.webinar_id == webinar_id)
        .order_by(Registration.code)
    )
    return [Muted(*row) for row in db.execute(query)]


def find_mute(db: Db, webinar_id: int, code: str) -> ChatMute | None:
    """Give the pause of an attendee, by the code of their registration, or None."""
    query = select(ChatMute).join(Registration, Registration.id == ChatMute.registration_id)
    return db.scalars(query.where(ChatMute.webinar_id == webinar_id, Registration.code == code.upper())).one_or_none()


def list_announcements(db: Db, webinar_id: int) -> list[Announcement]:
    """Give the announcements of a sitting that stand, in order."""
    return [row for row in list_kept(db, webinar_id) if not row.is_draft and row.withdrawn_at is None]


def list_kept(db: Db, webinar_id: int) -> list[Announcement]:
    """Give the announcements of a sitting, drafts and those that are over too, in order."""
    rows = db.scalars(select(Announcement).where(Announcement.webinar_id == webinar_id))
    # Stamps go out to the millisecond; codes decide between equal ones, here and in the browser.
    return sorted(rows, key=lambda row: (stamp(row.made_at), row.code))


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
