"""Text that people typed, made fit to store, mail and print."""

import re

# Control characters, line and paragraph separators, lone surrogates, and the marks that turn the reading direction
# of whatever follows. Joiners (U+200C, U+200D) stay: Persian and Indic names need them.
_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_GAP = re.compile(f"[ {_CONTROLS}]+")
_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile("\n{3,}")


def one_line(text: str) -> str:
    """Give the text on one line: each run of spaces and control characters becomes one space, the ends are stripped.

    A name or subject cleaned here cannot add a line to a mail header or a calendar file (reliability W-11, W-12).
    `one_line("Ada\\r\\nLovelace") == "Ada Lovelace"`.
    """
    return _GAP.sub(" ", text).strip()


def multi_line(text: str) -> str:
    """Give the text with `\\n` as its only control character, at most one blank line in a row, the ends stripped."""
    lines = (one_line(line) for line in _LINE_END.split(text))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Give a number with its noun: `1 poll`, `3 polls`, `2 sets of slides` (`nouns` where no s makes the plural)."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
