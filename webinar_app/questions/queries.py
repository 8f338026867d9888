"""Named reads of questions and their votes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import aliased

from webinar_app.accounts.models import Person
from webinar_app.core.errors import NotFound
from webinar_app.core.times import stamp
from webinar_app.courses.models import Objective
from webinar_app.infra.db import Db
from webinar_app.questions.models import Question, QuestionVote, RaisedHand
from webinar_app.questions.rules import PUBLIC, QuestionState
from webinar_app.registrations.models import Registration
from webinar_app.webinars.models import Staff, Webinar


class Asked(NamedTuple):
    """A question, who asked it, how many others want it answered, and what moderators put beside it."""

    question: Question
    author: str
    votes: int
    merged: tuple[str, ...] = ()  # codes of the duplicates that it holds
    holder: Question | None = None  # the question that it was merged into
    objective: int | None = None  # position of the learning objective
    claimer: str | None = None  # code of the moderator who is on it

    @property
    def into(self) -> str | None:
        """Give the code of the question that it was merged into, or None."""
        return self.holder.code if self.holder is not None else None


_INTO = aliased(Question)


def _asked_query() -> Select[Question, str, Question, int, str]:
    return (
        select(Question, Registration.display_name, _INTO, Objective.position, Person.code)
        .join(Registration, Registration.id == Question.registration_id)
        .outerjoin(_INTO, _INTO.id == Question.merged_into_id)
        .outerjoin(Objective, Objective.id == Question.objective_id)
        .outerjoin(Person, Person.id == Question.claimed_by_id)
    )


def get_asked(db: Db, code: str, *, lock: bool = False) -> Asked:
    """Give a question with its asker and votes, or raise NotFound."""
    query = select(Question).where(Question.code == code.upper())
    question = db.scalars(query.with_for_update(of=Question, key_share=True) if lock else query).one_or_none()
    if question is None:
        raise NotFound("question.unknown", "This question does not exist any more. Reload the page.")
    return asked_of(db, question)


def asked_of(db: Db, question: Question) -> Asked:
    """Give a question's asker, votes and what stands beside it, as the rows are now."""
    db.flush()  # it is read as its row now stands
    (found,) = _asked(db, _asked_query().where(Question.id == question.id))
    return found


def list_asked(
    db: Db,
    webinar_id: int,
    states: Iterable[QuestionState] | None = None,
    registration_ids: Sequence[int] | None = None,
) -> list[Asked]:
    """Give a sitting's questions in the order of asking, all of them or those in these states, or of these askers."""
    query = _asked_query().where(Question.webinar_id == webinar_id)
    if states is not None:
        query = query.where(Question.state.in_(list(states)))
    if registration_ids is not None:
        query = query.where(Question.registration_id.in_(registration_ids))
    # Stamps go out to the millisecond; codes decide between equal ones, here and in the browser.
    return sorted(_asked(db, query), key=lambda asked: (stamp(asked.question.asked_at), asked.question.code))


def _asked(db: Db, query: Select[Question, str, Question, int, str]) -> list[Asked]:
    rows = db.execute(query).all()
    if not rows:  # most people who join have asked nothing
        return []
    ids = [row[0].id for row in rows]
    merged, votes = merged_into(db, ids), count_votes(db, ids)
    return [
        Asked(
            question, author, votes.get(question.id, 0), tuple(sorted(one.code for one in merged.get(question.id, ()))),
            holder, objective, claimer,
        )
        for question, author, holder, objective, claimer in rows
    ]  # fmt: skip


class Duplicate(NamedTuple):
    """A question that was merged into another."""

    id: int
    code: str
    registration_id: int


def merged_into(db: Db, question_ids: Sequence[int]) -> dict[int, list[Duplicate]]:
    """Give the duplicates that each of these questions holds; only of those that hold some."""
    query = select(Question.merged_into_id, Question.id, Question.code, Question.registration_id)
    found: dict[int, list[Duplicate]] = {}
    for into, question_id, code, asker in db.execute(query.where(Question.merged_into_id.in_(question_ids))):
        found.setdefault(into or 0, []).append(Duplicate(question_id, code, asker))
    return found


def count_votes(db: Db, question_ids: Sequence[int]) -> dict[int, int]:
    """Count who wants each of these questions answered, each person once.

    A duplicate's voters and its asker count for the question that holds it; nobody counts for an own question.
    """
    query = select(QuestionVote.question_id, func.count()).where(QuestionVote.question_id.in_(question_ids))
    counts: dict[int, int] = dict(db.execute(query.group_by(QuestionVote.question_id)).all())
    holders = set(merged_into(db, question_ids))
    if holders:  # seldom, so that most counts stay one GROUP BY
        counts |= _count_united(db, sorted(holders))
    return counts


def _count_united(db: Db, holders: Sequence[int]) -> dict[int, int]:
    home = func.coalesce(Question.merged_into_id, Question.id)
    voters = select(home.label("home"), QuestionVote.registration_id.label("person")).join(
        QuestionVote, QuestionVote.question_id == Question.id
    )
    askers = select(Question.merged_into_id, Question.registration_id).where(Question.merged_into_id.in_(holders))
    wanting = union(voters.where(home.in_(holders)), askers).subquery()
    query = (
        select(wanting.c.home, func.count())
        .join(Question, (Question.id == wanting.c.home) & (Question.registration_id != wanting.c.person))
        .group_by(wanting.c.home)
    )
    counted: dict[int, int] = dict(db.execute(query).all())
    return dict.fromkeys(holders, 0) | counted


def find_answering(db: Db, webinar_id: int) -> Question | None:
    """Give the question that is being answered now, locked, or None."""
    query = select(Question).where(Question.webinar_id == webinar_id, Question.state == QuestionState.ANSWERING)
    return db.scalars(query.with_for_update(of=Question, key_share=True)).one_or_none()


def asked_since(db: Db, registration_id: int, since: datetime) -> list[datetime]:
    """Give when somebody asked since an instant."""
    query = select(Question.asked_at).where(Question.registration_id == registration_id, Question.asked_at > since)
    return list(db.scalars(query))


def public_votes(db: Db, webinar_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Give the votes of the public questions of several sittings, by sitting and code."""
    query = select(Question.id, Question.webinar_id, Question.code)
    query = query.where(Question.webinar_id.in_(webinar_ids), Question.state.in_(list(PUBLIC)))
    rows = db.execute(query).all()
    votes = count_votes(db, [row.id for row in rows])
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.webinar_id, {})[row.code] = votes.get(row.id, 0)
    return found


def list_objectives(db: Db, webinar_id: int) -> list[Objective]:
    """Give the learning objectives of a sitting's course, in order."""
    query = select(Objective).join(Webinar, Webinar.course_id == Objective.course_id)
    return list(db.scalars(query.where(Webinar.id == webinar_id).order_by(Objective.position)))


class Teammate(NamedTuple):
    """A person who runs a sitting, by the code that staff know."""

    code: str
    id: int
    name: str


def list_team(db: Db, webinar_id: int) -> list[Teammate]:
    """Give the people who run a sitting, each once, by name."""
    query = (
        select(Person.code, Person.id, Person.display_name)
        .join(Staff, Staff.person_id == Person.id)
        .where(Staff.webinar_id == webinar_id)
        .distinct()
        .order_by(Person.display_name, Person.code)
    )
    return [Teammate(*row) for row in db.execute(query)]


def person_codes(db: Db, person_ids: Sequence[int]) -> dict[int, str]:
    """Give the codes by which staff know these people."""
    query = select(Person.id, Person.code).where(Person.id.in_(person_ids))
    return {row[0]: row[1] for row in db.execute(query)} if person_ids else {}


def own_upvotes(db: Db, webinar_id: int, registration_ids: Sequence[int]) -> dict[int, list[str]]:
    """Give the codes of the questions that each of these people wants answered."""
    query = (
        select(QuestionVote.registration_id, Question.code)
        .join(QuestionVote, QuestionVote.question_id == Question.id)
        .where(Question.webinar_id == webinar_id, QuestionVote.registration_id.in_(registration_ids))
        .order_by(Question.code)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for registration_id, code in db.execute(query):
        found[registration_id].append(code)
    return found


def own_hands(db: Db, registration_ids: Sequence[int]) -> dict[int, RaisedHand]:
    """Give the hands that these people have up."""
    up = RaisedHand.lowered_at.is_(None)
    query = select(RaisedHand).where(RaisedHand.registration_id.in_(registration_ids), up)
    return {row.registration_id: row for row in db.scalars(query)}


class Hand(NamedTuple):
    """A raised hand and whose it is."""

    hand: RaisedHand
    name: str


def list_hands(db: Db, webinar_id: int) -> list[Hand]:
    """Give the hands that are up in a sitting, in the order in which they went up."""
    query = (
        select(RaisedHand, Registration.display_name)
        .join(Registration, Registration.id == RaisedHand.registration_id)
        .where(RaisedHand.webinar_id == webinar_id, RaisedHand.lowered_at.is_(None))
    )
    found = [Hand(*row) for row in db.execute(query)]
    return sorted(found, key=lambda one: (stamp(one.hand.raised_at), one.hand.code))


def find_own_hand(db: Db, registration_id: int) -> RaisedHand | None:
    """Give the hand that a person has up, or None."""
    query = select(RaisedHand).where(RaisedHand.registration_id == registration_id, RaisedHand.lowered_at.is_(None))
    return db.scalars(query).one_or_none()


def get_hand(db: Db, webinar_id: int, code: str) -> Hand:
    """Give a hand of a sitting, locked and up or not, or raise NotFound."""
    query = select(RaisedHand).where(RaisedHand.webinar_id == webinar_id, RaisedHand.code == code.upper())
    found = db.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFound("hand.unknown", "This hand is not up any more. Look at the list again.")
    name = db.scalars(select(Registration.display_name).where(Registration.id == found.registration_id)).one()
    return Hand(found, name)
