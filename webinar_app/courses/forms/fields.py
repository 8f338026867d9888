"""What the fields of courses and sessions are checked with, and read by."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from webinar_app.core.text import multi_line, one_line


def options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Give the choices of a field from values and words."""
    return [SelectChoice(value, words) for value, words in pairs]


def up_to(limit: int) -> Length:
    """Give the check that a text has at most so many characters."""
    return Length(max=limit, message=f"Keep this within {limit} characters.")


def whole(low: int, high: int) -> Callable[[Any, Any], None]:
    """Give the check that a text, when there is one, is a whole number in these bounds."""

    def check(form: Any, field: Any) -> None:
        if field.data and field.data.strip() and not _is_whole(field.data, low, high):
            raise ValidationError(f"Write a whole number from {low} to {high}.")

    return check


def _is_whole(text: str, low: int, high: int) -> bool:
    plain = text.strip()
    return plain.isascii() and plain.isdigit() and len(plain) <= 9 and low <= int(plain) <= high


def money(form: Any, field: Any) -> None:
    """Refuse a text that is no amount with at most two decimals."""
    if field.data and field.data.strip() and amount_of(field.data) is None:
        raise ValidationError("Write an amount such as 0, 40 or 1.25.")


def amount_of(text: str | None) -> Decimal | None:
    """Read an amount such as `1.25`; None for nothing and for what is no such amount."""
    try:
        amount = Decimal((text or "").strip().replace(",", "."))
    except InvalidOperation:
        return None
    is_plain = amount.is_finite() and 0 <= amount < 10**6 and amount == round(amount, 2)
    return amount if is_plain else None


def number_of(text: str | None) -> int | None:
    """Read a whole number; None for nothing."""
    return int(text) if text and text.strip() else None


def ref_of(text: str | None) -> int | None:
    """Read the hidden number of a row; None for a new row, and for what is no such number."""
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 9 else None


def lines_of(text: str | None) -> list[str]:
    """Give the lines of a text that say something."""
    return [line for line in (one_line(part) for part in (text or "").splitlines()) if line]


def paragraphs_of(text: str | None) -> list[str]:
    """Give the paragraphs of a text, which stand apart by an empty line."""
    return [" ".join(part.split("\n")) for part in multi_line(text or "").split("\n\n") if part.strip()]
