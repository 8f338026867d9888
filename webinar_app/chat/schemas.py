"""What clients send of chat."""

from typing import Annotated

from pydantic import Field

from webinar_app.web.sockets import Keyed

Code = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,8}$")]
# The limit of the wire only; the rules say what a text may be, with a sentence.
Text = Annotated[str, Field(max_length=8000)]


class TextIn(Keyed):
    """A message or an announcement."""

    text: Text


class MessageIn(Keyed):
    """A message that is meant."""

    message: Code


class AnnouncementIn(Keyed):
    """An announcement that is meant."""

    announcement: Code
