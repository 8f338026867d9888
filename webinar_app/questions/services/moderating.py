"""Use cases of staff: publish a question, take it up, answer it, dismiss it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from webinar_app.core.actor import Member
from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import multi_line, one_line
from webinar_app.infra.db import Db
from webinar_app.questions.policy import get_moderated
from webinar_app.questions.queries import Asked, asked_of, find_answering
from webinar_app.questions.rules import QuestionState, check_move
from webinar_app.questions.services.telling import tell_asker, tell_everybody, tell_staff

ANSWER_LIMIT = 4000
REASON_LIMIT = 300


class How(StrEnum):
    """How a question was answered."""

    LIVE = "live"
    WRITING = "writing"


def publish_question(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Show a question to everybody; again changes nothing."""
    asked = get_moderated(db, member, code)
    if asked.question.state is QuestionState.PUBLISHED:
        return {}
    before = _move(asked, QuestionState.PUBLISHED, now)
    asked.question.dismissed_reason = None
    _tell(db, asked, before, now)
    return {}


def start_answering(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Mark the one question that is being answered; the one before it goes back into the list."""
    asked = get_moderated(db, member, code)
    if asked.question.state is QuestionState.ANSWERING:
        return {}
    other = find_answering(db, member.webinar_id)
    parked = None
    if other is not None:
        parked = asked_of(db, other)
        _move(parked, QuestionState.PUBLISHED, now)
        db.flush()  # at most one is being answered, also for a moment
    before = _move(asked, QuestionState.ANSWERING, now)
    if parked is not None:
        tell_everybody(db, parked, QuestionState.ANSWERING, now=now)
    tell_everybody(db, asked, before, now=now)
    if parked is not None:
        tell_staff(db, parked, "question.changed", now=now)
    tell_staff(db, asked, "question.changed", now=now)
    return {}


def answer_question(db: Db, member: Member, code: str, how: How, text: str, *, now: datetime) -> dict[str, Any]:
    """Mark a question as answered live, or answer it in writing; the asker is told."""
    asked = get_moderated(db, member, code)
    cleaned = _answer_text(how, text)
    to = QuestionState.ANSWERED_LIVE if how is How.LIVE else QuestionState.ANSWERED_WRITING
    before = _move(asked, to, now)
    asked.question.answer = cleaned or None
    tell_asker(db, asked, "question.answered", now=now)
    _tell(db, asked, before, now)
    return {}


def dismiss_question(db: Db, member: Member, code: str, reason: str, *, now: datetime) -> dict[str, Any]:
    """Put a question aside with a reason that the asker is told."""
    asked = get_moderated(db, member, code)
    cleaned = one_line(reason)
    if not 1 <= len(cleaned) <= REASON_LIMIT:
        sentence = f"Say why, in 1 to {REASON_LIMIT} characters; the person who asked reads it."
        raise InvalidInput("question.reason", sentence, {"reason": sentence})
    before = _move(asked, QuestionState.DISMISSED, now)
    asked.question.dismissed_reason = cleaned
    tell_asker(db, asked, "question.dismissed", now=now)
    _tell(db, asked, before, now)
    return {}


def _answer_text(how: How, text: str) -> str:
    cleaned = multi_line(text)
    trouble = ""
    if how is How.WRITING and not cleaned:
        trouble = "Write the answer."
    elif len(cleaned) > ANSWER_LIMIT:
        trouble = f"Keep the answer within {ANSWER_LIMIT} characters; this has {len(cleaned)}."
    if trouble:
        raise InvalidInput("question.answer", trouble, {"text": trouble})
    return cleaned


def _move(asked: Asked, to: QuestionState, now: datetime) -> QuestionState:
    before = asked.question.state
    check_move(before, to)
    asked.question.state, asked.question.changed_at = to, now
    return before


def _tell(db: Db, asked: Asked, before: QuestionState, now: datetime) -> None:
    tell_everybody(db, asked, before, now=now)
    tell_staff(db, asked, "question.changed", now=now)
