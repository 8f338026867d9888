"""Paying by card: on to the card provider's own page, and its signed events."""

from flask import Response, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.infra.checkout import Asked, NotGenuine, NotReached, checkout
from webinar_app.infra.db import write
from webinar_app.payments.forms import ConfirmForm
from webinar_app.payments.routes.blueprint import blueprint
from webinar_app.payments.routes.own import pay_page
from webinar_app.payments.rules import money, to_minor
from webinar_app.payments.services import begin_card, keep_checkout, take_event
from webinar_app.web.http import current_actor
from webinar_app.web.security import joined, public

MOST_BYTES = 256 * 1024


@blueprint.post("/registrations/<code>/payment/card", endpoint="card")
@joined
def pay_by_card(code: str) -> BaseResponse | tuple[str, int]:
    """Go on to the page of the card provider; pressing twice leads to the same page."""
    form, cards = ConfirmForm(), checkout()
    if cards is None:
        raise Refused("payment.no_card", "Nobody can pay by card here. Ask for an invoice.")
    try:
        asked = write(begin_card, current_actor(), code, key=form.key, now=utc_now())
        checkout_id, address = cards.begin(_asked(asked, code))
    except NotReached:
        form.general_errors.append("The card page could not be opened, and nothing was charged. Try again in a minute.")
        return pay_page(code, card_form=form), 503
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return pay_page(code, card_form=form), error.status
    write(keep_checkout, asked["order"], checkout_id, now=utc_now())
    return redirect(address, 303)


def _asked(told: dict[str, str], code: str) -> Asked:
    back, currency = links().payment(code), told["currency"]
    # What a page is made of is in its key: another amount or a page that ran out makes another page.
    key = f"{told['order']}-{told['round']}-{told['amount']}-{currency}"
    return Asked(
        order=told["order"], key=key, title=told["title"], minor=to_minor(money(told["amount"]), currency),
        currency=currency, email=told["email"], paid_url=f"{back}?paid=1", back_url=back,
    )  # fmt: skip


@blueprint.post("/payments/events")
@public
def events() -> Response:
    """Take in a signed event of the card provider; the answer tells nothing but that it came."""
    cards = checkout()
    if cards is None:
        raise NotFound
    request.max_content_length = MOST_BYTES
    try:
        event = cards.read(request.get_data(cache=False), request.headers.get("Stripe-Signature", ""))
    except NotGenuine:
        raise InvalidInput("payment.event", "This event is not signed as agreed, or too old.") from None
    write(take_event, event, now=utc_now())
    return make_response("", 204)
