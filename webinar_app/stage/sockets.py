"""The stage on the wire."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import write
from webinar_app.stage.schemas import StageIn
from webinar_app.stage.services import change_stage
from webinar_app.web.sockets import Connection, live_event


@live_event("stage.change", requires=Permission.STAGE_CONTROL, payload=StageIn)
def change(connection: Connection, sent: StageIn) -> dict[str, Any]:
    """Put something on the stage."""
    return write(change_stage, connection.member, sent.kind, sent.address, sent.text, key=sent.key, now=utc_now())
