"""Taking questions out of the product."""

from datetime import datetime

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.infra.db import Db
from webinar_app.questions.policy import get_reported


def note_export(db: Db, actor: Actor, code: str, *, now: datetime) -> None:
    """Write down that somebody took the questions of a sitting with them."""
    record(db, actor.person_id, "questions.exported", "webinar", get_reported(db, actor, code).id, now=now)
