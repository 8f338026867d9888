"""Prices, codes and numbers: examples, and what holds for all of them."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.payments.rules import (
    Discount,
    DocumentKind,
    OrderState,
    Tier,
    check_code,
    check_move,
    clean_code,
    document_number,
    from_minor,
    is_member,
    money,
    money_words,
    no_code,
    quote,
    to_minor,
)

D = Decimal
TODAY = date(2026, 11, 30)
EARLY = Tier("Early bird", D("40"), until=TODAY)
MEMBER = Tier("Members", D("36"), members=("@alder.example", "ada@example.org"))
amounts = st.decimals("0", "99999.99", places=2)
tiers = st.lists(
    st.builds(
        Tier, st.sampled_from(["Early", "Late", "Member"]), amounts,
        st.none() | st.integers(-9, 9).map(lambda days: TODAY + timedelta(days=days)),
        st.sampled_from([(), ("@alder.example",)]),
    ),
    max_size=4,
)  # fmt: skip
codes = st.none() | st.one_of(
    st.builds(Discount, st.just("A"), st.decimals("1", "100", places=2), st.none()),
    st.builds(Discount, st.just("A"), st.none(), amounts),
)


@pytest.mark.parametrize(
    ("email", "day", "code", "lines", "total"),
    [
        ("bo@x.example", 1, None, [("Fee", "48.00")], "48.00"),
        ("bo@x.example", 0, None, [("Fee", "48.00"), ("Early bird", "-8.00")], "40.00"),
        ("ADA@example.org ", 0, None, [("Fee", "48.00"), ("Members", "-12.00")], "36.00"),
        ("bo@alder.example", 1, None, [("Fee", "48.00"), ("Members", "-12.00")], "36.00"),
        ("", 1, Discount("TEN", D("10"), None), [("Fee", "48.00"), ("Code TEN", "-4.80")], "43.20"),
        ("", 1, Discount("OFF", None, D("60")), [("Fee", "48.00"), ("Code OFF", "-48.00")], "0.00"),
    ],
)
def test_quote_says_how_the_total_comes_about(email, day, code, lines, total):
    found = quote(D("48"), "USD", [EARLY, MEMBER], today=TODAY + timedelta(days=day), email=email, code=code)

    assert ([(line.words, f"{line.amount}") for line in found.lines], f"{found.total}") == (lines, total)


@given(amounts, tiers, codes, st.sampled_from(["", "bo@alder.example"]))
def test_lines_add_up_and_nothing_is_below_zero_or_above_the_fee(price, beside, code, email):
    found = quote(price, "USD", beside, today=TODAY, email=email, code=code)

    assert sum((line.amount for line in found.lines), D(0)) == found.total
    assert 0 <= found.total <= price
    assert found.total == found.total.quantize(D("0.01"))


@given(amounts, tiers, st.sampled_from(["", "bo@alder.example"]))
def test_order_of_tiers_does_not_matter_and_a_further_one_never_costs_more(price, beside, email):
    def total(given):
        return quote(price, "USD", given, today=TODAY, email=email).total

    assert total(beside) == total(beside[::-1])
    assert total(beside) <= total(beside[1:])


@given(amounts, st.sampled_from(["USD", "JPY"]))
def test_smallest_units_and_back(amount, currency):
    whole = amount.quantize(D(1)) if currency == "JPY" else amount

    assert from_minor(to_minor(whole, currency), currency) == whole


@pytest.mark.parametrize(
    "code",
    [
        Discount("A", D(1), None, first_on=TODAY + timedelta(days=1)),
        Discount("A", D(1), None, last_on=TODAY - timedelta(days=1)), Discount("A", D(1), None, most_uses=2, used=2),
    ],
)  # fmt: skip
def test_code_that_does_not_count_says_why(code):
    with pytest.raises(InvalidInput) as refused:
        check_code(code, today=TODAY)

    assert refused.value.fields["code"].endswith(".")


def test_code_counts_on_its_first_and_last_day_up_to_its_last_use():
    held = Discount("A", D(1), None, first_on=TODAY, last_on=TODAY, most_uses=2, used=1)

    check_code(held, today=TODAY)
    assert {no_code(is_over=over, is_elsewhere=other).message for over in (True, False) for other in (True, False)} == {
        "This code is no longer valid.", "This code is not for this course.",
        "There is no such code for this course. Check how it is written.",
    }  # fmt: skip
    assert clean_code(" spring 26 ") == "SPRING26"


@given(st.text(max_size=60))
def test_typed_codes_and_amounts_are_clean_or_refused(typed):
    for clean in (clean_code, money):
        with suppress(InvalidInput):
            assert clean(typed) == clean(str(clean(typed)))


@pytest.mark.parametrize("typed", ["", "NaN", "-1", "1.234", "Infinity", "1e9", "٤٨", "100000"])
def test_amounts_that_are_none(typed):
    with pytest.raises(InvalidInput):
        money(typed)


def test_words_numbers_members_and_moves():
    assert money_words(D("-8"), "USD") == "−8.00 USD"
    assert document_number(DocumentKind.INVOICE, 2026, 7) == "INV-2026-00007"
    assert not is_member("", ("@",))
    check_move(OrderState.OPEN, OrderState.PAID)
    with pytest.raises(Refused):
        check_move(OrderState.REFUNDED, OrderState.PAID)
