"""What the ballots of a poll say together."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from webinar_app.core import answers, tallies
from webinar_app.core.tallies import Summary
from webinar_app.polls.rules.kinds import MODERATED, PollKind, Shape, cell_count, scale_start, takes_many

MOST_TEXTS = 60
"""So many texts are shown; the rest are told by their number."""


class Counted(NamedTuple):
    """A poll as it is counted: by cell, the number of ballots, how often each text came, and which texts are hidden."""

    counts: tuple[int, ...]
    voters: int
    texts: tuple[tuple[str, int], ...] = ()
    hidden: tuple[str, ...] = ()


class Result(NamedTuple):
    """A counted poll as it is shown.

    `counts` and `shares` (whole percentages) go with the options, in a grid with its cells row by row, else with
    `labels`: the steps of a number, the texts. A ranking counts points. `stats` has one entry for a scale or a number,
    one for each row of a grid, and one for each option of a ranking (its place, from 1). `more` texts are not shown.
    """

    counts: tuple[int, ...]
    shares: tuple[int, ...]
    voters: int
    labels: tuple[str, ...] | None = None
    stats: tuple[Summary | None, ...] = ()
    more: int = 0


def empty(shape: Shape) -> Counted:
    """Give the count of no ballots."""
    return Counted((0,) * cell_count(shape), 0)


def right_count(shape: Shape, counted: Counted) -> int | None:
    """Give how many ballots of a quiz are all right; None for other kinds."""
    return counted.counts[shape.options] if shape.kind is PollKind.QUIZ else None


def tally(cell_total: int, ballots: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Count the cells that checked ballots mark."""
    counts = [0] * cell_total
    for ballot in ballots:
        for position in ballot:
            counts[position] += 1
    return tuple(counts)


def shares(shape: Shape, counts: Sequence[int], voters: int) -> tuple[int, ...]:
    """Give whole percentages: adding to 100 by largest remainder, in a grid for every row.

    Where a ballot may hold several (several choices, words) they are percentages of all `voters`, half up.
    """
    if takes_many(shape) or shape.kind is PollKind.WORDS:
        return tuple((count * 200 + voters) // (2 * voters) if voters else 0 for count in counts)
    if shape.kind is PollKind.GRID:
        rows = tallies.in_rows(counts, len(shape.setup.columns))
        return tuple(share for row in rows for share in answers.shares(row))
    return answers.shares(counts)


def result(shape: Shape, counted: Counted) -> Result:
    """Give the counted poll as it is shown; hidden texts are left out, though their ballots stay counted."""
    if shape.kind in MODERATED:
        return _texts(counted)
    if shape.kind is PollKind.NUMBER:
        return _numbers(counted)
    counts, voters = counted.counts, counted.voters
    if shape.kind is PollKind.RANKING:
        points = tallies.order_points(shape.options, counts)
        places = tuple(tallies.points_summary(row, 1) for row in tallies.in_rows(counts, shape.options))
        return Result(points, answers.shares(points), voters, stats=places)
    if shape.kind is PollKind.GRID:
        rows = tallies.in_rows(counts, len(shape.setup.columns))
        stats = tuple(tallies.points_summary(row, 1) for row in rows)
        return Result(counts, shares(shape, counts, voters), voters, stats=stats)
    counts, first = counts[: shape.options], scale_start(shape.kind)
    stats = () if first is None else (tallies.points_summary(counts, first),)
    return Result(counts, shares(shape, counts, voters), voters, stats=stats)


def _texts(counted: Counted) -> Result:
    hidden = {text.casefold() for text in counted.hidden}
    shown = [(text, n) for text, n in tallies.common_words(counted.texts) if text.casefold() not in hidden]
    first = shown[:MOST_TEXTS]
    counts = tuple(n for _, n in first)
    of_voters = tuple((n * 200 + counted.voters) // (2 * counted.voters) for n in counts)
    return Result(counts, of_voters, counted.voters, tuple(text for text, _ in first), more=len(shown) - len(first))


def _numbers(counted: Counted) -> Result:
    numbers = {Decimal(text): n for text, n in counted.texts}
    bins = tallies.histogram(numbers)
    counts = tuple(one.n for one in bins)
    return Result(
        counts, answers.shares(counts), counted.voters, tuple(one.label for one in bins), (tallies.summary(numbers),)
    )
