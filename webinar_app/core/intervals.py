"""Half-open spans of integer milliseconds, `(start, end)`: the arithmetic under attendance and credit.

Every function takes spans in any order, overlapping or not, and gives them sorted, apart and never empty. A span that
ends where it starts, or before, holds no time and is left out; it is not an error, because evidence may contain it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

Span = tuple[int, int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(instant: datetime) -> int:
    """Give an aware instant as whole milliseconds since 1970, rounded down.

    Raises ValueError for a naive datetime: a wall clock is not an instant.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone; resolve the wall clock first.")
    return (instant.astimezone(UTC) - _EPOCH) // _MILLISECOND


def union(spans: Iterable[Span]) -> list[Span]:
    """Give the time that lies in at least one span.

    Spans that touch become one: `union([(0, 5), (5, 9)]) == [(0, 9)]`.
    """
    held = [span for span in spans if span[0] < span[1]]
    if len(held) < 2:
        return held  # as most are, of thousands of people
    joined: list[Span] = []
    for start, end in sorted(held):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def intersect(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Give the time that lies in a span of the first list and in one of the second."""
    left, right = union(spans), union(others)
    shared: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            shared.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return shared


def clip(spans: Iterable[Span], window: Span) -> list[Span]:
    """Give the time of the spans that lies inside one window."""
    return intersect(spans, [window])


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """Give the time of the spans that lies in none of the holes, such as breaks."""
    taken, whole = union(holes), union(spans)
    if not taken:
        return whole
    kept: list[Span] = []
    first = 0
    for start, end in whole:
        while first < len(taken) and taken[first][1] <= start:
            first += 1
        at = first
        while at < len(taken) and taken[at][0] < end:
            if start < taken[at][0]:
                kept.append((start, taken[at][0]))
            start = taken[at][1]
            at += 1
        if start < end:
            kept.append((start, end))
    return kept


def total(spans: Iterable[Span]) -> int:
    """Give how many milliseconds lie in at least one span; nothing counts twice."""
    return sum(end - start for start, end in union(spans))
