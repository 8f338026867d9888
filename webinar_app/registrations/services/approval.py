"""Registrations that a coordinator approves: asked for, approved, rejected with a reason, withdrawn."""

from datetime import datetime
from typing import Any

from webinar_app.accounts.services.signing import end_registration
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Refused
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.registrations.events import Ending, RegistrationEnded
from webinar_app.registrations.models import Approval, Registration
from webinar_app.registrations.policy import get_managed_seat
from webinar_app.registrations.rules import RegistrationState, check_reason
from webinar_app.registrations.rules.admission import Outcome
from webinar_app.registrations.services.telling import tell_waiting
from webinar_app.registrations.services.waiting import fill


def ask_approval(db: Db, row: Registration, now: datetime) -> None:
    """Put a new registration before the coordinators, and tell the person so; it holds its place meanwhile."""
    db.add(Approval(registration_id=row.id, asked_at=now))
    tell_waiting(db, row, "approval_asked", now)


def note_outcome(
    db: Db, row: Registration, outcome: Outcome, now: datetime, *, by: int | None = None, reason: str = ""
) -> None:
    """Write down what became of a registration that was put before the coordinators; nothing for others."""
    asked = db.get(Approval, row.id)
    if asked is not None:
        asked.outcome, asked.reason, asked.decided_at, asked.decided_by_id = outcome, reason, now, by


def reopen_approval(db: Db, row: Registration) -> None:
    """Put a registration before the coordinators again; what became of it before is forgotten."""
    asked = db.get(Approval, row.id)
    if asked is not None:
        asked.outcome, asked.reason, asked.decided_at, asked.decided_by_id = None, "", None, None


def reject(db: Db, actor: Actor, code: str, reason: str, *, now: datetime) -> dict[str, Any]:
    """Turn a registration down and return `{name}`; the person reads the reason, and the place is free at once."""
    row, told = get_managed_seat(db, actor, code), check_reason(reason)
    if row.state is not RegistrationState.PENDING or row.webinar is None:
        sentence = f"This registration is {row.state.value}; there is nothing to decide."
        raise Refused("registration.state", sentence)
    row.state, row.cancelled_at = RegistrationState.REJECTED, now
    note_outcome(db, row, Outcome.REJECTED, now, by=actor.person_id, reason=told)
    db.flush()  # the list counts seats
    end_registration(db, row.person_id, row.id, now=now)
    publish(db, RegistrationEnded(row.id, Ending.REJECTED), now)
    tell_waiting(db, row, "approval_rejected", now)
    record(db, actor.person_id, "registration.reject", "registration", row.id, now=now, reason=told)
    fill(db, row.webinar, row.seat, now)
    return {"name": row.legal_name}


def withdraw_asked(db: Db, row: Registration, now: datetime) -> None:
    """Take back a registration that was not decided yet; the caller holds the sitting's lock."""
    row.state, row.cancelled_at = RegistrationState.CANCELLED, now
    note_outcome(db, row, Outcome.WITHDRAWN, now)
    db.flush()  # the list counts seats
    end_registration(db, row.person_id, row.id, now=now)
    publish(db, RegistrationEnded(row.id, Ending.WITHDRAWN), now)
    tell_waiting(db, row, "approval_withdrawn", now)
    if row.webinar is not None:
        fill(db, row.webinar, row.seat, now)
