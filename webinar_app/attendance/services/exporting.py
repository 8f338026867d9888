"""Taking attendance out of the product."""

from datetime import datetime

from webinar_app.attendance.policy import get_measured
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.infra.db import Db


def note_export(db: Db, actor: Actor, code: str, *, now: datetime) -> None:
    """Write down that somebody took the list of attendance with them."""
    record(db, actor.person_id, "attendance.exported", "webinar", get_measured(db, actor, code).id, now=now)
