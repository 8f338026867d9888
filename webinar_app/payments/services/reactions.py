"""What payments do when something happens to a registration."""

from datetime import datetime

from webinar_app.infra.db import Db
from webinar_app.payments.policy import lock_order
from webinar_app.payments.queries import find_order
from webinar_app.payments.rules import OrderState
from webinar_app.payments.services.ordering import ensure_order
from webinar_app.registrations.events import RegistrationCancelled, RegistrationMade
from webinar_app.registrations.queries import get_registration


def open_order(db: Db, event: RegistrationMade, now: datetime) -> None:
    """Write down what a new registration costs at the price of its day; what is free has no order."""
    row = get_registration(db, event.registration_id)
    if row.course.price and (row.webinar is None or row.webinar.rehearsal_of_id is None):
        ensure_order(db, row, now)


def void_order(db: Db, event: RegistrationCancelled, now: datetime) -> None:
    """Ask nothing any more for a registration that is cancelled; what was paid stays as it is."""
    order = find_order(db, event.registration_id)
    if order is not None and lock_order(db, order.id).state is OrderState.OPEN:
        order.state = OrderState.VOID
