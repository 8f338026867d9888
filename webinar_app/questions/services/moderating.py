"""Use cases of staff: publish a question, take it up, answer it, dismiss or park it, and take that back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from webinar_app.core.actor import Member
from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import multi_line, one_line
from webinar_app.infra.db import Db
from webinar_app.questions.models import Question
from webinar_app.questions.queries import Asked, asked_of, find_answering
from webinar_app.questions.rules import PUBLIC, QuestionState, state_to_restore
from webinar_app.questions.services.moving import Seen, look, move, showing, tell, tell_holder
from webinar_app.questions.services.telling import tell_duplicates, tell_everybody, tell_staff

ANSWER_LIMIT = 4000
REASON_LIMIT = 300


class How(StrEnum):
    """How a question was answered."""

    LIVE = "live"
    WRITING = "writing"
    PRIVATE = "private"


_STATES = {
    How.LIVE: QuestionState.ANSWERED_LIVE,
    How.WRITING: QuestionState.ANSWERED_WRITING,
    How.PRIVATE: QuestionState.ANSWERED_PRIVATELY,
}


def publish_question(db: Db, member: Member, code: str, seen: Seen = None, *, now: datetime) -> dict[str, Any]:
    """Show a question to everybody; again changes nothing."""
    asked = look(db, member, code, now=now)
    if asked.question.state is QuestionState.PUBLISHED:
        return {}
    _reopen(db, asked, QuestionState.PUBLISHED, seen, now)
    return {}


def restore_question(db: Db, member: Member, code: str, seen: Seen = None, *, now: datetime) -> dict[str, Any]:
    """Take the end of a question back: it waits again where it waited before."""
    asked = look(db, member, code, now=now)
    row = asked.question
    before = QuestionState(row.state_before) if row.state_before else None
    with showing(asked):
        to = state_to_restore(row.state, before)
    _reopen(db, asked, to, seen, now)
    return {}


def start_answering(db: Db, member: Member, code: str, seen: Seen = None, *, now: datetime) -> dict[str, Any]:
    """Mark the one question that is being answered; the one before it goes back into the list."""
    asked = look(db, member, code, now=now)
    if asked.question.state is QuestionState.ANSWERING:
        return {}
    other = find_answering(db, member.webinar_id)
    set_aside = None
    if other is not None:
        set_aside = asked_of(db, other)
        move(set_aside, QuestionState.PUBLISHED, None, now=now)
        db.flush()  # at most one is being answered, also for a moment
    before = move(asked, QuestionState.ANSWERING, seen, now=now)
    asked = asked_of(db, asked.question)
    if set_aside is not None:
        set_aside = asked_of(db, set_aside.question)
        tell_duplicates(db, set_aside, now=now)
    tell_duplicates(db, asked, now=now)
    if set_aside is not None:
        tell_everybody(db, set_aside, QuestionState.ANSWERING, now=now)
    tell_everybody(db, asked, before, now=now)
    if set_aside is not None:
        tell_staff(db, set_aside, "question.changed", now=now)
    tell_staff(db, asked, "question.changed", now=now)
    return {}


def answer_question(
    db: Db, member: Member, code: str, how: How, text: str, seen: Seen = None, *, now: datetime
) -> dict[str, Any]:
    """Mark a question as answered live, or answer it in writing, to all or to the asker alone; the asker is told."""
    asked = look(db, member, code, now=now)
    cleaned = _answer_text(how, text)
    before = move(asked, _STATES[how], seen, now=now)
    asked.question.answer = cleaned or None
    tell(db, asked, before, now=now, to_asker="question.answered")
    return {}


def dismiss_question(
    db: Db, member: Member, code: str, reason: str, seen: Seen = None, *, now: datetime
) -> dict[str, Any]:
    """Put a question aside with a reason that the asker is told."""
    asked = look(db, member, code, now=now)
    cleaned = one_line(reason)
    if not 1 <= len(cleaned) <= REASON_LIMIT:
        sentence = f"Say why, in 1 to {REASON_LIMIT} characters; the person who asked reads it."
        raise InvalidInput("question.reason", sentence, {"reason": sentence})
    before = move(asked, QuestionState.DISMISSED, seen, now=now)
    asked.question.dismissed_reason = cleaned
    tell(db, asked, before, now=now, to_asker="question.dismissed")
    return {}


def park_question(db: Db, member: Member, code: str, seen: Seen = None, *, now: datetime) -> dict[str, Any]:
    """Keep a question for a follow-up after the session; the asker is told. Again changes nothing."""
    asked = look(db, member, code, now=now)
    if asked.question.state is QuestionState.PARKED:
        return {}
    before = move(asked, QuestionState.PARKED, seen, now=now)
    tell(db, asked, before, now=now, to_asker="question.parked")
    return {}


def _reopen(db: Db, asked: Asked, to: QuestionState, seen: Seen, now: datetime) -> None:
    """Let a question wait again; one that held it as a duplicate counts without it."""
    into_id = asked.question.merged_into_id
    before = move(asked, to, seen, now=now)
    asked.question.merged_into_id = None
    # What everybody sees tells the asker too.
    tell(db, asked, before, now=now, to_asker="" if to in PUBLIC else "question.reopened")
    if into_id is not None:
        tell_holder(db, db.get_one(Question, into_id), now=now)


def _answer_text(how: How, text: str) -> str:
    cleaned = multi_line(text)
    trouble = ""
    if how is not How.LIVE and not cleaned:
        trouble = "Write the answer."
    elif len(cleaned) > ANSWER_LIMIT:
        trouble = f"Keep the answer within {ANSWER_LIMIT} characters; this has {len(cleaned)}."
    if trouble:
        raise InvalidInput("question.answer", trouble, {"text": trouble})
    return cleaned
