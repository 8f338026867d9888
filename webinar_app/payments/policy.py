"""Who may reach an order or a paper: who is registered, and coordinators of the provider."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webinar_app.accounts.queries import person_ids
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.payments.models import Document, Order, Payment
from webinar_app.payments.queries import holder_of
from webinar_app.registrations.policy import lock_seat
from webinar_app.registrations.queries import get_registration


def get_managed_order(db: Db, actor: Actor, code: str, *, lock: bool = False) -> Order:
    """Give an order of the actor's provider to a coordinator; raise NotFound or Forbidden."""
    found = db.scalars(select(Order).where(Order.code == code.upper())).one_or_none()
    if found is None or found.provider_id != actor.provider_id:
        raise NotFound
    if not actor.may(Permission.REGISTRATION_MANAGE):
        raise Forbidden
    return lock_order(db, found.id) if lock else found


def lock_order(db: Db, order_id: int) -> Order:
    """Give an order, to be changed by nobody else until the commit."""
    lock_seat(db, get_registration(db, db.get_one(Order, order_id).registration_id))  # always before what hangs on it
    query = (
        select(Order)
        .where(Order.id == order_id)
        .options(selectinload(Order.payments).selectinload(Payment.refunds))  # as they are now, not as they were
        .with_for_update(key_share=True, of=Order)
    )
    return db.scalars(query.execution_options(populate_existing=True)).one()


def get_readable_document(db: Db, actor: Actor, code: str) -> Document:
    """Give a paper to whose registration it is about, or to a coordinator of its provider; raise NotFound."""
    found = db.scalars(select(Document).where(Document.code == code.upper())).one_or_none()
    if found is None or actor.person_id is None:
        raise NotFound
    registration = holder_of(db, found)
    if actor.limited_to is not None:
        is_own = actor.limited_to == registration.id
    else:
        is_own = registration.person_id in person_ids(db, actor.person_id)
    manages = found.provider_id == actor.provider_id and actor.may(Permission.REGISTRATION_MANAGE)
    if not is_own and not manages:
        raise NotFound
    return found
