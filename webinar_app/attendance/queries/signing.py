"""Named reads of signing in and out."""

from typing import Any

from sqlalchemy import select

from webinar_app.attendance.models import Attestation
from webinar_app.attendance.rules.signing import SignKind, statement, version_of
from webinar_app.core.times import stamp
from webinar_app.courses.models import Course
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


def own_state(db: Db, registration_id: int) -> dict[str, Any]:
    """Give `{registration, more_time, signing}` of somebody who joins: everybody does, so these are two small reads.

    `signing` is `{in, out}`, each `{version, words, signed_at}`: what was signed, else what there is to sign.
    """
    query = (
        select(Registration.code, Registration.more_time, Provider.policies)
        .join(Course, Course.id == Registration.course_id)
        .join(Provider, Provider.id == Course.provider_id)
        .where(Registration.id == registration_id)
    )
    code, more_time, policies = db.execute(query).one()
    columns = (Attestation.kind, Attestation.version, Attestation.words, Attestation.signed_at)
    rows = db.execute(select(*columns).where(Attestation.registration_id == registration_id))
    signed = {row.kind: row for row in rows}
    signing = {}
    for kind in SignKind:
        row = signed.get(kind)
        words = row.words if row else statement(kind, policies or [])
        signing[kind.value] = {
            "version": row.version if row else version_of(words), "words": words,
            "signed_at": stamp(row.signed_at) if row else None,
        }  # fmt: skip
    return {"registration": code, "more_time": more_time, "signing": signing}
