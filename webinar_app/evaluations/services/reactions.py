"""What evaluations answer to features below them."""

from typing import Any

from webinar_app.evaluations.queries import done_by_registration
from webinar_app.infra.db import Db
from webinar_app.registrations.events import RosterAsked


def tell_roster(db: Db, question: RosterAsked) -> dict[int, dict[str, Any]]:
    """Say of a sitting's people whose evaluation was sent."""
    done = done_by_registration(db, question.webinar_id, question.registration_ids)
    return {key: {"evaluation": word} for key, word in done.items()}
