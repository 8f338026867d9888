"""Use cases of people: notices and revocations here, signing in and profiles beside."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.models import Notice, Person, Revocation, RevocationCause
from webinar_app.infra import hints
from webinar_app.infra.db import Db, after_commit


def notify(db: Db, person_id: int, kind: str, payload: dict[str, Any], *, now: datetime) -> int:
    """Write a person's next notice and return its number; their open pages hear it within a second."""
    db.scalars(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)).one()
    last = db.scalar(select(func.max(Notice.number)).where(Notice.person_id == person_id)) or 0
    db.add(Notice(person_id=person_id, number=last + 1, kind=kind, payload=payload, at=now))
    after_commit(db, partial(hints.give, f"person:{person_id}"))
    return last + 1


def revoke(
    db: Db,
    person_id: int,
    cause: RevocationCause,
    *,
    now: datetime,
    sign_in_id: int | None = None,
    registration_id: int | None = None,
) -> None:
    """Write down that a right ended, so that every process closes the connections that rest on it."""
    row = Revocation(person_id=person_id, sign_in_id=sign_in_id, registration_id=registration_id, cause=cause, at=now)
    db.add(row)
    after_commit(db, partial(hints.give, "revocations"))
