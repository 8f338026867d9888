"""When a form opens and closes, and who is told."""

from datetime import datetime, timedelta

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Refused
from webinar_app.evaluations.models import EvaluationForm
from webinar_app.evaluations.policy import get_managed_form
from webinar_app.evaluations.queries import evaluation_item_id, find_form, printed_name
from webinar_app.evaluations.rules import build_items, closes_at, is_open
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.mailing.services import post
from webinar_app.providers.models import Provider
from webinar_app.providers.rules import RulePack
from webinar_app.webinars.events import WebinarEnded
from webinar_app.webinars.models import Webinar

INVITE, MIX = "evaluations.invite", "evaluations.mix"
INVITE_AFTER = timedelta(minutes=2)
"""Attendance is judged within a minute of the end; who answered at once needs no mail."""


def open_form(db: Db, event: WebinarEnded, now: datetime) -> None:
    """Freeze the questions of a sitting that ended, and open them."""
    webinar = db.get_one(Webinar, event.webinar_id)
    course = webinar.course
    if evaluation_item_id(db, course.id) is None or find_form(db, webinar.id) is not None:
        return
    pack = RulePack.from_json(db.get_one(Provider, course.provider_id).rule_pack or {})
    items = build_items(
        [objective.text for objective in course.objectives],
        [printed_name(part.presenter) for part in course.presenters],
    )
    form = EvaluationForm(
        webinar_id=webinar.id, items=[item.to_json() for item in items], opened_at=now,
        closes_at=closes_at(now, pack.evaluation_days),
    )  # fmt: skip
    db.add(form)
    db.flush()  # the jobs name it
    enqueue(db, INVITE, {"form_id": form.id}, now=now, run_at=now + INVITE_AFTER, unique=f"{INVITE}:{form.id}")
    _mix_at_close(db, form, now)


def _mix_at_close(db: Db, form: EvaluationForm, now: datetime) -> None:
    unique = f"{MIX}:{form.id}:{form.closes_at:%Y%m%dT%H%M%S}"
    enqueue(db, MIX, {"form_id": form.id}, now=now, run_at=form.closes_at, unique=unique)


def extend_form(db: Db, actor: Actor, code: str, *, days: int, now: datetime) -> datetime:
    """Keep a form open for some days longer, counted from its close or from now, and return its new close."""
    form = get_managed_form(db, actor, code)
    form.closes_at = max(form.closes_at, now) + timedelta(days=days)
    _mix_at_close(db, form, now)
    record(db, actor.person_id, "evaluation.extend", "evaluation_form", form.id, now=now, days=days)
    return form.closes_at


def close_form(db: Db, actor: Actor, code: str, *, now: datetime) -> None:
    """Take no more answers from now on."""
    form = get_managed_form(db, actor, code)
    if not is_open(form.opened_at, form.closes_at, now):
        raise Refused("evaluation.closed", "This evaluation is closed already.")
    form.closes_at = now
    _mix_at_close(db, form, now)
    record(db, actor.person_id, "evaluation.close", "evaluation_form", form.id, now=now)


def post_invitation(
    db: Db,
    *,
    form_id: int,
    registration_id: int,
    person_id: int,
    webinar_id: int,
    provider_id: int,
    to: tuple[str, str],
    mail: tuple[str, str, str],
    reply_to: str,
    now: datetime,
) -> str:
    """Write the mail to one person, once; `to` is (name, address), `mail` (subject, text, HTML)."""
    subject, text, html = mail
    return post(
        db, provider_id=provider_id, kind="evaluation", to_name=to[0], to_address=to[1], subject=subject, text=text,
        html=html, now=now, person_id=person_id, webinar_id=webinar_id, reply_to=reply_to,
        unique=f"evaluation:{form_id}:{registration_id}",
    )  # fmt: skip
