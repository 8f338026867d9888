"""What a page may promise of a price."""

from decimal import Decimal, InvalidOperation

from webinar_app.core.errors import InvalidInput


def check_price_seen(amount: str, words: str, seen: str) -> None:
    """Raise InvalidInput where it costs more now than the page showed: nobody registers for a price they did not see.

    `amount` and `seen`: decimals as text, `seen` empty where no page showed one. `words`: the amount as people read it.
    """
    if not seen:
        return
    try:
        is_more = Decimal(amount) > Decimal(seen)
    except InvalidOperation:
        is_more = True  # what the page sent is not what it showed
    if is_more:
        sentence = f"It costs {words} now, more than this page showed. Look at the price, then send it again."
        raise InvalidInput("registration.price", sentence)
