"""Chat and announcements on the wire."""

from typing import Any

from webinar_app.chat import services
from webinar_app.chat.schemas import AnnouncementIn, MessageIn, TextIn
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import write
from webinar_app.web.sockets import Connection, live_event


@live_event("chat.post", requires=Permission.CHAT_POST, payload=TextIn)
def post(connection: Connection, sent: TextIn) -> dict[str, Any]:
    """Write a message."""
    return write(services.post_message, connection.member, sent.text, key=sent.key, now=utc_now())


@live_event("chat.hide", requires=Permission.CHAT_MODERATE, payload=MessageIn)
def hide(connection: Connection, sent: MessageIn) -> dict[str, Any]:
    """Hide a message."""
    return write(services.hide_message, connection.member, sent.message, key=sent.key, now=utc_now())


@live_event("announcement.make", requires=Permission.CHAT_MODERATE, payload=TextIn)
def make(connection: Connection, sent: TextIn) -> dict[str, Any]:
    """Announce something."""
    return write(services.make_announcement, connection.member, sent.text, key=sent.key, now=utc_now())


@live_event("announcement.withdraw", requires=Permission.CHAT_MODERATE, payload=AnnouncementIn)
def withdraw(connection: Connection, sent: AnnouncementIn) -> dict[str, Any]:
    """Take an announcement away."""
    return write(services.withdraw_announcement, connection.member, sent.announcement, key=sent.key, now=utc_now())
