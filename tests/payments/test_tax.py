"""Tax on a price: its rounding, and its line on form, order, invoice, receipt and credit note."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import databases
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_words import words, words_of
from sqlalchemy import select

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.infra.db import read, write
from webinar_app.payments.documents import document_html
from webinar_app.payments.models import Document
from webinar_app.payments.rules import Discount, quote
from webinar_app.payments.rules.tax import (
    Split,
    Tax,
    added,
    check_tax,
    included,
    rate_words,
    tax_of_part,
)
from webinar_app.payments.services import GivenBack, add_tier, record_payment, record_refund, set_tax

D = Decimal
HST, VAT = Tax("HST", 13_000, False), Tax("VAT", 20_000, True)
amounts, rates = st.integers(0, 10**8), st.integers(1, 100_000)
ONE = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)


@pytest.mark.parametrize(
    ("found", "split"),
    [
        (added(4800, 13_000), (4800, 624, 5424)), (included(4800, 20_000), (4000, 800, 4800)),
        (added(50, 1_000), (50, 1, 51)), (added(49, 1_000), (49, 0, 49)), (included(1, 100_000), (0, 1, 1)),
        (added(4800, 8_875), (4800, 426, 5226)), (added(0, 20_000), (0, 0, 0)),
    ],
)  # fmt: skip
def test_half_a_cent_is_rounded_up(found, split):
    assert found == Split(*split)


@given(amounts, rates)
def test_parts_add_up_and_the_tax_is_the_nearest_whole_cent(amount, rate):
    for split, whole in ((added(amount, rate), 100_000), (included(amount, rate), 100_000 + rate)):
        base = split.net if whole == 100_000 else split.gross
        assert split.net + split.tax == split.gross
        assert min(split) >= 0
        assert -whole < 2 * (split.tax * whole - base * rate) <= whole


@given(amounts, rates)
def test_tax_that_was_added_is_found_again_in_the_whole(amount, rate):
    assert included(added(amount, rate).gross, rate) == added(amount, rate)


@given(amounts, amounts, rates)
def test_more_money_never_has_less_tax(one, other, rate):
    less, more = sorted((one, other))

    assert added(less, rate).tax <= added(more, rate).tax
    assert included(less, rate).net <= included(more, rate).net


@given(st.lists(st.integers(0, 10**6), max_size=6), rates)
def test_taxes_of_parts_that_go_back_add_up_to_that_of_the_whole(parts, rate):
    taxes = [tax_of_part(parts[:at], part, rate) for at, part in enumerate(parts)]

    assert sum(taxes) == included(sum(parts), rate).tax
    assert min(taxes, default=0) >= 0


@given(st.decimals("0", "99999.99", places=2), st.sampled_from([HST, VAT]), st.integers(1, 100))
def test_lines_with_tax_add_up_to_the_total(price, tax, off):
    found = quote(price, "USD", [], today=date(2026, 11, 30), code=Discount("A", D(off), None), tax=tax)

    assert sum((line.amount for line in found.lines), D(0)) == found.total
    if found.tax:
        assert D(found.tax.net) + D(found.tax.amount) == found.total


@given(rates)
def test_rates_are_read_as_they_are_written(rate):
    assert check_tax("VAT", rate_words(rate), "", is_included=True).rate == rate


@pytest.mark.parametrize("typed", ["", "0", "-1", "100.001", "1e1", "٢٠", "8.8755", "20 %", "1000"])
def test_rates_that_are_none(typed):
    with pytest.raises(InvalidInput) as refused:
        check_tax("", typed, "x" * 41, is_included=True)

    assert sorted(refused.value.fields) == ["label", "number", "rate"]


def papers():
    with read() as db:
        query = select(Document).order_by(Document.id)
        return [words_of(f"<main>{document_html(row.snapshot)}</main>") for row in db.scalars(query)]


@ONE
def test_added_tax_stands_on_form_order_invoice_receipt_and_credit_note(world, paid, join, desk, client, order_of):
    cora, now = world.coordinator(), utc_now()
    write(set_tax, cora, paid["slug"], "HST", "13", "RT 123", False, now=now)
    write(add_tier, cora, paid["slug"], "Members", "40", None, "@alder.example", now=now)
    form = words(client, f"/courses/{paid['slug']}/register")
    course, catalogue = words(client, f"/courses/{paid['slug']}"), words(client, "/")
    code, ada = join()
    pay = words(ada, f"/registrations/{code}/payment")
    data = {"organisation": "County Health", "address": "1 Main St", "_key": "key of the invoice"}
    ada.post(f"/registrations/{code}/payment/invoice", data=data)
    order = order_of(code)
    write(set_tax, cora, paid["slug"], "HST", "15", "", False, now=now)
    write(record_payment, cora, order["code"], "bank", "B", now.date(), now=now)
    for amount in ("20", "34.24"):
        write(record_refund, cora, order["code"], GivenBack(amount, "bank", "As agreed by mail"), now=now)
    invoice, receipt, first, second = papers()
    (row,) = csv.DictReader(io.StringIO(desk.get("/manage/orders.csv").data.decode("utf-8-sig")))
    register = list(csv.DictReader(io.StringIO(desk.get("/manage/papers.csv").data.decode("utf-8-sig"))))

    assert "$48 plus HST 13 %" in course
    assert "$48 plus HST 13 %" in catalogue
    assert "Fee 48.00 USD HST 13 % 6.24 USD Total 54.24 USD" in form
    assert "Members: 45.20 USD for members." in form
    assert "Fee 48.00 USD HST 13 % 6.24 USD To pay 54.24 USD" in pay
    assert order["amount"] == "54.24"
    for paper in (invoice, receipt):
        assert "Tax number RT 123" in paper
        assert "Fee 48.00 USD HST 13 % 6.24 USD Total 54.24 USD" in paper
    assert "Total 20.00 USD Of it HST 13 % 2.30 USD Without tax 17.70 USD" in first
    assert "Total 34.24 USD Of it HST 13 % 3.94 USD Without tax 30.30 USD" in second
    assert "Takes back INV-2026-00001, REC-2026-00001, 54.24 USD" in first
    assert (row["Amount"], row["Tax"]) == ("54.24", "6.24")
    assert [(one["Paper"], one["Amount"], one["Tax"]) for one in register] == [
        ("Credit note", "-20.00", "-2.30"), ("Credit note", "-34.24", "-3.94"), ("Invoice", "54.24", "6.24"),
        ("Receipt", "54.24", "6.24"),
    ]  # fmt: skip


@ONE
def test_included_tax_is_named_and_changes_no_price(world, paid, join, desk, client):
    write(set_tax, world.coordinator(), paid["slug"], "VAT", "20", "GB 1", True, now=utc_now())
    form = words(client, f"/courses/{paid['slug']}/register")
    code, ada = join()
    data = {"organisation": "County Health", "address": "1 Main St", "_key": "key of the invoice"}
    ada.post(f"/registrations/{code}/payment/invoice", data=data)
    (invoice,) = papers()

    for page in (form, words(ada, f"/registrations/{code}/payment")):
        assert re.search(r"(Total|To pay) 48.00 USD VAT 20 %, 8.00 USD included", page)
    assert "Total 48.00 USD Of it VAT 20 % 8.00 USD Without tax 40.00 USD" in invoice


@ONE
def test_editor_sets_and_removes_a_tax_and_keeps_what_was_typed(desk, paid):
    address = f"/manage/courses/{paid['slug']}/prices"

    def send(path, **data):
        return desk.post(f"{address}/tax{path}", data={"_key": f"key of tax {path}{data}"[:60]} | data)

    wrong = send("", label="Sales tax", rate="many", way="added")
    saved = send("", label="Sales tax", rate="8.875", way="added", number="7")
    page = words(desk, address)
    gone, twice = send("/remove"), send("/remove", again="1")

    assert [one.status_code for one in (wrong, saved, gone, twice)] == [422, 303, 303, 404]
    assert 'value="Sales tax"' in wrong.text
    assert "Write a percentage such as 20 or 8.875" in words_of(wrong.text)
    assert "Sales tax 8.875 %, added to the prices above, number 7" in page
    assert "No tax is told" in words(desk, address)
