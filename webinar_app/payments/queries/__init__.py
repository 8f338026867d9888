"""Named reads of prices, orders and papers."""

from webinar_app.payments.queries.orders import (
    PAGE,
    REFUND_DUE,
    OrdersQuery,
    count_orders,
    find_card_payment,
    find_order,
    find_order_by_code,
    find_payment,
    find_refund,
    get_paper,
    holder_of,
    list_orders,
    list_papers,
    order_view,
)
from webinar_app.payments.queries.prices import (
    added_taxes,
    code_at,
    discount_of,
    find_code,
    find_tax,
    included_words,
    payer_email,
    price_view,
    prices_view,
    provider_of,
    quote_of,
    tier_rows,
)
from webinar_app.payments.queries.refunds import closed_words, due_of, paid_of, refund_view, refund_words, refunded_of
from webinar_app.payments.queries.steps import step_rows

__all__ = [
    "OrdersQuery", "PAGE", "REFUND_DUE", "added_taxes", "closed_words", "code_at", "count_orders", "discount_of",
    "due_of", "find_card_payment", "find_code", "find_order", "find_order_by_code", "find_payment", "find_refund",
    "find_tax", "get_paper", "holder_of", "included_words", "list_orders", "list_papers", "order_view", "paid_of",
    "payer_email", "price_view", "prices_view", "provider_of", "quote_of", "refund_view", "refund_words",
    "refunded_of", "step_rows", "tier_rows",
]  # fmt: skip
