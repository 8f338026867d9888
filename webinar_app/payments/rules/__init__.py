"""What something costs whom on which day, and the numbers of its papers: plain decisions over Decimals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.text import one_line
from webinar_app.payments.rules.tax import Tax, taxed

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
MOST = Decimal("99999.99")
CODE_LONGEST = 40
NAME_LONGEST = 60
REFERENCE_LONGEST = 80
# Of the currencies that a course may have, those without a hundredth: none today; ISO 4217 names these.
_WHOLE = frozenset({"JPY", "KRW", "CLP", "VND", "XAF", "XOF"})


class OrderState(StrEnum):
    """Where an order stands."""

    OPEN = "open"
    PAID = "paid"
    REFUNDED = "refunded"
    VOID = "void"


class DocumentKind(StrEnum):
    """What a paper is: an invoice asks for money, a receipt says that it came, a credit note that it went back."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"


class PaidBy(StrEnum):
    """How money came; `CARD` is written by the card provider's events alone."""

    BANK = "bank"
    PURCHASE_ORDER = "purchase_order"
    CASH = "cash"
    CARD = "stripe"


PAID_BY_WORDS = {
    PaidBy.BANK: "Bank transfer",
    PaidBy.PURCHASE_ORDER: "Purchase order",
    PaidBy.CASH: "Cash or cheque",
    PaidBy.CARD: "Card",
}
PREFIXES = {DocumentKind.INVOICE: "INV", DocumentKind.RECEIPT: "REC", DocumentKind.CREDIT_NOTE: "CRN"}
DOCUMENT_WORDS = {
    DocumentKind.INVOICE: "Invoice", DocumentKind.RECEIPT: "Receipt", DocumentKind.CREDIT_NOTE: "Credit note",
}  # fmt: skip


class Tier(NamedTuple):
    """A price beside the usual one: until the end of a day, or for members only, or both."""

    name: str
    amount: Decimal
    until: date | None = None
    members: tuple[str, ...] = ()  # addresses, or `@domain` for everybody there; empty: for all


class Discount(NamedTuple):
    """A discount code: either a share of the price or an amount off it."""

    code: str
    percent: Decimal | None
    amount: Decimal | None
    first_on: date | None = None
    last_on: date | None = None
    most_uses: int | None = None
    used: int = 0


class Line(NamedTuple):
    """One line of a breakdown; what is taken off is negative."""

    words: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """What is to be paid, and how it comes about: the lines add up to the total."""

    currency: str
    lines: tuple[Line, ...]
    total: Decimal
    tier: Tier | None = None  # the price beside the usual one that counts
    tax: "Taxed | None" = None


class Taxed(NamedTuple):
    """The tax of an order, as it was quoted; amounts are decimals as text. `net` and `amount` add up to its total."""

    words: str
    rate: int
    is_included: bool
    net: str
    amount: str
    number: str


def rounded(amount: Decimal) -> Decimal:
    """Give an amount in hundredths, half a hundredth upwards."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def is_member(email: str, members: Sequence[str]) -> bool:
    """Say whether an address is among the members: itself, or by its domain (`@alder.example`)."""
    address = email.strip().lower()
    return bool(address) and (address in members or f"@{address.rpartition('@')[2]}" in members)


def quote(
    price: Decimal, currency: str, tiers: Sequence[Tier], *, today: date, email: str = "", code: Discount | None = None,
    tax: Tax | None = None,
) -> Quote:  # fmt: skip
    """Give what somebody pays today: the lowest price open to them, less a code, never below 0, with its tax.

    `today`: the day in the zone of the sitting. `code`: one that `check_code` let through.
    """
    usual = rounded(price)
    lines, total = [Line("Fee", usual)], usual
    best = best_tier(usual, tiers, today=today, email=email)
    if best is not None:
        lines.append(Line(best.name, rounded(best.amount) - total))
        total = rounded(best.amount)
    if code is not None:
        off = min(total, rounded(total * code.percent / 100) if code.percent else rounded(code.amount or NOTHING))
        lines.append(Line(f"Code {code.code}", -off))
        total -= off
    told = None
    if tax is not None and total:
        told, total = with_tax(total, currency, tax)
        if not tax.is_included:
            lines.append(Line(told.words, Decimal(told.amount)))
    return Quote(currency, tuple(lines), total, best, told)


def with_tax(amount: Decimal, currency: str, tax: Tax) -> tuple[Taxed, Decimal]:
    """Give the tax of a price, and what is to be paid with it."""
    split = taxed(to_minor(amount, currency), tax)
    net, part, gross = (from_minor(minor, currency) for minor in split)
    return Taxed(tax.words, tax.rate, tax.is_included, f"{net}", f"{part}", tax.number), gross


def is_open(tier: Tier, today: date) -> bool:
    """Say whether a price still counts on a day; its last one is included."""
    return tier.until is None or today <= tier.until


def best_tier(usual: Decimal, tiers: Sequence[Tier], *, today: date, email: str = "") -> Tier | None:
    """Give the lowest price beside the usual one that is open to somebody today; of equal ones the first."""
    open_ones = [
        tier for tier in tiers
        if is_open(tier, today) and (not tier.members or is_member(email, tier.members))
        and rounded(tier.amount) < usual
    ]  # fmt: skip
    return min(open_ones, key=lambda tier: tier.amount, default=None)


def check_code(code: Discount, *, today: date) -> None:
    """Raise InvalidInput that says why a code does not count today."""
    if code.first_on is not None and today < code.first_on:
        raise _code("This code is not valid yet.")
    if code.last_on is not None and today > code.last_on:
        raise _code("This code is no longer valid.")
    if code.most_uses is not None and code.used >= code.most_uses:
        raise _code("This code was used as often as it may be.")


def no_code(*, is_over: bool, is_elsewhere: bool) -> InvalidInput:
    """Give the refusal of a code that a course does not have: taken back here, of another course, or unknown."""
    if is_over:
        return _code("This code is no longer valid.")
    if is_elsewhere:
        return _code("This code is not for this course.")
    return _code("There is no such code for this course. Check how it is written.")


def clean_code(typed: str) -> str:
    """Give a code as it is compared: capitals, no spaces; raise InvalidInput where it has none or is too long."""
    cleaned = "".join(one_line(typed).split()).upper()
    if not 0 < len(cleaned) <= CODE_LONGEST:
        raise _code(f"Write a code of at most {CODE_LONGEST} characters.")
    return cleaned


def _code(sentence: str) -> InvalidInput:
    # Beside the field of whichever form has it: of its own, or in the form of registration.
    return InvalidInput("payment.code", sentence, {"code": sentence, "discount": sentence})


def money(typed: str, field: str = "amount", *, least: Decimal = NOTHING) -> Decimal:
    """Give a typed amount; raise InvalidInput unless it is a plain number with at most two decimals in bounds."""
    try:
        amount = Decimal(one_line(typed).replace(",", "."))
        fits = least <= amount <= MOST and amount == amount.quantize(CENT)
    except InvalidOperation:
        fits = False
    if not fits or not typed.isascii():
        sentence = f"Write an amount such as 48.00, at least {least} and at most {MOST}."
        raise InvalidInput("payment.amount", sentence, {field: sentence})
    return rounded(amount)


def to_minor(amount: Decimal, currency: str) -> int:
    """Give an amount in the smallest unit of its currency, as card providers count."""
    return int(rounded(amount) * (1 if currency.upper() in _WHOLE else 100))


def from_minor(amount: int, currency: str) -> Decimal:
    """Give the amount that a card provider counted in the smallest unit of its currency."""
    return rounded(Decimal(amount) / (1 if currency.upper() in _WHOLE else 100))


def money_words(amount: Decimal, currency: str) -> str:
    """Write an amount as every page and paper does: `48.00 USD`, a true minus before what is taken off."""
    return f"{'−' if amount < 0 else ''}{abs(amount):.2f} {currency}"


def document_number(kind: DocumentKind, year: int, place: int) -> str:
    """Give the number of a paper: kind, year and its place in the series of that year, `INV-2026-00001`."""
    return f"{PREFIXES[kind]}-{year}-{place:05d}"


_MOVES = {
    OrderState.OPEN: frozenset({OrderState.PAID, OrderState.VOID}),
    OrderState.PAID: frozenset({OrderState.REFUNDED}),
    OrderState.VOID: frozenset({OrderState.PAID}),  # money may come after it was closed
    OrderState.REFUNDED: frozenset(),
}


def may_move(state: OrderState, to: OrderState) -> bool:
    """Say whether an order may go from one state to another."""
    return to in _MOVES[state]


def check_move(state: OrderState, to: OrderState) -> None:
    """Raise Refused unless `may_move`."""
    if not may_move(state, to):
        raise Refused("payment.state", f"This order is {state.value}; that is not possible now.")


def check_open(state: OrderState) -> None:
    """Raise Refused unless an order can still be changed by who pays it."""
    if state is not OrderState.OPEN:
        raise Refused("payment.state", f"This order is {state.value}. Nothing is left to pay here.")
