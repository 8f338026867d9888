"""Words with gaps: what a coordinator writes, filled for one person (reliability W-13).

A gap is a name in braces, `{name}`. Names come from a fixed map, values are texts that are put in as they are: there is
no format language, no attribute and no second look at what was put in. Anything else in braces is refused, with the
nearest name that is known.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

_GAP = re.compile(r"\{([^{}\n]*)\}")
_LINK = re.compile(r"https?://[^\s<>\"'{}]*[^\s<>\"'{}.,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paragraph: plain text, or a link; `name` is the gap that it filled."""

    text: str
    is_link: bool = False
    name: str = ""


def unknown_gaps(words: str, known: Iterable[str]) -> list[str]:
    """Give a sentence for each thing in braces that is no known name, and for a brace that stands alone."""
    names = sorted(known)
    sentences = []
    for found in dict.fromkeys(_GAP.findall(words)):
        if found not in names:
            near = get_close_matches(found.strip().lower().replace(" ", "_"), names, n=1, cutoff=0.4)
            hint = f"Did you mean {{{near[0]}}}?" if near else "Choose one from the list."
            sentences.append(f"{{{found[:40]}}} is not known here. {hint}")
    if re.search(r"[{}]", _GAP.sub("", words)):
        sentences.append("A brace stands alone. Write a placeholder as {name}, or leave the brace out.")
    return sentences


def fill(words: str, values: Mapping[str, str]) -> str:
    """Give the words with each gap filled; what is put in is not read again. Raises KeyError for an unknown name."""
    return _GAP.sub(lambda gap: values[gap.group(1)], words)


def paragraphs(words: str, values: Mapping[str, str], links: Iterable[str]) -> list[list[list[Piece]]]:
    """Give paragraphs of lines of pieces, for HTML. `links`: the gaps that hold an address.

    Addresses in the words themselves are links too; in values they are not, since attendees type those.
    """
    made = []
    for block in re.split(r"\n\s*\n", words.strip()):
        lines = [list(_pieces(line, values, frozenset(links))) for line in block.split("\n")]
        made.append([line for line in lines if line])
    return [block for block in made if block]


def _pieces(line: str, values: Mapping[str, str], links: frozenset[str]) -> Iterable[Piece]:
    for number, part in enumerate(_GAP.split(line)):
        if number % 2:
            if values[part]:
                yield Piece(values[part], part in links, part)
        else:
            yield from _linked(part)


def _linked(text: str) -> Iterable[Piece]:
    at = 0
    for found in _LINK.finditer(text):
        if found.start() > at:
            yield Piece(text[at : found.start()])
        yield Piece(found.group(), is_link=True)
        at = found.end()
    if at < len(text):
        yield Piece(text[at:])
