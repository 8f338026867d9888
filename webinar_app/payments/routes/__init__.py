"""Pages of prices, orders and payments: for who pays, for coordinators, and for the card provider."""

from webinar_app.payments.routes import card, coordinator, own, prices, refunds, register
from webinar_app.payments.routes.blueprint import blueprint

__all__ = ["blueprint", "card", "coordinator", "own", "prices", "refunds", "register"]
