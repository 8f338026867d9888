"""Use cases of certificates: review what was completed, issue, supersede, revoke."""

import hashlib
import json
from datetime import datetime
from typing import Any

from webinar_app.accounts.services import notify
from webinar_app.audit.services import record
from webinar_app.certificates.events import CertificateIssued
from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.certificates.policy import get_managed
from webinar_app.certificates.queries import (
    activity_of,
    attended_in,
    completion_of,
    credit_lines,
    find_by_number,
    find_current,
    holder_of,
    issuer_of,
    last_revision,
)
from webinar_app.certificates.rules import expires_on, is_same, snapshot
from webinar_app.config import links
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_number
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import one_line
from webinar_app.core.times import in_zone
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import enqueue
from webinar_app.infra.mail import Attachment
from webinar_app.mailing.services import post
from webinar_app.providers.models import Provider
from webinar_app.providers.rules import RulePack
from webinar_app.registrations.events import ItemCompleted, ItemWithdrawn
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import get_registration, list_completions

TRAINING = "training"
NOT_EARNED = "The conditions for this certificate are not met any more."


def review_completion(db: Db, event: ItemCompleted | ItemWithdrawn, now: datetime) -> None:
    """Decide again what a registrant has earned, in the transaction that changed the ledger.

    The same facts change nothing; other facts make a new revision with a new number; too few facts revoke.
    """
    registration = get_registration(db, event.registration_id)
    if not registration.course.gives_certificate:
        return
    variants = list(dict.fromkeys(offer.variant for offer in registration.course.offers)) or [TRAINING]
    for variant in variants:
        _review_variant(db, registration, variant, now)


def _review_variant(db: Db, registration: Registration, variant: str, now: datetime) -> None:
    decided = completion_of(db, registration)
    current = find_current(db, registration.id, variant)
    if not decided.complete:
        if current is not None:
            _revoke(db, current, NOT_EARNED, None, now)
        return
    facts = _snapshot(db, registration, variant, now)
    if current is not None and is_same(current.snapshot, facts):
        return
    _issue(db, registration, variant, facts, current, now)


def _snapshot(db: Db, registration: Registration, variant: str, now: datetime) -> dict[str, Any]:
    """Give what the paper says, frozen as plain JSON."""
    course = registration.course
    provider = db.get_one(Provider, course.provider_id)
    pack = RulePack.from_json(provider.rule_pack or {})
    attended = next(filter(None, (attended_in(row.evidence) for row in list_completions(db, registration.id))), None)
    made = snapshot(
        holder=holder_of(registration),
        issuer=issuer_of(provider, course, pack.retention_years),
        activity=activity_of(registration),
        credits=credit_lines(course, variant),
        number=new_number(),
        issued_on=in_zone(now, provider.time_zone).date(),
        valid_years=course.certificate_years,
        attended=attended,
    )
    plain: dict[str, Any] = json.loads(json.dumps(made))  # compared with what the database gives back
    return plain


def _issue(
    db: Db, registration: Registration, variant: str, facts: dict[str, Any], old: Certificate | None, now: datetime
) -> None:
    """Write the certificate and the job that renders it; an older one is superseded by it."""
    if old is not None:
        old.superseded_by_id = old.id  # at most one certificate may stand at any moment; corrected two lines below
        db.flush()  # before the new row, or the index of what stands would refuse it
    row = Certificate(
        provider_id=registration.course.provider_id,
        registration_id=registration.id,
        number=facts["number"],
        variant=variant,
        revision=last_revision(db, registration.id, variant) + 1,
        status=CertificateStatus.PENDING,
        facts_hash=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest(),
        snapshot=facts,
        decided_at=now,
        expires_on=expires_on(in_zone(now, _zone(db, registration)).date(), registration.course.certificate_years),
    )
    db.add(row)
    db.flush()  # the old one names the new one's id
    if old is not None:
        old.superseded_by_id = row.id
    enqueue(db, "certificates.render", {"number": row.number}, now=now, unique=f"certificate:{row.number}")
    record(db, None, "certificate.decided", "certificate", row.id, now=now, revision=row.revision)


def _zone(db: Db, registration: Registration) -> str:
    return db.get_one(Provider, registration.course.provider_id).time_zone


def keep_paper(db: Db, number: str, sha256: str, size: int, mail: dict[str, str], pdf: bytes, *, now: datetime) -> bool:
    """Write down that the paper exists, tell the holder by mail and on open pages; False when it was there already."""
    row = find_by_number(db, number)
    if row is None or row.status is CertificateStatus.ISSUED:
        return False
    row.status, row.sha256, row.size, row.issued_at = CertificateStatus.ISSUED, sha256, size, now
    person = row.registration.person.current
    if person.email:
        post(
            db,
            provider_id=row.provider_id,
            kind="certificate",
            to_name=row.registration.legal_name,
            to_address=person.email,
            now=now,
            person_id=person.id,
            webinar_id=row.registration.webinar_id,
            unique=f"certificate:{row.number}",
            attachments=(Attachment(f"certificate-{row.number}.pdf", "application/pdf", pdf),),
            subject=mail["subject"],
            text=mail["text"],
            html=mail["html"],
        )
    told = {"number": row.number, "url": links().certificate(row.number)}
    notify(db, person.id, "certificate.issued", told, now=now)
    record(db, None, "certificate.issued", "certificate", row.id, now=now, sha256=sha256)
    publish(db, CertificateIssued(number), now)
    return True


def revoke(db: Db, actor: Actor, number: str, reason: str, *, now: datetime) -> str:
    """Withdraw a certificate for a reason that its verification page shows; return its number."""
    row = get_managed(db, actor, number)
    told = one_line(reason)
    if not 5 <= len(told) <= 300:
        sentence = "Say why in 5 to 300 characters; the verification page shows it."
        raise InvalidInput("certificate.reason", sentence, {"reason": sentence})
    if row.revoked_at is not None:
        raise Refused("certificate.revoked", "This certificate is revoked already.")
    _revoke(db, row, told, actor.person_id, now)
    return row.number


def _revoke(db: Db, row: Certificate, reason: str, actor_id: int | None, now: datetime) -> None:
    row.revoked_at, row.revoked_reason = now, reason
    record(db, actor_id, "certificate.revoked", "certificate", row.id, now=now)
