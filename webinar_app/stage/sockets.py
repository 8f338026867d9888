"""The stage on the wire."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.stage.schemas import CaptionIn, PreviewIn, SlideIn, StageIn
from webinar_app.stage.services import change_stage, preview_stage
from webinar_app.stage.services.captions import write_captions
from webinar_app.stage.services.decks import move_slide
from webinar_app.web.sockets import Connection, live_event


@live_event("stage.change", requires=Permission.STAGE_CONTROL, payload=StageIn)
def change(connection: Connection, sent: StageIn) -> dict[str, Any]:
    """Put something on the stage."""
    told = (sent.kind, sent.address, sent.text, sent.deck)
    return write(change_stage, connection.member, *told, key=sent.key, now=utc_now())


@live_event("stage.preview", requires=Permission.STAGE_CONTROL, payload=PreviewIn)
def preview(connection: Connection, sent: PreviewIn) -> dict[str, Any]:
    """Tell what everybody would see."""
    with read() as db:
        return preview_stage(db, connection.member, sent.kind, sent.address, sent.text, sent.deck)


@live_event("stage.show_slide", requires=Permission.STAGE_CONTROL, payload=SlideIn)
def show_slide(connection: Connection, sent: SlideIn) -> dict[str, Any]:
    """Show everybody a slide."""
    return write(move_slide, connection.member, sent.deck, sent.page, key=sent.key, now=utc_now())


@live_event("stage.caption", requires=Permission.CAPTIONS_WRITE, payload=CaptionIn)
def caption(connection: Connection, sent: CaptionIn) -> dict[str, Any]:
    """Show everybody a line of captions."""
    return write(write_captions, connection.member, sent.text, key=sent.key, now=utc_now())
