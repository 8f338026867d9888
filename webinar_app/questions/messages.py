"""What a room's messages say of questions; the asker's name is left out for whom it is not meant."""

from typing import Any

from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.questions.queries import Asked, list_asked, own_upvotes
from webinar_app.questions.rules import PUBLIC, Viewer, shows_name
from webinar_app.webinars.events import OwnStateAsked, RoomSnapshotAsked


def question_value(asked: Asked, viewer: Viewer) -> dict[str, Any]:
    """Give a question as this kind of viewer may see it."""
    row = asked.question
    has_name = shows_name(viewer, is_anonymous=row.anonymous)
    return {
        "code": row.code,
        "text": row.text,
        "author": asked.author if has_name else None,
        "anonymous": row.anonymous,
        "state": row.state.value,
        "votes": asked.votes,
        "answer": row.answer,
        "reason": None if viewer is Viewer.ATTENDEE else row.dismissed_reason,
        "asked_at": stamp(row.asked_at),
        "changed_at": stamp(row.changed_at),
    }


def questions_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the questions of a room: all to staff, public ones to everybody."""
    viewer = Viewer.STAFF if question.staff else Viewer.ATTENDEE
    asked = list_asked(db, question.webinar_id, None if question.staff else PUBLIC)
    return {"questions": [question_value(one, viewer) for one in asked]}


def own_part(db: Db, question: OwnStateAsked) -> dict[str, Any]:
    """Give what one person asked and raised."""
    member = question.member
    if member.registration_id is None:
        return {"questions": [], "upvotes": []}
    own = list_asked(db, member.webinar_id, registration_id=member.registration_id)
    return {
        "questions": [question_value(one, Viewer.ASKER) for one in own],
        "upvotes": own_upvotes(db, member.registration_id, member.webinar_id),
    }
