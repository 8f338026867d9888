"""Named reads of statements: what the page shows, and where its PDF stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.attendance.models import AttendanceStatement
from webinar_app.attendance.queries.timeline import record_of
from webinar_app.core.errors import NotFound
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.registrations.models import Registration
from webinar_app.webinars.rules import WebinarState


def record_page(db: Db, row: Registration, now: datetime) -> dict[str, Any]:
    """Give `{person, sitting, kept}`, one person's record as its pages show it; raise NotFound without a session."""
    webinar = row.webinar
    if webinar is None or webinar.starts_at is None:
        raise NotFound("attendance.none", "Nothing is measured in this course: it has no live session.")
    licence = row.licence or {}
    told = [licence.get("profession"), licence.get("number")]
    return {
        "person": {
            "code": row.code, "legal_name": row.legal_name, "licence": ", ".join(one for one in told if one),
        },
        "sitting": {
            "code": webinar.code, "title": webinar.title or webinar.course.title, "course": webinar.course.code,
            "slug": webinar.course.slug, "starts_at": webinar.starts_at, "time_zone": webinar.time_zone,
            "minutes": webinar.minutes, "state": webinar.state.value,
            "provider": db.get_one(Provider, webinar.course.provider_id).name,
        },
        "kept": record_of(db, row, now),
    }  # fmt: skip


def is_complete(page: Mapping[str, Any]) -> bool:
    """Say whether a record is complete: until then each look would be another paper."""
    row = page["kept"]["row"]
    is_over = page["sitting"]["state"] == WebinarState.ENDED.value
    return is_over and row is not None and row["verdict"][0] != "Being counted"


def find_statement(db: Db, registration_id: int, facts_hash: str) -> AttendanceStatement | None:
    """Give the paper of exactly these facts, or None."""
    query = select(AttendanceStatement).where(
        AttendanceStatement.registration_id == registration_id, AttendanceStatement.facts_hash == facts_hash
    )
    return db.scalars(query).one_or_none()


def find_statement_by_code(db: Db, code: str) -> AttendanceStatement | None:
    """Give a paper by its code, or None."""
    return db.scalars(select(AttendanceStatement).where(AttendanceStatement.code == code)).one_or_none()
