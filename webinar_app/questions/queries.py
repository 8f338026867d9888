"""Named reads of questions and their votes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from webinar_app.core.errors import NotFound
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.questions.models import Question, QuestionVote
from webinar_app.questions.rules import PUBLIC, QuestionState
from webinar_app.registrations.models import Registration


class Asked(NamedTuple):
    """A question, who asked it, and how many others want it answered."""

    question: Question
    author: str
    votes: int


_VOTES = select(func.count()).where(QuestionVote.question_id == Question.id).correlate(Question).scalar_subquery()


def get_asked(db: Db, code: str, *, lock: bool = False) -> Asked:
    """Give a question with its asker and votes, or raise NotFound."""
    query = select(Question).where(Question.code == code.upper())
    question = db.scalars(query.with_for_update(of=Question, key_share=True) if lock else query).one_or_none()
    if question is None:
        raise NotFound("question.unknown", "This question does not exist any more. Reload the page.")
    return asked_of(db, question)


def asked_of(db: Db, question: Question) -> Asked:
    """Give a question's asker and votes."""
    author = db.scalars(select(Registration.display_name).where(Registration.id == question.registration_id)).one()
    votes = db.scalar(select(func.count()).where(QuestionVote.question_id == question.id)) or 0
    return Asked(question, author, votes)


def list_asked(
    db: Db, webinar_id: int, states: Iterable[QuestionState] | None = None, registration_id: int | None = None
) -> list[Asked]:
    """Give a sitting's questions in the order of asking, all of them or those in these states, or of one asker."""
    query = (
        select(Question, Registration.display_name, _VOTES)
        .join(Registration, Registration.id == Question.registration_id)
        .where(Question.webinar_id == webinar_id)
    )
    if states is not None:
        query = query.where(Question.state.in_(list(states)))
    if registration_id is not None:
        query = query.where(Question.registration_id == registration_id)
    found = [Asked(*row) for row in db.execute(query)]
    # Stamps go out to the millisecond; codes decide between equal ones, here and in the browser.
    return sorted(found, key=lambda asked: (stamp(asked.question.asked_at), asked.question.code))


def find_answering(db: Db, webinar_id: int) -> Question | None:
    """Give the question that is being answered now, locked, or None."""
    query = select(Question).where(Question.webinar_id == webinar_id, Question.state == QuestionState.ANSWERING)
    return db.scalars(query.with_for_update(of=Question, key_share=True)).one_or_none()


def count_recent(db: Db, registration_id: int, since: datetime) -> int:
    """Count what somebody has asked since an instant."""
    query = select(func.count()).where(Question.registration_id == registration_id, Question.asked_at > since)
    return db.scalar(query) or 0


def public_votes(db: Db, webinar_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Give the votes of the public questions of several sittings, by sitting and code, by one GROUP BY."""
    query = (
        select(Question.webinar_id, Question.code, func.count(QuestionVote.registration_id))
        .outerjoin(QuestionVote, QuestionVote.question_id == Question.id)
        .where(Question.webinar_id.in_(webinar_ids), Question.state.in_(list(PUBLIC)))
        .group_by(Question.webinar_id, Question.code)
    )
    found: dict[int, dict[str, int]] = {}
    for webinar_id, code, votes in db.execute(query):
        found.setdefault(webinar_id, {})[code] = votes
    return found


def own_upvotes(db: Db, registration_id: int, webinar_id: int) -> list[str]:
    """Give the codes of the questions that somebody wants answered."""
    query = (
        select(Question.code)
        .join(QuestionVote, QuestionVote.question_id == Question.id)
        .where(Question.webinar_id == webinar_id, QuestionVote.registration_id == registration_id)
        .order_by(Question.code)
    )
    return list(db.scalars(query))
