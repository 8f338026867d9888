"""What clients send of questions."""

from typing import Annotated

from pydantic import Field

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


class AnswerIn(QuestionIn):
    """How a question was answered."""

    how: Annotated[How, Field(strict=False)]
    text: Text = ""


class DismissIn(QuestionIn):
    """Why a question is put aside."""

    reason: Text
