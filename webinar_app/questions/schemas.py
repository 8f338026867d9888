"""What clients send of questions."""

from typing import Annotated

from pydantic import Field

from webinar_app.questions.rules import QuestionState
from webinar_app.questions.services.moderating import How
from webinar_app.web.sockets import Keyed

Code = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,8}$")]
# Limits of the wire only; the rules say what a text may be, with a sentence.
Text = Annotated[str, Field(max_length=8000)]


class AskIn(Keyed):
    """A question; `anonymous` hides the name from the audience."""

    text: Text
    anonymous: bool = False


class UpvoteIn(Keyed):
    """A vote for a question, or its withdrawal."""

    question: Code
    up: bool


class QuestionIn(Keyed):
    """A question that is meant."""

    question: Code


class MoveIn(QuestionIn):
    """A question to move, and the state in which the moderator saw it."""

    seen: Annotated[QuestionState, Field(strict=False)] | None = None


class AnswerIn(MoveIn):
    """How a question was answered."""

    how: Annotated[How, Field(strict=False)]
    text: Text = ""


class DismissIn(MoveIn):
    """Why a question is put aside."""

    reason: Text


class MergeIn(MoveIn):
    """The question that holds this one from now on."""

    into: Code


class ClaimIn(QuestionIn):
    """Being on a question; `take_over` also where somebody else is."""

    take_over: bool = False


class AssignIn(QuestionIn):
    """Who is on a question from now on, by the code of the person."""

    to: Code


class TagIn(QuestionIn):
    """The position of a learning objective, or none."""

    objective: Annotated[int, Field(ge=1, le=1000)] | None


class OwnHandIn(Keyed):
    """The person's own hand."""


class HandIn(Keyed):
    """A hand that is meant."""

    hand: Code
