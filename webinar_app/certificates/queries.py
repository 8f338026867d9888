"""Named reads of certificates, and what a review looks at."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import joinedload

from webinar_app.attendance.rules import Summary
from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.certificates.rules import (
    Activity,
    CertificateFacts,
    CertificateState,
    Completion,
    CreditLine,
    Evidence,
    Held,
    Holder,
    Issuer,
    ItemEvidence,
    Teacher,
    missing,
    review,
    state,
)
from webinar_app.core.codes import grouped, normalise
from webinar_app.core.times import clock_words, describe, end_of, in_zone
from webinar_app.courses.models import Course
from webinar_app.courses.rules import CourseKind
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.providers.rules import FORMAT_WORDS, DeliveryFormat, RulePack
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import list_completions
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import Delivery

PAGE = 50
_RECORD = "This record is kept for {years} years."


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate as pages show it; `state` is `pending` until the paper exists."""

    number: str
    state: str
    snapshot: dict[str, Any]
    issued_on: date
    expires_on: date | None
    revoked_on: date | None
    revoked_reason: str | None
    superseded_by: str | None
    sha256: str | None
    size: int | None
    course_slug: str
    person_id: int
    provider_email: str


def find_by_number(db: Db, number: str) -> Certificate | None:
    """Give the certificate with this number, however it was typed, or None."""
    wanted = grouped(normalise(number))
    query = select(Certificate).where(Certificate.number == wanted).options(joinedload(Certificate.registration))
    return db.scalars(query).one_or_none()


def find_by_hash(db: Db, sha256: str) -> Certificate | None:
    """Give the certificate whose PDF has this SHA-256, or None."""
    return db.scalars(select(Certificate).where(Certificate.sha256 == sha256)).one_or_none()


def find_current(db: Db, registration_id: int, variant: str) -> Certificate | None:
    """Give the certificate of a registration and variant that stands, locked, or None."""
    query = select(Certificate).where(
        Certificate.registration_id == registration_id,
        Certificate.variant == variant,
        Certificate.superseded_by_id.is_(None),
        Certificate.revoked_at.is_(None),
    )
    return db.scalars(query.with_for_update()).one_or_none()


def last_revision(db: Db, registration_id: int, variant: str) -> int:
    """Give the number of the last revision, 0 before the first."""
    query = select(func.max(Certificate.revision)).where(
        Certificate.registration_id == registration_id, Certificate.variant == variant
    )
    return db.scalar(query) or 0


def list_of_registration(db: Db, registration_id: int) -> list[Certificate]:
    """Give the certificates of a registration that stand."""
    query = select(Certificate).where(
        Certificate.registration_id == registration_id,
        Certificate.superseded_by_id.is_(None),
        Certificate.revoked_at.is_(None),
    )
    return list(db.scalars(query.order_by(Certificate.id)))


def list_of_people(db: Db, person_ids: list[int]) -> list[Certificate]:
    """Give every certificate of a person, newest first."""
    query = (
        select(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Registration.person_id.in_(person_ids))
        .order_by(Certificate.decided_at.desc())
    )
    return list(db.scalars(query))


def state_of(db: Db, row: Certificate, today: date) -> str:
    """Give `pending`, or what the certificate is worth today."""
    if row.status is not CertificateStatus.ISSUED and row.revoked_at is None and row.superseded_by_id is None:
        return "pending"
    return state(_facts(db, row), today).value


def _facts(db: Db, row: Certificate) -> CertificateFacts:
    newer = db.get(Certificate, row.superseded_by_id) if row.superseded_by_id else None
    return CertificateFacts(
        expires_on=row.expires_on,
        superseded_by=newer.number if newer else "",
        revoked_on=row.revoked_at.date() if row.revoked_at else None,
    )


def view(db: Db, row: Certificate, now: datetime) -> CertificateView:
    """Give a certificate as pages show it."""
    provider = db.get_one(Provider, row.provider_id)
    today = in_zone(now, provider.time_zone).date()
    return CertificateView(
        number=row.number,
        state=state_of(db, row, today),
        snapshot=row.snapshot,
        issued_on=date.fromisoformat(row.snapshot["issued_on"]),
        expires_on=row.expires_on,
        revoked_on=in_zone(row.revoked_at, provider.time_zone).date() if row.revoked_at else None,
        revoked_reason=row.revoked_reason,
        superseded_by=_facts(db, row).superseded_by or None,
        sha256=row.sha256,
        size=row.size,
        course_slug=row.registration.course.slug,
        person_id=row.registration.person_id,
        provider_email=provider.email,
    )


@dataclass(frozen=True, slots=True)
class RegisterQuery:
    """What the register is asked for: `state` is a CertificateState value, `pending` or empty."""

    search: str = ""
    state: str = ""
    webinar: str = ""
    page: int = 1


def list_register(
    db: Db, provider_id: int, wanted: RegisterQuery, today: date, *, limit: int | None = PAGE
) -> list[dict[str, Any]]:
    """Give one page of the provider's certificates, newest first, as plain values."""
    query = (
        select(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(*_matching(provider_id, wanted, today))
        .options(joinedload(Certificate.registration).joinedload(Registration.course))
        .order_by(Certificate.decided_at.desc(), Certificate.id.desc())
    )
    if limit is not None:
        query = query.limit(limit).offset((wanted.page - 1) * limit)
    return [_line(db, row, today) for row in db.scalars(query)]


def count_register(db: Db, provider_id: int, wanted: RegisterQuery, today: date) -> int:
    """Count the certificates that the query finds."""
    query = select(func.count()).select_from(Certificate).join(Registration)
    return db.scalar(query.where(*_matching(provider_id, wanted, today))) or 0


def _line(db: Db, row: Certificate, today: date) -> dict[str, Any]:
    held = row.snapshot["holder"]
    return {
        "number": row.number,
        "state": state_of(db, row, today),
        "name": held["legal_name"],
        "licence": held.get("licence") or "",
        "title": row.snapshot["course"]["title"],
        "code": row.snapshot["course"].get("code") or "",
        "credit": "; ".join(f"{line['amount']} {line['unit']}" for line in row.snapshot["credits"]),
        "issued_on": date.fromisoformat(row.snapshot["issued_on"]),
        "expires_on": row.expires_on,
        "revision": row.revision,
        "sha256": row.sha256 or "",
        "course_slug": row.registration.course.slug,
    }


def _matching(provider_id: int, wanted: RegisterQuery, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Certificate.provider_id == provider_id]
    if wanted.search:
        text = wanted.search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        number = grouped(normalise(wanted.search))
        found.append(
            or_(
                Registration.legal_name.ilike(f"%{text}%", escape="\\"),
                Certificate.number.startswith(number, autoescape=True) if number else false(),
            )
        )
    if wanted.webinar:
        sitting = select(Webinar.id).where(Webinar.code == wanted.webinar.upper()).scalar_subquery()
        found.append(Registration.webinar_id == sitting)
    if wanted.state in _STATES:
        found.append(_STATES[wanted.state](today))
    return found


_STANDS = Certificate.superseded_by_id.is_(None) & Certificate.revoked_at.is_(None)
_STATES: dict[str, Any] = {
    "pending": lambda today: _STANDS & (Certificate.status != CertificateStatus.ISSUED),
    CertificateState.VALID.value: lambda today: (
        _STANDS
        & (Certificate.status == CertificateStatus.ISSUED)
        & or_(Certificate.expires_on.is_(None), Certificate.expires_on >= today)
    ),
    CertificateState.EXPIRED.value: lambda today: _STANDS & (Certificate.expires_on < today),
    CertificateState.SUPERSEDED.value: lambda today: (
        Certificate.superseded_by_id.is_not(None) & Certificate.revoked_at.is_(None)
    ),
    CertificateState.REVOKED.value: lambda today: Certificate.revoked_at.is_not(None),
}


def evidence_of(db: Db, registration: Registration) -> Evidence:
    """Give what a review looks at: every item of the course's outline, with what the ledger holds of it."""
    done = {row.item_id: row.evidence for row in list_completions(db, registration.id)}
    items = []
    for unit in registration.course.units:
        for item in unit.items:
            found = done.get(item.id)
            items.append(
                ItemEvidence(
                    key=str(item.id),
                    title=item.title or unit.title,
                    place=unit.position * 1000 + item.position,
                    is_completed=found is not None,
                    attended=attended_in(found),
                )
            )
    licence = registration.licence or {}
    return Evidence(
        items=items,
        legal_name=registration.legal_name,
        licence_number=licence.get("number", ""),
        rule=registration.course.completion_rule,
    )


def completion_of(db: Db, registration: Registration) -> Completion:
    """Say whether a registrant has earned the certificate, with a reason per item."""
    return review(_pack(db, registration), evidence_of(db, registration))


def missing_of(db: Db, registration: Registration) -> tuple[str, ...]:
    """Say what a registrant still has to do, a sentence each."""
    return missing(_pack(db, registration), evidence_of(db, registration))


def _pack(db: Db, registration: Registration) -> RulePack:
    return RulePack.from_json(db.get_one(Provider, registration.course.provider_id).rule_pack or {})


def attended_in(evidence: dict[str, Any] | None) -> Summary | None:
    """Give the attendance that a ledger row carries, or None."""
    return Summary.from_json(evidence["summary"]) if evidence and "summary" in evidence else None


def issuer_of(provider: Provider, course: Course, retention_years: int) -> Issuer:
    """Give who issues, as printed."""
    return Issuer(
        name=provider.name,
        address=provider.address,
        phone=provider.phone,
        number=provider.provider_number,
        approval_statement=course.approval_statement or provider.approval_statement,
        signatory_name=provider.signatory_name,
        signatory_title=provider.signatory_title,
        record_text=_RECORD.format(years=retention_years),
        locale=provider.locale,
        paper=(course.content or {}).get("paper") or provider.paper,
    )


def holder_of(registration: Registration) -> Holder:
    """Give for whom it is: the registration's own copy of name and licence."""
    licence = registration.licence or {}
    return Holder(
        legal_name=registration.legal_name,
        licence_profession=licence.get("profession", ""),
        licence_region=licence.get("board", ""),
        licence_number=licence.get("number", ""),
    )


def activity_of(registration: Registration) -> Activity:
    """Give what was completed, as printed."""
    course, webinar = registration.course, registration.webinar
    return Activity(
        title=course.title,
        subtitle=course.subtitle,
        code=course.code,
        series=f"{course.series.name}, session {course.series_number}"
        if course.series and course.series_number
        else "",
        format_wording=FORMAT_WORDS[_format(course, webinar)],
        held=_held(webinar) if webinar else (),
        place=_place(course, webinar),
        minutes=webinar.minutes if webinar else sum(unit.minutes or 0 for unit in course.units),
        objectives=tuple(row.text for row in course.objectives),
        presenters=tuple(
            Teacher(" ".join(filter(None, (p.presenter.honorific, p.presenter.name))), p.presenter.postnominals)
            for p in course.presenters
        ),
    )


def credit_lines(course: Course, variant: str) -> list[CreditLine]:
    """Give the credit of one variant, with the statements that are printed unaltered."""
    return [
        CreditLine(offer.variant, offer.amount, offer.unit, offer.type, offer.statement)
        for offer in course.offers
        if offer.variant == variant
    ]


def _format(course: Course, webinar: Webinar | None) -> DeliveryFormat:
    if webinar is None:
        return DeliveryFormat.IN_PERSON if course.kind is CourseKind.IN_PERSON else DeliveryFormat.SELF_PACED
    return DeliveryFormat.IN_PERSON if webinar.delivery is Delivery.IN_PERSON else DeliveryFormat.LIVE_WEBINAR


def _held(webinar: Webinar) -> tuple[Held, ...]:
    if webinar.starts_at is None:
        return (Held(webinar.local_date, ""),) if webinar.local_date else ()
    local = in_zone(webinar.starts_at, webinar.time_zone)
    ends = in_zone(end_of(webinar.starts_at, webinar.minutes), webinar.time_zone)
    words = describe(local, webinar.time_zone, fold=webinar.fold)
    start = clock_words(local.time())
    return (Held(local.date(), words.replace(start, f"{start} to {clock_words(ends.time())}", 1)),)


def _place(course: Course, webinar: Webinar | None) -> str:
    if webinar is None:
        # A day that was agreed with whoever asked has no venue in the record.
        return "" if course.kind is CourseKind.IN_PERSON else "Online"
    if webinar.delivery is Delivery.ONLINE:
        return "Online"
    venue = (webinar.venue or {}).get("name", "")
    return venue if webinar.delivery is Delivery.IN_PERSON else ", ".join(filter(None, (venue, "online")))
