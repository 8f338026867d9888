"""Money that is given back: by a coordinator's hand, by the card provider, or begun at the card provider."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.text import one_line
from webinar_app.infra.checkout import CardEvent, RefundTold
from webinar_app.infra.db import Db
from webinar_app.payments.models import CardEvent as TakenEvent
from webinar_app.payments.models import Order, Payment, Refund
from webinar_app.payments.policy import get_managed_order, lock_order
from webinar_app.payments.queries import find_card_payment, find_refund, refund_view, refunded_of
from webinar_app.payments.rules import (
    REFERENCE_LONGEST,
    OrderState,
    PaidBy,
    from_minor,
    money,
    money_words,
    to_minor,
)
from webinar_app.payments.rules.refunds import (
    Part,
    RefundState,
    Standing,
    check_refund,
    later,
    refunded_in_all,
)
from webinar_app.payments.services.papers import issue_credit_note
from webinar_app.registrations.rules import check_reason

CENT = Decimal("0.01")
BEGUN_THERE = "Given back at the card provider"


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What a coordinator typed to give money back; `payment` is the id of the payment, 0 where there is only one."""

    amount: str
    way: str
    reason: str
    payment: int = 0
    reference: str = ""


def record_refund(db: Db, actor: Actor, code: str, sheet: GivenBack, *, now: datetime) -> dict[str, str]:
    """Write down that money was given back by hand, with its credit note; return `{amount, number}`."""
    order, row = _begin(db, actor, code, sheet, now)
    reference = one_line(sheet.reference)
    if len(reference) > REFERENCE_LONGEST:
        sentence = f"Use at most {REFERENCE_LONGEST} characters."
        raise InvalidInput("payment.reference", sentence, {"refund_reference": sentence})
    row.reference = reference or f"{order.code}-{row.code[:4]}"
    db.flush()  # the reference may be taken
    number = _end(db, order, row, RefundState.DONE, now)
    return {"amount": money_words(row.amount, row.payment.currency), "number": number}


def begin_refund(db: Db, actor: Actor, code: str, sheet: GivenBack, *, now: datetime) -> dict[str, Any]:
    """Write down what the card provider will be asked to give back, and return what it has to know of it."""
    order, row = _begin(db, actor, code, sheet, now)
    return _wanted(order, row)


def again_refund(db: Db, actor: Actor, code: str, refund: str, *, now: datetime) -> dict[str, Any]:
    """Return what the card provider has to know of a refund that it has not answered yet."""
    order = get_managed_order(db, actor, code, lock=True)
    row = find_refund(db, refund)
    if row is None or row.payment.order_id != order.id:
        raise NotFound
    if row.state is not RefundState.PENDING or row.given_by is not PaidBy.CARD:
        raise Refused("payment.refund_over", "The card provider has answered already. Look below.")
    record(db, actor.person_id, "payment.refund_again", "payment_order", order.id, now=now, refund=row.code)
    return _wanted(order, row)


def keep_refund(db: Db, code: str, told: RefundTold, *, now: datetime) -> str:
    """Keep what the card provider answered of a refund, and return the state in which it is now."""
    row = find_refund(db, code)
    if row is None:
        raise NotFound
    order = lock_order(db, row.payment.order_id)
    _tell(db, order, row, told, now)
    return row.state.value


def drop_refund(db: Db, code: str, why: str, *, now: datetime) -> None:
    """Keep that the card provider will not do a refund; nothing is given back by it."""
    row = find_refund(db, code)
    if row is not None and row.state is RefundState.PENDING:
        order = lock_order(db, row.payment.order_id)
        row.failure = why
        _end(db, order, row, RefundState.FAILED, now)


def keep_money(db: Db, actor: Actor, code: str, reason: str, *, now: datetime) -> str:
    """Decide that nothing more is given back of a closed order, with the reason, and return the order's code."""
    order, told = get_managed_order(db, actor, code, lock=True), check_reason(reason)
    if order.closed_why is None or refund_view(order)["standing"] not in (Standing.DUE, Standing.UNDECIDED):
        raise Refused("payment.nothing_due", "Nothing is due of this order.")
    order.refund_due, order.refund_basis = refunded_of(order), told
    record(db, actor.person_id, "payment.kept", "payment_order", order.id, now=now, reason=told)
    return order.code


def take_refund(db: Db, event: CardEvent, now: datetime) -> None:
    """Take in what an event says of one refund; where its payment has not come yet, it is kept until that does."""
    told = event.refund
    assert told is not None  # an event of this kind has it
    payment = find_card_payment(db, event.reference)
    if payment is None:
        kept = db.get_one(TakenEvent, event.event_id)
        kept.reference, kept.told = event.reference, asdict(told)
        return
    _take(db, lock_order(db, payment.order_id), payment, told, now)


def take_waiting(db: Db, order: Order, payment: Payment, now: datetime) -> None:
    """Take in what was told of refunds before their payment came."""
    for kept in db.scalars(select(TakenEvent).where(TakenEvent.reference == payment.reference)).all():
        if kept.told is not None:
            _take(db, order, payment, RefundTold(**kept.told), now)
            kept.reference, kept.told = None, None


def count_refunds(order: Order, payment: Payment, now: datetime) -> None:
    """Count what of a payment is given back, and say whether the whole order is."""
    parts = [Part(one.amount, one.state, one.reference is not None) for one in payment.refunds]
    found = refunded_in_all(parts, payment.told_refunded, payment.amount)
    if found != payment.refunded:
        payment.refunded, payment.refunded_at = found, now
    if order.state in (OrderState.PAID, OrderState.REFUNDED) and order.payments:
        is_whole = all(one.refunded == one.amount for one in order.payments)
        waits = any(part.state is RefundState.PENDING for one in order.payments for part in one.refunds)
        order.state = OrderState.REFUNDED if is_whole and not waits else OrderState.PAID


def _begin(db: Db, actor: Actor, code: str, sheet: GivenBack, now: datetime) -> tuple[Order, Refund]:
    order = get_managed_order(db, actor, code, lock=True)
    payment = _payment(order, sheet.payment)
    way, reason = PaidBy(sheet.way), check_reason(sheet.reason)
    if way is PaidBy.CARD and payment.paid_by is not PaidBy.CARD:
        sentence = "This was not paid by card. Give it back by another way."
        raise InvalidInput("payment.way", sentence, {"way": sentence})
    amount, left = money(sheet.amount, least=CENT), payment.amount - payment.refunded
    check_refund(amount, left, money_words(left, payment.currency))
    row = Refund(
        code=new_code(), amount=amount, given_by=way, reason=reason, state=RefundState.PENDING, failure="",
        asked_by_id=actor.person_id, asked_at=now,
    )  # fmt: skip
    payment.refunds.append(row)
    count_refunds(order, payment, now)
    db.flush()  # the database says whether so much was paid, and the credit note names its id
    details = {"refund": row.code, "way": way.value, "amount": f"{amount}", "reason": reason}
    record(db, actor.person_id, "payment.refund", "payment_order", order.id, now=now, **details)
    return order, row


def _payment(order: Order, payment_id: int) -> Payment:
    """Give the payment that was chosen; without a choice the only one of which something is left."""
    left = [one for one in order.payments if one.refunded < one.amount] or order.payments[-1:]
    found = [one for one in order.payments if one.id == payment_id] if payment_id else left
    if len(found) != 1:
        raise InvalidInput("payment.which", "Choose the payment.", {"payment": "Choose the payment."})
    return found[0]


def _wanted(order: Order, row: Refund) -> dict[str, Any]:
    payment = row.payment
    return {
        "code": row.code, "order": order.code, "payment": payment.reference,
        "minor": to_minor(row.amount, payment.currency), "amount": money_words(row.amount, payment.currency),
    }  # fmt: skip


def _take(db: Db, order: Order, payment: Payment, told: RefundTold, now: datetime) -> None:
    known = [one for one in payment.refunds if one.code == told.code or one.reference == told.reference]
    if known:
        _tell(db, order, known[0], told, now)
        return
    row = Refund(
        code=new_code(), amount=from_minor(told.amount, payment.currency), given_by=PaidBy.CARD, reason=BEGUN_THERE,
        state=RefundState.PENDING, failure="", asked_at=now,
    )  # fmt: skip
    payment.refunds.append(row)
    db.flush()  # the credit note names its id
    _tell(db, order, row, told, now)


def _tell(db: Db, order: Order, row: Refund, told: RefundTold, now: datetime) -> None:
    row.reference = row.reference or told.reference
    row.failure = row.failure or told.failure
    _end(db, order, row, later(row.state, RefundState(told.state)), now)


def _end(db: Db, order: Order, row: Refund, state: RefundState, now: datetime) -> str:
    """Let a refund be in this state, and return the number of its credit note, empty where it has none."""
    row.state = state
    if state is not RefundState.PENDING and row.done_at is None:
        row.done_at = now
    count_refunds(order, row.payment, now)
    note = next((paper for paper in order.documents if paper.refund_id == row.id), None)
    if note is None and state is RefundState.DONE:
        note = issue_credit_note(db, order, row, now)
    return note.number if note is not None else ""
