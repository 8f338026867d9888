"""What may be uploaded, judged by the file's own bytes and never by its name or by what a browser says of it."""

import re
import struct
import unicodedata
from collections.abc import Collection
from enum import StrEnum

from webinar_app.core.errors import InvalidInput

MOST_BYTES = 25_000_000
MOST_PIXELS = 40_000_000
NAME_LIMIT = 120


class FileKind(StrEnum):
    """A kind of file that is taken; SVG and everything else that can hold a program is not."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"


MEDIA_TYPES = {FileKind.PDF: "application/pdf", FileKind.PNG: "image/png", FileKind.JPEG: "image/jpeg"}
ENDINGS = {FileKind.PDF: ".pdf", FileKind.PNG: ".png", FileKind.JPEG: ".jpg"}
_STARTS = ((b"%PDF-", FileKind.PDF), (b"\x89PNG\r\n\x1a\n", FileKind.PNG), (b"\xff\xd8\xff", FileKind.JPEG))
_WORDS = {FileKind.PDF: "a PDF", FileKind.PNG: "a PNG picture", FileKind.JPEG: "a JPEG picture"}
_FAULTS = {
    "locked": "This PDF wants a password. Save it without one, then send it again.",
    "pixels": "This picture has more than 40 million pixels. Make it smaller, then send it again.",
}
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # ITU-T T.81, table B.1
_WITHOUT_LENGTH = frozenset(range(0xD0, 0xD8)) | {0x01, 0xFF}


def kind_of(data: bytes) -> FileKind | None:
    """Give the kind of file that these bytes begin, or None."""
    return next((kind for start, kind in _STARTS if data.startswith(start)), None)


def pixels_of(data: bytes) -> int | None:
    """Give the number of pixels that a picture claims to have; None when it does not say, or is no picture."""
    kind = kind_of(data)
    if kind is FileKind.PNG and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width * height)
    return _jpeg_pixels(data) if kind is FileKind.JPEG else None


def _jpeg_pixels(data: bytes) -> int | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width * height)
        if marker in _WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + max(2, struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


def check_upload(data: bytes, allowed: Collection[FileKind], most: int = MOST_BYTES) -> FileKind:
    """Give the kind of an uploaded file; raise InvalidInput with a sentence for `file` that says what to do.

    `data`: all of it, or its first `most` + 1 bytes; `most`: whole millions.
    """
    if not data:
        raise _refused("file.empty", "This file is empty. Choose another one.")
    if len(data) > most:
        said = f"This file is larger than {most // 1_000_000} MB. Make its pictures smaller, then send it again."
        raise _refused("file.large", said)
    kind = kind_of(data)
    if kind is None or kind not in allowed:
        *others, last = (_WORDS[one] for one in FileKind if one in allowed)
        said = f"{', '.join(others)} or {last}" if others else last
        raise _refused("file.kind", f"This is not {said}. Save it as one, then send it again.")
    if kind is not FileKind.PDF:
        pixels = pixels_of(data)
        if not pixels:
            raise _refused("file.broken", "This picture cannot be read. Save it again, then send it.")
        if pixels > MOST_PIXELS:
            raise _refused("file.pixels", "This picture has more than 40 million pixels. Make it smaller first.")
    return kind


def upload_fault(reason: str) -> str:
    """Give the sentence for a file that could not be looked into; `reason` is the drawer's."""
    return _FAULTS.get(reason, "This file cannot be read. Save it again from the program that made it, then send it.")


def file_name(typed: str, kind: FileKind) -> str:
    """Give the name under which a file is offered: one line without a path, with the ending of what it is."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", typed))[-1]
    plain = "".join(one if unicodedata.category(one)[0] not in "CZ" else " " for one in last)
    line = " ".join(re.sub(r'["<>|:*?]', "", plain).split())
    stem = re.sub(r"\.(pdf|png|jpe?g)$", "", line, flags=re.IGNORECASE)
    ending = ENDINGS[kind]
    return (stem.strip(". ")[: NAME_LIMIT - len(ending)].strip() or "file") + ending


def _refused(code: str, sentence: str) -> InvalidInput:
    return InvalidInput(code, sentence, {"file": sentence})
