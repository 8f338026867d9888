"""Use cases of pages to read."""

from datetime import datetime
from typing import Any

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.infra.db import Db
from webinar_app.learning.queries import find_item, find_registrations
from webinar_app.learning.rules import is_readable
from webinar_app.registrations.services import complete_item


def mark_as_read(db: Db, actor: Actor, slug: str, unit: int, number: int, *, now: datetime) -> dict[str, Any]:
    """Write into the ledger that the actor has read this page, for each of their registrations in the course.

    Doing it again keeps the first time.
    """
    found = find_item(db, slug, unit, number)
    if found is None or not is_readable(found[2].kind, found[2].content or {}):
        raise NotFound("learning.unknown", "There is no page to read at this address. Start from the course.")
    registrations = find_registrations(db, actor, found[0].id)
    if not registrations:
        raise Forbidden("learning.not_registered", "This page belongs to a course. Register for it, then come back.")
    for registration_id in registrations:
        complete_item(db, registration_id, found[2].id, {"kind": "read"}, now=now)
    return {"title": found[2].title or found[1].title}
