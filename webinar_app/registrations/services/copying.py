"""What goes along when sittings and courses are copied: how people get in and what they are asked, never who came."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from webinar_app.core.read_back import read_date
from webinar_app.core.recurrence import days_later
from webinar_app.core.text import counted
from webinar_app.core.times import describe, in_zone
from webinar_app.courses.events import Carried, CarriedAsked, CourseCloned
from webinar_app.infra.db import Db
from webinar_app.registrations.models import AdmissionRule, FormQuestion
from webinar_app.webinars.events import WebinarCloned
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import wall_start

_RULES = ("waiting", "offer_hours", "late_minutes", "cancel_hours", "needs_approval")
_ASKED = ("code", "position", "kind", "prompt", "help", "options", "is_required", "is_kept", "shown_on", "shown_value")


def copy_rules(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Let the copy of a sitting take people in as it did; registration opens as many days before it, at the same hour.

    A rehearsal takes nobody in.
    """
    for old, new in event.ids.items():
        row, source, copy = db.get(AdmissionRule, old), db.get_one(Webinar, old), db.get_one(Webinar, new)
        if row is not None and copy.rehearsal_of_id is None:
            own = {name: getattr(row, name) for name in _RULES}
            db.add(AdmissionRule(webinar_id=new, **own, **_opening(row, source, copy, now)))


def copy_questions(db: Db, event: CourseCloned, now: datetime) -> None:
    """Ask in the copy of a course what the course asks now."""
    for old, new in event.ids.items():
        for row in db.scalars(_asked_now(old)).all():
            db.add(FormQuestion(course_id=new, **{name: getattr(row, name) for name in _ASKED}))


def what_goes_along(db: Db, question: CarriedAsked) -> list[Carried]:
    """Give the rules and questions that copies would have."""
    kept = select(func.count()).where(AdmissionRule.webinar_id.in_(question.webinar_ids))
    found = [Carried("how people get in: opening, approval, late entry, waiting list, giving back")]
    found = found if db.scalar(kept) else []
    if question.course_id is not None and (asked := len(db.scalars(_asked_now(question.course_id)).all())):
        found.append(Carried(f"{counted(asked, 'question')} of the registration form"))
    return found


def _asked_now(course_id: int) -> Any:
    query = select(FormQuestion).where(FormQuestion.course_id == course_id, FormQuestion.archived_at.is_(None))
    return query.order_by(FormQuestion.position)


def _opening(row: AdmissionRule, source: Webinar, copy: Webinar, now: datetime) -> dict[str, Any]:
    """Give when registration for the copy opens, as columns; never after it has begun."""
    stood, stands = wall_start(source), wall_start(copy)
    if row.opens_at is None or stood is None or stands is None:
        return {}
    opens_at = days_later(row.opens_at, source.time_zone, (stands.date() - stood.date()).days)
    local = in_zone(opens_at, source.time_zone)
    if read_date(row.opens_typed, now=now).on is not None:
        return {"opens_at": opens_at, "opens_typed": f"{local.day} {local:%B} {local.year}"}
    opens_at = min(opens_at, copy.starts_at or opens_at)
    local = in_zone(opens_at, source.time_zone)
    return {"opens_at": opens_at, "opens_typed": describe(local, source.time_zone, fold=local.fold)}
