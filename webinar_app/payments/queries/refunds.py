"""Reads of what is given back: cut-offs of a course, and what is due of an order."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from webinar_app.core.times import describe, in_zone
from webinar_app.infra.db import Db
from webinar_app.payments.models import Order, Payment
from webinar_app.payments.queries.prices import zone_at
from webinar_app.payments.queries.steps import list_steps, local_start_of
from webinar_app.payments.rules import NOTHING, OrderState, from_minor, money_words, to_minor
from webinar_app.payments.rules.refunds import (
    BY_CUT_OFFS,
    CLOSING_WORDS,
    Closing,
    CutOff,
    Standing,
    after_paying,
    before_start,
    part_of,
    share,
    standing_of,
)
from webinar_app.registrations.queries import Place, place_of


def cut_offs_of(db: Db, place: Place, paid_at: datetime) -> list[CutOff]:
    """Give until when how much is given back: before the start, or after paying where there is none."""
    steps, zone, start = list_steps(db, place.course.id), zone_at(db, place), local_start_of(place)
    return before_start(steps, start, zone) if start else after_paying(steps, in_zone(paid_at, zone).date(), zone)


def paid_of(order: Order) -> Decimal:
    """Give what came for an order, in its currency."""
    return sum((one.amount for one in order.payments if one.currency == order.currency), NOTHING)


def refunded_of(order: Order) -> Decimal:
    """Give what was given back of it."""
    return sum((one.refunded for one in order.payments if one.currency == order.currency), NOTHING)


def due_of(db: Db, order: Order, why: Closing, at: datetime) -> tuple[Decimal | None, str]:
    """Give how much of what was paid is to be given back, and the sentence why; None where nobody has decided it."""
    paid, words = paid_of(order), CLOSING_WORDS[why]
    if not paid:
        return None, ""
    if why not in BY_CUT_OFFS or order.state is not OrderState.PAID:
        return paid, f"{words}: everything is given back."
    place = place_of(order.registration)
    cut_offs = cut_offs_of(db, place, order.settled_at or at)
    percent = share(cut_offs, at)
    if percent is None:
        return None, f"{words}. The course has no cut-offs: read its policy, and decide."
    ends = [one.until for one in cut_offs if one.percent == percent] or [one.until for one in cut_offs]
    zone = zone_at(db, place)
    until = describe(in_zone(max(ends), zone), zone)
    due = from_minor(part_of(to_minor(paid, order.currency), percent), order.currency)
    return due, f"{words}: {percent} % until {until}." if percent else f"{words} after {until}: nothing is given back."


def refund_words(db: Db, order: Order, now: datetime) -> str:
    """Say what is given back if the learner cancels now; nothing where nothing was paid."""
    if not paid_of(order) or order.closed_why is not None:
        return ""
    due, _ = due_of(db, order, Closing.CANCELLED, now)
    paid = money_words(paid_of(order), order.currency)
    if due is None:
        decided = f"The organiser decides how much of the {paid} that you paid is given back."
        return f"{decided} {order.registration.course.refund_policy}".strip()
    left = max(due - refunded_of(order), NOTHING)
    if not left:
        return f"Of the {paid} that you paid, nothing is given back if you cancel now."
    return f"Of the {paid} that you paid, {money_words(left, order.currency)} are given back if you cancel now."


def closed_words(order: Order) -> str:
    """Say what becomes of the money of an order that is closed; nothing where none came, or the order is open."""
    paid, refunded, due = paid_of(order), refunded_of(order), order.refund_due
    if order.closed_why is None or not paid:
        return ""
    whole, left = money_words(paid, order.currency), max((due or NOTHING) - refunded, NOTHING)
    if due is None and not refunded:
        return f"The organiser decides how much of the {whole} that you paid is given back."
    told = f"{money_words(left, order.currency)} are given back" if left else "nothing is given back"
    if refunded:
        follows = f", and {money_words(left, order.currency)} follow" if left else ""
        told = f"{money_words(refunded, order.currency)} were given back{follows}"
    return f"Of the {whole} that you paid, {told}."


def refund_view(order: Order) -> dict[str, Any]:
    """Give where the money of an order stands once it is closed: `standing`, what is `left` to give back, and why."""
    paid, refunded = paid_of(order), refunded_of(order)
    over = paid - refunded - order.amount
    if order.closed_why is None and order.state is OrderState.PAID and over > 0:
        return _refund(order, Standing.DUE, over, paid, "More came than was asked for.")
    found = standing_of(order.refund_due, paid, refunded, is_closed=order.closed_why is not None)
    left = (order.refund_due or NOTHING) - refunded if found is Standing.DUE else NOTHING
    return _refund(order, found, left, paid, order.refund_basis)


def _refund(order: Order, standing: Standing, left: Decimal, paid: Decimal, basis: str) -> dict[str, Any]:
    return {
        "standing": standing.value, "left": money_words(left, order.currency), "amount": left, "basis": basis,
        "paid": money_words(paid, order.currency),
    }  # fmt: skip


def is_refund_due() -> ColumnElement[bool]:
    """Say in SQL of which orders money is to be given back, or that somebody has to decide it."""
    paid, refunded = (
        select(func.coalesce(func.sum(column), 0)).where(Payment.order_id == Order.id).scalar_subquery()
        for column in (Payment.amount, Payment.refunded)
    )
    # Half a cent: SQLite adds amounts as binary fractions.
    cent = Decimal("0.005")
    is_left = Order.refund_due > refunded + cent
    is_open = and_(Order.refund_due.is_(None), paid > 0, refunded == 0)
    is_over = and_(Order.state == OrderState.PAID, paid - refunded > Order.amount + cent)
    return or_(and_(Order.closed_why.is_not(None), or_(is_left, is_open)), and_(Order.closed_why.is_(None), is_over))
