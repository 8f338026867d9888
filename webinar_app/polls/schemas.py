"""What clients send of polls."""

from typing import Annotated

from pydantic import Field

from webinar_app.polls.rules import MOST_OPTIONS, PollKind, Privacy, ResultVisibility
from webinar_app.web.sockets import Keyed

Code = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,8}$")]
# Limits of the wire only; what a poll may hold is decided by the rules, with a sentence.
Text = Annotated[str, Field(max_length=2000)]


class VoteIn(Keyed):
    """A vote: positions of the options."""

    poll: Code
    options: Annotated[list[Annotated[int, Field(ge=0, le=99)]], Field(max_length=MOST_OPTIONS)]


class PollIn(Keyed):
    """A poll that is meant."""

    poll: Code


class ShowIn(PollIn):
    """Whether everybody sees the result."""

    shown: bool


class DraftIn(Keyed):
    """A poll written during the session."""

    kind: Annotated[PollKind, Field(strict=False)]
    question: Text
    options: Annotated[list[Text], Field(max_length=40)] = []
    min_choices: Annotated[int, Field(ge=1, le=99)] = 1
    max_choices: Annotated[int, Field(ge=1, le=99)] | None = None
    visibility: Annotated[ResultVisibility, Field(strict=False)] = ResultVisibility.AFTER_CLOSE
    privacy: Annotated[Privacy, Field(strict=False)] = Privacy.STAFF
