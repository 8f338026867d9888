"""What clients send of the stage."""

from typing import Annotated

from pydantic import Field

from webinar_app.stage.rules import StageKind
from webinar_app.web.sockets import Keyed, Payload


class StageIn(Keyed):
    """What is to stand on the stage."""

    kind: Annotated[StageKind, Field(strict=False)]
    address: Annotated[str, Field(max_length=2000)] = ""
    text: Annotated[str, Field(max_length=4000)] = ""
    deck: Annotated[str, Field(max_length=20)] = ""


class PreviewIn(Payload):
    """What might stand on the stage."""

    kind: Annotated[StageKind, Field(strict=False)]
    address: Annotated[str, Field(max_length=2000)] = ""
    text: Annotated[str, Field(max_length=4000)] = ""
    deck: Annotated[str, Field(max_length=20)] = ""


class SlideIn(Keyed):
    """Which slide everybody is to see."""

    deck: Annotated[str, Field(max_length=20)]
    page: Annotated[int, Field(ge=1, le=10_000)]


class CaptionIn(Keyed):
    """What a captioner typed."""

    text: Annotated[str, Field(max_length=2000)]
