"""Who may write in the room, to whom, how much and how often."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import multi_line, one_line

TEXT_LIMIT = 1000
SLOWEST_SECONDS = 600
ANNOUNCEMENT_LIMIT = 300
LONGEST_MINUTES = 720
REACTIONS_PER_SECOND, REACTION_BURST = 2, 6
# A scheme, `www.`, or a name that ends like most addresses do. It holds links off; what slips through is only text.
_LINK = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://\S|\bwww\.\S"
    r"|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\.(?:com|net|org|edu|gov|info|biz|io|app|dev|me|co|ly|us|uk|ca|au|de|eu)\b",
    re.IGNORECASE,
)


class ChatMode(StrEnum):
    """To whom attendees may write; staff may always write to everyone."""

    OFF = "off"
    HOSTS = "hosts"
    EVERYONE = "everyone"


class ChatAudience(StrEnum):
    """Who reads a message."""

    STAFF = "staff"
    ALL = "all"


class Reaction(StrEnum):
    """What people can send without words."""

    AGREE = "agree"
    APPLAUSE = "applause"
    THANKS = "thanks"
    LAUGH = "laugh"
    PUZZLED = "puzzled"


class LinkRule(StrEnum):
    """What becomes of links that attendees write: they stand as plain text, or the message is refused."""

    TEXT = "text"
    REFUSED = "refused"


class AnnouncementState(StrEnum):
    """Whether an announcement waits to be shown, stands above the room, or is over."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


def may_write(mode: ChatMode, *, is_staff: bool, is_muted: bool = False) -> bool:
    """Say whether a person may write now."""
    return is_staff or (mode is not ChatMode.OFF and not is_muted)


def audience_of(mode: ChatMode, *, is_staff: bool) -> ChatAudience:
    """Say who reads what this person writes."""
    return ChatAudience.ALL if is_staff or mode is ChatMode.EVERYONE else ChatAudience.STAFF


def audience_for(mode: ChatMode, *, is_staff: bool, wanted: ChatAudience | None) -> ChatAudience:
    """Give who reads a message whose writer meant `wanted` (None: whoever the mode says).

    Fewer readers than the mode allows are always granted. Raises Refused when the writer meant everybody and the mode
    is now the hosts only: who reads a message is what its writer saw beside the field.
    """
    by_mode = audience_of(mode, is_staff=is_staff)
    if wanted is ChatAudience.ALL and by_mode is ChatAudience.STAFF:
        raise Refused("chat.hosts_only", "Messages go to the hosts only now. Send it again if they should read it.")
    return wanted or by_mode


def check_may_write(mode: ChatMode, *, is_staff: bool, is_muted: bool = False) -> None:
    """Raise Refused unless `may_write`."""
    if may_write(mode, is_staff=is_staff, is_muted=is_muted):
        return
    if is_muted:
        raise Refused("chat.muted", "A moderator has paused your messages. You can still ask a question.")
    raise Refused("chat.off", "Chat is off. Ask a question instead.")


def check_pace(last_ms: int | None, now_ms: int, slow_ms: int) -> None:
    """Raise Refused when the person's last message (ms) is less than `slow_ms` ago; 0 means no slow mode."""
    if last_ms is not None and now_ms - last_ms < slow_ms:
        wait = -(-(slow_ms - (now_ms - last_ms)) // 1000)
        raise Refused("chat.slow", f"One message every {slow_ms // 1000} seconds. Yours can go in {wait} s.")


def has_link(text: str) -> bool:
    """Say whether a text holds an address of the web: `see www.example.org` does, `e.g. this` does not."""
    return _LINK.search(text) is not None


def check_links(rule: LinkRule, text: str) -> None:
    """Raise InvalidInput when an attendee's message holds a link and links are refused."""
    if rule is LinkRule.REFUSED and has_link(text):
        sentence = "Links are not taken in this chat. Leave the address out, and send it again."
        raise InvalidInput("chat.links", sentence, {"text": sentence})


def check_slow(seconds: int) -> int:
    """Give the pace of slow mode as it is stored; raise InvalidInput unless it is 0 (off) to 600 seconds."""
    if not 0 <= seconds <= SLOWEST_SECONDS:
        sentence = f"Choose a pace of 0 to {SLOWEST_SECONDS} seconds."
        raise InvalidInput("chat.slow_seconds", sentence, {"slow_seconds": sentence})
    return seconds


def check_message(text: str) -> str:
    """Give the message as it is stored; raise InvalidInput unless it has 1 to 1,000 characters."""
    cleaned = multi_line(text)
    if not cleaned:
        raise InvalidInput("chat.empty", "Write a message.", {"text": "Write a message."})
    if len(cleaned) > TEXT_LIMIT:
        sentence = f"Keep a message within {TEXT_LIMIT} characters; this has {len(cleaned)}."
        raise InvalidInput("chat.too_long", sentence, {"text": sentence})
    return cleaned


def announcement_state(*, is_draft: bool, withdrawn_at: datetime | None) -> AnnouncementState:
    """Give where an announcement stands; what was withdrawn is over, draft or not."""
    if withdrawn_at is not None:
        return AnnouncementState.ARCHIVED
    return AnnouncementState.DRAFT if is_draft else AnnouncementState.ACTIVE


def check_announcement(text: str) -> str:
    """Give an announcement as it is stored; raise InvalidInput unless it is one line of 1 to 300 characters."""
    cleaned = one_line(text)
    if not 1 <= len(cleaned) <= ANNOUNCEMENT_LIMIT:
        sentence = f"Write 1 to {ANNOUNCEMENT_LIMIT} characters."
        raise InvalidInput("announcement.text", sentence, {"text": sentence})
    return cleaned


def expiry(minutes: int | None, now: datetime) -> datetime | None:
    """Give when an announcement that is shown now ends; None means: when somebody takes it down.

    Raises InvalidInput unless `minutes` is 1 to 720.
    """
    if minutes is None:
        return None
    if not 1 <= minutes <= LONGEST_MINUTES:
        sentence = f"Choose 1 to {LONGEST_MINUTES} minutes, or leave it until you take it down."
        raise InvalidInput("announcement.minutes", sentence, {"minutes": sentence})
    return now + timedelta(minutes=minutes)
