"""Orders, for coordinators: the list, one order, and the money that came by other ways than by card."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.times import in_zone
from webinar_app.infra.checkout import checkout
from webinar_app.infra.db import read, write
from webinar_app.payments.documents import orders_csv
from webinar_app.payments.forms import ConfirmForm, KeepForm, RecordForm, RefundForm
from webinar_app.payments.policy import get_managed_order
from webinar_app.payments.queries import PAGE, REFUND_DUE, OrdersQuery, count_orders, list_orders, order_view
from webinar_app.payments.routes.blueprint import blueprint
from webinar_app.payments.rules import OrderState
from webinar_app.payments.services import give_up, note_export, record_payment
from webinar_app.providers.models import Provider
from webinar_app.web.http import asked_page, asked_search, current_actor
from webinar_app.web.security import requires
from webinar_app.web.uploads import as_file

MANAGE = Permission.REGISTRATION_MANAGE
STATES = (REFUND_DUE, *(state.value for state in OrderState))
Answer = Response | str | tuple[str, int]


@blueprint.get("/manage/orders")
@requires(MANAGE)
def orders() -> str:
    """List the provider's orders, searchable, by state."""
    wanted, provider_id = _wanted(), here()
    with read() as db:
        counts = count_orders(db, provider_id, wanted.search)
        rows = list_orders(db, provider_id, wanted)
        zone = db.get_one(Provider, provider_id).time_zone
    pages = max(1, -(-counts[wanted.state] // PAGE))
    return render_template(
        "payments/manage/orders.html", rows=rows, counts=counts, wanted=wanted, pages=pages, states=("", *STATES),
        zone=zone, nav="orders",
    )  # fmt: skip


@blueprint.get("/manage/orders.csv")
@requires(MANAGE)
def orders_file() -> Response:
    """Send exactly what the list shows, as a file."""
    with read() as db:
        zone = db.get_one(Provider, here()).time_zone
        rows = list_orders(db, here(), _wanted(), limit=None)
    write(note_export, current_actor(), here(), "orders", rows=len(rows), now=utc_now())
    return as_file(orders_csv(rows, zone, bom=True), "text/csv; charset=utf-8", "orders.csv")


@blueprint.get("/manage/orders/<code>")
@requires(MANAGE)
def order(code: str) -> str:
    """Show one order, its payments and papers."""
    return order_page(code)


@blueprint.post("/manage/orders/<code>/pay")
@requires(MANAGE)
def pay(code: str) -> Answer:
    """Write down that the money came; the registration is confirmed by it."""
    form = RecordForm()
    if not form.validate():
        return order_page(code, form), 422
    given = (form.paid_by.data, form.reference.data or "", form.paid_on.data)
    try:
        done = write(record_payment, current_actor(), code, *given, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return order_page(code, form), error.status
    flash(f"The payment of {done['name']} is recorded. Receipt {done['number']} is on its way.", "success")
    return redirect(url_for("payments.order", code=code), 303)


@blueprint.post("/manage/orders/<code>/void")
@requires(MANAGE)
def void(code: str) -> Answer:
    """Ask for nothing any more."""
    return _act(code, give_up, "Nothing is asked for any more. The registration stays as it is.")


def _act(code: str, act: Any, said: str) -> Answer:
    form = ConfirmForm()
    try:
        write(act, current_actor(), code, key=form.key, now=utc_now())
    except Refused as error:
        form.absorb(error)
        return order_page(code, errors=form), error.status
    flash(said, "success")
    return redirect(url_for("payments.order", code=code), 303)


def order_page(
    code: str, form: RecordForm | None = None, *, refund_form: RefundForm | None = None,
    keep_form: KeepForm | None = None, errors: ConfirmForm | None = None,
) -> str:  # fmt: skip
    """Give the page of one order, with the form that needs correcting."""
    with read() as db:
        shown = order_view(get_managed_order(db, current_actor(), code))
        zone = db.get_one(Provider, here()).time_zone
    if form is None:
        form = RecordForm(formdata=None, data={"paid_on": in_zone(utc_now(), zone).date(), "paid_by": "bank"})
    if errors is not None:
        form.general_errors.extend(errors.general_errors)
    refund_form = refund_form or RefundForm(formdata=None)
    refund_form.offer(shown, has_cards=checkout() is not None)
    return render_template(
        "payments/manage/order.html", order=shown, form=form, refund_form=refund_form,
        keep_form=keep_form or KeepForm(formdata=None), zone=zone, nav="orders",
    )  # fmt: skip


def _wanted() -> OrdersQuery:
    state = request.args.get("state", "")
    return OrdersQuery(state=state if state in STATES else "", search=asked_search(), page=asked_page())


def here() -> int:
    """Give the provider whose orders somebody sees."""
    found = current_actor().provider_id
    assert found is not None  # who holds a permission holds it at a provider
    return found
