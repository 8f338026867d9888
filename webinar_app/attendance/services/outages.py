"""Outages of whole rooms become rows, before anybody is judged."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from webinar_app.attendance.models import AttendanceIncident
from webinar_app.attendance.queries.incidents import list_incidents, moment
from webinar_app.attendance.rules.outages import Incident
from webinar_app.audit.services import record
from webinar_app.infra.db import Db


def keep_incidents(db: Db, webinar_id: int, found: Sequence[Incident], *, now: datetime) -> bool:
    """Write the outages of a sitting as they are known now, and say whether anything is new."""
    if list_incidents(db, webinar_id) == list(found):
        return False
    db.execute(delete(AttendanceIncident).where(AttendanceIncident.webinar_id == webinar_id))
    for one in found:
        db.add(
            AttendanceIncident(
                webinar_id=webinar_id, started_at=moment(one.start_ms), ended_at=moment(one.end_ms), cause=one.cause,
                lost=one.lost, present=one.present, found_at=now,
            )
        )  # fmt: skip
    record(db, None, "attendance.incidents", "webinar", webinar_id, now=now, found=len(found))
    return True
