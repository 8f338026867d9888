"""The register of papers: every number of each series, searchable, and as a file."""

import csv
import io

import pytest
from page_words import let_in, words

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.infra.db import write
from webinar_app.payments.services import record_payment


@pytest.fixture
def order(world, join, order_of):
    """Give the code of an order that was paid by bank."""
    code = order_of(join()[0])["code"]
    write(record_payment, world.coordinator(), code, "bank", "B-1", utc_now().date(), now=utc_now())
    return code


def rows_of(desk, query=""):
    return list(csv.DictReader(io.StringIO(desk.get(f"/manage/papers.csv{query}").data.decode("utf-8-sig"))))


def test_register_lists_each_number_with_what_came_and_what_went_back(desk, order):
    before = words(desk, "/manage/papers")
    data = {"payment": "", "amount": "10", "way": "bank", "reason": "As agreed by mail", "refund_reference": ""}
    desk.post(f"/manage/orders/{order}/refund", data=data | {"_key": "gives ten dollars back"})
    page, notes = words(desk, "/manage/papers"), words(desk, "/manage/papers?kind=credit_note")
    rows = rows_of(desk)

    assert ("REC-" in before, "CRN-" in before) == (True, False)
    assert "−10.00 USD" in page
    assert ("CRN-" in notes, "REC-" in notes) == (True, False)
    assert [(row["Paper"], row["Order"], row["Learner"], row["Amount"], row["Currency"]) for row in rows] == [
        ("Credit note", order, "Ada Lovelace", "-10.00", "USD"),
        ("Receipt", order, "Ada Lovelace", "48.00", "USD"),
    ]


def test_register_is_searched_and_says_where_nothing_is(desk, order):
    assert len(rows_of(desk, "?q=lovelace")) == 1
    assert len(rows_of(desk, f"?q={order}&kind=receipt")) == 1
    assert rows_of(desk, "?kind=invoice") == []
    assert "No paper found" in words(desk, "/manage/papers?q=nobody")


def test_register_is_for_coordinators(world, app):
    other = let_in(app.test_client(), world.person("Pia Presenter", Role.PRESENTER))

    assert [other.get(f"/manage/papers{kind}").status_code for kind in ("", ".csv")] == [403, 403]
