"""What happens to announcements by the clock."""

from typing import Any

from webinar_app.chat.services.announcing import ARCHIVE, archive_when_due
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import write
from webinar_app.infra.jobs import job


@job(ARCHIVE)
def archive(payload: dict[str, Any]) -> None:
    """Take an announcement away whose time is over."""
    write(archive_when_due, payload["announcement_id"], now=utc_now())
