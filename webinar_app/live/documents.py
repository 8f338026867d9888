"""What stands on a screen for others to photograph."""

import re
from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class JoinSquare:
    """A QR code as the path of a drawing `size` units wide, and its address in the parts that people type."""

    address: str
    place: str
    code: str
    path: str
    size: int


def join_square(address: str) -> JoinSquare:
    """Give the QR code of a short address that ends in a code."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    runs = [
        f"M{run.start() + 2} {at + 2}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for at, row in enumerate(rows)
        for run in re.finditer(b"\x01+", row)
    ]
    place, _, code = address.partition("://")[2].rpartition("/")
    return JoinSquare(address, place, f"{code[:4]} {code[4:]}".strip(), "".join(runs), len(rows) + 4)
