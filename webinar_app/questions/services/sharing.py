"""Use cases of moderators who share a queue: be on a question, leave it, merge a duplicate, tag with an objective."""

from datetime import datetime
from typing import Any

from webinar_app.core.actor import Member
from webinar_app.core.errors import InvalidInput
from webinar_app.infra.db import Db
from webinar_app.questions.policy import get_moderated
from webinar_app.questions.queries import asked_of, list_objectives, list_team
from webinar_app.questions.rules import CLAIM_LASTS, PUBLIC, QuestionState, check_held, check_merge
from webinar_app.questions.services.moving import Seen, let_go, look, move, showing, tell, tell_holder
from webinar_app.questions.services.telling import tell_everybody, tell_staff


def claim_question(db: Db, member: Member, code: str, *, take_over: bool, now: datetime) -> dict[str, Any]:
    """Say that this moderator is on a question for three minutes; again makes it three more."""
    asked = get_moderated(db, member, code)
    row = asked.question
    if not take_over:
        with showing(asked):
            check_held(row.claimed_by_id, row.claimed_until, member.person_id, now, row.claimed_name or "Somebody")
    row.claimed_by_id, row.claimed_name, row.claimed_until = member.person_id, member.display_name, now + CLAIM_LASTS
    tell_staff(db, asked_of(db, row), "question.changed", now=now)
    return {}


def assign_question(db: Db, member: Member, code: str, to: str, *, now: datetime) -> dict[str, Any]:
    """Hand a question to somebody who runs the sitting: they are on it for three minutes, whoever was before."""
    asked = get_moderated(db, member, code)
    found = next((one for one in list_team(db, member.webinar_id) if one.code == to.upper()), None)
    if found is None:
        sentence = "Choose somebody who runs this session."
        raise InvalidInput("question.assignee", sentence, {"to": sentence})
    row = asked.question
    row.claimed_by_id, row.claimed_name, row.claimed_until = found.id, found.name, now + CLAIM_LASTS
    tell_staff(db, asked_of(db, row), "question.changed", now=now)
    return {}


def release_question(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Leave a question to the others; what another moderator holds stays theirs."""
    asked = get_moderated(db, member, code)
    if asked.question.claimed_by_id != member.person_id:
        return {}
    let_go(asked)
    tell_staff(db, asked_of(db, asked.question), "question.changed", now=now)
    return {}


def merge_question(db: Db, member: Member, code: str, into: str, seen: Seen = None, *, now: datetime) -> dict[str, Any]:
    """Let a question count for another that asks the same: votes unite, one a person, and the asker is told."""
    asked, holder = look(db, member, code, now=now), get_moderated(db, member, into)
    with showing(asked):
        is_same = asked.question.id == holder.question.id
        check_merge(holder.question.state, is_same=is_same, has_merged=bool(asked.merged))
    before = move(asked, QuestionState.MERGED, seen, now=now)
    asked.question.merged_into_id = holder.question.id
    tell(db, asked, before, now=now, to_asker="question.merged")
    tell_holder(db, holder.question, now=now)
    return {}


def tag_question(db: Db, member: Member, code: str, objective: int | None, *, now: datetime) -> dict[str, Any]:
    """Say which learning objective (its position) a question belongs to, or none."""
    asked = get_moderated(db, member, code)
    ids = {row.position: row.id for row in list_objectives(db, member.webinar_id)}
    if objective is not None and objective not in ids:
        sentence = "Choose one of the objectives of this course."
        raise InvalidInput("question.objective", sentence, {"objective": sentence})
    asked.question.objective_id = ids[objective] if objective is not None else None
    asked = asked_of(db, asked.question)
    if asked.question.state in PUBLIC:
        tell_everybody(db, asked, asked.question.state, now=now)
    tell_staff(db, asked, "question.changed", now=now)
    return {}
