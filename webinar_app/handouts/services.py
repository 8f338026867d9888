"""Handouts: a file comes in, is looked into, opens to everybody, and every download is written down."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor, Member
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.text import counted, one_line
from webinar_app.core.uploads import FileKind, upload_fault
from webinar_app.courses.events import Carried, CarriedAsked
from webinar_app.handouts.messages import handout_value, staff_value
from webinar_app.handouts.models import Handout, HandoutDownload
from webinar_app.handouts.policy import handout_for
from webinar_app.handouts.queries import find_handout, get_handout, list_handouts
from webinar_app.handouts.rules import (
    MOST_HANDOUTS,
    HandoutState,
    check_may_open,
    check_plan,
    opens_at,
)
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.registrations.policy import member_of
from webinar_app.webinars.events import ActsAsked, TextsAsked, WebinarCloned, WebinarWentLive
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar, open_room
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services import publish_room_event

CHECK, OPEN = "handouts.check", "handouts.open"


def add_handout(
    db: Db, actor: Actor, code: str, title: str, name: str, kind: FileKind, sha256: str, size: int, *,
    minute: int | None, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Take a file that is in storage as a handout, to be looked into by the worker; return `{handout}`, its code."""
    webinar = get_webinar(db, actor, code, to=Permission.STAGE_CONTROL)
    title = one_line(title) or name.rpartition(".")[0]
    check_plan(title, minute)
    if len(list_handouts(db, webinar.id)) >= MOST_HANDOUTS:
        raise Refused("handout.many", f"A session takes {MOST_HANDOUTS} files. Remove one that is not needed first.")
    row = Handout(
        code=new_code(), webinar_id=webinar.id, title=title, name=name, kind=kind, sha256=sha256, size=size,
        state=HandoutState.CHECKING, refusal="", minute=minute, created_by=actor.person_id, created_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()  # the entry names its id
    enqueue(db, CHECK, {"handout": row.code}, now=now, unique=f"{CHECK}:{row.code}")
    if webinar.state is WebinarState.LIVE:
        _plan(db, webinar, row, now)
    record(db, actor.person_id, "handout.add", "handout", row.id, now=now)
    _tell_staff(db, row, now)
    return {"handout": row.code}


def keep_checked(db: Db, code: str, sha256: str, size: int, *, now: datetime) -> None:
    """Let a handout be used, with the bytes that came out of the check."""
    row = find_handout(db, code)
    if row is not None and row.state is HandoutState.CHECKING:
        row.state, row.sha256, row.size = HandoutState.READY, sha256, size
        _tell_staff(db, row, now)


def refuse_handout(db: Db, code: str, reason: str, *, now: datetime) -> None:
    """Say of a handout why it cannot be used."""
    row = find_handout(db, code)
    if row is not None and row.state is HandoutState.CHECKING:
        row.state, row.refusal = HandoutState.REFUSED, upload_fault(reason)
        _tell_staff(db, row, now)


def open_handout(db: Db, member: Member, code: str, is_open: bool, *, now: datetime) -> dict[str, Any]:
    """Open a handout to everybody during the session, or close it again; doing it twice changes nothing."""
    if not member.may(Permission.STAGE_CONTROL):
        raise Forbidden
    webinar = open_room(db, member)
    _switch(db, get_handout(db, webinar.id, code), member.person_id, is_open, now)
    return {}


def switch_handout(db: Db, actor: Actor, code: str, handout: str, is_open: bool, *, now: datetime) -> dict[str, Any]:
    """Open a handout from its page, before, during or after the session, or close it again."""
    webinar = get_webinar(db, actor, code, to=Permission.STAGE_CONTROL)
    _switch(db, get_handout(db, webinar.id, handout), actor.person_id, is_open, now)
    return {"code": webinar.code}


def remove_handout(db: Db, actor: Actor, code: str, handout: str, *, now: datetime) -> dict[str, Any]:
    """Remove a handout that nobody can fetch."""
    webinar = get_webinar(db, actor, code, to=Permission.STAGE_CONTROL)
    row = get_handout(db, webinar.id, handout)
    if row.opened_at is not None:
        raise Refused("handout.open", "Everybody can fetch this file. Close it first.")
    record(db, actor.person_id, "handout.remove", "handout", row.id, now=now)
    db.execute(delete(HandoutDownload).where(HandoutDownload.handout_id == row.id))
    db.delete(row)
    publish_room_event(db, webinar.id, "staff", "handout.removed", {"handout": handout}, now=now)
    return {"code": webinar.code}


def fetch_handout(db: Db, actor: Actor, code: str, handout: str, *, now: datetime) -> dict[str, Any]:
    """Write down that somebody fetches a handout, and give `{sha256, kind, name}`."""
    member = member_of(db, actor, code)
    row = handout_for(db, member, handout)
    db.add(HandoutDownload(handout_id=row.id, person_id=member.person_id, at=now))
    return {"sha256": row.sha256, "kind": row.kind.value, "name": row.name}


def plan_handouts(db: Db, event: WebinarWentLive, now: datetime) -> None:
    """Write the jobs that open handouts at their planned minutes."""
    webinar = db.get_one(Webinar, event.webinar_id)
    for row in list_handouts(db, webinar.id):
        _plan(db, webinar, row, now)


def copy_prepared(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Copy the handouts of a sitting, closed; the files are shared."""
    for old, new in event.ids.items():
        for row in list_handouts(db, old):
            if row.state is HandoutState.READY:
                db.add(
                    Handout(
                        code=new_code(), webinar_id=new, title=row.title, name=row.name, kind=row.kind,
                        sha256=row.sha256, size=row.size, state=row.state, refusal="", minute=row.minute,
                        created_by=row.created_by, created_at=row.created_at,
                    )
                )  # fmt: skip


def what_goes_along(db: Db, question: CarriedAsked) -> list[Carried]:
    """Give the files that copies of these sittings would have, and those that are not ready to go along."""
    rows = [row for webinar_id in question.webinar_ids for row in list_handouts(db, webinar_id)]
    ready = sum(row.state is HandoutState.READY for row in rows)
    found = [Carried(f"{counted(ready, 'file')}, closed")] if ready else []
    waiting = [row.title for row in rows if row.state is HandoutState.CHECKING]
    return found + [Carried(f"“{title}” stays behind: the file is still being checked", True) for title in waiting]


def texts_of(db: Db, question: TextsAsked) -> list[tuple[str, str]]:
    """Give what a sitting's files are called."""
    return [("Handout", row.title) for row in list_handouts(db, question.webinar_id)]


def acts_of(db: Db, question: ActsAsked) -> list[tuple[datetime, str, int | None]]:
    """Give when each handout was opened."""
    rows = list_handouts(db, question.webinar_id)
    return [(row.opened_at, f"File: {row.title}", row.minute) for row in rows if row.opened_at]


def open_when_due(db: Db, code: str, *, now: datetime) -> bool:
    """Open a handout whose minute has come, and say whether that was done; one that was opened by hand stays."""
    row = find_handout(db, code)
    if row is None or row.minute is None or row.opened_at is not None or row.state is not HandoutState.READY:
        return False
    webinar = db.get_one(Webinar, row.webinar_id)
    began = webinar.went_live_at
    if webinar.state is not WebinarState.LIVE or began is None or opens_at(began, row.minute) > now:
        return False
    _switch(db, row, None, True, now)
    return True


def _plan(db: Db, webinar: Webinar, row: Handout, now: datetime) -> None:
    if row.minute is not None and row.opened_at is None and webinar.went_live_at is not None:
        due = max(now, opens_at(webinar.went_live_at, row.minute))
        enqueue(db, OPEN, {"handout": row.code}, now=now, run_at=due, unique=f"{OPEN}:{row.code}")


def _switch(db: Db, row: Handout, person_id: int | None, is_open: bool, now: datetime) -> None:
    if is_open == (row.opened_at is not None):
        return
    if is_open:
        check_may_open(row.state)
    row.opened_at = now if is_open else None
    record(db, person_id, "handout.open" if is_open else "handout.close", "handout", row.id, now=now)
    _tell_staff(db, row, now)
    name = "handout.opened" if is_open else "handout.closed"
    payload = {"handout": handout_value(row) if is_open else row.code}
    publish_room_event(db, row.webinar_id, "all", name, payload, now=now)


def _tell_staff(db: Db, row: Handout, now: datetime) -> None:
    publish_room_event(db, row.webinar_id, "staff", "handout.changed", {"handout": staff_value(row)}, now=now)
