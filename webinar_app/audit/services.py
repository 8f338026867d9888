"""Write down who did what."""

from datetime import datetime
from typing import Any

from webinar_app.audit.models import AuditEntry
from webinar_app.infra.db import Db


def record(
    db: Db, actor_id: int | None, act: str, subject_kind: str, subject_id: int, *, now: datetime, **details: Any
) -> None:
    """Add an entry in the transaction of the act itself; details hold ids and figures, never names."""
    db.add(
        AuditEntry(
            at=now, actor_id=actor_id, act=act, subject_kind=subject_kind, subject_id=subject_id, details=details
        )
    )
