"""Reads of orders, payments and papers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import person_ids
from webinar_app.infra.db import Db
from webinar_app.payments.models import Document, Order, Payment, Refund
from webinar_app.payments.queries.prices import included_words
from webinar_app.payments.queries.refunds import is_refund_due, refund_view
from webinar_app.payments.rules import (
    DOCUMENT_WORDS,
    PAID_BY_WORDS,
    DocumentKind,
    OrderState,
    PaidBy,
    Taxed,
    money_words,
)
from webinar_app.payments.rules.refunds import CLOSING_WORDS, RefundState
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import place_of, title_of

PAGE = 50
REFUND_DUE = "refund_due"


def find_order(db: Db, registration_id: int) -> Order | None:
    """Give the order of a registration, or None."""
    return db.scalars(select(Order).where(Order.registration_id == registration_id)).one_or_none()


def find_order_by_code(db: Db, code: str) -> Order | None:
    """Give the order with this code, or None."""
    return db.scalars(select(Order).where(Order.code == code.upper())).one_or_none()


def order_view(row: Order) -> dict[str, Any]:
    """Give an order as pages show it."""
    names = ("code", "currency", "amount", "payer_name", "payer_organisation", "payer_address", "payer_email",
             "po_number", "created_at", "settled_at")  # fmt: skip
    registration, tax = row.registration, Taxed(**row.tax) if row.tax else None
    return {name: getattr(row, name) for name in names} | {
        "state": row.state.value,
        "total": money_words(row.amount, row.currency),
        "lines": [(words, money_words(Decimal(amount), row.currency)) for words, amount in row.lines],
        "tax": included_words(tax, row.currency),
        "tax_amount": tax.amount if tax else "",
        "discount": row.discount_code.code if row.discount_code else "",
        "learner": registration.legal_name,
        "registration": registration.code,
        "registration_state": registration.state.value,
        "title": title_of(place_of(registration)),
        "has_invoice": any(paper.kind is DocumentKind.INVOICE for paper in row.documents),
        "papers": [paper_view(paper) for paper in row.documents],
        "closed": CLOSING_WORDS[row.closed_why] if row.closed_why else "",
        "closed_at": row.closed_at,
        "refund": refund_view(row),
        "payments": [_payment_view(one, row) for one in row.payments],
    }  # fmt: skip


def _payment_view(row: Payment, order: Order) -> dict[str, Any]:
    notes = {paper.refund_id: paper.number for paper in order.documents if paper.refund_id}
    left = row.amount - row.refunded
    return {
        "id": row.id, "words": PAID_BY_WORDS[row.paid_by], "reference": row.reference, "paid_at": row.paid_at,
        "amount": money_words(row.amount, row.currency), "is_card": row.paid_by is PaidBy.CARD,
        "refunded": money_words(row.refunded, row.currency) if row.refunded else "",
        "left": left, "left_words": money_words(left, row.currency),
        "refunds": [_refund_view(one, notes.get(one.id, "")) for one in row.refunds],
    }  # fmt: skip


def _refund_view(row: Refund, note: str) -> dict[str, Any]:
    return {
        "code": row.code, "amount": money_words(row.amount, row.payment.currency), "state": row.state.value,
        "words": PAID_BY_WORDS[row.given_by], "reference": row.reference or "", "reason": row.reason,
        "failure": row.failure, "at": row.done_at or row.asked_at, "note": note,
        "may_ask": row.state is RefundState.PENDING and row.given_by is PaidBy.CARD,
    }  # fmt: skip


def paper_view(row: Document) -> dict[str, Any]:
    """Give a paper as lists show it."""
    return {
        "code": row.code, "number": row.number, "kind": row.kind.value, "issued_at": row.issued_at,
        "words": DOCUMENT_WORDS[row.kind], "is_void": bool(row.refund and row.refund.state is RefundState.FAILED),
        "is_made": row.sha256 is not None, "title": row.snapshot["title"], "total": row.snapshot["total"],
    }  # fmt: skip


def find_payment(db: Db, provider_id: int, paid_by: PaidBy, reference: str) -> Payment | None:
    """Give the payment under this reference, or None."""
    wanted = {"provider_id": provider_id, "paid_by": paid_by, "reference": reference}
    return db.scalars(select(Payment).filter_by(**wanted)).one_or_none()


def find_card_payment(db: Db, reference: str) -> Payment | None:
    """Give the payment by card under the card provider's reference, which no two of its payments share, or None."""
    query = select(Payment).where(Payment.paid_by == PaidBy.CARD, Payment.reference == reference)
    return db.scalars(query).first()


def find_refund(db: Db, code: str) -> Refund | None:
    """Give the refund with this code, or None."""
    return db.scalars(select(Refund).where(Refund.code == code.upper())).one_or_none()


def get_paper(db: Db, code: str) -> Document:
    """Give the paper with this code."""
    return db.scalars(select(Document).where(Document.code == code)).one()


def holder_of(db: Db, paper: Document) -> Registration:
    """Give the registration that a paper was written for, also where its order went on to another one."""
    return db.get_one(Registration, paper.registration_id) if paper.registration_id else paper.order.registration


def list_papers(db: Db, person_id: int) -> list[dict[str, Any]]:
    """Give the papers about somebody's own registrations, newest first."""
    query = (
        select(Document)
        .join(Order, Order.id == Document.order_id)
        .join(Registration, Registration.id == func.coalesce(Document.registration_id, Order.registration_id))
        .where(Registration.person_id.in_(person_ids(db, person_id)))
        .order_by(Document.id.desc())
    )
    return [paper_view(row) for row in db.scalars(query)]


@dataclass(frozen=True, slots=True)
class OrdersQuery:
    """What the list of orders shows."""

    state: str = ""  # of `OrderState`, or `REFUND_DUE`
    search: str = ""
    page: int = 1


def count_orders(db: Db, provider_id: int, search: str) -> dict[str, int]:
    """Count the orders by state; `""` is all of them."""
    query = _searched(select(Order.state, func.count()), provider_id, search).group_by(Order.state)
    found = {state.value: number for state, number in db.execute(query)}
    due = db.scalar(_searched(select(func.count()), provider_id, search).where(is_refund_due())) or 0
    counted = {state.value: found.get(state.value, 0) for state in OrderState}
    return counted | {"": sum(found.values()), REFUND_DUE: due}


def list_orders(db: Db, provider_id: int, wanted: OrdersQuery, *, limit: int | None = PAGE) -> list[dict[str, Any]]:
    """Give orders, newest first; without a limit, all."""
    query = _searched(select(Order), provider_id, wanted.search).order_by(Order.id.desc())
    if wanted.state == REFUND_DUE:
        query = query.where(is_refund_due())
    elif wanted.state:
        query = query.where(Order.state == OrderState(wanted.state))
    if limit is not None:
        query = query.limit(limit).offset((wanted.page - 1) * limit)
    query = query.options(
        joinedload(Order.discount_code), selectinload(Order.documents).joinedload(Document.refund),
        selectinload(Order.payments).selectinload(Payment.refunds),
        joinedload(Order.registration).joinedload(Registration.course),
        joinedload(Order.registration).joinedload(Registration.webinar),
    )  # fmt: skip
    return [order_view(row) for row in db.scalars(query)]


def _searched(query: Any, provider_id: int, search: str) -> Any:
    query = (
        query.select_from(Order)
        .join(Registration, Registration.id == Order.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .where(Order.provider_id == provider_id)
    )
    return query.where(_holds(search.lower())) if search else query


def _holds(wanted: str) -> ColumnElement[bool]:
    fields = (Registration.legal_name, Person.email, Order.payer_name, Order.payer_organisation, Order.po_number,
              Order.code)  # fmt: skip
    numbers = select(Document.order_id).where(func.lower(Document.number).contains(wanted, autoescape=True))
    return or_(*(func.lower(field).contains(wanted, autoescape=True) for field in fields), Order.id.in_(numbers))
