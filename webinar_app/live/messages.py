"""What staff are told of people who were removed."""

from typing import Any

from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.live.queries.removals import Removed, list_removed
from webinar_app.webinars.events import RoomSnapshotAsked


def removed_value(row: Removed) -> dict[str, str]:
    """Give somebody who was removed as staff see them."""
    return {"code": row.code, "name": row.name, "reason": row.reason, "at": stamp(row.at)}


def removed_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give staff who was removed; others nothing."""
    if not question.staff:
        return {}
    return {"removed": [removed_value(row) for row in list_removed(db, question.webinar_id)]}
