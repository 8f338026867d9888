"""What a room's messages say of handouts."""

from typing import Any

from webinar_app.core.times import stamp
from webinar_app.handouts.models import Handout
from webinar_app.handouts.queries import list_handouts
from webinar_app.infra.db import Db
from webinar_app.webinars.events import RoomSnapshotAsked


def handout_value(row: Handout) -> dict[str, Any]:
    """Give an open handout as everybody sees it."""
    assert row.opened_at is not None
    return {
        "code": row.code,
        "title": row.title,
        "kind": row.kind.value,
        "size": row.size,
        "at": stamp(row.opened_at),
    }


def staff_value(row: Handout) -> dict[str, Any]:
    """Give a handout as staff see it."""
    return {
        "code": row.code,
        "title": row.title,
        "kind": row.kind.value,
        "size": row.size,
        "state": row.state.value,
        "refusal": row.refusal,
        "minute": row.minute,
        "opened_at": row.opened_at and stamp(row.opened_at),
        "at": stamp(row.created_at),
    }


def handouts_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the handouts of a room: to everybody those that are open, to staff all."""
    rows = list_handouts(db, question.webinar_id)
    if question.staff:
        return {"handouts": [staff_value(row) for row in rows]}
    shown = [handout_value(row) for row in rows if row.opened_at is not None]
    return {"handouts": sorted(shown, key=lambda one: (one["at"], one["code"]))}
