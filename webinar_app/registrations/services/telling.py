"""Who is told what of a registration: events for the features above, and mails about courses without a sitting."""

from datetime import datetime

from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import enqueue
from webinar_app.registrations.events import Ending, LinkAsked, Registered, RegistrationCancelled, RegistrationEnded
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState

AGAIN_SECONDS = 600
KINDS = {
    RegistrationState.REGISTERED: "course_confirmation",
    RegistrationState.PENDING: "course_pending",
    RegistrationState.CANCELLED: "course_cancelled",
}


_WAITING = {
    RegistrationState.WAITLISTED: "waiting_joined",
    RegistrationState.OFFERED: "waiting_offer",
    RegistrationState.PENDING: "approval_asked",
}


def tell_new(db: Db, row: Registration, now: datetime) -> None:
    """Have somebody told that they are registered, or that their registration waits for a coordinator."""
    if row.state is RegistrationState.REGISTERED:
        publish(db, Registered(row.id), now)
    _mail(db, row, now)


def tell_again(db: Db, row: Registration, now: datetime) -> None:
    """Have a registrant told again, at most once in ten minutes: whoever knows an address cannot flood it."""
    slot = str(int(now.timestamp()) // AGAIN_SECONDS)
    if row.webinar_id is not None and row.state in _WAITING:
        tell_waiting(db, row, _WAITING[row.state], now, again=slot)
    elif row.webinar_id is not None:
        publish(db, LinkAsked(row.id), now)
    else:
        _mail(db, row, now, again=slot)


def tell_cancelled(db: Db, row: Registration, why: Ending, now: datetime) -> None:
    """Have somebody told that their registration is cancelled."""
    publish(db, RegistrationCancelled(row.id), now)
    publish(db, RegistrationEnded(row.id, why), now)
    _mail(db, row, now)


def tell_waiting(db: Db, row: Registration, kind: str, now: datetime, *, number: int = 0, again: str = "") -> None:
    """Have somebody told of their place on a waiting list; `number` says which offer the mail is about."""
    unique = ":".join(filter(None, [kind, str(row.id), str(number or ""), again]))
    payload = {"registration_id": row.id, "kind": kind, "number": number, "unique": unique}
    enqueue(db, "registrations.tell_waiting", payload, now=now, unique=f"registrations.tell_waiting:{unique}")


def _mail(db: Db, row: Registration, now: datetime, again: str = "") -> None:
    """Have the mail about a course without a sitting written; those about sittings carry invites and are calendars'."""
    if row.webinar_id is not None:
        return
    kind = KINDS[row.state]
    unique = ":".join(filter(None, [kind, str(row.id), again]))
    payload = {"registration_id": row.id, "kind": kind, "unique": unique}
    enqueue(db, "registrations.tell", payload, now=now, unique=f"registrations.tell:{unique}")
