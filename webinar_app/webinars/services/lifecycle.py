"""A sitting's life: it goes live, it ends, and both happen by themselves when nobody does it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from webinar_app.audit.services import record
from webinar_app.config import links
from webinar_app.core.actor import Member
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import enqueue
from webinar_app.webinars.events import RehearsalEnded, WebinarEnded, WebinarWentLive
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState, may_move, overrun_end
from webinar_app.webinars.services import publish_room_event

PUNCTUAL = timedelta(seconds=15)  # a sitting that begins by itself begins at its start, however soon the worker looks
GO_LIVE, END = "webinars.go_live", "webinars.end"


def schedule_lifecycle(db: Db, webinar: Webinar, now: datetime) -> None:
    """Write the jobs that take a scheduled sitting live at its start and end it after its overrun.

    Call it again when the sitting moves: each time has its own job, and a job asks whether it is still due.
    """
    if webinar.starts_at is None or webinar.state is not WebinarState.SCHEDULED:
        return
    ends_at = overrun_end(webinar.starts_at, webinar.minutes, webinar.overrun_minutes)
    for name, at in ((GO_LIVE, webinar.starts_at), (END, ends_at)):
        unique = f"{name}:{webinar.id}:{at:%Y%m%dT%H%M%S}"
        enqueue(db, name, {"webinar_id": webinar.id}, now=now, run_at=at, unique=unique)


def go_live(db: Db, member: Member, *, now: datetime) -> dict[str, Any]:
    """Let a sitting begin; doing it again changes nothing."""
    webinar = _for_staff(db, member)
    if webinar.state is WebinarState.LIVE:
        return {}
    if not may_move(webinar.state, WebinarState.LIVE):
        raise Refused("room.over", f"This session is {webinar.state.value}; it cannot go live.")
    _go_live(db, webinar, member.person_id, now)
    return {}


def end_webinar(db: Db, member: Member, *, now: datetime) -> dict[str, Any]:
    """End a live sitting and take everybody to sign-out and evaluation; doing it again changes nothing."""
    webinar = _for_staff(db, member)
    if webinar.state is WebinarState.SCHEDULED:
        raise Refused("room.not_live", "This session has not begun. Cancel it instead, if it will not take place.")
    if webinar.state is WebinarState.LIVE:
        _end(db, webinar, member.person_id, now)
    return {"evaluation_url": links().evaluation(webinar.code)}


def go_live_when_due(db: Db, webinar_id: int, *, now: datetime) -> bool:
    """Begin a sitting whose start has come, and say whether that was done; one that moved or began is left alone."""
    webinar = _locked(db, webinar_id)
    is_due = webinar.starts_at is not None and webinar.starts_at <= now
    if webinar.state is not WebinarState.SCHEDULED or not is_due or _is_overdue(webinar, now):
        return False
    assert webinar.starts_at is not None
    began = webinar.starts_at if now - webinar.starts_at <= PUNCTUAL else now
    _go_live(db, webinar, None, now, began)
    return True


def end_when_due(db: Db, webinar_id: int, *, now: datetime) -> bool:
    """End a sitting that nobody ended in time, and say whether that was done."""
    webinar = _locked(db, webinar_id)
    if webinar.state not in (WebinarState.SCHEDULED, WebinarState.LIVE) or not _is_overdue(webinar, now):
        return False
    _end(db, webinar, None, now)
    return True


def _is_overdue(webinar: Webinar, now: datetime) -> bool:
    if webinar.starts_at is None:
        return False
    return overrun_end(webinar.starts_at, webinar.minutes, webinar.overrun_minutes) <= now


def _for_staff(db: Db, member: Member) -> Webinar:
    if not member.may(Permission.ROOM_END):
        raise Forbidden
    return _locked(db, member.webinar_id)


def _locked(db: Db, webinar_id: int) -> Webinar:
    query = select(Webinar).where(Webinar.id == webinar_id).with_for_update(of=Webinar, key_share=True)
    return db.scalars(query).one()


def _go_live(db: Db, webinar: Webinar, person_id: int | None, now: datetime, began: datetime | None = None) -> None:
    began = began or now
    webinar.state, webinar.went_live_at, webinar.updated_at = WebinarState.LIVE, began, now
    record(db, person_id, "webinar.go_live", "webinar", webinar.id, now=now)
    db.flush()  # subscribers read the state
    publish(db, WebinarWentLive(webinar.id), now)
    publish_room_event(db, webinar.id, "all", "room.went_live", {"at": stamp(began)}, now=now)


def _end(db: Db, webinar: Webinar, person_id: int | None, now: datetime) -> None:
    webinar.state, webinar.ended_at, webinar.updated_at = WebinarState.ENDED, now, now
    record(db, person_id, "webinar.end", "webinar", webinar.id, now=now)
    db.flush()  # subscribers read the state
    publish(db, WebinarEnded(webinar.id) if webinar.rehearsal_of_id is None else RehearsalEnded(webinar.id), now)
    payload = {"at": stamp(now), "evaluation_url": links().evaluation(webinar.code)}
    publish_room_event(db, webinar.id, "all", "room.ended", payload, now=now)
