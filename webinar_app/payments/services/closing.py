"""Orders whose registration is over, went on to another one, or is there again."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import case, func, select, update

from webinar_app.audit.services import record
from webinar_app.infra.db import Db
from webinar_app.payments.models import Document, Order, Payment
from webinar_app.payments.policy import lock_order
from webinar_app.payments.queries import due_of, find_order, paid_of
from webinar_app.payments.rules import OrderState
from webinar_app.payments.rules.refunds import CLOSING_WORDS, Closing
from webinar_app.registrations.events import Ending, RegistrationEnded, RegistrationReopened
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.events import WebinarCancelled


def close_order(db: Db, event: RegistrationEnded, now: datetime) -> None:
    """Ask nothing any more for a registration that is over, and write down what of the money is to be given back."""
    found = find_order(db, event.registration_id)
    if found is None or event.why is Ending.MOVED:  # it goes on to the registration that follows
        return
    order = lock_order(db, found.id)
    if order.closed_why is None:
        close(db, order, Closing(event.why.value), now)


def close(db: Db, order: Order, why: Closing, now: datetime, *, by: int | None = None) -> None:
    """Close an order for this reason; what was paid stays, with what of it is to be given back."""
    order.refund_due, order.refund_basis = due_of(db, order, why, now)
    order.closed_why, order.closed_at = why, now
    if order.state is OrderState.OPEN:
        order.state = OrderState.VOID
    record(db, by, "payment.closed", "payment_order", order.id, now=now, why=why.value)


def close_orders(db: Db, event: WebinarCancelled, now: datetime) -> None:
    """Close the orders of everybody who has a place in a sitting that will not take place: all is given back."""
    seated = select(Registration.id).where(
        Registration.webinar_id == event.webinar_id, Registration.state == RegistrationState.REGISTERED
    )
    paid = select(func.sum(Payment.amount)).where(Payment.order_id == Order.id).scalar_subquery()
    closed = (
        update(Order)
        .where(
            Order.registration_id.in_(seated), Order.closed_why.is_(None),
            Order.state.in_((OrderState.OPEN, OrderState.PAID)),
        )
        .values(
            state=case((Order.state == OrderState.OPEN, OrderState.VOID), else_=Order.state), closed_at=now,
            closed_why=Closing.CALLED_OFF, refund_due=func.round(paid, 2),
            refund_basis=f"{CLOSING_WORDS[Closing.CALLED_OFF]}: everything is given back.",
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.flush()  # the statement sees what is pending
    db.execute(closed)
    db.expire_all()  # what the session held of them is older


def reopen_order(db: Db, event: RegistrationReopened, now: datetime) -> None:
    """Ask for the money again where a merge had ended the registration; what was given back stays given back."""
    found = find_order(db, event.registration_id)
    if found is None or found.closed_why is not Closing.MERGED:
        return
    order = lock_order(db, found.id)
    if order.state is OrderState.VOID:
        order.state = OrderState.OPEN
    forget_closing(order)
    record(db, None, "payment.reopened", "payment_order", order.id, now=now)


def forget_closing(order: Order) -> None:
    """Let an order be as if it had not been closed."""
    order.closed_why, order.closed_at, order.refund_due, order.refund_basis = None, None, None, ""


def note_late(order: Order, amount: Decimal) -> None:
    """Let money that comes after an order was closed be given back, unless a coordinator had given it up."""
    if order.closed_why in (None, Closing.GIVEN_UP):
        return
    if order.refund_due is not None:
        order.refund_due += amount
    elif paid_of(order) == amount:  # nothing had come before; else somebody decides the whole
        order.refund_due, order.refund_basis = amount, "It came after the order was closed: everything is given back."


def carry_order(db: Db, old: Registration, new: Registration, now: datetime) -> None:
    """Let the order of a registration go on to the one that follows it, as it was quoted and paid.

    Where the new one is another person's, papers that were written stay with whom they were written for.
    """
    found = find_order(db, old.id)
    if found is None or found.state is OrderState.REFUNDED:
        return
    order = lock_order(db, found.id)
    fresh = find_order(db, new.id)
    if fresh is not None:
        db.delete(fresh)
        db.flush()  # a registration has one order
    if old.person_id != new.person_id:
        written = update(Document).where(Document.order_id == order.id, Document.registration_id.is_(None))
        db.execute(written.values(registration_id=old.id))
    order.registration_id = new.id
    db.flush()  # whoever asks for the order of either finds it so
    db.refresh(order)
    record(db, None, "payment.moved", "payment_order", order.id, now=now, registration=new.id)
