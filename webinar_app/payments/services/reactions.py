"""What payments do when something happens to a registration."""

from datetime import datetime
from typing import Any

from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.payments.queries import closed_words, find_order, price_view, refund_words
from webinar_app.payments.rules import money_words
from webinar_app.payments.services.closing import close_order, close_orders, reopen_order
from webinar_app.payments.services.ordering import ensure_order
from webinar_app.registrations.events import FeeAsked, PriceAsked, RefundAsked, RegistrationMade
from webinar_app.registrations.queries import Place, get_registration
from webinar_app.webinars.models import Webinar

__all__ = [
    "close_order", "close_orders", "fee_of", "open_order", "price_of", "refund_words_of", "reopen_order",
]  # fmt: skip


def price_of(db: Db, question: PriceAsked) -> dict[str, Any] | None:
    """Give what registering costs and how that comes about; None where it costs nothing."""
    webinar = db.get_one(Webinar, question.webinar_id) if question.webinar_id is not None else None
    place = Place(db.get_one(Course, question.course_id), webinar)
    return price_view(db, place, question.person_id, question.discount, question.now)


def fee_of(db: Db, question: FeeAsked) -> dict[str, str] | None:
    """Give what a registration costs as it was quoted, and where its order stands; None where it has none."""
    order = find_order(db, question.registration_id)
    if order is None:
        return None
    return {"total": money_words(order.amount, order.currency), "state": order.state.value, "back": closed_words(order)}


def open_order(db: Db, event: RegistrationMade, now: datetime) -> None:
    """Write down what a new registration costs at the price of its day; what is free has no order."""
    row = get_registration(db, event.registration_id)
    if row.course.price and (row.webinar is None or row.webinar.rehearsal_of_id is None):
        ensure_order(db, row, now, event.discount)


def refund_words_of(db: Db, question: RefundAsked) -> str:
    """Say what would be given back if a registration were cancelled now; nothing where nothing was paid."""
    order = find_order(db, question.registration_id)
    return refund_words(db, order, question.now) if order is not None else ""
