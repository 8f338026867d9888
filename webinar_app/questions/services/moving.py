"""What every act of a moderator does: look first, move the question, tell who is concerned."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from webinar_app.core.actor import Member
from webinar_app.core.errors import Refused
from webinar_app.infra.db import Db
from webinar_app.questions.messages import question_value
from webinar_app.questions.models import Question
from webinar_app.questions.policy import get_moderated
from webinar_app.questions.queries import Asked, asked_of
from webinar_app.questions.rules import PUBLIC, QuestionState, Viewer, check_held, check_move, check_seen
from webinar_app.questions.services.telling import tell_asker, tell_duplicates, tell_everybody, tell_staff

Seen = QuestionState | None


@contextmanager
def showing(asked: Asked) -> Iterator[None]:
    """Let a refusal carry the question as it is now, so that the moderator need not reload."""
    try:
        yield
    except Refused as refusal:
        refusal.fresh = {"question": question_value(asked, Viewer.STAFF)}
        raise


def look(db: Db, member: Member, code: str, *, now: datetime) -> Asked:
    """Give a question that the moderator may act on, locked; raise Refused while somebody else is on it."""
    asked = get_moderated(db, member, code)
    row = asked.question
    with showing(asked):
        check_held(row.claimed_by_id, row.claimed_until, member.person_id, now, row.claimed_name or "Somebody")
    return asked


def move(asked: Asked, to: QuestionState, seen: Seen, *, now: datetime) -> QuestionState:
    """Take a question to another state and give the one before; raise Refused when it is not as it was seen."""
    row = asked.question
    with showing(asked):
        check_seen(row.state, seen)
        check_move(row.state, to)
    before = row.state
    row.state, row.state_before, row.changed_at = to, before.value, now
    if to is not QuestionState.DISMISSED:
        row.dismissed_reason = None
    let_go(asked)
    return before


def let_go(asked: Asked) -> None:
    """End whoever's claim there is."""
    row = asked.question
    row.claimed_by_id = row.claimed_name = row.claimed_until = None


def tell(db: Db, asked: Asked, before: QuestionState, *, now: datetime, to_asker: str = "") -> None:
    """Tell everybody, staff and, by an event of this name, the asker what became of a question."""
    asked = asked_of(db, asked.question)
    if to_asker:
        tell_asker(db, asked, to_asker, now=now)
    tell_duplicates(db, asked, now=now)
    tell_everybody(db, asked, before, now=now)
    tell_staff(db, asked, "question.changed", now=now)


def tell_holder(db: Db, question: Question, *, now: datetime) -> None:
    """Tell who sees a question that its duplicates, and with them its votes, have changed."""
    asked = asked_of(db, question)
    if question.state in PUBLIC:
        tell_everybody(db, asked, question.state, now=now)
    else:
        tell_asker(db, asked, "question.changed", now=now)
    tell_staff(db, asked, "question.changed", now=now)
