"""What happens to sittings by the clock."""

from typing import Any

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import write
from webinar_app.infra.jobs import job
from webinar_app.webinars.services.lifecycle import END, GO_LIVE, end_when_due, go_live_when_due
from webinar_app.webinars.services.recomputing import RECOMPUTE, recompute_instants
from webinar_app.webinars.services.rehearsing import REMOVE, remove_when_due


@job(GO_LIVE)
def go_live(payload: dict[str, Any]) -> None:
    """Take a sitting live at its start."""
    write(go_live_when_due, payload["webinar_id"], now=utc_now())


@job(REMOVE)
def remove(payload: dict[str, Any]) -> None:
    """Remove a rehearsal whole."""
    write(remove_when_due, payload["webinar_id"], now=utc_now())


@job(RECOMPUTE)
def recompute(payload: dict[str, Any]) -> None:
    """Work out future instants again after a change of the zone rules."""
    write(recompute_instants, now=utc_now())


@job(END)
def end(payload: dict[str, Any]) -> None:
    """End a sitting that nobody ended."""
    write(end_when_due, payload["webinar_id"], now=utc_now())
