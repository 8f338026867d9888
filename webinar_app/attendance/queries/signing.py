"""Named reads of signing in and out."""

from collections import defaultdict
from collections.abc import Sequence
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


def own_states(db: Db, registration_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Give `{registration, more_time, signing}` of everybody who joins, in two small reads.

    `signing` is `{in, out}`, each `{version, words, signed_at}`: what was signed, else what there is to sign.
    """
    query = (
        select(Registration.id, Registration.code, Registration.more_time, Provider.policies)
        .join(Course, Course.id == Registration.course_id)
        .join(Provider, Provider.id == Course.provider_id)
        .where(Registration.id.in_(registration_ids))
    )
    signed: dict[int, dict[SignKind, Attestation]] = defaultdict(dict)
    for row in db.scalars(select(Attestation).where(Attestation.registration_id.in_(registration_ids))):
        signed[row.registration_id][row.kind] = row
    return {
        registration_id: {
            "registration": code, "more_time": more_time,
            "signing": {kind.value: _signing(signed[registration_id].get(kind), kind, policies) for kind in SignKind},
        }
        for registration_id, code, more_time, policies in db.execute(query)
    }  # fmt: skip


def _signing(row: Attestation | None, kind: SignKind, policies: list[Any] | None) -> dict[str, Any]:
    words = row.words if row else statement(kind, policies or [])
    return {
        "version": row.version if row else version_of(words), "words": words,
        "signed_at": stamp(row.signed_at) if row else None,
    }  # fmt: skip
