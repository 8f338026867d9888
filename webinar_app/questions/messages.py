"""What a room's messages say of questions; the asker's name is left out for whom it is not meant."""

from collections import defaultdict
from typing import Any

from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.questions.models import RaisedHand
from webinar_app.questions.queries import (
    Asked,
    Hand,
    list_asked,
    list_hands,
    list_objectives,
    list_team,
    own_hands,
    own_upvotes,
    person_codes,
)
from webinar_app.questions.rules import PUBLIC, Viewer, shows_answer, shows_name
from webinar_app.webinars.events import OwnStatesAsked, RoomSnapshotAsked


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


def own_parts(db: Db, question: OwnStatesAsked) -> list[dict[str, Any]]:
    """Give what each person asked and raised."""
    ids = question.registration_ids
    asked: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in list_asked(db, question.webinar_id, registration_ids=ids):
        asked[one.question.registration_id].append(question_value(one, Viewer.ASKER))
    hands, upvotes = own_hands(db, ids), own_upvotes(db, question.webinar_id, ids)
    codes = person_codes(db, [member.person_id for member in question.members if member.registration_id is None])
    parts = []
    for member in question.members:
        own = member.registration_id or 0
        hand = hand_value(hands[own]) if own in hands else None
        part = {"questions": asked.get(own, []), "upvotes": upvotes.get(own, []), "hand": hand}
        parts.append(part if member.registration_id else part | {"person": codes.get(member.person_id)})
    return parts
