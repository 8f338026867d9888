"""Chat and announcements on the wire."""

from typing import Any

from webinar_app.chat.schemas import (
    AnnounceIn,
    AnnouncementIn,
    ConfigureIn,
    MessageIn,
    PinIn,
    PostIn,
    ReactIn,
    ShowIn,
    UnmuteIn,
)
from webinar_app.chat.services import announcing, moderating, posting, reactions
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import write
from webinar_app.web.sockets import Connection, live_event


@live_event("chat.post", requires=Permission.CHAT_POST, payload=PostIn)
def post(connection: Connection, sent: PostIn) -> dict[str, Any]:
    """Write a message."""
    return write(posting.post_message, connection.member, sent.text, sent.to, key=sent.key, now=utc_now())


@live_event("chat.configure", requires=Permission.CHAT_MODERATE, payload=ConfigureIn)
def configure(connection: Connection, sent: ConfigureIn) -> dict[str, Any]:
    """Say how chat works."""
    given = (sent.mode, sent.slow_seconds, sent.links)
    return write(moderating.configure_chat, connection.member, *given, key=sent.key, now=utc_now())


@live_event("chat.hide", requires=Permission.CHAT_MODERATE, payload=MessageIn)
def hide(connection: Connection, sent: MessageIn) -> dict[str, Any]:
    """Hide a message."""
    return write(moderating.hide_message, connection.member, sent.message, key=sent.key, now=utc_now())


@live_event("chat.show", requires=Permission.CHAT_MODERATE, payload=MessageIn)
def show(connection: Connection, sent: MessageIn) -> dict[str, Any]:
    """Put a hidden message back."""
    return write(moderating.show_message, connection.member, sent.message, key=sent.key, now=utc_now())


@live_event("chat.pin", requires=Permission.CHAT_MODERATE, payload=PinIn)
def pin(connection: Connection, sent: PinIn) -> dict[str, Any]:
    """Pin a message, or let it go."""
    return write(
        moderating.pin_message, connection.member, sent.message, pinned=sent.pinned, key=sent.key, now=utc_now()
    )


@live_event("chat.mute", requires=Permission.CHAT_MODERATE, payload=MessageIn)
def mute(connection: Connection, sent: MessageIn) -> dict[str, Any]:
    """Pause an author."""
    return write(moderating.mute_author, connection.member, sent.message, key=sent.key, now=utc_now())


@live_event("chat.unmute", requires=Permission.CHAT_MODERATE, payload=UnmuteIn)
def unmute(connection: Connection, sent: UnmuteIn) -> dict[str, Any]:
    """Let an author write again."""
    return write(moderating.unmute, connection.member, sent.registration, key=sent.key, now=utc_now())


@live_event("announcement.make", requires=Permission.CHAT_MODERATE, payload=AnnounceIn)
def make(connection: Connection, sent: AnnounceIn) -> dict[str, Any]:
    """Announce something, or keep it for later."""
    given = (sent.text, sent.minutes)
    return write(announcing.make_announcement, connection.member, *given, draft=sent.draft, key=sent.key, now=utc_now())


@live_event("announcement.show", requires=Permission.CHAT_MODERATE, payload=ShowIn)
def show_again(connection: Connection, sent: ShowIn) -> dict[str, Any]:
    """Show a draft, or once more what is over."""
    given = (sent.announcement, sent.minutes)
    return write(announcing.show_announcement, connection.member, *given, key=sent.key, now=utc_now())


@live_event("announcement.withdraw", requires=Permission.CHAT_MODERATE, payload=AnnouncementIn)
def withdraw(connection: Connection, sent: AnnouncementIn) -> dict[str, Any]:
    """Take an announcement away."""
    return write(announcing.withdraw_announcement, connection.member, sent.announcement, key=sent.key, now=utc_now())


@live_event("reaction.send", requires=Permission.CHAT_POST, payload=ReactIn)
def react(connection: Connection, sent: ReactIn) -> dict[str, Any]:
    """React without words."""
    reactions.react(connection.member, sent.kind)
    return {}
