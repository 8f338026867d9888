"""Named reads of the stage."""

from typing import Any

from webinar_app.infra.db import Db
from webinar_app.stage.models import StageSource
from webinar_app.stage.rules import StageKind


def stage_setting(db: Db, webinar_id: int) -> dict[str, Any]:
    """Give `{kind, address, text}` as staff typed them."""
    row = db.get(StageSource, webinar_id)
    if row is None:
        return {"kind": StageKind.NONE.value, "address": "", "text": ""}
    return {"kind": row.kind.value, "address": row.address, "text": row.text}
