"""Tables for spreadsheet programs: CSV that no program reads as a formula (reliability W-14)."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from webinar_app.core.text import multi_line
from webinar_app.core.times import zone_info

BOM = b"\xef\xbb\xbf"
_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def safe_cell(value: Any) -> Any:
    """Give a value as a cell: text that would begin a formula gets an apostrophe before it; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)):
        return value
    text = multi_line(str(value))
    return f"'{text}" if text.startswith(_STARTS) or str(value).startswith(_STARTS) else text


def time_cell(moment: datetime | None, zone: str) -> str:
    """Give an instant on the wall clock of a zone with its offset: `2026-11-03T12:00:00-05:00`."""
    return moment.astimezone(zone_info(zone)).isoformat(timespec="seconds") if moment else ""


def csv_file(head: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = False) -> bytes:
    """Give a CSV file (RFC 4180, UTF-8); with `bom` Excel knows that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return (BOM if bom else b"") + out.getvalue().encode("utf-8", errors="replace")
