"""Read a list of people as spreadsheet programs write it: any usual encoding and separator, columns in any order."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from webinar_app.core.errors import InvalidInput

MOST_BYTES = 5_000_000
MOST_ROWS = 10_000
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NAMES = {
    "email": ("email", "emailaddress", "mail", "mailaddress"),
    "legal_name": ("legalname", "name", "fullname"),
    "first_name": ("firstname", "givenname", "forename"),
    "last_name": ("lastname", "surname", "familyname"),
    "display_name": ("displayname", "nameintheroom", "nameshown", "nickname", "preferredname"),
    "profession": ("profession", "occupation"),
    "region": ("board", "stateorboard", "stateboard", "licensingboard", "licenceboard", "licenseboard"),
    "number": ("licence", "license", "licencenumber", "licensenumber", "licenceno", "licenseno"),
    "seat": ("seat",),
}
"""The heads of columns that are understood, in small letters and without anything else."""

_FIELDS = {head: name for name, heads in NAMES.items() for head in heads}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"), (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line at which it begins, its cells by field, and as they stand; `width` is that of the head."""

    number: int
    cells: dict[str, str]
    raw: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that could be read."""

    head: tuple[str, ...]
    lines: tuple[Line, ...]
    encoding: str
    separator: str
    unused: tuple[str, ...] = field(default=())


def read_list(data: bytes) -> Listed:
    """Give the rows of a CSV file; raise InvalidInput with a sentence for `file` when it is no list of people at all.

    `data`: all of the file, or its first `MOST_BYTES` + 1 bytes. What is wrong with single rows is not decided here.
    """
    _check_bytes(data)
    text, encoding = _decoded(data)
    text, separator = _separated(text)
    rows = _rows(text, separator)
    head = next(((number, row) for number, row in rows if any(map(str.strip, row))), (0, []))[1]
    columns = _columns(head)
    lines = tuple(_lines(rows, columns, len(head)))
    if not lines:
        raise _refused("file.no_rows", "There is nobody in this file: only its first line. Add a line for each person.")
    known = set(columns.values())
    unused = tuple(one.strip() for at, one in enumerate(head) if at not in known and one.strip())
    return Listed(tuple(head), lines, encoding, SEPARATORS[separator], unused)


def _check_bytes(data: bytes) -> None:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise _refused("file.empty", "This file is empty. Choose another one.")
    if len(data) > MOST_BYTES:
        raise _refused("file.large", "This file is larger than 5 MB. Split it, and send one part after the other.")
    if data.startswith(_WORKBOOKS):
        raise _refused("file.workbook", "This is a workbook. Save it as “CSV UTF-8” in your spreadsheet program first.")


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec, words in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), words
            except UnicodeDecodeError:
                break
    for codec, words in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return data.decode(codec), words
        except UnicodeDecodeError:
            continue
    raise _refused(
        "file.encoding", "The letters of this file cannot be read. Save it as “CSV UTF-8” and send it again."
    )


def _separated(text: str) -> tuple[str, str]:
    """Give the text and its separator: the one that Excel's first line names, else the one that fits the head best."""
    named = re.match(r"sep=([,;\t|])\r?\n", text, re.IGNORECASE)
    if named:
        return "\n" + text[named.end() :], named[1]  # an empty line instead, so that line numbers stay
    head = next((line for line in io.StringIO(text) if line.strip()), "")
    return text, max(SEPARATORS, key=lambda one: sum(_plain(cell) in _FIELDS for cell in head.split(one)))


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error:
            sentence = (
                f"The quotation marks of line {number} do not match: one that opens is not closed, or something follows"
                " the closing one. Mend the line, and send the file again."
            )
            raise _refused("file.quotes", sentence) from None


def _columns(head: list[str]) -> dict[str, int]:
    """Give the place of each field; raise InvalidInput when a column is missing, or stands there twice."""
    found: dict[str, int] = {}
    for at, cell in enumerate(head):
        name = _FIELDS.get(_plain(cell))
        if name in found:
            first = head[found[name]].strip()
            sentence = f"Two columns say the same: “{first}” and “{cell.strip()[:40]}”. Keep one of them."
            raise _refused("file.columns", sentence)
        if name:
            found[name] = at
    states = [at for at, cell in enumerate(head) if _plain(cell) == "state"]
    if states and "region" not in found:
        found["region"] = states[0]
    if "email" not in found or not found.keys() & {"legal_name", "last_name"}:
        missing = "E-mail" if "email" not in found else "Legal name"
        sentence = f"No column “{missing}” is found. Write the names of the columns into the first line."
        raise _refused("file.head", sentence)
    return found


def _lines(rows: Iterator[tuple[int, list[str]]], columns: dict[str, int], width: int) -> Iterator[Line]:
    count = 0
    for number, row in rows:
        if not any(map(str.strip, row)):
            continue
        count += 1
        if count > MOST_ROWS:
            sentence = f"This file has more than {MOST_ROWS:,} people. Split it, and send one part after the other."
            raise _refused("file.rows", sentence)
        cells = {name: _cell(row[at]) if at < len(row) else "" for name, at in columns.items()}
        yield Line(number, cells, tuple(row), width)


def _cell(text: str) -> str:
    """Give what was meant: our own files put an apostrophe before what a program would read as a formula."""
    return text[1:] if re.match(r"'[=+\-@＝＋－＠]", text) else text


def _plain(head: str) -> str:
    return re.sub(r"[^a-z]", "", head.casefold())


def _refused(code: str, sentence: str) -> InvalidInput:
    return InvalidInput(code, sentence, {"file": sentence})
