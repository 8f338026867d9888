"""Use cases of prices, orders, payments and their papers."""

from webinar_app.payments.services.closing import carry_order
from webinar_app.payments.services.ordering import (
    Payer,
    ask_for_invoice,
    check_payer,
    give_up,
    note_export,
    use_code,
)
from webinar_app.payments.services.papers import keep_paper
from webinar_app.payments.services.paying import begin_card, keep_checkout, record_payment, take_event
from webinar_app.payments.services.pricing import (
    add_code,
    add_step,
    add_tier,
    end_code,
    remove_step,
    remove_tax,
    remove_tier,
    set_tax,
)
from webinar_app.payments.services.refunding import (
    GivenBack,
    again_refund,
    begin_refund,
    drop_refund,
    keep_money,
    keep_refund,
    record_refund,
)

__all__ = [
    "GivenBack", "Payer", "add_code", "add_step", "add_tier", "again_refund", "ask_for_invoice", "begin_card",
    "begin_refund", "carry_order", "check_payer", "drop_refund", "end_code", "give_up", "keep_checkout", "keep_money",
    "keep_paper", "keep_refund", "note_export", "record_payment", "record_refund", "remove_step", "remove_tax",
    "remove_tier", "set_tax", "take_event", "use_code",
]  # fmt: skip
