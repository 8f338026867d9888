"""What clients send of handouts."""

from typing import Annotated

from pydantic import Field

from webinar_app.web.sockets import Keyed


class OpenIn(Keyed):
    """Which handout everybody may fetch, or not any more."""

    handout: Annotated[str, Field(max_length=20)]
    open: bool
