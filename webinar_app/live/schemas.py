"""What clients send of the room itself."""

from typing import Annotated

from pydantic import Field

from webinar_app.web.sockets import Keyed, Payload

Number = Annotated[int, Field(ge=0, le=2**53)] | None


class SyncIn(Payload):
    """The last numbers seen, or nothing."""

    all: Number = None
    staff: Number = None
    me: Number = None


class NothingIn(Payload):
    """No content."""


class ActIn(Keyed):
    """An act without content."""
