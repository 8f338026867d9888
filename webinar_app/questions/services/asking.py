"""Use cases of the audience: ask, and raise what others asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, delete, or_, select

from webinar_app.core.actor import Member
from webinar_app.core.codes import new_code
from webinar_app.core.errors import DomainError, Forbidden, NotFound, Refused
from webinar_app.core.intervals import to_ms
from webinar_app.core.permissions import Permission
from webinar_app.infra.acts import key_reused, payload_hash
from webinar_app.infra.claims import Claim, known_claims, make_claims
from webinar_app.infra.db import MOMENT, Db, Ok, in_rows, insert_rows, row_moment, set_based
from webinar_app.questions.models import Question, QuestionVote
from webinar_app.questions.queries import asked_of, asked_since, count_votes
from webinar_app.questions.rules import PUBLIC, QuestionState, check_ask_pace, check_text, may_vote
from webinar_app.questions.services.telling import tell_staff
from webinar_app.registrations.queries import get_registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.policy import open_room

WORK = "upvote"


def ask(db: Db, member: Member, text: str, *, anonymous: bool, now: datetime) -> dict[str, Any]:
    """Ask a question and return its code; staff see it first."""
    if member.registration_id is None or not member.may(Permission.QUESTION_ASK):
        raise Forbidden
    open_room(db, member)
    if get_registration(db, member.registration_id).state is not RegistrationState.REGISTERED:
        raise Forbidden("room.not_registered", "Your registration has ended; the question was not sent.")
    cleaned = check_text(text)
    recent = asked_since(db, member.registration_id, now - timedelta(minutes=1))
    check_ask_pace((to_ms(at) for at in recent), to_ms(now))
    row = Question(
        code=new_code(), webinar_id=member.webinar_id, registration_id=member.registration_id, text=cleaned,
        anonymous=anonymous, state=QuestionState.SUBMITTED, asked_at=now, changed_at=now,
    )  # fmt: skip
    db.add(row)
    tell_staff(db, asked_of(db, row), "question.asked", now=now)
    return {"question": row.code}


@dataclass(frozen=True, slots=True)
class Upvote:
    """One person raises a question, or takes that back (`up` false)."""

    scope: str
    key: str
    registration_id: int
    webinar_id: int
    question: str
    up: bool
    at: datetime


@set_based
def upvote(db: Db, acts: Sequence[Upvote]) -> list[Ok[Any] | DomainError]:
    """Keep one up-vote a person and question; a person's last word wins. Answers with the votes after the batch."""
    core = db.connection()
    query = select(Question.id, Question.code, Question.webinar_id, Question.registration_id, Question.state)
    query = query.where(Question.code.in_(sorted({act.question for act in acts}))).order_by(Question.id)
    questions = {row.code: row for row in core.execute(query)}
    known = known_claims(db, ((act.scope, act.key) for act in acts))
    refusals: dict[int, DomainError] = {}
    fresh: dict[tuple[str, str], Claim] = {}
    last: dict[tuple[int, int], Upvote] = {}
    for at, act in enumerate(acts):
        digest, question = payload_hash(act.question, act.up), questions.get(act.question)
        done = known.get((act.scope, act.key)) or fresh.get((act.scope, act.key))
        if done is not None:
            if (done.work, done.payload_hash) != (WORK, digest):
                refusals[at] = key_reused()
        elif refusal := _refusal(act, question):
            refusals[at] = refusal
        elif question is not None:
            fresh[act.scope, act.key] = Claim(act.scope, act.key, WORK, digest, act.at)
            last[question.id, act.registration_id] = act
    make_claims(db, list(fresh.values()))
    _store(db, {voter: act.at for voter, act in sorted(last.items()) if act.up})
    _take_back(db, [voter for voter, act in sorted(last.items()) if not act.up])
    counted = count_votes(db, [row.id for row in questions.values()])
    told = {code: counted.get(row.id, 0) for code, row in questions.items()}
    return [refusals.get(at) or Ok({"votes": told.get(act.question, 0)}) for at, act in enumerate(acts)]


def _refusal(act: Upvote, question: Any) -> DomainError | None:
    if question is None or question.webinar_id != act.webinar_id or question.state not in PUBLIC:
        return NotFound("question.unknown", "This question is not shown any more.")
    if not may_vote(question.state, is_own=question.registration_id == act.registration_id):
        return Refused("question.no_vote", "This question cannot be raised: it is answered, or it is your own.")
    return None


def _store(db: Db, voters: dict[tuple[int, int], datetime]) -> None:
    if not voters:
        return
    dialect = db.get_bind().dialect.name
    put = insert_rows(dialect, QuestionVote, question_id=Integer, registration_id=Integer, at=MOMENT[dialect])
    rows = [(*voter, row_moment(dialect, at)) for voter, at in voters.items()]
    db.connection().execute(put.on_conflict_do_nothing(), in_rows(rows))


def _take_back(db: Db, voters: Sequence[tuple[int, int]]) -> None:
    for question, voter in voters:  # seldom, so one by one
        # A vote may stand at a duplicate that was merged into the question.
        same = select(Question.id).where(or_(Question.id == question, Question.merged_into_id == question))
        gone = QuestionVote.question_id.in_(same) & (QuestionVote.registration_id == voter)
        db.connection().execute(delete(QuestionVote).where(gone))
