"""Use cases of prices, orders, payments and their papers."""

from webinar_app.payments.services.closing import carry_order
from webinar_app.payments.services.ordering import (
    Payer,
    ask_for_invoice,
    check_payer,
    give_up,
    note_orders_export,
    use_code,
)
from webinar_app.payments.services.papers import keep_paper
from webinar_app.payments.services.paying import begin_card, keep_checkout, record_payment, record_refund, take_event
from webinar_app.payments.services.pricing import add_code, add_step, add_tier, end_code, remove_step, remove_tier

__all__ = [
    "Payer", "add_code", "add_step", "add_tier", "ask_for_invoice", "begin_card", "carry_order", "check_payer",
    "end_code", "give_up", "keep_checkout", "keep_paper", "note_orders_export", "record_payment", "record_refund",
    "remove_step", "remove_tier", "take_event", "use_code",
]  # fmt: skip
