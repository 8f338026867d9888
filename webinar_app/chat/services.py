"""Use cases of chat: write, hide, announce."""

from datetime import datetime
from typing import Any

from webinar_app.audit.services import record
from webinar_app.chat.messages import announcement_value, message_value
from webinar_app.chat.models import Announcement, ChatMessage
from webinar_app.chat.queries import get_announcement, get_message
from webinar_app.chat.rules import ChatMode, check_may_write, check_message
from webinar_app.core.actor import Member
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden, InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.text import one_line
from webinar_app.infra.db import Db
from webinar_app.registrations.queries import get_registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.services import publish_room_event

ANNOUNCEMENT_LIMIT = 300
MODE = ChatMode.EVERYONE


def post_message(db: Db, member: Member, text: str, *, now: datetime) -> dict[str, Any]:
    """Write a message to everybody in the room and return its code."""
    if not member.may(Permission.CHAT_POST):
        raise Forbidden
    open_room(db, member)
    check_may_write(MODE, is_staff=member.is_staff)
    _check_registered(db, member)
    row = ChatMessage(
        code=new_code(), webinar_id=member.webinar_id, person_id=member.person_id, author=member.display_name,
        is_host=member.is_staff, text=check_message(text), sent_at=now,
    )  # fmt: skip
    db.add(row)
    publish_room_event(db, member.webinar_id, "all", "chat.posted", {"message": message_value(row)}, now=now)
    return {"message": row.code}


def hide_message(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Take a message out of everybody's view; it stays for the record. Again changes nothing."""
    _check_moderates(member)
    row = get_message(db, member.webinar_id, code)
    if row.hidden_at is not None:
        return {}
    row.hidden_at = now
    db.flush()  # its id goes into the audit
    record(db, member.person_id, "chat.hide", "chat_message", row.id, now=now)
    publish_room_event(db, member.webinar_id, "all", "chat.hidden", {"message": row.code}, now=now)
    return {}


def make_announcement(db: Db, member: Member, text: str, *, now: datetime) -> dict[str, Any]:
    """Put a line above the room for everybody and return its code."""
    _check_moderates(member)
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
    _check_moderates(member)
    row = get_announcement(db, member.webinar_id, code)
    if row.withdrawn_at is not None:
        return {}
    row.withdrawn_at = now
    publish_room_event(db, member.webinar_id, "all", "announcement.withdrawn", {"announcement": row.code}, now=now)
    return {}


def _check_moderates(member: Member) -> None:
    if not member.may(Permission.CHAT_MODERATE):
        raise Forbidden


def _check_registered(db: Db, member: Member) -> None:
    if member.registration_id is None:
        return
    if get_registration(db, member.registration_id).state is not RegistrationState.REGISTERED:
        raise Forbidden("room.not_registered", "Your registration has ended; the message was not sent.")
