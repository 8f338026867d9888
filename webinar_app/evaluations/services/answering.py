"""Answering: that somebody answered is written beside the person, what they said is not."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Refused
from webinar_app.evaluations.models import EvaluationDone, EvaluationPending
from webinar_app.evaluations.policy import get_own
from webinar_app.evaluations.queries import evaluation_item_id, find_form, items_of, standing_of
from webinar_app.evaluations.rules import Standing, check_answers
from webinar_app.evaluations.services.opening import MIX
from webinar_app.infra.db import Db, insert_for, secret
from webinar_app.infra.jobs import enqueue
from webinar_app.infra.sealing import seal
from webinar_app.registrations.rules import check_legal_name
from webinar_app.registrations.services import complete_item

PURPOSE = "evaluation"
SENT = "evaluation.sent"
WHY_NOT = {
    Standing.NOT_ASKED: "This course asks for no evaluation.",
    Standing.CANCELLED: "This session was cancelled, so there is nothing to evaluate.",
    Standing.NOT_OPEN: "The evaluation opens when the session ends.",
    Standing.NOT_THERE: "You were not in this session, so there is nothing to evaluate.",
    Standing.CLOSED: "This evaluation is closed. Write to the organiser if you need more time.",
}


@secret
def submit(db: Db, actor: Actor, code: str, answers: Mapping[str, str], *, now: datetime) -> None:
    """Take somebody's answers, once: the mark "done", the ledger's line and the sealed answers, or none of them.

    Raises Refused when the form takes no answers, InvalidInput with a sentence per question.
    """
    webinar, registration = get_own(db, actor, code)
    stands = standing_of(db, registration, webinar, now)
    if stands is Standing.SENT:
        raise _sent()
    form = find_form(db, webinar.id)
    if stands is not Standing.OPEN or form is None:
        raise Refused(f"evaluation.{stands.value}", WHY_NOT.get(stands, WHY_NOT[Standing.NOT_OPEN]))
    checked = check_answers(items_of(form), answers)
    day = now.astimezone(ZoneInfo(webinar.time_zone)).date()
    done = insert_for(db)(EvaluationDone).values(form_id=form.id, registration_id=registration.id, day=day)
    # Two tabs may pass the look above at once; the primary key lets one of them through.
    if db.execute(done.on_conflict_do_nothing().returning(EvaluationDone.form_id)).first() is None:
        raise _sent()
    db.add(EvaluationPending(id=secrets.token_hex(16), form_id=form.id, sealed=seal(PURPOSE, checked)))
    enqueue(db, MIX, {"form_id": form.id}, now=now)
    item_id = evaluation_item_id(db, webinar.course_id)
    if item_id is not None:
        complete_item(db, registration.id, item_id, {"day": day.isoformat()}, now=now)


def _sent() -> Refused:
    return Refused(SENT, "You have sent this evaluation. It counts once, and cannot be changed.")


def correct_name(db: Db, actor: Actor, code: str, name: str, *, now: datetime) -> str:
    """Change the name that will be printed, while the evaluation is not sent, and return it (Q3)."""
    webinar, registration = get_own(db, actor, code)
    if standing_of(db, registration, webinar, now) is Standing.SENT:
        raise Refused("evaluation.name", "Your certificate may be on its way. Ask for a correction on its page.")
    registration.legal_name = check_legal_name(name)
    record(db, actor.person_id, "registration.name", "registration", registration.id, now=now)
    return registration.legal_name
