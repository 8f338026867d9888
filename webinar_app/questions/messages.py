"""What a room's messages say of questions; the asker's name is left out for whom it is not meant."""

from typing import Any

from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.questions.models import RaisedHand
from webinar_app.questions.queries import (
    Asked,
    Hand,
    find_own_hand,
    list_asked,
    list_hands,
    list_objectives,
    list_team,
    own_upvotes,
    person_code,
)
from webinar_app.questions.rules import PUBLIC, Viewer, shows_answer, shows_name
from webinar_app.webinars.events import OwnStateAsked, RoomSnapshotAsked


def question_value(asked: Asked, viewer: Viewer) -> dict[str, Any]:
    """Give a question as this kind of viewer may see it."""
    row = asked.question
    has_name = shows_name(viewer, is_anonymous=row.anonymous)
    value = {
        "code": row.code,
        "text": row.text,
        "author": asked.author if has_name else None,
        "anonymous": row.anonymous,
        "state": row.state.value,
        "votes": asked.votes,
        "merged": list(asked.merged),
        "into": None if viewer is Viewer.ATTENDEE else asked.into,
        "holder": _holder(asked) if viewer is Viewer.ASKER else None,
        "objective": asked.objective if viewer is Viewer.STAFF or row.state in PUBLIC else None,
        "answer": row.answer if shows_answer(viewer, row.state) else None,
        "reason": None if viewer is Viewer.ATTENDEE else row.dismissed_reason,
        "asked_at": stamp(row.asked_at),
        "changed_at": stamp(row.changed_at),
    }
    return value | {"claim": _claim(asked)} if viewer is Viewer.STAFF else value


def _holder(asked: Asked) -> dict[str, Any] | None:
    """Give what became of the question that holds a duplicate, as far as whoever asked the duplicate may know it."""
    row = asked.holder
    if row is None:
        return None
    return {
        "text": row.text if row.state in PUBLIC else None,
        "state": row.state.value,
        "answer": row.answer if shows_answer(Viewer.ASKER, row.state) else None,
        "reason": row.dismissed_reason,
    }


def _claim(asked: Asked) -> dict[str, Any] | None:
    """Give who is on a question and until when, past or not: clients compare it with the server's clock."""
    row = asked.question
    if asked.claimer is None or row.claimed_until is None:
        return None
    return {"by": asked.claimer, "name": row.claimed_name, "until": stamp(row.claimed_until)}


def hand_value(row: RaisedHand) -> dict[str, Any]:
    """Give a raised hand as its owner sees it."""
    return {
        "code": row.code,
        "raised_at": stamp(row.raised_at),
        "called_at": stamp(row.called_at) if row.called_at else None,
    }


def named_hand(one: Hand) -> dict[str, Any]:
    """Give a raised hand as staff see it."""
    return hand_value(one.hand) | {"name": one.name}


def questions_part(db: Db, question: RoomSnapshotAsked) -> dict[str, Any]:
    """Give the questions of a room: all to staff, public ones to everybody."""
    viewer = Viewer.STAFF if question.staff else Viewer.ATTENDEE
    asked = list_asked(db, question.webinar_id, None if question.staff else PUBLIC)
    told: dict[str, Any] = {"questions": [question_value(one, viewer) for one in asked]}
    if question.staff:
        told["team"] = [{"person": one.code, "name": one.name} for one in list_team(db, question.webinar_id)]
        told["hands"] = [named_hand(one) for one in list_hands(db, question.webinar_id)]
        told["objectives"] = [
            {"position": row.position, "text": row.text} for row in list_objectives(db, question.webinar_id)
        ]
    return told


def own_part(db: Db, question: OwnStateAsked) -> dict[str, Any]:
    """Give what one person asked and raised."""
    member = question.member
    if member.registration_id is None:
        return {"questions": [], "upvotes": [], "hand": None, "person": person_code(db, member.person_id)}
    own = list_asked(db, member.webinar_id, registration_id=member.registration_id)
    hand = find_own_hand(db, member.registration_id)
    return {
        "hand": hand_value(hand) if hand is not None else None,
        "questions": [question_value(one, Viewer.ASKER) for one in own],
        "upvotes": own_upvotes(db, member.registration_id, member.webinar_id),
    }
