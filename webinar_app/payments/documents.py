"""Invoices, receipts and credit notes as pages that become a PDF, and orders as a file; from frozen facts alone."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from webinar_app.core.times import in_zone
from webinar_app.infra.spreadsheets import csv_file, time_cell
from webinar_app.infra.templates import render
from webinar_app.payments.rules import DOCUMENT_WORDS, DocumentKind, rounded

# Characters that turn the direction of the text around them: a name could use them to read as another one.
_TURNING = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
HEAD = (
    "Order", "State", "Learner", "Course", "Amount", "Currency", "Code", "Paid by", "Reference", "Paid on",
    "Refunded", "Payer", "Organisation", "PO number", "Payer e-mail", "Invoice", "Receipt", "Made",
    "Closed because", "Refund due", "Tax",
)  # fmt: skip
PAPERS_HEAD = (
    "Number", "Paper", "Date", "Order", "Learner", "Course", "Payer", "PO number", "Amount", "Currency", "Tax", "Note",
)  # fmt: skip


def document_html(snapshot: Mapping[str, Any]) -> str:
    """Give the whole HTML document of a paper; the same snapshot gives the same page for ever."""
    facts = _clean(snapshot)
    paid = facts["paid"] and facts["paid"] | {"on": day_words(facts["paid"]["on"])}
    given = facts.get("given") and facts["given"] | {"on": day_words(facts["given"]["on"])}
    paper = "a4" if facts["provider"]["paper"] == "a4" else "letter"
    word, on = DOCUMENT_WORDS[DocumentKind(facts["kind"])], day_words(facts["on"])
    page = facts | {
        "word": word,
        "on": on,
        "paid": paid,
        "given": given,
        "tax": facts.get("tax"),
        "confirms": facts.get("confirms", True),
        "paper": paper,
    }
    page["payer"]["address_lines"] = [_clean(line) for line in str(snapshot["payer"]["address"]).splitlines()]
    return render("payments/document.html", page=page)


def day_words(day: str) -> str:
    """Write a stored day as every page does: 14 October 2025."""
    value = date.fromisoformat(day)
    return f"{value.day} {value:%B %Y}"


def orders_csv(rows: list[dict[str, Any]], zone: str, *, bom: bool) -> bytes:
    """Give orders as CSV, a line each."""
    return csv_file(HEAD, [_cells(row, zone) for row in rows], bom=bom)


def _cells(row: dict[str, Any], zone: str) -> list[Any]:
    papers = {paper["kind"]: paper["number"] for paper in row["papers"]}
    paid = row["payments"]
    return [
        row["code"], row["state"], row["learner"], row["title"], f"{row['amount']:.2f}", row["currency"],
        row["discount"], ", ".join(one["words"] for one in paid), ", ".join(one["reference"] for one in paid),
        in_zone(paid[0]["paid_at"], zone).date().isoformat() if paid else "",
        ", ".join(one["refunded"] for one in paid), row["payer_name"], row["payer_organisation"], row["po_number"],
        row["payer_email"], papers.get("invoice"), papers.get("receipt"), time_cell(row["created_at"], zone),
        row["closed"], _due_cell(row["refund"]), row["tax_amount"],
    ]  # fmt: skip


def papers_csv(rows: list[dict[str, Any]], *, bom: bool) -> bytes:
    """Give the register of papers as CSV, a line each; what was given back is negative."""
    cells = [
        [
            row["number"], row["words"], row["on"], row["order"], row["learner"], row["title"], row["payer"],
            row["po_number"], rounded(row["amount"]), row["currency"], row["tax"],
            "Does not count: the refund failed" if row["is_void"] else "",
        ]
        for row in rows
    ]  # fmt: skip
    return csv_file(PAPERS_HEAD, cells, bom=bom)


def _due_cell(refund: dict[str, Any]) -> str:
    return {"due": f"{refund['amount']:.2f}", "undecided": "To be decided"}.get(refund["standing"], "")


def _clean(value: Any) -> Any:
    """Make every text one line of normalised Unicode without control characters or turned directions."""
    if isinstance(value, str):
        kept = unicodedata.normalize("NFC", value).translate(_TURNING)
        return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in kept).split())
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
