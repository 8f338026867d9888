"""What clients send of chat."""

from typing import Annotated

from pydantic import Field

from webinar_app.chat.rules import ChatAudience, ChatMode, LinkRule, Reaction
from webinar_app.web.sockets import Keyed, Payload

Code = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,8}$")]
# The limit of the wire only; the rules say what a text may be, with a sentence.
Text = Annotated[str, Field(max_length=8000)]

Minutes = Annotated[int, Field(ge=-1, le=100_000)] | None


class TextIn(Keyed):
    """A text to everybody."""

    text: Text


class PostIn(TextIn):
    """A message, and who its writer saw as its readers."""

    to: Annotated[ChatAudience, Field(strict=False)] | None = None


class ConfigureIn(Keyed):
    """How chat works in this room."""

    mode: Annotated[ChatMode, Field(strict=False)]
    slow_seconds: Annotated[int, Field(ge=-1, le=100_000)]
    links: Annotated[LinkRule, Field(strict=False)]


class MessageIn(Keyed):
    """A message that is meant."""

    message: Code


class PinIn(MessageIn):
    """A message to pin, or to let go."""

    pinned: bool


class UnmuteIn(Keyed):
    """A person, by the code of their registration."""

    registration: Code


class AnnouncementIn(Keyed):
    """An announcement that is meant."""

    announcement: Code


class AnnounceIn(TextIn):
    """An announcement, how many minutes it stands, and whether it waits as a draft."""

    minutes: Minutes = None
    draft: bool = False


class ShowIn(AnnouncementIn):
    """An announcement to show, and for how many minutes."""

    minutes: Minutes = None


class ReactIn(Payload):
    """One reaction; it needs no key, because it is worth nothing later."""

    kind: Annotated[Reaction, Field(strict=False)]
