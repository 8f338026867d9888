"""Named reads of prices, orders and papers."""

from webinar_app.payments.queries.orders import (
    PAGE,
    OrdersQuery,
    count_orders,
    find_order,
    find_order_by_code,
    find_payment,
    get_paper,
    list_orders,
    list_papers,
    order_view,
)
from webinar_app.payments.queries.prices import (
    code_at,
    discount_of,
    find_code,
    payer_email,
    price_view,
    prices_view,
    provider_of,
    quote_of,
    tier_rows,
)

__all__ = [
    "PAGE", "OrdersQuery", "code_at", "count_orders", "discount_of", "find_code", "find_order", "find_order_by_code",
    "find_payment", "get_paper", "list_orders", "list_papers", "order_view", "payer_email", "price_view", "prices_view",
    "provider_of", "quote_of", "tier_rows",
]  # fmt: skip
