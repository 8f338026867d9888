"""Giving money back: by hand, or by asking the card provider."""

from typing import Any

from flask import flash, redirect, url_for

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.checkout import NotReached, NotTaken, RefundWanted, checkout
from webinar_app.infra.db import read, write
from webinar_app.payments.forms import ConfirmForm, KeepForm, RefundForm
from webinar_app.payments.policy import get_managed_order
from webinar_app.payments.queries import order_view
from webinar_app.payments.routes.blueprint import blueprint
from webinar_app.payments.routes.coordinator import Answer, order_page
from webinar_app.payments.rules import PaidBy
from webinar_app.payments.services import (
    GivenBack,
    again_refund,
    begin_refund,
    drop_refund,
    keep_money,
    keep_refund,
    record_refund,
)
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires

MANAGE = Permission.REGISTRATION_MANAGE
SAID = {
    "done": ("{amount} is given back. The credit note goes out by mail.", "success"),
    "pending": ("The card provider gives {amount} back. This page follows by itself.", "success"),
    "failed": ("The card provider could not give it back. Choose another way.", "error"),
}
BY_HAND = "{amount} is given back. Credit note {number} goes out by mail."
UNREACHED = "The card provider did not answer. Ask again below in a minute: it is given back once only."


@blueprint.post("/manage/orders/<code>/refund")
@requires(MANAGE)
def refund(code: str) -> Answer:
    """Give money back: write it down, or have the card provider do it."""
    form = RefundForm()
    with read() as db:
        shown = order_view(get_managed_order(db, current_actor(), code))
    form.offer(shown, has_cards=checkout() is not None)
    if not form.validate():
        return order_page(code, refund_form=form), 422
    act = begin_refund if form.way.data == PaidBy.CARD else record_refund
    try:
        done = write(act, current_actor(), code, _sheet(form), key=form.key, now=utc_now())
        said = _asked(done) if act is begin_refund else (BY_HAND.format(**done), "success")
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return order_page(code, refund_form=form), error.status
    flash(*said)
    return redirect(url_for("payments.order", code=code), 303)


@blueprint.post("/manage/orders/<code>/refunds/<refund>/again")
@requires(MANAGE)
def refund_again(code: str, refund: str) -> Answer:
    """Ask the card provider again, which has not answered; it gives back once only."""
    form = ConfirmForm()
    try:
        wanted = write(again_refund, current_actor(), code, refund, key=form.key, now=utc_now())
        said = _asked(wanted, is_again=True)
    except Refused as error:
        form.absorb(error)
        return order_page(code, errors=form), error.status
    flash(*said)
    return redirect(url_for("payments.order", code=code), 303)


@blueprint.post("/manage/orders/<code>/keep")
@requires(MANAGE)
def keep(code: str) -> Answer:
    """Decide that nothing more is given back."""
    form = KeepForm()
    if not form.validate():
        return order_page(code, keep_form=form), 422
    try:
        write(keep_money, current_actor(), code, form.why.data, key=form.key, now=utc_now())
    except InvalidInput as error:
        form.why.errors = [error.message]
        return order_page(code, keep_form=form), error.status
    except Refused as error:
        form.absorb(error)
        return order_page(code, keep_form=form), error.status
    flash("Decided: nothing more is given back.", "success")
    return redirect(url_for("payments.order", code=code), 303)


def _sheet(form: RefundForm) -> GivenBack:
    payment = form.payment.data or "0"
    return GivenBack(
        amount=form.amount.data or "", way=form.way.data, reason=form.reason.data or "",
        payment=int(payment) if payment.isascii() and payment.isdigit() and len(payment) < 10 else -1,
        reference=form.refund_reference.data or "",
    )  # fmt: skip


def _asked(wanted: dict[str, Any], *, is_again: bool = False) -> tuple[str, str]:
    """Have the card provider give back what was written down, and give what to say of it."""
    cards, code = checkout(), wanted["code"]
    if cards is None:
        raise Refused("payment.no_card", "No card provider is set up here. Give it back by another way.")
    names = ("code", "order", "payment", "minor")
    try:
        told = cards.refund(RefundWanted(**{name: wanted[name] for name in names}, is_again=is_again))
    except NotReached:
        return UNREACHED, "warning"
    except NotTaken as error:
        write(drop_refund, code, str(error), now=utc_now())
        return SAID["failed"]
    words, kind = SAID[write(keep_refund, code, told, now=utc_now())]
    return words.format(amount=wanted["amount"]), kind
