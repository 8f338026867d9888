"""Reads of the cut-offs of a course."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from webinar_app.infra.db import Db
from webinar_app.payments.models import RefundStep
from webinar_app.payments.rules.refunds import Step, before_start
from webinar_app.registrations.queries import Place


def step_rows(db: Db, course_id: int) -> Sequence[RefundStep]:
    """Give the cut-offs of a course, the longest time first."""
    query = select(RefundStep).where(RefundStep.course_id == course_id)
    return db.scalars(query.order_by(RefundStep.days.desc())).all()


def list_steps(db: Db, course_id: int) -> list[Step]:
    """Give the same as plain values."""
    return [Step(row.days, row.percent) for row in step_rows(db, course_id)]


def local_start_of(place: Place) -> datetime | None:
    """Give when a sitting starts as clocks there show it, its first minute where only the day is known; else None."""
    webinar = place.webinar
    if webinar is None or webinar.local_start is not None:
        return webinar.local_start if webinar else None
    return datetime.combine(webinar.local_date, time(0)) if webinar.local_date else None


def steps_view(db: Db, place: Place, zone: str) -> list[dict[str, Any]]:
    """Give the cut-offs as the form of registration shows them: `until` before a start, else `days` after paying."""
    steps, start = list_steps(db, place.course.id), local_start_of(place)
    ends = [one.until for one in before_start(steps, start, zone)] if start else [None] * len(steps)
    return [
        {"percent": step.percent, "days": step.days, "until": end}
        for step, end in zip(steps, ends, strict=True)
    ]  # fmt: skip
