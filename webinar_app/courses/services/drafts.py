"""What coordinators typed and did not save yet, kept for whichever computer they come back on."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.models import CourseDraft
from webinar_app.infra.db import Db, insert_for

LARGEST = 400_000


def keep_draft(db: Db, actor: Actor, place: str, fields: dict[str, list[str]], *, now: datetime) -> dict[str, Any]:
    """Keep the fields of a form at a place, in stead of what was kept there, and return `{saved_at}`."""
    person_id = _owner(actor)
    if len(json.dumps(fields)) > LARGEST:
        raise InvalidInput("draft.too_large", "This draft is too large to be kept. Save the course now.")
    statement = insert_for(db)(CourseDraft).values(person_id=person_id, place=place[:160], fields=fields, saved_at=now)
    statement = statement.on_conflict_do_update(
        index_elements=["person_id", "place"],
        set_={"fields": statement.excluded.fields, "saved_at": statement.excluded.saved_at},
    )
    db.connection().execute(statement)
    return {"saved_at": now.isoformat()}


def discard_draft(db: Db, actor: Actor, place: str) -> None:
    """Forget what was kept at a place."""
    db.execute(delete(CourseDraft).where(CourseDraft.person_id == _owner(actor), CourseDraft.place == place))


def _owner(actor: Actor) -> int:
    if actor.person_id is None or not actor.may(Permission.COURSE_EDIT):
        raise Forbidden
    return actor.person_id
