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
from webinar_app.payments.models import Document, NumberSeries, Order, Payment
from webinar_app.payments.queries import get_paper, holder_of, payer_email, provider_of
from webinar_app.payments.rules import PAID_BY_WORDS, DocumentKind, document_number, money_words
from webinar_app.registrations.queries import place_of, title_of


def issue(db: Db, order: Order, payment: Payment | None, now: datetime) -> Document:
    """Give a new invoice of an order, or the receipt of a payment, with the next number of its series."""
    kind = DocumentKind.INVOICE if payment is None else DocumentKind.RECEIPT
    provider = provider_of(db, order.registration)
    on = in_zone(now, provider.time_zone).date()
    place = _next_place(db, order.provider_id, kind, on.year)
    number = document_number(kind, on.year, place)
    paper = Document(
        code=new_code(), provider_id=order.provider_id, order_id=order.id, payment_id=payment.id if payment else None,
        kind=kind, number=number, year=on.year, place=place, issued_at=now,
        snapshot=_snapshot(db, order, payment, now) | {"number": number, "kind": kind.value, "on": on.isoformat()},
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


def _snapshot(db: Db, order: Order, payment: Payment | None, now: datetime) -> dict[str, Any]:
    """Give what the paper says, frozen as plain JSON."""
    provider, row = provider_of(db, order.registration), order.registration
    paid = payment and {
        "by": PAID_BY_WORDS[payment.paid_by], "reference": payment.reference,
        "on": in_zone(payment.paid_at, provider.time_zone).date().isoformat(),
        "amount": money_words(payment.amount, payment.currency),
    }  # fmt: skip
    names = ("name", "address", "phone", "email")
    return {
        "provider": {name: getattr(provider, name) for name in names} | {"paper": provider.paper},
        "payer": {
            "name": order.payer_name or ("" if order.payer_organisation else row.legal_name),
            "organisation": order.payer_organisation, "address": order.payer_address, "po_number": order.po_number,
        },
        "learner": row.legal_name, "title": title_of(place_of(row)), "order": order.code,
        "lines": [[words, money_words(Decimal(amount), order.currency)] for words, amount in order.lines],
        "total": money_words(order.amount, order.currency), "paid": paid,
    }  # fmt: skip


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
