"""Taking the chat out of the product."""

from datetime import datetime

from webinar_app.audit.services import record
from webinar_app.chat.policy import get_reported
from webinar_app.core.actor import Actor
from webinar_app.infra.db import Db


def note_export(db: Db, actor: Actor, code: str, *, now: datetime) -> None:
    """Write down that somebody took the chat of a sitting with them."""
    record(db, actor.person_id, "chat.exported", "webinar", get_reported(db, actor, code).id, now=now)
