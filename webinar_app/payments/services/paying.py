"""Money that comes and goes: recorded by a coordinator, or told by the card provider."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import one_line
from webinar_app.core.times import in_zone
from webinar_app.core.times import settle as instant_of
from webinar_app.infra.checkout import CardEvent, CardEventKind
from webinar_app.infra.db import Db, insert_for
from webinar_app.payments.models import CardEvent as TakenEvent
from webinar_app.payments.models import Order, Payment
from webinar_app.payments.policy import get_managed_order, lock_order
from webinar_app.payments.queries import find_order_by_code, find_payment, provider_of
from webinar_app.payments.rules import REFERENCE_LONGEST, OrderState, PaidBy, check_move, from_minor
from webinar_app.payments.services.closing import note_late
from webinar_app.payments.services.ordering import own_order, settle
from webinar_app.payments.services.papers import issue
from webinar_app.payments.services.refunding import count_refunds, take_refund, take_waiting


def record_payment(
    db: Db, actor: Actor, code: str, paid_by: str, reference: str, on: date, *, now: datetime
) -> dict[str, Any]:
    """Write down that the whole amount came, and return `{name, number}`: the registration is confirmed by it."""
    order = get_managed_order(db, actor, code, lock=True)
    check_move(order.state, OrderState.PAID)
    told = one_line(reference)
    if len(told) > REFERENCE_LONGEST:
        sentence = f"Use at most {REFERENCE_LONGEST} characters."
        raise InvalidInput("payment.reference", sentence, {"reference": sentence})
    zone = provider_of(db, order.registration).time_zone
    today = in_zone(now, zone).date()
    if not date(today.year - 2, 1, 1) <= on <= today:
        sentence = "Write the day on which the money came; it is not in the future."
        raise InvalidInput("payment.day", sentence, {"paid_on": sentence})
    paid_at = now if on == today else instant_of(datetime.combine(on, time(12)), zone)
    kind = PaidBy(paid_by)
    if kind is PaidBy.CARD:
        raise Refused("payment.card", "Payments by card are written by the card provider alone.")
    payment = _payment(db, order, kind, told or f"{order.code}-{new_code(4)}", order.amount, order.currency, paid_at)
    settle(db, order, now)
    number = issue(db, order, payment, now).number
    record(db, actor.person_id, "payment.record", "payment_order", order.id, now=now, paid_by=kind.value)
    return {"name": order.registration.legal_name, "number": number}


def begin_card(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Return what the card provider is asked for: `{order, round, title, amount, currency, email}`."""
    order = own_order(db, actor, code, now)
    return {
        "order": order.code, "round": order.checkout_round, "title": _title(order), "email": actor.email or "",
        "amount": f"{order.amount}", "currency": order.currency,
    }  # fmt: skip


def keep_checkout(db: Db, code: str, checkout_id: str, *, now: datetime) -> None:
    """Keep which page of the card provider is open for an order."""
    order = find_order_by_code(db, code)
    if order is not None and order.state is OrderState.OPEN:
        lock_order(db, order.id).checkout_id = checkout_id


def take_event(db: Db, event: CardEvent, *, now: datetime) -> bool:
    """Take in an event of the card provider, whatever came before it; False when it was taken in already.

    Events come late, twice and in any order. Each says by itself what is true, and what it says only adds: a payment
    is written once under its reference, and what was given back of it only grows.
    """
    statement = insert_for(db)(TakenEvent).values(event_id=event.event_id, kind=event.kind.value, taken_at=now)
    claim = statement.on_conflict_do_nothing(index_elements=["event_id"]).returning(TakenEvent.event_id)
    if db.connection().execute(claim).first() is None:
        return False
    if event.kind is CardEventKind.REFUND:
        take_refund(db, event, now)
        return True
    found = find_order_by_code(db, event.order) if event.order else None
    if found is None or event.kind is CardEventKind.OTHER:
        return True
    order = lock_order(db, found.id)
    if event.kind is CardEventKind.EXPIRED:
        if order.checkout_id == event.checkout_id:
            order.checkout_id, order.checkout_round = None, order.checkout_round + 1
        return True
    payment = _card_payment(db, order, event, now)
    if event.kind is CardEventKind.REFUNDED:
        payment.told_refunded = max(payment.told_refunded, from_minor(event.refunded, event.currency))
        count_refunds(order, payment, now)
    return True


def _card_payment(db: Db, order: Order, event: CardEvent, now: datetime) -> Payment:
    known = find_payment(db, order.provider_id, PaidBy.CARD, event.reference)
    if known is not None:
        return known
    amount, currency = from_minor(event.amount, event.currency), event.currency.upper()
    payment = _payment(db, order, PaidBy.CARD, event.reference, amount, currency, now)
    covers = currency == order.currency and amount >= order.amount
    if covers and order.state in (OrderState.OPEN, OrderState.VOID):
        settle(db, order, now)
    issue(db, order, payment, now)
    take_waiting(db, order, payment, now)
    record(db, None, "payment.card", "payment_order", order.id, now=now, covers=covers)
    return payment


def _payment(
    db: Db, order: Order, paid_by: PaidBy, reference: str, amount: Decimal, currency: str, paid_at: datetime
) -> Payment:
    payment = Payment(
        provider_id=order.provider_id, paid_by=paid_by, reference=reference, amount=amount, currency=currency,
        refunded=Decimal(0), paid_at=paid_at,
    )  # fmt: skip
    order.payments.append(payment)
    note_late(order, amount)
    db.flush()  # its reference may be taken, and the receipt names its id
    return payment


def _title(order: Order) -> str:
    return str(order.registration.course.title)
