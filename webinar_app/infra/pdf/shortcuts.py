"""Two ways through the layout engine that halve its time, for the pinned version; what they do not know goes the old way.

Its own reader of SVG paths spends as long on one rosette as on the rest of the page. And it asks its C interface for an
array type of a new length for each font, which parses a thousand declarations again (10 ms each).
"""

import re
from typing import Any

from weasyprint import svg
from weasyprint.pdf import fonts

_SIMPLE = re.compile(r"(?:[MmCShHvVz][0-9 .-]*)+")
_STEP = re.compile(r"([MmCShHvVz])([0-9 .-]*)")
_COUNTS = {"M": 2, "m": 2, "C": 6, "S": 4, "h": 1, "H": 1, "v": 1, "V": 1, "z": 0}
_LONG = 500

_engine_path = svg.TAGS["path"]


class _Interface:
    """The engine's C interface, with one open array type in place of one type for each length."""

    def __init__(self, ffi: Any) -> None:
        self._ffi = ffi

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ffi, name)

    def new(self, kind: str, value: Any = None) -> Any:
        return self._ffi.new("hb_codepoint_t[]" if kind.startswith("hb_codepoint_t[") else kind, value)


def install() -> None:
    """Put both shortcuts in front of the engine's own ways."""
    svg.TAGS["path"] = _path
    fonts.ffi = _Interface(fonts.ffi)


def _path(drawing: Any, node: Any, font_size: float) -> None:
    path = node.get("d", "")
    steps = operators(path) if len(path) > _LONG and _SIMPLE.fullmatch(path) else None
    if steps is None:
        _engine_path(drawing, node, font_size)
    else:
        drawing.stream.stream.append(steps)


def operators(path: str) -> bytes | None:
    """Give the PDF operators of a path with a letter for each step and spaces between numbers; else None."""
    steps: list[str] = []
    x = y = x2 = y2 = 0.0
    for letter, text in _STEP.findall(path):
        numbers = [float(number) for number in text.split()]
        if len(numbers) != _COUNTS[letter]:
            return None
        if letter in "CS":
            if letter == "S":
                numbers = [2 * x - x2, 2 * y - y2, *numbers]
            x2, y2, x, y = numbers[2:]
            steps.append("%g %g %g %g %g %g c" % tuple(numbers))
        elif letter == "z":
            steps.append("h")
        else:
            x, y = _moved(letter, numbers, x, y)
            steps.append(f"{x:g} {y:g} {'m' if letter in 'Mm' else 'l'}")
    return "\n".join(steps).encode()


def _moved(letter: str, numbers: list[float], x: float, y: float) -> tuple[float, float]:
    if letter == "M":
        return numbers[0], numbers[1]
    if letter == "m":
        return x + numbers[0], y + numbers[1]
    if letter in "hH":
        return (x + numbers[0] if letter == "h" else numbers[0]), y
    return x, (y + numbers[0] if letter == "v" else numbers[0])
