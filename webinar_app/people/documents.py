"""Lists as files."""

from typing import Any

from webinar_app.infra.spreadsheets import csv_file


def faults_csv(view: dict[str, Any], faults: list[dict[str, Any]]) -> bytes:
    """Give the rows of a list that were left out, with line and reason, ready to be mended and sent again."""
    width = len(view["head"])
    rows = [(*one["cells"][:width], *[""] * (width - len(one["cells"])), one["line"], one["reason"]) for one in faults]
    return csv_file((*view["head"], "Line", "Reason"), rows, bom=True)
