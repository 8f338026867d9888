"""Tax on a price, in whole smallest units of its currency: half a unit is rounded up, and the rest is the net amount.

A rate is a whole number of thousandths of a percent: 13 % is 13000, 8.875 % is 8875.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import one_line

WHOLE = 100_000  # thousandths of a percent
LABEL_LONGEST = 40
NUMBER_LONGEST = 40


class Tax(NamedTuple):
    """A tax on what a course costs: in its price already, or added to it."""

    label: str
    rate: int
    is_included: bool
    number: str = ""  # under which the organisation pays it, as papers print it

    @property
    def words(self) -> str:
        """Give the tax as pages and papers name it: `HST 13 %`."""
        return f"{self.label} {rate_words(self.rate)} %"


class Split(NamedTuple):
    """An amount in smallest units, with and without its tax: `net + tax == gross`."""

    net: int
    tax: int
    gross: int


def added(net: int, rate: int) -> Split:
    """Give what a tax adds to an amount: the tax is rounded once, over the whole amount."""
    tax = (2 * net * rate + WHOLE) // (2 * WHOLE)
    return Split(net, tax, net + tax)


def included(gross: int, rate: int) -> Split:
    """Give what of an amount is its tax: `included(added(net).gross)` is `added(net)`."""
    tax = (2 * gross * rate + WHOLE + rate) // (2 * (WHOLE + rate))
    return Split(gross - tax, tax, gross)


def taxed(amount: int, tax: Tax) -> Split:
    """Give a price with its tax, whichever way the tax is told."""
    return included(amount, tax.rate) if tax.is_included else added(amount, tax.rate)


def tax_of_part(parts_before: Sequence[int], part: int, rate: int) -> int:
    """Give the tax in a part of an amount that goes back: the taxes of all parts add up to that of the whole."""
    before = sum(parts_before)
    return included(before + part, rate).tax - included(before, rate).tax


def rate_words(rate: int) -> str:
    """Give a rate as people read it, without zeros at its end: `8.875`, `13`."""
    return f"{Decimal(rate) / 1000:f}".rstrip("0").rstrip(".") if rate % 1000 else str(rate // 1000)


def check_tax(label: str, rate: str, number: str, *, is_included: bool) -> Tax:
    """Give a tax as typed; raise one InvalidInput with all that must be corrected."""
    told, cleaned, fields = one_line(label), one_line(number), {}
    if not 0 < len(told) <= LABEL_LONGEST:
        fields["label"] = f"Write what it is called, such as VAT, in at most {LABEL_LONGEST} characters."
    if len(cleaned) > NUMBER_LONGEST:
        fields["number"] = f"Use at most {NUMBER_LONGEST} characters."
    found = _rate(rate)
    if found is None:
        fields["rate"] = "Write a percentage such as 20 or 8.875, above 0 and at most 100."
    if fields or found is None:
        raise InvalidInput("payment.tax", "Some answers need a look.", fields)
    return Tax(told, found, is_included, cleaned)


def _rate(typed: str) -> int | None:
    whole, _, rest = one_line(typed).replace(",", ".").partition(".")
    if not (whole.isdigit() and whole.isascii() and len(whole) <= 3 and len(rest) <= 3):
        return None
    if rest and not (rest.isdigit() and rest.isascii()):
        return None
    rate = int(whole) * 1000 + int(rest.ljust(3, "0") or 0)
    return rate if 0 < rate <= WHOLE else None
