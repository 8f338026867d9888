"""Who may write in the room, to whom, how much and how often."""

from enum import StrEnum

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import multi_line

TEXT_LIMIT = 1000


class ChatMode(StrEnum):
    """To whom attendees may write; staff may always write to everyone."""

    OFF = "off"
    HOSTS = "hosts"
    EVERYONE = "everyone"


class ChatAudience(StrEnum):
    """Who reads a message."""

    STAFF = "staff"
    ALL = "all"


def may_write(mode: ChatMode, *, is_staff: bool, is_muted: bool = False) -> bool:
    """Say whether a person may write now."""
    return is_staff or (mode is not ChatMode.OFF and not is_muted)


def audience_of(mode: ChatMode, *, is_staff: bool) -> ChatAudience:
    """Say who reads what this person writes."""
    return ChatAudience.ALL if is_staff or mode is ChatMode.EVERYONE else ChatAudience.STAFF


def check_may_write(mode: ChatMode, *, is_staff: bool, is_muted: bool = False) -> None:
    """Raise Refused unless `may_write`."""
    if may_write(mode, is_staff=is_staff, is_muted=is_muted):
        return
    if is_muted:
        raise Refused("chat.muted", "A moderator has paused your messages.")
    raise Refused("chat.off", "Chat is off. Ask a question instead.")


def check_pace(last_ms: int | None, now_ms: int, slow_ms: int) -> None:
    """Raise Refused when the person's last message (ms) is less than `slow_ms` ago; 0 means no slow mode."""
    if last_ms is not None and now_ms - last_ms < slow_ms:
        wait = -(-(slow_ms - (now_ms - last_ms)) // 1000)
        raise Refused("chat.slow", f"One message every {slow_ms // 1000} seconds. Yours can go in {wait} s.")


def check_message(text: str) -> str:
    """Give the message as it is stored; raise InvalidInput unless it has 1 to 1,000 characters."""
    cleaned = multi_line(text)
    if not cleaned:
        raise InvalidInput("chat.empty", "Write a message.", {"text": "Write a message."})
    if len(cleaned) > TEXT_LIMIT:
        sentence = f"Keep a message within {TEXT_LIMIT} characters; this has {len(cleaned)}."
        raise InvalidInput("chat.too_long", sentence, {"text": sentence})
    return cleaned
