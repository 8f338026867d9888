"""Named reads of outages: the rows, and the stays from which they are recognised."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from webinar_app.attendance.models import AttendanceIncident
from webinar_app.attendance.rules import Facts
from webinar_app.attendance.rules.outages import Incident, Presence, patience_ms
from webinar_app.core.intervals import Span, to_ms, union
from webinar_app.core.presence import by_connection, first_close, intervals
from webinar_app.infra.db import Db


def list_incidents(db: Db, webinar_id: int) -> list[Incident]:
    """Give the outages of a sitting, in order."""
    query = select(AttendanceIncident).where(AttendanceIncident.webinar_id == webinar_id)
    return [
        Incident(to_ms(row.started_at), to_ms(row.ended_at), row.cause, row.lost, row.present)
        for row in db.scalars(query.order_by(AttendanceIncident.started_at))
    ]


def reaches(incidents: Sequence[Incident], server_gap_s: int) -> tuple[Span, ...]:
    """Give each outage from its first loss to the last moment at which a return counts."""
    return tuple((one.start_ms, one.start_ms + patience_ms(one.cause, server_gap_s)) for one in incidents)


def presence_in(facts: Facts) -> Presence:
    """Give one person's stays, and when the server took them away."""
    closes = [first_close(mine) for mine in by_connection(facts.runs).values()]
    lost = sorted(close.first_ms for close in closes if close is not None and close.is_server_fault)
    return Presence(tuple(union(intervals(facts.runs))), tuple(lost))


def moment(at_ms: int) -> datetime:
    """Give milliseconds since 1970 as an instant."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)
