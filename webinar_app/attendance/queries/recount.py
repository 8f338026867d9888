"""Verdicts worked out again from what is stored, to notice when a record no longer says what was decided by it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from webinar_app.attendance.models import AttendanceSummary
from webinar_app.attendance.queries import facts_by_registration, facts_hash, measure_of
from webinar_app.attendance.rules import AttendancePolicy, summary, verdict
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL
from webinar_app.webinars.rules import WebinarState

DAYS = 90


def list_recent(db: Db, now: datetime) -> list[int]:
    """Give the sittings that ended within the last 90 days, oldest first."""
    query = select(Webinar.id).where(
        REAL, Webinar.state == WebinarState.ENDED, Webinar.ended_at > now - timedelta(days=DAYS)
    )
    return list(db.scalars(query.order_by(Webinar.ended_at, Webinar.id)))


def list_judged(db: Db, webinar_id: int) -> list[int]:
    """Give the registrations of a sitting on which there is a verdict."""
    query = select(AttendanceSummary.registration_id).where(AttendanceSummary.webinar_id == webinar_id)
    return list(db.scalars(query.order_by(AttendanceSummary.registration_id)))


def list_different(db: Db, webinar_id: int, registration_ids: Sequence[int]) -> list[int]:
    """Give those whose facts or verdict are not the ones that were stored; the policy is the stored one."""
    measure = measure_of(db, db.get_one(Webinar, webinar_id))
    query = select(AttendanceSummary).where(AttendanceSummary.registration_id.in_(registration_ids))
    rows = {row.registration_id: row for row in db.scalars(query)}
    found = facts_by_registration(db, measure, list(rows))
    different = []
    for key, row in rows.items():
        policy = AttendancePolicy.from_json(row.policy)
        facts = found[key] if policy == measure.policy else facts_by_registration(
            db, replace(measure, policy=policy), [key]
        )[key]  # fmt: skip
        attended = summary(policy, facts)
        now_said = (facts_hash(policy, facts), attended.credited_s, verdict(policy, attended).complete)
        if now_said != (row.facts_hash, row.credited_seconds, row.complete):
            different.append(key)
    return different
