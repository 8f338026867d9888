"""What the ballots of every kind say together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poll_shapes import SHAPES, ballots, shape_of

from webinar_app.core.tallies import Summary
from webinar_app.polls.rules import (
    MODERATED,
    Answer,
    Counted,
    PollKind,
    Result,
    Setup,
    Shape,
    cell_count,
    cells,
    check_answer,
    empty,
    result,
    right_count,
    shares,
    takes_many,
    tally,
)
from webinar_app.polls.rules.results import MOST_TEXTS


def count(shape: Shape, given: list[Answer]) -> Counted:
    texts = [(text, 1) for ballot in given for text in ballot if isinstance(text, str)]
    return Counted(tally(cell_count(shape), (cells(shape, one) for one in given)), len(given), tuple(texts))


@pytest.mark.parametrize(
    ("kind", "at_most", "counts", "voters", "expected"),
    [
        (PollKind.SINGLE, 1, (1, 1, 1), 3, (34, 33, 33)),
        (PollKind.MULTIPLE, 3, (3, 1, 0), 3, (100, 33, 0)),
        (PollKind.MULTIPLE, 2, (1, 0), 200, (1, 0)),
        (PollKind.MULTIPLE, 2, (0, 0), 0, (0, 0)),
        (PollKind.QUIZ, 1, (2, 1), 3, (67, 33)),
        (PollKind.QUIZ, 2, (2, 2), 3, (67, 67)),
    ],
)
def test_shares_of_ballots(
    kind: PollKind, at_most: int, counts: tuple[int, ...], voters: int, expected: tuple[int, ...]
) -> None:
    assert shares(Shape(kind, len(counts), 1, at_most), counts, voters) == expected


def test_result_of_a_scale_has_its_middle() -> None:
    shape = shape_of(PollKind.RATING_10)
    ballots_ = [check_answer(shape, [at]) for at in (0, 10, 10)]

    shown = result(shape, count(shape, ballots_))

    assert shown.stats == (Summary(6.67, 10.0, 4.71),)
    assert (shown.counts[0], shown.counts[10], shown.shares[10]) == (1, 2, 67)


def test_result_of_a_grid_is_counted_row_by_row() -> None:
    shape = Shape(PollKind.GRID, 2, setup=Setup(("No", "Yes")))

    shown = result(shape, count(shape, [(0, 1), (1, 1), (1, 1)]))

    assert shown == Result((1, 2, 0, 3), (33, 67, 0, 100), 3, stats=(Summary(1.67, 2.0, 0.47), Summary(2.0, 2.0, 0.0)))


def test_result_of_a_ranking_counts_points_and_places() -> None:
    shape = Shape(PollKind.RANKING, 3)

    shown = result(shape, count(shape, [(0, 1, 2), (0, 2, 1)]))

    assert (shown.counts, shown.shares) == ((4, 1, 1), (67, 17, 16))
    assert [one and one.mean for one in shown.stats] == [1.0, 2.5, 2.5]


def test_result_of_a_quiz_tells_how_many_ballots_are_all_right() -> None:
    shape = Shape(PollKind.QUIZ, 3, 1, 3, Setup(right=(0, 1)))

    counted = count(shape, [(0, 1), (0,), (0, 1, 2)])

    assert right_count(shape, counted) == 1
    assert result(shape, counted) == Result((3, 2, 1), (100, 67, 33), 3)
    assert right_count(Shape(PollKind.SINGLE, 2), Counted((1, 1), 2)) is None


def test_hidden_texts_are_left_out_and_their_ballots_stay_counted() -> None:
    shape = shape_of(PollKind.WORDS)
    texts = (("Trust", 2), ("trust", 3), ("Rude", 1), ("hope", 1))

    shown = result(shape, Counted((), 6, texts, hidden=("RUDE",)))

    assert shown == Result((5, 1), (83, 17), 6, ("trust", "hope"))


def test_texts_that_are_too_many_to_show_are_told_by_their_number() -> None:
    texts = tuple((f"text {n:03}", 1) for n in range(MOST_TEXTS + 7))

    shown = result(shape_of(PollKind.TEXT), Counted((), len(texts), texts))

    assert (len(shown.counts), shown.labels and shown.labels[0], shown.more) == (MOST_TEXTS, "text 000", 7)


def test_numbers_fall_into_steps() -> None:
    shown = result(shape_of(PollKind.NUMBER), Counted((), 3, (("7.5", 2), ("10", 1))))

    assert shown == Result((2, 1), (67, 33), 3, ("7.5", "10"), (Summary(8.33, 7.5, 1.18),))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind.value)
def test_no_ballots_give_an_empty_result(shape: Shape) -> None:
    shown = result(shape, empty(shape))

    assert (sum(shown.counts), sum(shown.shares), shown.voters) == (0, 0, 0)
    assert all(one is None for one in shown.stats)


@given(st.data(), st.randoms())
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind.value)
def test_counts_sum_up_and_the_order_of_ballots_does_not_matter(shape: Shape, data: st.DataObject, chance: Any) -> None:
    drawn = data.draw(st.lists(ballots(shape), min_size=1, max_size=12))
    given_ = [check_answer(shape, options, texts) for options, texts in drawn]
    shuffled = list(given_)
    chance.shuffle(shuffled)

    counted = count(shape, given_)
    shown = result(shape, counted)

    assert result(shape, count(shape, shuffled)) == shown
    assert shown.voters == len(given_)
    marked = sum(len(cells(shape, one)) for one in given_) + len(counted.texts)
    assert sum(counted.counts) + sum(n for _, n in counted.texts) == marked
    assert len(shown.shares) == len(shown.counts) == len(shown.labels if shown.labels is not None else shown.counts)
    if takes_many(shape) or shape.kind in MODERATED:
        assert all(0 <= share <= 100 for share in shown.shares)
    else:
        rows = shape.options if shape.kind is PollKind.GRID else 1
        assert sum(shown.shares) == 100 * rows
