"""What a room's messages say of the stage."""

from typing import Any

from webinar_app.infra.db import Db
from webinar_app.stage.models import StageSource
from webinar_app.stage.rules import StageKind, embed_url
from webinar_app.webinars.events import RoomSnapshotAsked


def stage_value(row: StageSource | None) -> dict[str, Any]:
    """Give the stage as everybody sees it: the address to embed, never the one that was typed."""
    if row is None:
        return {"kind": StageKind.NONE.value, "url": None, "text": ""}
    return {"kind": row.kind.value, "url": embed_url(row.kind, row.address), "text": row.text}


def stage_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the stage of a room."""
    return {} if question.staff else {"stage": stage_value(db.get(StageSource, question.webinar_id))}
