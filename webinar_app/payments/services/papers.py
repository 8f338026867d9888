"""Invoices and receipts: numbered in the transaction of their cause, made into a PDF by the worker, mailed once."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from webinar_app.audit.services import record
from webinar_app.core.codes import new_code
from webinar_app.core.times import in_zone
from webinar_app.infra.db import Db, insert_for
from webinar_app.infra.jobs import enqueue
from webinar_app.infra.mail import Attachment
from webinar_app.mailing.services import post
from webinar_app.payments.models import Document, NumberSeries, Order, Payment, Refund
from webinar_app.payments.queries import get_paper, holder_of, payer_email, provider_of
from webinar_app.payments.rules import (
    PAID_BY_WORDS,
    DocumentKind,
    Taxed,
    document_number,
    from_minor,
    money_words,
    to_minor,
)
from webinar_app.payments.rules.tax import tax_of_part
from webinar_app.registrations.queries import place_of, title_of
from webinar_app.registrations.rules import RegistrationState


def issue(db: Db, order: Order, payment: Payment | None, now: datetime) -> Document:
    """Give a new invoice of an order, or the receipt of a payment, with the next number of its series."""
    kind = DocumentKind.INVOICE if payment is None else DocumentKind.RECEIPT
    paid = payment and _paid_words(db, order, payment)
    return _issue(db, order, kind, now, {"paid": paid}, payment_id=payment.id if payment else None)


def issue_credit_note(db: Db, order: Order, refund: Refund, now: datetime) -> Document:
    """Give the credit note of a refund, which names the papers that it takes back."""
    payment, zone = refund.payment, provider_of(db, order.registration).time_zone
    amount = money_words(refund.amount, payment.currency)
    against = [one for one in order.documents if one.refund_id is None and one.payment_id in (None, payment.id)]
    given = {
        "by": PAID_BY_WORDS[refund.given_by], "reference": refund.reference or "", "reason": refund.reason,
        "on": in_zone(refund.done_at or now, zone).date().isoformat(), "amount": amount,
        "against": [one.number for one in against], "of": money_words(payment.amount, payment.currency),
    }  # fmt: skip
    more = {
        "paid": None,
        "given": given,
        "tax": _tax_given_back(order, refund),
        "lines": [["Given back", amount]],
        "total": amount,
    }
    return _issue(db, order, DocumentKind.CREDIT_NOTE, now, more, refund_id=refund.id)


def _issue(
    db: Db, order: Order, kind: DocumentKind, now: datetime, more: dict[str, Any], **of: int | None
) -> Document:  # fmt: skip
    provider = provider_of(db, order.registration)
    on = in_zone(now, provider.time_zone).date()
    place = _next_place(db, order.provider_id, kind, on.year)
    number = document_number(kind, on.year, place)
    told = {"number": number, "kind": kind.value, "on": on.isoformat()}
    paper = Document(
        code=new_code(), provider_id=order.provider_id, order_id=order.id, kind=kind, number=number, year=on.year,
        place=place, issued_at=now, snapshot=_snapshot(db, order) | more | told, **of,
    )  # fmt: skip
    order.documents.append(paper)
    db.flush()  # constraints answer now, and the job names its code
    enqueue(db, "payments.render", {"code": paper.code}, now=now, unique=f"payment_document:{paper.code}")
    return paper


def _next_place(db: Db, provider_id: int, kind: DocumentKind, year: int) -> int:
    """Take the next number of a series; given back with everything else when the transaction fails."""
    statement = insert_for(db)(NumberSeries).values(provider_id=provider_id, kind=kind, year=year, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=["provider_id", "kind", "year"], set_={"last": NumberSeries.last + 1}
    )
    return int(db.connection().execute(statement.returning(NumberSeries.last)).scalar_one())


def _paid_words(db: Db, order: Order, payment: Payment) -> dict[str, str]:
    zone = provider_of(db, order.registration).time_zone
    return {
        "by": PAID_BY_WORDS[payment.paid_by], "reference": payment.reference,
        "on": in_zone(payment.paid_at, zone).date().isoformat(),
        "amount": money_words(payment.amount, payment.currency),
    }  # fmt: skip


def _snapshot(db: Db, order: Order) -> dict[str, Any]:
    """Give what every paper of an order says, frozen as plain JSON."""
    provider, row = provider_of(db, order.registration), order.registration
    names = ("name", "address", "phone", "email")
    return {
        "provider": {name: getattr(provider, name) for name in names} | {"paper": provider.paper},
        "payer": {
            "name": order.payer_name or ("" if order.payer_organisation else row.legal_name),
            "organisation": order.payer_organisation, "address": order.payer_address, "po_number": order.po_number,
        },
        "confirms": row.state is RegistrationState.PENDING,  # whether the place waits for the money
        "learner": row.legal_name, "title": title_of(place_of(row)), "order": order.code,
        "lines": [[words, money_words(Decimal(amount), order.currency)] for words, amount in order.lines],
        "total": money_words(order.amount, order.currency), "tax": _tax_words(order),
    }  # fmt: skip


def _tax_words(order: Order) -> dict[str, Any] | None:
    if not order.tax:
        return None
    tax = Taxed(**order.tax)
    amounts = {name: money_words(Decimal(getattr(tax, name)), order.currency) for name in ("net", "amount")}
    return {"words": tax.words, "is_included": tax.is_included, "number": tax.number} | amounts


def _tax_given_back(order: Order, refund: Refund) -> dict[str, Any] | None:
    """Give the tax in a refund: over all refunds of an order they add up to its tax, whatever parts it goes back in."""
    told, currency = _tax_words(order), refund.payment.currency
    if told is None or currency != order.currency:
        return None
    before = [
        to_minor(one.refund.amount, currency) for one in order.documents if one.refund and one.refund is not refund
    ]
    amount = to_minor(refund.amount, currency)
    tax = tax_of_part(before, amount, Taxed(**(order.tax or {})).rate)
    net, part = (money_words(from_minor(minor, currency), currency) for minor in (amount - tax, tax))
    return told | {"is_included": True, "net": net, "amount": part}


def keep_paper(db: Db, code: str, sha256: str, pdf: bytes, mail: dict[str, str], *, now: datetime) -> bool:
    """Write down that the PDF exists and mail it to who pays; False when it was there already."""
    paper = get_paper(db, code)
    if paper.sha256 is not None:
        return False
    paper.sha256, paper.size = sha256, len(pdf)
    order, row = paper.order, holder_of(db, paper)
    learner = payer_email(db, row)
    to = {order.payer_email or learner: order.payer_name or order.payer_organisation or row.legal_name}
    to[learner] = row.legal_name
    for address, name in to.items():
        if not address:
            continue
        post(
            db, provider_id=paper.provider_id, kind=paper.kind.value, to_name=name, to_address=address,
            person_id=row.person_id if address == learner else None, webinar_id=row.webinar_id,
            unique=f"payment_document:{code}:{address}"[:120], now=now, subject=mail["subject"], text=mail["text"],
            html=mail["html"], reply_to=provider_of(db, row).email,
            attachments=(Attachment(f"{paper.number}.pdf", "application/pdf", pdf),),
        )  # fmt: skip
    record(db, None, "payment.document", "payment_document", paper.id, now=now, number=paper.number, sha256=sha256)
    return True
