"""Use cases of moderators: say who may write and how often, hide and pin messages, pause a person's."""

from datetime import datetime
from typing import Any

from webinar_app.accounts.services import notify
from webinar_app.audit.services import record
from webinar_app.chat.messages import chat_value, muted_value
from webinar_app.chat.models import ChatMute, ChatRoom
from webinar_app.chat.policy import check_moderates
from webinar_app.chat.queries import Muted, find_chat_room, find_mute, get_message, is_muted
from webinar_app.chat.rules import ChatAudience, ChatMode, LinkRule, check_slow
from webinar_app.chat.services.posting import tell_gone, tell_written
from webinar_app.core.actor import Member
from webinar_app.core.errors import Refused
from webinar_app.infra.db import Db, insert_for
from webinar_app.registrations.queries import get_registration
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.services import publish_room_event


def configure_chat(
    db: Db, member: Member, mode: ChatMode, slow_seconds: int, links: LinkRule, *, now: datetime
) -> dict[str, Any]:
    """Say who may write to whom, how often, and whether links are taken; again changes nothing."""
    check_moderates(member)
    open_room(db, member)
    pace, row = check_slow(slow_seconds), _room(db, member.webinar_id)
    if (row.mode, row.slow_seconds, row.links) == (mode, pace, links):
        return {}
    row.mode, row.slow_seconds, row.links = mode, pace, links
    record(db, member.person_id, "chat.configure", "webinar", member.webinar_id, now=now)
    _tell_room(db, row, now=now)
    return {}


def pin_message(db: Db, member: Member, code: str, *, pinned: bool, now: datetime) -> dict[str, Any]:
    """Keep one message above the others in place of the one before, or let it go; again changes nothing."""
    check_moderates(member)
    message, row = get_message(db, member.webinar_id, code), _room(db, member.webinar_id)
    if pinned and (message.audience is not ChatAudience.ALL or message.hidden_at is not None):
        raise Refused("chat.not_pinned", "Only what everybody reads can be pinned. Choose another message.")
    if (row.pinned_id == message.id) is pinned:
        return {}
    row.pinned_id = message.id if pinned else None
    _tell_room(db, row, now=now)
    return {}


def hide_message(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Take a message out of everybody's view; it stays for the record. Again changes nothing."""
    check_moderates(member)
    row = get_message(db, member.webinar_id, code)
    if row.hidden_at is not None:
        return {}
    row.hidden_at = now
    record(db, member.person_id, "chat.hide", "chat_message", row.id, now=now)
    tell_gone(db, row, now=now)
    room = find_chat_room(db, member.webinar_id, lock=True)
    if room is not None and room.pinned_id == row.id:
        room.pinned_id = None
        _tell_room(db, room, now=now)
    return {}


def show_message(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Put a hidden message back where it stood; again changes nothing."""
    check_moderates(member)
    row = get_message(db, member.webinar_id, code)
    if row.hidden_at is None:
        return {}
    row.hidden_at = None
    record(db, member.person_id, "chat.show", "chat_message", row.id, now=now)
    tell_written(db, row, now=now)
    return {}


def mute_author(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Pause the messages of whoever wrote this one; they are told. Again changes nothing."""
    check_moderates(member)
    row = get_message(db, member.webinar_id, code)
    if row.registration_id is None:
        raise Refused("chat.mute_host", "Hosts and moderators cannot be paused. Take them off the session instead.")
    registration = get_registration(db, row.registration_id)
    if is_muted(db, registration.id):
        return {"registration": registration.code}
    db.add(ChatMute(registration_id=registration.id, webinar_id=member.webinar_id, by_id=member.person_id, at=now))
    record(db, member.person_id, "chat.mute", "registration", registration.id, now=now)
    notify(db, registration.person_id, "chat.muted", {"muted": True}, now=now)
    told = {"person": muted_value(Muted(registration.code, registration.display_name))}
    publish_room_event(db, member.webinar_id, "staff", "chat.muted", told, now=now)
    return {"registration": registration.code}


def unmute(db: Db, member: Member, registration_code: str, *, now: datetime) -> dict[str, Any]:
    """Let a person write again; they are told. Again changes nothing."""
    check_moderates(member)
    row = find_mute(db, member.webinar_id, registration_code)
    if row is None:
        return {}
    registration = get_registration(db, row.registration_id)
    db.delete(row)
    record(db, member.person_id, "chat.unmute", "registration", registration.id, now=now)
    notify(db, registration.person_id, "chat.muted", {"muted": False}, now=now)
    publish_room_event(db, member.webinar_id, "staff", "chat.unmuted", {"person": registration.code}, now=now)
    return {}


def _room(db: Db, webinar_id: int) -> ChatRoom:
    values = {"webinar_id": webinar_id, "mode": ChatMode.EVERYONE, "slow_seconds": 0, "links": LinkRule.TEXT}
    db.execute(insert_for(db)(ChatRoom).values(**values).on_conflict_do_nothing())
    found = find_chat_room(db, webinar_id, lock=True)
    assert found is not None  # it was just put there
    return found


def _tell_room(db: Db, row: ChatRoom, *, now: datetime) -> None:
    publish_room_event(db, row.webinar_id, "all", "chat.changed", {"chat": chat_value(db, row)}, now=now)
