"""What other features are told of certificates: a registrant's progress, and columns of a roster."""

from datetime import date
from typing import Any

from sqlalchemy import select

from webinar_app.attendance.queries import find_summary
from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.certificates.queries import list_of_registration, missing_of
from webinar_app.config import links
from webinar_app.evaluations.events import OwnProgressAsked
from webinar_app.infra.db import Db
from webinar_app.registrations.events import RosterAsked
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import get_registration


def own_progress(db: Db, question: OwnProgressAsked) -> dict[str, Any]:
    """Say how far a registrant is: what is missing, whether something comes by itself, and the certificate."""
    registration = get_registration(db, question.registration_id)
    found = list_of_registration(db, registration.id)
    course = registration.course
    issued = [row for row in found if row.status is CertificateStatus.ISSUED]
    is_pending = len(issued) < len(found) or _is_being_counted(db, registration)
    return {
        "missing": [] if found or not course.gives_certificate else list(missing_of(db, registration)),
        "is_pending": is_pending,
        "credit": ", ".join(f"{offer.amount.normalize():f} {offer.unit}" for offer in course.offers),
        "certificate": _certificate(issued[0]) if issued else None,
    }


def _is_being_counted(db: Db, registration: Registration) -> bool:
    """Say whether attendance is still to come: everybody who is registered gets a summary after the end."""
    webinar = registration.webinar
    return webinar is not None and webinar.ended_at is not None and find_summary(db, registration.id) is None


def _certificate(row: Certificate) -> dict[str, Any]:
    path = links().certificate(row.number).removeprefix(links().base)
    facts = row.snapshot
    words = [facts["holder"]["legal_name"], *(f"{line['amount']} {line['unit']}" for line in facts["credits"])]
    if facts["expires_on"]:
        last = date.fromisoformat(facts["expires_on"])
        words.append(f"in force until {last.day} {last:%B} {last.year}")
    return {
        "number": row.number,
        "url": path,
        "download_url": f"{path}.pdf",
        "image_url": None,
        "words": ", ".join(words),
    }


def roster_columns(db: Db, question: RosterAsked) -> dict[int, dict[str, Any]]:
    """Give the certificate number of each registration that has one."""
    query = select(Certificate.registration_id, Certificate.number).where(
        Certificate.registration_id.in_(question.registration_ids),
        Certificate.superseded_by_id.is_(None),
        Certificate.revoked_at.is_(None),
    )
    return {registration_id: {"certificate": number} for registration_id, number in db.execute(query)}
