"""What attendance answers to features below it."""

from typing import Any

from webinar_app.attendance.queries.people import presence_rows
from webinar_app.infra.db import Db
from webinar_app.registrations.events import RosterAsked
from webinar_app.webinars.models import Webinar

PRINTED = ("spans", "total", "stay", "minutes", "verdict", "why")


def tell_roster(db: Db, question: RosterAsked) -> dict[int, dict[str, Any]]:
    """Give minutes, rulers and verdicts of a sitting's people."""
    rows = presence_rows(db, db.get_one(Webinar, question.webinar_id), question.registration_ids)
    return {key: {name: row[name] for name in PRINTED} for key, row in rows.items()}
