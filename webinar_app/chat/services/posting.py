"""Use cases of those who write: to everybody, or to the hosts alone."""

from datetime import datetime
from typing import Any

from webinar_app.accounts.services import notify
from webinar_app.chat.messages import message_value
from webinar_app.chat.models import ChatMessage
from webinar_app.chat.queries import find_chat_room, is_muted, last_sent_at
from webinar_app.chat.rules import (
    ChatAudience,
    ChatMode,
    LinkRule,
    audience_for,
    check_links,
    check_may_write,
    check_message,
    check_pace,
)
from webinar_app.core.actor import Member
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden
from webinar_app.core.intervals import to_ms
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.registrations.queries import get_registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.services import publish_room_event


def post_message(db: Db, member: Member, text: str, to: ChatAudience | None = None, *, now: datetime) -> dict[str, Any]:
    """Write a message to everybody, or to the hosts alone, and return its code."""
    if not member.may(Permission.CHAT_POST):
        raise Forbidden
    open_room(db, member)
    room = find_chat_room(db, member.webinar_id)
    mode, is_staff = room.mode if room else ChatMode.EVERYONE, member.is_staff
    muted = member.registration_id is not None and is_muted(db, member.registration_id)
    check_may_write(mode, is_staff=is_staff, is_muted=muted)
    _check_registered(db, member)
    audience = audience_for(mode, is_staff=is_staff, wanted=to)
    cleaned = check_message(text)
    if not is_staff and member.registration_id is not None:
        check_links(room.links if room else LinkRule.TEXT, cleaned)
        last = last_sent_at(db, member.registration_id)
        check_pace(to_ms(last) if last else None, to_ms(now), room.slow_seconds * 1000 if room else 0)
    row = ChatMessage(
        code=new_code(), webinar_id=member.webinar_id, person_id=member.person_id, author=member.display_name,
        registration_id=member.registration_id, audience=audience, is_host=is_staff, text=cleaned, sent_at=now,
    )  # fmt: skip
    db.add(row)
    tell_written(db, row, now=now)
    return {"message": row.code}


def tell_written(db: Db, row: ChatMessage, *, now: datetime) -> None:
    """Tell those who may read a message, and its author on all their pages, that it stands."""
    payload = {"message": message_value(row)}
    if row.audience is ChatAudience.STAFF and row.registration_id is not None:
        notify(db, get_registration(db, row.registration_id).person_id, "chat.sent", payload, now=now)
    publish_room_event(db, row.webinar_id, row.audience.value, "chat.posted", payload, now=now)


def tell_gone(db: Db, row: ChatMessage, *, now: datetime) -> None:
    """Tell those who could read a message, and its author, that it is hidden."""
    payload = {"message": row.code}
    if row.audience is ChatAudience.STAFF and row.registration_id is not None:
        notify(db, get_registration(db, row.registration_id).person_id, "chat.hidden", payload, now=now)
    publish_room_event(db, row.webinar_id, row.audience.value, "chat.hidden", payload, now=now)


def _check_registered(db: Db, member: Member) -> None:
    if member.registration_id is None:
        return
    if get_registration(db, member.registration_id).state is not RegistrationState.REGISTERED:
        raise Forbidden("room.not_registered", "Your registration has ended; the message was not sent.")
