"""What many answers say together: grids, orders, scales, numbers and words; pure, and shared by whoever asks."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from webinar_app.core.answers import number_text

MOST_BINS = 8


class Summary(NamedTuple):
    """Middle and spread of numbers, rounded to two places; `spread` is the standard deviation of all of them."""

    mean: float
    median: float
    spread: float


class Bin(NamedTuple):
    """One bar of a histogram: its words, and how many numbers fell into it."""

    label: str
    n: int


def row_cells(column_count: int, chosen: Sequence[int]) -> tuple[int, ...]:
    """Give the cells, numbered row by row from 0, that a checked answer to a grid marks."""
    return tuple(row * column_count + column for row, column in enumerate(chosen))


def order_cells(order: Sequence[int]) -> tuple[int, ...]:
    """Give the cells `option * options + place` that a checked order marks, ascending."""
    return tuple(sorted(option * len(order) + place for place, option in enumerate(order)))


def in_rows(cells: Sequence[int], width: int) -> list[tuple[int, ...]]:
    """Cut counts by cell into rows of this width."""
    return [tuple(cells[at : at + width]) for at in range(0, len(cells), width)]


def order_points(option_count: int, cells: Sequence[int]) -> tuple[int, ...]:
    """Give the points of each option: the first of n gets n - 1 from every ballot, the last none (Borda's count)."""
    rows = in_rows(cells, option_count)
    return tuple(sum((option_count - 1 - place) * n for place, n in enumerate(row)) for row in rows)


def summary(counts: Mapping[Decimal, int]) -> Summary | None:
    """Sum up numbers, given as how often each came; None when there are none."""
    total = sum(counts.values())
    if not total:
        return None
    mean = sum((value * n for value, n in counts.items()), Decimal(0)) / total
    variance = sum(((value - mean) ** 2 * n for value, n in counts.items()), Decimal(0)) / total
    middle = (_nth(counts, (total - 1) // 2) + _nth(counts, total // 2)) / 2
    return Summary(round(float(mean), 2), round(float(middle), 2), round(math.sqrt(variance), 2))


def points_summary(counts: Sequence[int], first: int) -> Summary | None:
    """Sum up the points of a scale that begins at `first`."""
    return summary({Decimal(first + at): n for at, n in enumerate(counts) if n})


def histogram(counts: Mapping[Decimal, int]) -> tuple[Bin, ...]:
    """Give the bars of numbers: one for each while there are few, else equal steps of 1, 2 or 5 times a power of ten.

    Empty steps between are bars of nothing, so that distances stay true.
    """
    if len(counts) <= MOST_BINS:
        return tuple(Bin(number_text(value), counts[value]) for value in sorted(counts))
    step = _step((max(counts) - min(counts)) / (MOST_BINS - 1))
    by_step: Counter[int] = Counter()
    for value, n in counts.items():
        by_step[math.floor(value / step)] += n
    return tuple(
        Bin(f"{number_text(at * step)} to under {number_text((at + 1) * step)}", by_step[at])
        for at in range(min(by_step), max(by_step) + 1)
    )


def common_words(given: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Count texts that differ by capitals only as one, the most frequent first, then by the alphabet.

    Each is shown in its most frequent spelling.
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for text, n in given:
        spellings[text.casefold()][text] += n
    found = [
        (min(counter, key=lambda text: (-counter[text], text)), sum(counter.values()), folded)
        for folded, counter in spellings.items()
    ]
    return [(text, n) for text, n, _ in sorted(found, key=lambda one: (-one[1], one[2]))]


def _nth(counts: Mapping[Decimal, int], place: int) -> Decimal:
    """Give the number at this place (from 0) of all numbers in ascending order."""
    values = sorted(counts)
    ends = accumulate(counts[value] for value in values)
    return next(value for value, end in zip(values, ends, strict=True) if place < end)


def _step(least: Decimal) -> Decimal:
    """Give the smallest of 1, 2 and 5 times a power of ten that is not below `least`."""
    power = Decimal(10) ** math.floor(math.log10(least))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least)
