"""Use cases of answers to invitations: written down for the coordinator, and nothing else (calendar statement IC25)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from webinar_app.calendars.models import InviteReply
from webinar_app.calendars.queries import answers_of, find_answering
from webinar_app.calendars.rules import is_newer, sitting_code
from webinar_app.config import settings
from webinar_app.infra.db import Db
from webinar_app.infra.replies import Reply
from webinar_app.registrations.events import RosterAsked

WORDS = {
    "ACCEPTED": "Invitation accepted", "DECLINED": "Invitation declined", "TENTATIVE": "Invitation answered “maybe”",
}  # fmt: skip


class Outcome(StrEnum):
    """What became of an answer."""

    RECORDED = "recorded"
    OLDER = "older"
    UNKNOWN = "unknown"


def record_reply(db: Db, reply: Reply, *, now: datetime) -> Outcome:
    """Write down what a calendar program answered; an answer older than the known one changes nothing.

    Whoever knows an address could send this, so that it changes neither seat nor registration.
    """
    code = sitting_code(reply.uid, settings().uid_domain)
    registration_id = find_answering(db, code, reply.address) if code else None
    if registration_id is None:
        return Outcome.UNKNOWN
    at = min(reply.at or now, now)
    row = db.get(InviteReply, registration_id, with_for_update=True)
    if row is None:
        row = InviteReply(registration_id=registration_id)
        db.add(row)
    elif not is_newer(reply.sequence, at, row.sequence, row.answered_at):
        return Outcome.OLDER
    row.answer, row.sequence, row.answered_at, row.received_at = reply.answer, reply.sequence, at, now
    return Outcome.RECORDED


def tell_roster(db: Db, question: RosterAsked) -> dict[int, dict[str, Any]]:
    """Say of a sitting's people what their calendar programs answered."""
    return {
        key: {"invitation": WORDS[row.answer], "answered_at": row.answered_at}
        for key, row in answers_of(db, question.registration_ids).items()
    }
