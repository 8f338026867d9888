"""The register of papers: every invoice, receipt and credit note by its number, for who keeps the books."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from webinar_app.infra.db import Db
from webinar_app.payments.models import Document, Order, Payment, Refund
from webinar_app.payments.queries.orders import PAGE, paper_view
from webinar_app.payments.rules import DocumentKind, money_words
from webinar_app.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class PapersQuery:
    """What the register shows; `kind` of `DocumentKind`, empty for all."""

    kind: str = ""
    search: str = ""
    page: int = 1


def count_papers(db: Db, provider_id: int, search: str) -> dict[str, int]:
    """Count the papers by kind; `""` is all of them."""
    query = _searched(select(Document.kind, func.count()), provider_id, search).group_by(Document.kind)
    found = {kind.value: number for kind, number in db.execute(query)}
    return {kind.value: found.get(kind.value, 0) for kind in DocumentKind} | {"": sum(found.values())}


def list_register(db: Db, provider_id: int, wanted: PapersQuery, *, limit: int | None = PAGE) -> list[dict[str, Any]]:
    """Give papers as `paper_view` with their order, the latest first; without a limit all, by series and number."""
    query = _searched(select(Document), provider_id, wanted.search)
    if wanted.kind:
        query = query.where(Document.kind == DocumentKind(wanted.kind))
    if limit is None:
        query = query.order_by(Document.kind, Document.year, Document.place)
    else:
        query = query.order_by(Document.id.desc()).limit(limit).offset((wanted.page - 1) * limit)
    query = query.options(
        joinedload(Document.order).selectinload(Order.payments), joinedload(Document.refund).joinedload(Refund.payment),
    )  # fmt: skip
    return [_view(row) for row in db.scalars(query)]


def _view(row: Document) -> dict[str, Any]:
    told, (amount, currency), sign = row.snapshot, _money(row), -1 if row.refund else 1
    payer, tax = told["payer"], told.get("tax")
    part = sign * Decimal(tax["amount"].split()[0]) if tax else None
    return paper_view(row) | {
        "on": told["on"], "order": row.order.code, "learner": told["learner"],
        "payer": payer["organisation"] or payer["name"], "po_number": payer["po_number"], "amount": amount,
        "currency": currency, "sum": money_words(amount, currency), "tax": part,
        "tax_words": money_words(part, currency) if part else "",
    }  # fmt: skip


def _money(row: Document) -> tuple[Decimal, str]:
    """Give what a paper is about: what was asked for, what came, or, as a minus, what went back."""
    if row.refund:
        return -row.refund.amount, row.refund.payment.currency
    payment = next((one for one in row.order.payments if one.id == row.payment_id), None)
    of: Payment | Order = payment or row.order
    return of.amount, of.currency


def _searched(query: Any, provider_id: int, search: str) -> Any:
    query = (
        query.select_from(Document)
        .join(Order, Order.id == Document.order_id)
        .join(Registration, Registration.id == func.coalesce(Document.registration_id, Order.registration_id))
        .where(Document.provider_id == provider_id)
    )
    if not search:
        return query
    fields = (Document.number, Order.code, Order.po_number, Order.payer_name, Order.payer_organisation,
              Registration.legal_name)  # fmt: skip
    return query.where(or_(*(func.lower(one).contains(search.lower(), autoescape=True) for one in fields)))
