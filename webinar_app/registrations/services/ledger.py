"""The one ledger of what people finished: written by features above, and by hand with a reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Refused
from webinar_app.courses.models import Item
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.registrations.events import ItemCompleted, ItemWithdrawn
from webinar_app.registrations.models import ItemCompletion, Registration
from webinar_app.registrations.policy import get_managed_locked
from webinar_app.registrations.queries import find_completion, find_item, may_mark
from webinar_app.registrations.rules import RegistrationState, check_reason


def complete_item(db: Db, registration_id: int, item_id: int, evidence: dict[str, Any], *, now: datetime) -> None:
    """Write into the ledger that a registrant finished an item; the same again changes nothing."""
    row = _row(db, registration_id, item_id)
    if row is not None and row.withdrawn_at is None and row.evidence == evidence:
        return
    if row is None:
        db.add(ItemCompletion(registration_id=registration_id, item_id=item_id, evidence=evidence, completed_at=now))
    else:
        row.evidence, row.completed_at, row.withdrawn_at = evidence, now, None
    db.flush()  # subscribers read the ledger
    publish(db, ItemCompleted(registration_id, item_id), now)


def withdraw_item(db: Db, registration_id: int, item_id: int, *, now: datetime) -> None:
    """Mark in the ledger that an item is not finished any more."""
    row = _row(db, registration_id, item_id)
    if row is None or row.withdrawn_at is not None:
        return
    row.withdrawn_at = now
    db.flush()  # subscribers read the ledger
    publish(db, ItemWithdrawn(registration_id, item_id), now)


def mark_item(db: Db, actor: Actor, code: str, unit: int, number: int, reason: str, *, now: datetime) -> str:
    """Write by hand into the ledger that a registrant finished an item, and return the registrant's name."""
    row, item = _markable(db, actor, code, unit, number)
    told = check_reason(reason)
    if find_completion(db, row.id, item.id) is not None:
        raise Refused("registration.item_done", "This part is finished already. Look at the list again.")
    evidence = {"kind": "marked", "by": actor.person_id, "reason": told}
    complete_item(db, row.id, item.id, evidence, now=now)
    record(db, actor.person_id, "item.marked", "registration", row.id, now=now, item=item.id, reason=told)
    return row.legal_name


def unmark_item(db: Db, actor: Actor, code: str, unit: int, number: int, reason: str, *, now: datetime) -> str:
    """Take an item back out of the ledger by hand, keep what it said, and return the registrant's name."""
    row, item = _markable(db, actor, code, unit, number)
    told = check_reason(reason)
    held = find_completion(db, row.id, item.id)
    if held is None:
        raise Refused("registration.item_open", "This part is not finished. Look at the list again.")
    record(
        db, actor.person_id, "item.withdrawn", "registration", row.id, now=now, item=item.id, reason=told,
        evidence=held.evidence, completed_at=held.completed_at.isoformat(),
    )  # fmt: skip
    withdraw_item(db, row.id, item.id, now=now)
    return row.legal_name


def _markable(db: Db, actor: Actor, code: str, unit: int, number: int) -> tuple[Registration, Item]:
    row = get_managed_locked(db, actor, code)
    item = find_item(db, row, unit, number)
    if row.state is not RegistrationState.REGISTERED:
        raise Refused("registration.state", f"This registration is {row.state.value}; nothing can be marked in it.")
    if not may_mark(row, item):
        raise Refused("registration.measured", "This part is decided by attendance or by its form, not by hand.")
    return row, item


def _row(db: Db, registration_id: int, item_id: int) -> ItemCompletion | None:
    query = select(ItemCompletion).where(
        ItemCompletion.registration_id == registration_id, ItemCompletion.item_id == item_id
    )
    return db.scalars(query.with_for_update()).one_or_none()
