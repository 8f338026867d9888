"""Signing in and out of a sitting."""

from datetime import datetime
from typing import Any

from webinar_app.attendance.models import Attestation
from webinar_app.attendance.queries.signing import list_attestations, words_in_force
from webinar_app.attendance.rules.signing import SignKind, check_signing, version_of
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.registrations.policy import own_registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.queries import get_by_code


def sign(
    db: Db, actor: Actor, code: str, kind: SignKind, version: str, device: str, *, now: datetime
) -> dict[str, Any]:
    """Write that the actor attests the statement in force, and return `{signed_at}`; the first signing stays."""
    webinar = get_by_code(db, code)
    row = own_registration(db, actor, webinar)
    if row is None or row.state is not RegistrationState.REGISTERED:
        raise Forbidden("room.not_registered", "You are not registered for this session. Register first.")
    known = list_attestations(db, row.id).get(kind)
    if known is not None:
        return {"signed_at": stamp(known.signed_at)}
    words = words_in_force(db, row, kind)
    check_signing(kind, webinar.state, version, version_of(words))
    db.add(
        Attestation(
            registration_id=row.id, kind=kind, webinar_id=webinar.id, version=version, words=words,
            name=row.legal_name, device=device[:40], signed_at=now,
        )
    )  # fmt: skip
    return {"signed_at": stamp(now)}
