"""What the room's pages show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.config import links
from webinar_app.core.actor import Actor, Member
from webinar_app.core.times import end_of
from webinar_app.evaluations.models import EvaluationDone, EvaluationForm
from webinar_app.infra.db import Db
from webinar_app.live.queries import MetersOf, PresenceOf, phase_of, snapshot
from webinar_app.registrations.policy import get_public_webinar, member_of
from webinar_app.webinars.messages import room_value
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import find_by_code
from webinar_app.webinars.rules import RoomPhase, WebinarState

WHEN = ("code", "state", "starts_at", "ends_at", "time_zone", "minutes", "lobby_opens_at")


@dataclass(frozen=True, slots=True)
class Room:
    """One person's view of a room as plain values; `initial` is their snapshot."""

    member: Member
    phase: RoomPhase
    initial: dict[str, Any]
    urls: dict[str, str]
    summary: dict[str, Any] | None
    starts_at: datetime | None
    ends_at: datetime | None


def get_room(
    db: Db,
    actor: Actor,
    code: str,
    now: datetime,
    presence_of: PresenceOf,
    meters_of: MetersOf,
) -> Room:
    """Give a room to somebody who belongs there; raise NotFound or Forbidden."""
    member = member_of(db, actor, code)
    webinar = db.get_one(Webinar, member.webinar_id)
    registration_id = member.registration_id
    phase = phase_of(webinar, now)
    initial = snapshot(db, member, presence_of, meters_of, now)
    meter = initial["own"]["meter"]
    summary = _summary(db, webinar, registration_id, meter) if phase is RoomPhase.ENDED else None
    certificate_url = summary and summary["certificate_url"]
    return Room(
        member=member,
        phase=phase,
        initial=initial,
        urls={
            "course": links().course(webinar.course.slug),
            "evaluation": links().evaluation(webinar.code),
            "ics": links().calendar_file(webinar.code),
            "my_learning": links().my_learning(),
            **({"certificate": certificate_url} if certificate_url else {}),
        },
        summary=summary,
        starts_at=webinar.starts_at,
        ends_at=end_of(webinar.starts_at, webinar.minutes) if webinar.starts_at else None,
    )


def room_when(db: Db, code: str, now: datetime) -> dict[str, Any]:
    """Give `{phase, room}` of a sitting as anybody may know it, for pages that wait; raise NotFound."""
    webinar = get_public_webinar(db, code)
    value = room_value(webinar)
    return {"phase": phase_of(webinar, now).value, "room": {name: value[name] for name in WHEN}}


def course_of_room(db: Db, code: str) -> dict[str, Any] | None:
    """Give `{title, url, starts_at, time_zone}` of the course to which a room belongs; None for what is not public."""
    webinar = find_by_code(db, code)
    if webinar is None or webinar.state is WebinarState.DRAFT:
        return None
    return {
        "title": webinar.course.title,
        "url": links().course(webinar.course.slug),
        "starts_at": webinar.starts_at,
        "time_zone": webinar.time_zone,
        "is_over": webinar.state in (WebinarState.ENDED, WebinarState.CANCELLED),
    }


def _summary(db: Db, webinar: Webinar, registration_id: int | None, meter: dict[str, Any] | None) -> dict[str, Any]:
    """Give what is left to do after the end: `{evaluation_done, certificate_url, certificate_pending, meter}`."""
    if registration_id is None:
        return {"evaluation_done": False, "certificate_url": None, "certificate_pending": False, "meter": None}
    done = (
        select(EvaluationDone.form_id)
        .join(EvaluationForm, EvaluationForm.id == EvaluationDone.form_id)
        .where(EvaluationForm.webinar_id == webinar.id, EvaluationDone.registration_id == registration_id)
    )
    current = select(Certificate).where(
        Certificate.registration_id == registration_id,
        Certificate.superseded_by_id.is_(None),
        Certificate.revoked_at.is_(None),
    )
    certificate = db.scalars(current.order_by(Certificate.id.desc()).limit(1)).first()
    is_issued = certificate is not None and certificate.status is CertificateStatus.ISSUED
    return {
        "evaluation_done": db.scalars(done).first() is not None,
        "certificate_url": links().certificate(certificate.number) if certificate and is_issued else None,
        "certificate_pending": certificate is not None and not is_issued,
        "meter": meter,
    }
