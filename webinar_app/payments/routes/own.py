"""Pay for one's own registration: breakdown, code, invoice; and the papers of it."""

from decimal import Decimal
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.infra.checkout import checkout
from webinar_app.infra.db import read, write
from webinar_app.payments.forms import CodeForm, ConfirmForm, InvoiceForm
from webinar_app.payments.policy import get_readable_document
from webinar_app.payments.queries import find_order, included_words, list_papers, order_view, quote_of
from webinar_app.payments.routes.blueprint import blueprint
from webinar_app.payments.rules import money_words
from webinar_app.payments.services import Payer, ask_for_invoice, check_payer, use_code
from webinar_app.registrations.policy import get_own
from webinar_app.registrations.queries import place_of, place_page, registration_view
from webinar_app.registrations.rules import LIVE
from webinar_app.web.http import current_actor, stored_pdf
from webinar_app.web.security import allow_forms_to, joined, signed_in

Answer = BaseResponse | str | tuple[str, int]


@blueprint.get("/registrations/<code>/payment")
@joined
def own(code: str) -> str:
    """Show what a registration costs, why, and how it is paid."""
    return pay_page(code)


@blueprint.post("/registrations/<code>/payment/code")
@joined
def code(code: str) -> Answer:
    """Use a discount code."""
    form = CodeForm()
    if not form.validate():
        return pay_page(code, code_form=form), 422
    try:
        state = write(use_code, current_actor(), code, form.code.data, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return pay_page(code, code_form=form), error.status
    flash("The code counts. Nothing is left to pay." if state == "paid" else "The code counts.", "success")
    return redirect(url_for("payments.own", code=code), 303)


@blueprint.post("/registrations/<code>/payment/invoice")
@joined
def invoice(code: str) -> Answer:
    """Keep who pays, and have the invoice written and mailed."""
    form = InvoiceForm()
    payer = Payer(**{name: form[name].data or "" for name in Payer.__dataclass_fields__})
    form.validate()
    try:
        check_payer(payer)
    except InvalidInput as error:  # said with the rest, so that nobody is sent back twice
        form.absorb(error)
    if form.errors:
        return pay_page(code, invoice_form=form), 422
    try:
        number = write(ask_for_invoice, current_actor(), code, payer, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return pay_page(code, invoice_form=form), error.status
    flash(f"Invoice {number} is being written. It goes out by mail in about a minute.", "success")
    return redirect(url_for("payments.own", code=code), 303)


@blueprint.get("/my/receipts")
@signed_in
def receipts() -> str:
    """List one's own invoices and receipts."""
    actor = current_actor()
    with read() as db:
        papers = list_papers(db, actor.person_id) if actor.person_id else []
    return render_template("payments/receipts.html", papers=papers, nav="learning")


@blueprint.get("/papers/<code>.pdf")
@joined
def download(code: str) -> Response:
    """Send the stored bytes of an invoice or a receipt."""
    with read() as db:
        row = get_readable_document(db, current_actor(), code)
        digest, name = row.sha256, f"{row.number}.pdf"
    if digest is None:
        raise NotFound("payment.pending", "This paper is being made. It is here in about a minute.")
    return stored_pdf(digest, name)


def pay_page(
    code: str,
    *,
    code_form: CodeForm | None = None,
    invoice_form: InvoiceForm | None = None,
    card_form: ConfirmForm | None = None,
) -> str:
    """Give the page on which somebody pays, with the form that needs correcting."""
    actor, now = current_actor(), utc_now()
    with read() as db:
        row = get_own(db, actor, code)
        own, sitting = registration_view(row), place_page(db, place_of(row), now)
        order = find_order(db, row.id)
        if order is None and not row.course.price:
            raise NotFound("payment.free", "This costs nothing. There is nothing to pay.")
        shown = order_view(order) if order else _unwritten(quote_of(db, row, now))
    waits = not sitting["is_course"] and own["state"] in LIVE and own["state"] != "registered"
    cards = checkout()
    if cards is not None:
        allow_forms_to(cards.page_origin)
    return render_template(
        "payments/own.html", own=own, sitting=sitting, order=shown, has_cards=cards is not None,
        is_open=shown["state"] == "open" and own["state"] in LIVE and not waits, waits=waits,
        code_form=code_form or CodeForm(formdata=None),
        invoice_form=invoice_form or InvoiceForm(formdata=None), card_form=card_form, nav="learning",
    )  # fmt: skip


def _unwritten(quote: Any) -> dict[str, Any]:
    """Give what an order would say that no one has made yet; the first act makes it."""
    words = [(line.words, money_words(Decimal(line.amount), quote.currency)) for line in quote.lines]
    total = money_words(quote.total, quote.currency)
    return {
        "tax": included_words(quote.tax, quote.currency), "state": "open", "lines": words, "total": total, "papers": [],
        "payments": [], "has_invoice": False, "discount": "", "code": "", "refund": {"standing": ""},
    }  # fmt: skip
