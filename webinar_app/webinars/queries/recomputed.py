"""Named reads of sittings whose instant changed with the zone rules."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webinar_app.audit.models import AuditEntry
from webinar_app.core.times import clock_words
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState


def list_recomputed(db: Db, provider_id: int, now: datetime, *, webinar_id: int | None = None) -> list[dict[str, Any]]:
    """Give `{code, title, sentence}` of the sittings to come that moved because zone rules changed, soonest first."""
    query = (
        select(Webinar, AuditEntry.details)
        .join(AuditEntry, AuditEntry.subject_id == Webinar.id)
        .join(Course, Course.id == Webinar.course_id)
        .where(
            AuditEntry.act == "webinar.recomputed", AuditEntry.subject_kind == "webinar",
            Course.provider_id == provider_id, Webinar.starts_at > now,
            Webinar.state.in_((WebinarState.DRAFT, WebinarState.SCHEDULED)),
        )
        .options(joinedload(Webinar.course))
        .order_by(Webinar.starts_at, AuditEntry.id.desc())
    )  # fmt: skip
    if webinar_id is not None:
        query = query.where(Webinar.id == webinar_id)
    found: dict[int, dict[str, Any]] = {}
    for webinar, details in db.execute(query):
        # Somebody who moved the sitting since has seen its time: the entry is no news any more.
        if webinar.id not in found and webinar.starts_at == datetime.fromisoformat(details["after"]):
            found[webinar.id] = {
                "code": webinar.code, "title": webinar.title or webinar.course.title,
                "sentence": _sentence(webinar, details),
            }  # fmt: skip
    return list(found.values())


def _sentence(webinar: Webinar, details: dict[str, Any]) -> str:
    assert webinar.local_start is not None
    before, after = (datetime.fromisoformat(details[name]).astimezone(UTC) for name in ("before", "after"))
    day = "" if before.date() == after.date() else " of the day before" if before < after else " of the day after"
    place = webinar.time_zone.replace("_", " ")
    clock = clock_words(webinar.local_start.time())
    return f"The rules of {place} changed: {clock} there is {after:%H:%M} UTC now, not {before:%H:%M} UTC{day}." + (
        " Everybody registered is sent the update." if webinar.state is WebinarState.SCHEDULED else ""
    )
