"""The synthetic audience of a rehearsal begins."""

import subprocess
import sys
from typing import Any

from webinar_app.infra.db import read
from webinar_app.infra.jobs import job
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.services.rehearsing import AUDIENCE


@job(AUDIENCE)
def audience(payload: dict[str, Any]) -> None:
    """Start the process that holds the connections and ends by itself: the worker goes on with its jobs."""
    with read() as db:
        webinar = db.get(Webinar, payload["webinar_id"])
        code = webinar.code if webinar is not None and webinar.rehearsal_people else None
    if code is not None:
        subprocess.Popen([sys.executable, "-m", "webinar_app.cli", "rehearsal-audience", code], start_new_session=True)
