"""Handouts on the wire."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.handouts.schemas import OpenIn
from webinar_app.handouts.services import open_handout
from webinar_app.infra.db import write
from webinar_app.web.sockets import Connection, live_event


@live_event("handout.open", requires=Permission.STAGE_CONTROL, payload=OpenIn)
def open_to_all(connection: Connection, sent: OpenIn) -> dict[str, Any]:
    """Open a handout to everybody, or close it again."""
    return write(open_handout, connection.member, sent.handout, sent.open, key=sent.key, now=utc_now())
