"""What stands against a time, and what people should know of it, before anything is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.read_back import read_typed
from webinar_app.core.zones import zone_info
from webinar_app.courses.policy import get_course
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries.bookings import list_conflicts

DEFAULT_MINUTES = 60


def check_time(db: Db, actor: Actor, details: Mapping[str, Any], *, slug: str, code: str, now: datetime) -> list[str]:
    """Give what stands against a typed time, one sentence each; nothing while it cannot be read.

    `slug` names the course of a new sitting, `code` the sitting that moves.
    """
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE) if code else None
    course = webinar.course if webinar else get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    if details["precision"] != "exact":
        return []
    home = _known(details["time_zone"]) or db.get_one(Provider, course.provider_id).time_zone
    reading = read_typed(details["typed"], home, fold=details["fold"], minutes=details["minutes"], now=now)
    return list_conflicts(
        db, course, reading.starts_at, details["minutes"] or DEFAULT_MINUTES, venue={"name": details["venue_name"]},
        webinar=webinar,
    )  # fmt: skip


def _known(zone: str) -> str:
    try:
        return zone if zone and zone_info(zone) else ""
    except InvalidInput:
        return ""
