"""Attention checks by the clock: planned unseen, opened in the room, closed again."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from webinar_app.attendance.messages import check_value, spoken_value
from webinar_app.attendance.models import AttentionCheck
from webinar_app.attendance.queries import credit_seconds, policy_for
from webinar_app.attendance.queries.checks import find_by_code, find_open, is_poll_open, list_planned, planned_at
from webinar_app.attendance.rules.checks import (
    LONG_WINDOW_S,
    WINDOW_S,
    Asked,
    CheckKind,
    CheckState,
    Draw,
    ask,
    obeys,
    plan,
    spoken,
)
from webinar_app.audit.services import record
from webinar_app.core.actor import Member
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.providers.models import Provider
from webinar_app.providers.rules import RulePack
from webinar_app.webinars.events import (
    ActsAsked,
    RehearsalEnded,
    WebinarEnded,
    WebinarPublished,
    WebinarRescheduled,
    WebinarWentLive,
)
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services import publish_room_event

OPEN, CLOSE = "attendance.open_check", "attendance.close_check"
LOOK_AGAIN = timedelta(seconds=15)
TOO_LATE = timedelta(seconds=30)
"""A worker that was away longer than this does not make up for a check."""


def plan_checks(
    db: Db,
    event: WebinarPublished | WebinarRescheduled | WebinarWentLive,
    now: datetime,
    draw: Draw = secrets.randbelow,
) -> None:
    """Draw the checks of a sitting and write their jobs; what still fits its start and agenda is kept."""
    webinar = db.get_one(Webinar, event.webinar_id)
    if webinar.starts_at is None or webinar.state not in (WebinarState.SCHEDULED, WebinarState.LIVE):
        return
    planned, per_hour = list_planned(db, webinar.id), _per_hour(db, webinar)
    credit = credit_seconds(webinar)
    seconds = [check.planned_second for check in planned if check.planned_second is not None]
    if not planned or not per_hour or not obeys(seconds, credit, (), per_hour):
        db.execute(delete(AttentionCheck).where(AttentionCheck.id.in_([check.id for check in planned])))
        made = plan(credit, (), per_hour, draw) if per_hour else []
        planned = [_planned(webinar.id, one.at_s, one.latest_s, ask(draw)) for one in made]
        db.add_all(planned)
    for check in planned:
        assert check.planned_second is not None
        _open_later(db, check, planned_at(webinar, check.planned_second), now)


def acts_of(db: Db, question: ActsAsked) -> list[tuple[datetime, str, int | None]]:
    """Give when a presenter called a spoken word."""
    query = select(AttentionCheck.opened_at).where(
        AttentionCheck.webinar_id == question.webinar_id,
        AttentionCheck.kind == CheckKind.WORD,
        AttentionCheck.opened_at.is_not(None),
    )
    return [(at, "A spoken word", None) for at in db.scalars(query) if at is not None]


def open_when_due(db: Db, code: str, *, now: datetime) -> bool:
    """Open a check whose time has come, and say whether that was done.

    While a poll is open it is put off, as long as its plan allows. What moved, or came too late, is left alone.
    """
    check = find_by_code(db, code, lock=True)
    if check is None or check.state is not CheckState.PLANNED or check.planned_second is None:
        return False
    webinar = db.get_one(Webinar, check.webinar_id)
    if webinar.state is not WebinarState.LIVE or planned_at(webinar, check.planned_second) > now:
        return False
    latest = planned_at(webinar, check.latest_second or check.planned_second)
    if now > latest + TOO_LATE or find_open(db, webinar.id) is not None:
        check.state = CheckState.DROPPED
        return False
    if now < latest and is_poll_open(db, webinar.id):
        _open_later(db, check, min(now + LOOK_AGAIN, latest), now)
        return False
    _open(db, check, now)
    return True


def close_when_due(db: Db, code: str, *, now: datetime) -> bool:
    """Close a check when the longest time to answer it is over, and say whether that was done."""
    check = find_by_code(db, code, lock=True)
    if check is None or check.state is not CheckState.OPEN or check.opened_at is None:
        return False
    if now < check.opened_at + timedelta(seconds=check.long_window_seconds):
        return False
    _close(db, check, now)
    return True


def call_check(db: Db, member: Member, *, now: datetime) -> dict[str, Any]:
    """Ask everybody for a word that the presenter says now, and return it."""
    if not member.may(Permission.CHECK_CALL):
        raise Forbidden
    if open_room(db, member).state is not WebinarState.LIVE:
        raise Refused("room.not_live", "Go live first; then people can be asked.")
    known = find_open(db, member.webinar_id)
    if known is not None:
        raise Refused("check.open", "A check is open already. Wait until it closes.")
    check = _planned(member.webinar_id, None, None, spoken(secrets.randbelow))
    db.add(check)
    db.flush()  # its id goes into the audit
    record(db, member.person_id, "check.call", "attention_check", check.id, now=now)
    _open(db, check, now)
    return spoken_value(check)


def end_checks(db: Db, event: WebinarEnded | RehearsalEnded, now: datetime) -> None:
    """Close the check that is open in a sitting that ended, and drop the ones to come."""
    for planned in list_planned(db, event.webinar_id):
        planned.state = CheckState.DROPPED
    check = find_open(db, event.webinar_id, lock=True)
    if check is not None:
        _close(db, check, now)


def _per_hour(db: Db, webinar: Webinar) -> int:
    """Give how many checks an hour holds; none where the policy does not ask for them."""
    if not policy_for(db, webinar).checks_percent:
        return 0
    pack = db.get_one(Provider, webinar.course.provider_id).rule_pack or {}
    return RulePack.from_json(pack).checks_per_hour


def _planned(webinar_id: int, at: int | None, latest: int | None, asked: Asked) -> AttentionCheck:
    return AttentionCheck(
        code=new_code(), webinar_id=webinar_id, state=CheckState.PLANNED, kind=asked.kind, options=list(asked.options),
        answer=asked.answer, planned_second=at, latest_second=latest, window_seconds=WINDOW_S,
        long_window_seconds=LONG_WINDOW_S,
    )  # fmt: skip


def _open_later(db: Db, check: AttentionCheck, at: datetime, now: datetime) -> None:
    unique = f"{OPEN}:{check.code}:{at:%Y%m%dT%H%M%S}"
    enqueue(db, OPEN, {"check": check.code}, now=now, run_at=at, unique=unique)


def _open(db: Db, check: AttentionCheck, now: datetime) -> None:
    check.state, check.opened_at = CheckState.OPEN, now
    db.flush()  # the constraint of one open check at a time is the last word
    closes_at = now + timedelta(seconds=check.long_window_seconds)
    enqueue(db, CLOSE, {"check": check.code}, now=now, run_at=closes_at, unique=f"{CLOSE}:{check.code}")
    publish_room_event(db, check.webinar_id, "all", "check.opened", {"check": check_value(check)}, now=now)
    if check.kind is CheckKind.WORD:
        publish_room_event(db, check.webinar_id, "staff", "check.called", {"spoken": spoken_value(check)}, now=now)


def _close(db: Db, check: AttentionCheck, now: datetime) -> None:
    check.state, check.closed_at = CheckState.CLOSED, now
    publish_room_event(db, check.webinar_id, "all", "check.closed", {"check": check.code}, now=now)
    if check.kind is CheckKind.WORD:
        publish_room_event(db, check.webinar_id, "staff", "check.called", {"spoken": None}, now=now)
