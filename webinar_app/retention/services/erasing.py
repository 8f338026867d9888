"""Erase a person: all but the record of credit at once, that too when its time is over."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from webinar_app.accounts.models import Person, RevocationCause
from webinar_app.accounts.policy import get_managed_person
from webinar_app.accounts.services.signing import end_all, forget_tries
from webinar_app.attendance.models import AttendanceClaim, AttendanceClaimFile, Attestation
from webinar_app.audit.services import record
from webinar_app.certificates.models import Certificate
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Refused
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.retention.models import Erasure
from webinar_app.retention.policy import check_manages
from webinar_app.retention.queries.erasing import entries_of, member_prices, parts_of_person, record_of, standing_of
from webinar_app.retention.rules.erasure import ERASED, check_erasable
from webinar_app.retention.rules.holds import check_reason
from webinar_app.retention.services.forgetting import forget_part


def erase_person(db: Db, actor: Actor, code: str, reason: str, *, now: datetime) -> dict[str, Any]:
    """Erase everything of a person but the record of credit, and return `{kept, until}`; it cannot be undone.

    `kept` counts registrations with evidence, `until` is the day until which they are kept, as year-month-day.
    """
    check_manages(actor)
    person = get_managed_person(db, actor, code)
    ids = entries_of(db, person.id)
    if db.get(Erasure, person.id) is not None:
        raise Refused("erase.done", "This person is erased already.")
    told = check_reason(reason)
    check_erasable(standing_of(db, ids, actor.person_id))
    kept, until = record_of(db, ids)
    emails = [email for email in db.scalars(select(Person.email).where(Person.id.in_(ids))) if email]
    for one in ids:
        end_all(db, one, RevocationCause.SIGN_OUT, now=now)
    for email in emails:
        forget_tries(db, email, now=now)
    db.flush()  # the parts are read as they stand
    for tier in member_prices(db, emails):
        tier.members = [one for one in tier.members if one.lower() not in emails]
    gone = sum(forget_part(db, part) for part in parts_of_person(db, ids))
    db.add(Erasure(person_id=person.id, reason=told, at=now, by_id=actor.person_id, kept=kept, kept_until=until))
    record(db, actor.person_id, "person.erased", "person", person.id, now=now, rows=gone, kept=kept, entries=ids)
    return {"kept": kept, "until": until.isoformat() if until else ""}


def finish_erasure(db: Db, person_id: int, *, now: datetime) -> None:
    """Take the name out of what the record of credit kept; figures, times and hashes stay."""
    own = select(Registration.id).where(Registration.person_id.in_(entries_of(db, person_id)))
    for row in db.scalars(select(Certificate).where(Certificate.registration_id.in_(own))):
        row.snapshot = row.snapshot | {"holder": {"legal_name": ERASED}}
        row.sha256 = row.size = None  # a night sweeps the file, which no row names any more
    claims = select(AttendanceClaim.id).where(AttendanceClaim.registration_id.in_(own))
    db.execute(delete(AttendanceClaimFile).where(AttendanceClaimFile.claim_id.in_(claims)))
    db.execute(update(AttendanceClaim).where(AttendanceClaim.registration_id.in_(own)).values(note=ERASED, answer=""))
    db.execute(update(Attestation).where(Attestation.registration_id.in_(own)).values(name=ERASED))
    db.execute(update(Registration).where(Registration.id.in_(own)).values(legal_name=ERASED, licence=None))
    db.get_one(Erasure, person_id).finished_at = now
    record(db, None, "person.erased_whole", "person", person_id, now=now)
