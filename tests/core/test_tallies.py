"""What many answers say together."""

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.tallies import (
    MOST_BINS,
    Bin,
    common_words,
    histogram,
    in_rows,
    order_cells,
    order_points,
    points_summary,
    row_cells,
    summary,
)

numbers = st.decimals(-(10**6), 10**6, places=3).map(lambda number: number.normalize())
counted = st.dictionaries(numbers, st.integers(1, 9), min_size=1, max_size=40)


def test_cells_of_a_grid_and_of_an_order() -> None:
    assert row_cells(3, (2, 0)) == (2, 3)
    assert order_cells((2, 0, 1)) == (1, 5, 6)
    assert in_rows((1, 2, 3, 4), 2) == [(1, 2), (3, 4)]


@given(st.lists(st.permutations(range(4)), max_size=9))
def test_points_of_orders_add_up(orders: list[list[int]]) -> None:
    cells = [0] * 16
    for order in orders:
        for cell in order_cells(order):
            cells[cell] += 1

    points = order_points(4, cells)

    assert sum(points) == 6 * len(orders)
    assert points == tuple(sum(3 - order.index(option) for order in orders) for option in range(4))


@given(counted)
def test_summary_is_that_of_the_numbers_one_by_one(counts: dict[Decimal, int]) -> None:
    every = [Fraction(value) for value, n in counts.items() for _ in range(n)]

    found = summary(counts)

    assert found is not None
    assert found.mean == pytest.approx(float(statistics.mean(every)), abs=0.011)
    assert found.median == pytest.approx(float(statistics.median(every)), abs=0.011)
    assert found.spread == pytest.approx(statistics.pstdev(map(float, every)), abs=0.011)


def test_nothing_has_no_summary() -> None:
    assert summary({}) is None
    assert points_summary((0, 0), 1) is None


@given(counted)
def test_every_number_falls_into_one_bar(counts: dict[Decimal, int]) -> None:
    bins = histogram(counts)

    assert sum(one.n for one in bins) == sum(counts.values())
    assert len(bins) <= MOST_BINS + 1
    assert len({one.label for one in bins}) == len(bins)


def test_many_numbers_get_steps_that_people_use() -> None:
    bins = histogram({Decimal(n): 1 for n in range(0, 95, 5)})

    assert bins[:2] == (Bin("0 to under 20", 4), Bin("20 to under 40", 4))


@given(st.lists(st.tuples(st.text("aAbB\u00df", min_size=1, max_size=3), st.integers(1, 5))))
def test_words_are_counted_without_capitals_and_in_one_order(given_: list[tuple[str, int]]) -> None:
    found = common_words(given_)

    assert sum(n for _, n in found) == sum(n for _, n in given_)
    assert len({text.casefold() for text, _ in found}) == len(found)
    assert found == common_words(reversed(given_))
    assert [n for _, n in found] == sorted((n for _, n in found), reverse=True)
