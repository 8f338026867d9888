"""Invoice, receipt and credit note as PDF: every fact once, tagged for screen readers, on one page."""

import subprocess

import page
import pytest

from webinar_app.infra.pdf import render
from webinar_app.payments.documents import document_html

FACTS = {
    "provider": {
        "name": "Alder Institute", "address": "200 Example Street, Alder", "phone": "(212) 555-0142",
        "email": "desk@alder.example", "paper": "letter",
    },
    "payer": {
        "name": "Corinne Abernathy", "organisation": "County Health", "address": "1 Main Street\nAlbany",
        "po_number": "PO-77",
    },
    "learner": "Corinne Abernathy", "title": "Cultivating an Alliance", "order": "K7PQ2M4X",
    "lines": [["Fee", "48.00 USD"], ["Early bird", "−8.00 USD"]], "total": "40.00 USD", "paid": None, "confirms": True,
    "tax": {"words": "VAT 20 %", "is_included": True, "number": "GB 123", "net": "33.33 USD", "amount": "6.67 USD"},
    "on": "2026-11-22",
}  # fmt: skip
PAID = {"by": "Bank transfer", "reference": "B-4711", "on": "2026-11-24", "amount": "40.00 USD"}
GIVEN = PAID | {"reason": "Cancelled in time", "against": ["INV-2026-00001"], "of": "40.00 USD"}
KINDS = [
    ("invoice", "INV-2026-00001", {}, "To be paid: 40.00 USD. Please write INV-2026-00001 on your payment. The reg"),
    (
        "receipt", "REC-2026-00001", {"paid": PAID},
        "Paid 40.00 USD on 24 November 2026: bank transfer, reference B-4711.",
    ),
    (
        "credit_note", "CRN-2026-00001", {"given": GIVEN},
        "Given back 40.00 USD on 24 November 2026: bank transfer, reference B-4711.",
    ),
]  # fmt: skip


def text_of(pdf, *more):
    done = subprocess.run(["pdftotext", "-layout", *more, "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@pytest.mark.parametrize(("kind", "number", "more", "said"), KINDS)
def test_paper_says_everything_on_one_accessible_page(kind, number, more, said):
    pdf = render(document_html(FACTS | more | {"kind": kind, "number": number}))

    report, text = page.validate_pdf_bytes(pdf, profile="ua1"), text_of(pdf)
    info = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    word = {"credit_note": "Credit note"}.get(kind, kind.capitalize())
    expected = [
        "Alder Institute", "200 Example Street, Alder · (212) 555-0142 · desk@alder.example", number,
        "22 November 2026", "County Health", "Corinne Abernathy", "Albany", "PO-77", "Cultivating an Alliance",
        "K7PQ2M4X", "GB 123", "Fee 48.00 USD", "Early bird −8.00 USD", "Total 40.00 USD",
        "Of it VAT 20 % 6.67 USD", "Without tax 33.33 USD", said,
    ]  # fmt: skip
    assert [failure.rule_id for failure in report.failures] == []
    assert report.document.page_count == 1
    assert [part for part in expected if part not in text] == []
    assert (f"{word} {number}" in info, "Tagged:          yes" in info) == (True, True)


def test_longest_names_and_addresses_are_not_cut():
    long = "Rehabilitation " * 10
    payer = {
        "name": "W" * 120,
        "organisation": (long * 2)[:160],
        "address": "\n".join(["1 Main Street"] * 25),
        "po_number": "9" * 60,
    }
    lines = [["Fee", "48.00 USD"], ["L" * 60, "−8.00 USD"], [f"Code {'C' * 40}", "−40.00 USD"]]
    facts = FACTS | {"kind": "invoice", "number": "INV-2026-00001", "payer": payer, "lines": lines, "title": long * 2}
    pdf = render(document_html(facts))

    text = "".join(text_of(pdf).split())
    assert page.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    assert [part for part in ("W" * 120, "9" * 60, "L" * 60, "C" * 40) if part not in text] == []
    assert text.count("1MainStreet") == 25


def test_place_that_waits_for_nothing_is_not_said_to():
    html = document_html(FACTS | {"kind": "invoice", "number": "INV-2026-00001", "confirms": False})

    assert "on your payment." in html
    assert "is confirmed when" not in html
