"""What clients send of attention checks."""

from typing import Annotated

from pydantic import Field

from webinar_app.attendance.rules.checks import LONGEST_ANSWER
from webinar_app.web.sockets import Keyed, Payload

Code = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,8}$")]


class SeenIn(Payload):
    """A check that is shown now."""

    check: Code


class AnswerIn(Keyed):
    """An answer; empty where a press is enough."""

    check: Code
    answer: Annotated[str, Field(max_length=LONGEST_ANSWER)]


class CallIn(Keyed):
    """A wish for a spoken word."""
