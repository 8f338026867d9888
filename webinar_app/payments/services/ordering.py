"""The order of a registration: made, made cheaper by a code, invoiced, given up."""

from dataclasses import dataclass
from datetime import datetime

from webinar_app.accounts.rules import clean_email
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import multi_line, one_line
from webinar_app.infra.db import Db
from webinar_app.payments.models import Order
from webinar_app.payments.policy import get_managed_order, lock_order
from webinar_app.payments.queries import code_at, find_order, quote_of
from webinar_app.payments.rules import DocumentKind, OrderState, check_move, check_open, clean_code
from webinar_app.payments.rules.refunds import Closing
from webinar_app.payments.services.closing import close, forget_closing
from webinar_app.payments.services.papers import issue
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_own, lock_seat
from webinar_app.registrations.queries import place_of
from webinar_app.registrations.rules import LIVE, RegistrationState
from webinar_app.registrations.services import confirm_paid
from webinar_app.webinars.rules import WebinarState


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, as typed: apart from who learns."""

    name: str = ""
    organisation: str = ""
    address: str = ""
    email: str = ""
    po_number: str = ""


def ensure_order(db: Db, row: Registration, now: datetime, discount: str = "") -> Order:
    """Give the order of a registration, to be changed; one is made at today's price where there is none.

    `discount`: the code that was typed with the registration. What costs nothing after all is settled at once.
    """
    if (found := find_order(db, row.id)) is not None:
        return lock_order(db, found.id)
    lock_seat(db, row)  # two at once would make two
    if (found := find_order(db, row.id)) is not None:
        return lock_order(db, found.id)
    if not row.course.price:
        raise Refused("payment.free", "This costs nothing. There is nothing to pay.")
    order = Order(
        code=new_code(), provider_id=row.course.provider_id, registration_id=row.id, state=OrderState.OPEN,
        currency=row.course.currency, amount=0, lines=[], created_at=now,
    )  # fmt: skip
    _price(db, order, row, discount, now)
    db.add(order)
    db.flush()  # whoever asks next finds it, and papers name its id
    if not order.amount:
        settle(db, order, now)
    return order


def _price(db: Db, order: Order, row: Registration, typed: str, now: datetime) -> None:
    """Write down today's price, less the code that was typed; raise InvalidInput where it does not count."""
    code, discount = None, None
    if typed.strip():
        code, discount = code_at(db, place_of(row), typed, now, besides=order.id or 0, lock=True)
    found = quote_of(db, row, now, discount)
    order.amount, order.currency = found.total, found.currency
    order.lines = [[line.words, f"{line.amount}"] for line in found.lines]
    order.tax = found.tax._asdict() if found.tax else None
    order.discount_code_id = code.id if code else None


def own_order(db: Db, actor: Actor, code: str, now: datetime) -> Order:
    """Give the order of the actor's own registration, to be changed; refuse where it is settled or given up."""
    row = get_own(db, actor, code)
    if row.state not in LIVE:
        raise Refused("payment.cancelled", "This registration is cancelled. Nothing is left to pay.")
    if row.webinar_id is not None and row.state is not RegistrationState.REGISTERED:
        raise Refused("payment.waiting", "Your place is not settled yet. Come back when you have it.")
    if row.webinar is not None and row.webinar.state is WebinarState.CANCELLED:
        raise Refused("payment.called_off", "This session was cancelled. Nothing is left to pay.")
    order = ensure_order(db, row, now)
    check_open(order.state)
    return order


def use_code(db: Db, actor: Actor, code: str, typed: str, *, now: datetime) -> str:
    """Count a discount code for the actor's own order and return its state; where nothing is left it is settled."""
    wanted = clean_code(typed)
    order = own_order(db, actor, code, now)
    if any(paper.kind is DocumentKind.INVOICE for paper in order.documents):
        raise Refused("payment.invoiced", "The invoice is written already. Ask us, and we write another one.")
    _price(db, order, order.registration, wanted, now)
    order.checkout_id, order.checkout_round = None, order.checkout_round + 1  # the card page shows the old amount
    if not order.amount:
        settle(db, order, now)
    return order.state.value


def ask_for_invoice(db: Db, actor: Actor, code: str, payer: Payer, *, now: datetime) -> str:
    """Keep who pays, write the invoice once, have it mailed, and return its number."""
    cleaned = check_payer(payer)
    order = own_order(db, actor, code, now)
    invoice = next((paper for paper in order.documents if paper.kind is DocumentKind.INVOICE), None)
    if invoice is not None:
        if _payer_of(order) != cleaned:
            told = (
                f"Invoice {invoice.number} is written already, for who was named first. Ask the organiser to change it."
            )
            raise Refused("payment.invoiced", told)
        return invoice.number
    order.payer_name, order.payer_organisation, order.payer_address = (
        cleaned.name,
        cleaned.organisation,
        cleaned.address,
    )
    order.payer_email, order.po_number = cleaned.email, cleaned.po_number
    return issue(db, order, None, now).number


def _payer_of(order: Order) -> Payer:
    return Payer(
        order.payer_name, order.payer_organisation, order.payer_address, order.payer_email, order.po_number
    )  # fmt: skip


def check_payer(payer: Payer) -> Payer:
    """Give the payer cleaned; raise one InvalidInput with all that must be corrected."""
    cleaned = Payer(
        one_line(payer.name), one_line(payer.organisation), multi_line(payer.address), payer.email.strip(),
        one_line(payer.po_number),
    )  # fmt: skip
    limits = {"name": 120, "organisation": 160, "address": 400, "po_number": 60}
    fields = {
        name: f"Use at most {limit} characters."
        for name, limit in limits.items()
        if len(getattr(cleaned, name)) > limit
    }
    if not cleaned.name and not cleaned.organisation:
        fields["organisation"] = "Write who pays: an organisation, or a person."
    if not cleaned.address:
        fields["address"] = "Write the address for the invoice."
    if cleaned.email:
        try:
            clean_email(cleaned.email)
        except InvalidInput:
            fields["email"] = "Write an e-mail address, such as name@example.org."
    if fields:
        raise InvalidInput("payment.payer", "Some answers need a look.", fields)
    return cleaned


def settle(db: Db, order: Order, now: datetime) -> None:
    """Mark an order as paid, and confirm the registration that waited for it."""
    check_move(order.state, OrderState.PAID)
    order.state, order.settled_at, order.checkout_id = OrderState.PAID, now, None
    if order.closed_why is Closing.GIVEN_UP:
        forget_closing(order)
    confirm_paid(db, order.registration_id, now=now)


def give_up(db: Db, actor: Actor, code: str, *, now: datetime) -> str:
    """Ask for nothing any more, for a coordinator; the registration stays as it is. Return the order's code."""
    order = get_managed_order(db, actor, code, lock=True)
    check_move(order.state, OrderState.VOID)
    close(db, order, Closing.GIVEN_UP, now, by=actor.person_id)
    return order.code


def note_export(db: Db, actor: Actor, provider_id: int, what: str, *, rows: int, now: datetime) -> None:
    """Write down that somebody took a list along: `orders` or `papers`."""
    record(db, actor.person_id, "payment.export", "provider", provider_id, now=now, what=what, rows=rows)
