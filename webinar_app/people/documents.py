"""Lists as files."""

from typing import Any

from webinar_app.infra.spreadsheets import csv_file


def faults_csv(view: dict[str, Any], faults: list[dict[str, Any]]) -> bytes:
    """Give the rows of a list that were left out, with line and reason, ready to be mended and sent again."""
    width = len(view["head"])
    rows = [(*one["cells"][:width], *[""] * (width - len(one["cells"])), one["line"], one["reason"]) for one in faults]
    return csv_file((*view["head"], "Line", "Reason"), rows, bom=True)


def links_csv(view: dict[str, Any]) -> bytes:
    """Give the claim links of a block, with how many seats each still gives."""
    return csv_file(("Link", "Seats", "Left"), [(one["url"], one["seats"], one["left"]) for one in view["links"]])
