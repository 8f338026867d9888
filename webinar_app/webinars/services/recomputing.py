"""Times after a change of the zone rules: what was typed is the truth, and the instant follows from it (TZ10)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from webinar_app.audit.services import record
from webinar_app.core.times import deadline, in_zone, recomputed
from webinar_app.core.zones import tzdata_version
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import enqueue
from webinar_app.webinars.events import WebinarRescheduled
from webinar_app.webinars.messages import room_value
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services import show_room
from webinar_app.webinars.services.lifecycle import schedule_lifecycle

RECOMPUTE = "webinars.recompute"
_HALF_A_DAY = timedelta(hours=12)
_OPEN = (WebinarState.DRAFT, WebinarState.SCHEDULED)


def recompute_later(db: Db, *, now: datetime) -> bool:
    """Have future instants worked out again where they were worked out with other zone rules; say whether some were."""
    if db.scalar(_outdated(now).limit(1)) is None:
        return False
    enqueue(db, RECOMPUTE, {}, now=now)
    return True


def recompute_instants(db: Db, *, now: datetime) -> int:
    """Work out future instants with today's zone rules and return how many moved.

    A sitting that moved gets the next `sequence`, an entry in the audit, and its people an update. Past ones stay.
    """
    moved = 0
    query = select(Webinar).where(Webinar.id.in_(_outdated(now))).order_by(Webinar.id)
    for webinar in db.scalars(query.with_for_update(of=Webinar)).all():
        moved += _recompute(db, webinar, now)
    return moved


def _outdated(now: datetime) -> Select[Any]:
    return select(Webinar.id).where(
        Webinar.starts_at > now, Webinar.local_start.is_not(None), Webinar.tzdata != tzdata_version(),
        Webinar.state.in_(_OPEN), Webinar.rehearsal_of_id.is_(None),
    )  # fmt: skip


def _recompute(db: Db, webinar: Webinar, now: datetime) -> bool:
    assert webinar.local_start is not None
    assert webinar.starts_at is not None
    before, known = webinar.starts_at, webinar.tzdata
    after = recomputed(webinar.local_start, webinar.time_zone, webinar.fold, before, now)
    webinar.tzdata = tzdata_version()
    if after == before:
        return False
    if webinar.registration_closes_at is not None:
        # A deadline is the last second of a date there; the old rules are gone, so the date is read half a day before.
        closes = in_zone(webinar.registration_closes_at, webinar.time_zone)
        webinar.registration_closes_at = deadline((closes - _HALF_A_DAY).date(), webinar.time_zone)
    shown = room_value(webinar)
    webinar.starts_at, webinar.updated_at = after, now
    record(
        db, None, "webinar.recomputed", "webinar", webinar.id, now=now, before=before.isoformat(),
        after=after.isoformat(), tzdata_before=known, tzdata=webinar.tzdata,
    )  # fmt: skip
    if webinar.state is WebinarState.SCHEDULED:
        webinar.sequence += 1
        db.flush()  # subscribers read the new time
        schedule_lifecycle(db, webinar, now)
        publish(db, WebinarRescheduled(webinar.id), now)
    show_room(db, webinar, shown, now=now)
    return True
