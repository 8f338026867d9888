"""Tables for spreadsheet programs: CSV and XLSX that no program reads as a formula (reliability W-14)."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

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
    writer.writerow([safe_cell(value) for value in head])  # people write heads too: questions, columns of their files
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return (BOM if bom else b"") + out.getvalue().encode("utf-8", errors="replace")


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NAME_LIMIT = 31  # of a sheet, in every program that reads XLSX


def xlsx_file(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Give a workbook (ECMA-376) of `(name, head, rows)`; text is inline text and thus never a formula."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KINDS}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KINDS}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/_rels/workbook.xml.rels": _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        + "".join(
            f'<sheet name={quoteattr(name[:_NAME_LIMIT])} sheetId="{n}" r:id="r{n}"/>'
            for n, (name, _, _) in zip(numbers, sheets, strict=True)
        )
        + "</sheets></workbook>",
    }
    for n, (_, head, rows) in zip(numbers, sheets, strict=True):
        body = "".join(f"<row>{''.join(map(_xlsx_cell, row))}</row>" for row in [head, *rows])
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, (_XML + text).encode("utf-8", errors="replace"))
    return out.getvalue()


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _xlsx_cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(multi_line(str(value)))}</t></is></c>'
