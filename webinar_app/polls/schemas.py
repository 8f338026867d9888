"""What clients send of polls."""

from typing import Annotated

from pydantic import Field

from webinar_app.polls.rules import MOST_OPTIONS, PollKind, Privacy, ResultVisibility
from webinar_app.web.sockets import Keyed, Payload

Code = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,8}$")]
# Limits of the wire only; what a poll may hold is decided by the rules, with a sentence.
Text = Annotated[str, Field(max_length=2000)]


Position = Annotated[int, Field(ge=0, le=99)]


class VoteIn(Keyed):
    """A vote: positions of the options, or what was written."""

    poll: Code
    options: Annotated[list[Position], Field(max_length=MOST_OPTIONS, default_factory=list)]
    texts: Annotated[list[Text], Field(max_length=MOST_OPTIONS, default_factory=list)]


class PeopleIn(Payload):
    """A poll of which somebody asks who answered what."""

    poll: Code


class PollIn(Keyed):
    """A poll that is meant."""

    poll: Code


class ShowIn(PollIn):
    """Whether everybody sees the result."""

    shown: bool


class ExtendIn(PollIn):
    """How much longer a poll is open."""

    seconds: Annotated[int, Field(ge=5, le=3600)]


class PinIn(PollIn):
    """Whether a poll stands first."""

    pinned: bool


class ArchiveIn(PollIn):
    """Whether a poll is put away."""

    archived: bool


class HideTextIn(PollIn):
    """A text that the audience does not see, or sees again."""

    text: Text
    hidden: bool


class DraftIn(Keyed):
    """A poll written during the session."""

    kind: Annotated[PollKind, Field(strict=False)]
    question: Text
    options: Annotated[list[Text], Field(max_length=40)] = []
    min_choices: Annotated[int, Field(ge=1, le=99)] = 1
    max_choices: Annotated[int, Field(ge=1, le=99)] | None = None
    columns: Annotated[list[Text], Field(max_length=40)] = []
    right: Annotated[list[Position], Field(max_length=40)] = []
    low: Text | None = None
    high: Text | None = None
    open_seconds: int | None = None
    visibility: Annotated[ResultVisibility, Field(strict=False)] = ResultVisibility.AFTER_CLOSE
    privacy: Annotated[Privacy, Field(strict=False)] = Privacy.STAFF
