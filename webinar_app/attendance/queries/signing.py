"""Named reads of signing in and out."""

from typing import Any

from sqlalchemy import select

from webinar_app.attendance.models import Attestation
from webinar_app.attendance.rules.signing import SignKind, statement, version_of
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.registrations.models import Registration


def words_in_force(db: Db, registration: Registration, kind: SignKind) -> str:
    """Give what somebody attests when they sign now."""
    provider = db.get_one(Provider, registration.course.provider_id)
    return statement(kind, provider.policies or [])


def list_attestations(db: Db, registration_id: int) -> dict[SignKind, Attestation]:
    """Give what somebody signed, by kind."""
    query = select(Attestation).where(Attestation.registration_id == registration_id)
    return {row.kind: row for row in db.scalars(query)}


def signing_of(db: Db, registration: Registration) -> dict[str, dict[str, Any]]:
    """Give `{in, out}`, each `{version, words, signed_at}`: what was signed, else what there is to sign."""
    signed = list_attestations(db, registration.id)
    told = {}
    for kind in SignKind:
        row = signed.get(kind)
        words = row.words if row else words_in_force(db, registration, kind)
        told[kind.value] = {
            "version": row.version if row else version_of(words), "words": words,
            "signed_at": stamp(row.signed_at) if row else None,
        }  # fmt: skip
    return told
