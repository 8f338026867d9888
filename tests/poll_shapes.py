"""Polls of every kind for properties, and ballots that fit them."""

from typing import Any

from hypothesis import strategies as st

from webinar_app.polls.rules import WRITTEN, PollKind, Setup, Shape, labels, takes_many

SETUPS = {
    PollKind.GRID: Setup(columns=("No", "Perhaps", "Yes")),
    PollKind.QUIZ: Setup(right=(0, 2)),
    PollKind.NUMBER: Setup(low="-1000", high="1000"),
}
MOST = {PollKind.MULTIPLE: 3, PollKind.QUIZ: 4, PollKind.WORDS: 3}


def shape_of(kind: PollKind) -> Shape:
    """Give a poll of this kind, with four options where it has its own."""
    options = len(labels(kind, ("a", "b", "c", "d")))
    return Shape(kind, options, 1, MOST.get(kind, 1), SETUPS.get(kind, Setup()))


SHAPES = [*map(shape_of, PollKind), Shape(PollKind.QUIZ, 4, 1, 1, Setup(right=(3,)))]


def ballots(shape: Shape) -> st.SearchStrategy[tuple[list[int], list[str]]]:
    """Give (options, texts) that fit the poll."""
    position = st.integers(0, shape.options - 1)
    nothing: st.SearchStrategy[list[Any]] = st.just([])
    if shape.kind in WRITTEN:
        return st.tuples(nothing, _texts(shape))
    if shape.kind is PollKind.GRID:
        column = st.integers(0, len(shape.setup.columns) - 1)
        return st.tuples(st.lists(column, min_size=shape.options, max_size=shape.options), nothing)
    if shape.kind is PollKind.RANKING:
        return st.tuples(st.permutations(range(shape.options)), nothing)
    most = shape.at_most if takes_many(shape) else 1
    return st.tuples(st.lists(position, min_size=1, max_size=most, unique=True), nothing)


def _texts(shape: Shape) -> st.SearchStrategy[list[str]]:
    if shape.kind is PollKind.NUMBER:
        return st.decimals(-1000, 1000, places=2).map(lambda number: [str(number)])
    word = st.text("abAB \u00df\u4e00", min_size=1, max_size=9).filter(str.strip)
    return st.lists(word, min_size=1, max_size=shape.at_most)
