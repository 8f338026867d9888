"""What happens to polls by the clock."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import write
from webinar_app.infra.jobs import job
from webinar_app.polls.services.running import CLOSE, close_when_due


@job(CLOSE)
def close(payload: dict[str, Any]) -> None:
    """Close a poll whose timer has run out."""
    write(close_when_due, payload["poll_id"], now=utc_now())
