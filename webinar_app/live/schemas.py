"""What clients send of the room itself."""

from typing import Annotated

from pydantic import Field

from webinar_app.web.sockets import Keyed, Payload

Code = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,8}$")]
Number = Annotated[int, Field(ge=0, le=2**53)] | None


class SyncIn(Payload):
    """The last numbers seen, or nothing."""

    all: Number = None
    staff: Number = None
    me: Number = None


class NothingIn(Payload):
    """No content."""


class RemoveIn(Keyed):
    """Who is to leave the room for good, and why."""

    registration: Code
    reason: Annotated[str, Field(max_length=8000)]


class ReadmitIn(Keyed):
    """Who may come back."""

    registration: Code


class ActIn(Keyed):
    """An act without content."""
