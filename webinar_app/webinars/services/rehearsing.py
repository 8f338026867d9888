"""Rehearsals: a copy of a sitting in which everything works as in the real one, and which goes whole."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, delete, or_, select

from webinar_app.accounts.models import Person
from webinar_app.audit.models import AuditEntry
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.times import in_zone, stamp
from webinar_app.infra.acts import Act
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask, publish
from webinar_app.infra.jobs import Job, enqueue
from webinar_app.infra.removal import Removed, remove_whole
from webinar_app.webinars.events import ActsAsked, RehearsalEnded, WebinarCloned
from webinar_app.webinars.models import AgendaSegment, Staff, Webinar
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.rules import DatePrecision, Delivery, WebinarState, check_audience
from webinar_app.webinars.services import publish_room_event

REMOVE, AUDIENCE = "webinars.remove_rehearsal", "demo.audience"
SYNTHETIC = "@rehearsal.invalid"  # the addresses of synthetic people; no mail can reach them (RFC 2606)
KEPT = timedelta(hours=12)
DRAIN = timedelta(seconds=20)
"""After the end: the ledger of presence has been written, and every connection has closed."""


def start_rehearsal(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Copy a sitting with all that is prepared for it, open now, for its staff alone; return `{code}`."""
    real = get_webinar(db, actor, code, to=Permission.ROOM_END)
    if real.rehearsal_of_id is not None:
        return {"code": real.code}
    if real.starts_at is None:
        raise Refused("room.no_time", "This session has no time, so it has no room to rehearse in.")
    copy = Webinar(
        code=new_code(), course_id=real.course_id, item_id=real.item_id, title=real.title, time_zone=real.time_zone,
        state=WebinarState.SCHEDULED, delivery=Delivery.ONLINE, precision=DatePrecision.EXACT, typed="Rehearsal",
        local_start=in_zone(now, real.time_zone).replace(tzinfo=None), starts_at=now, minutes=real.minutes,
        lobby_minutes=real.lobby_minutes, created_at=now, updated_at=now, rehearsal_of_id=real.id, rehearsal_people=0,
    )  # fmt: skip
    copy.segments = [
        AgendaSegment(
            title=one.title, start_minute=one.start_minute, minutes=one.minutes, gives_credit=one.gives_credit
        )
        for one in real.segments
    ]
    copy.staff = [Staff(person_id=one.person_id, role=one.role) for one in real.staff]
    db.add(copy)
    db.flush()  # features copy their rows to its id
    publish(db, WebinarCloned({real.id: copy.id}), now)
    _remove_later(db, copy, now + KEPT, now)
    return {"code": copy.code}


def set_audience(db: Db, actor: Actor, code: str, people: int, *, now: datetime) -> dict[str, Any]:
    """Let so many synthetic attendees take part in a rehearsal; 0 sends them away."""
    webinar = get_rehearsal(db, actor, code)
    check_audience(people)
    if people and webinar.state not in (WebinarState.SCHEDULED, WebinarState.LIVE):
        raise Refused("room.over", "This rehearsal is over. Start another one.")
    webinar.rehearsal_people = people
    if people:
        enqueue(db, AUDIENCE, {"webinar_id": webinar.id}, now=now)
    return {"code": webinar.code, "people": people}


def remove_rehearsal(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """End a rehearsal and have every row of it removed; return `{code, rehearsal}`: of the real one, and its own."""
    webinar = get_rehearsal(db, actor, code)
    webinar.rehearsal_people = 0
    if webinar.state is not WebinarState.ENDED:
        webinar.state, webinar.ended_at, webinar.updated_at = WebinarState.ENDED, now, now
        db.flush()  # subscribers read the state
        publish(db, RehearsalEnded(webinar.id), now)
        payload = {"at": stamp(now), "evaluation_url": ""}
        publish_room_event(db, webinar.id, "all", "room.ended", payload, now=now)
    _remove_later(db, webinar, now + DRAIN, now)
    return {"code": db.get_one(Webinar, webinar.rehearsal_of_id).code, "rehearsal": webinar.code}


def remove_after_end(db: Db, event: RehearsalEnded, now: datetime) -> None:
    """Send the synthetic people away; the rehearsal stays for its report until it is removed."""
    db.get_one(Webinar, event.webinar_id).rehearsal_people = 0


def get_rehearsal(db: Db, actor: Actor, code: str) -> Webinar:
    """Give a rehearsal to who may run it; raise NotFound or Forbidden."""
    webinar = get_webinar(db, actor, code, to=Permission.ROOM_END)
    if webinar.rehearsal_of_id is None:
        raise NotFound("rehearsal.real", "This is the session itself, not a rehearsal of it.")
    return webinar


def report(db: Db, actor: Actor, code: str) -> dict[str, Any]:
    """Give what was launched when against the plan: `{code, title, acts: [{title, planned, seconds, late}]}`."""
    webinar = get_rehearsal(db, actor, code)
    began = webinar.went_live_at
    acts = sorted(act for told in ask(db, ActsAsked(webinar.id)) for act in told)
    rows = []
    for at, title, planned in acts if began is not None else ():
        seconds = round((at - began).total_seconds())
        rows.append({"title": title, "planned": planned, "seconds": seconds, "late": _late(seconds, planned)})
    took = (webinar.ended_at - began).total_seconds() if began and webinar.ended_at else None
    return {
        "code": webinar.code, "title": webinar.course.title, "state": webinar.state.value, "minutes": webinar.minutes,
        "took": None if took is None else round(took), "acts": rows, "people": webinar.rehearsal_people,
    }  # fmt: skip


def _late(seconds: int, planned: int | None) -> int | None:
    return None if planned is None else seconds - planned * 60


def remove_when_due(db: Db, webinar_id: int, *, now: datetime) -> bool:
    """Remove a rehearsal and every row that belongs to it, and say whether it was there."""
    webinar = db.get(Webinar, webinar_id)
    if webinar is None or webinar.rehearsal_of_id is None:
        return False
    people = select(Person.id).where(Person.email.like(f"%.{webinar.code.lower()}{SYNTHETIC}"))
    created, code = webinar.created_at, webinar.code
    gone = remove_whole(db, {"person": db.scalars(people).all(), "webinar": [webinar_id]})
    for kind, ids in gone.ids.items():
        db.execute(delete(AuditEntry).where(AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(ids)))
    db.execute(delete(Act).where(or_(Act.scope.like(f"person:%:{code}"), Act.scope.like(f"ticket:{code}.%"))))
    # The request that made it, and those of its own pages, name its code in their answers.
    db.execute(delete(Act).where(Act.done_at >= created, cast(Act.answer, String).like(f"%{code}%")))
    for job in db.scalars(select(Job).where(Job.created_at >= created)).all():
        if _is_of(job.payload, gone):
            db.delete(job)
    return True


def _is_of(payload: dict[str, Any], gone: Removed) -> bool:
    """Say whether a job is about something that went."""
    return any(
        value in gone.ids.get(name.removesuffix("_id"), ())
        if name.endswith("_id")
        else isinstance(value, str) and value in gone.codes
        for name, value in payload.items()
    )


def _remove_later(db: Db, webinar: Webinar, at: datetime, now: datetime) -> None:
    enqueue(db, REMOVE, {"webinar_id": webinar.id}, now=now, run_at=at, unique=f"{REMOVE}:{webinar.id}")
