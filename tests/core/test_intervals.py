from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.intervals import clip, intersect, subtract, to_ms, total, union

MOMENT = st.integers(-50, 50)
SPANS = st.lists(st.tuples(MOMENT, MOMENT), max_size=12)


def milliseconds(spans):
    return {at for start, end in spans for at in range(start, end)}


def is_tidy(spans):
    edges = [edge for span in spans for edge in span]
    return edges == sorted(set(edges))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(0, 5), (5, 9)], [(0, 9)]),
        ([(5, 9), (0, 4)], [(0, 4), (5, 9)]),
        ([(0, 9), (2, 3)], [(0, 9)]),
        ([(3, 3), (5, 4)], []),
    ],
)
def test_union_joins_what_touches(spans, expected):
    assert union(spans) == expected


@pytest.mark.parametrize(
    ("spans", "holes", "expected"),
    [
        ([(0, 10)], [(3, 5)], [(0, 3), (5, 10)]),
        ([(0, 10)], [(0, 10)], []),
        ([(0, 4), (6, 10)], [(3, 7)], [(0, 3), (7, 10)]),
        ([(0, 10)], [(-5, 1), (9, 20)], [(1, 9)]),
        ([(0, 2), (4, 6), (8, 10)], [(1, 9)], [(0, 1), (9, 10)]),
    ],
)
def test_subtract_takes_breaks_out(spans, holes, expected):
    assert subtract(spans, holes) == expected


@given(SPANS, SPANS)
def test_set_operations_agree_with_sets_of_milliseconds(left, right):
    ones, others = milliseconds(left), milliseconds(right)

    assert milliseconds(union(left)) == ones
    assert milliseconds(intersect(left, right)) == ones & others
    assert milliseconds(subtract(left, right)) == ones - others
    assert total(left) == len(ones)
    assert all(is_tidy(spans) for spans in (union(left), intersect(left, right), subtract(left, right)))


@given(SPANS, st.randoms())
def test_union_does_not_depend_on_order_and_is_idempotent(spans, shuffler):
    shuffled = list(spans)
    shuffler.shuffle(shuffled)

    assert union(shuffled) == union(spans)
    assert union(union(spans)) == union(spans)


@given(SPANS, st.tuples(MOMENT, MOMENT))
def test_clip_is_never_above_the_window(spans, window):
    assert total(clip(spans, window)) <= max(0, window[1] - window[0])


@given(SPANS, MOMENT)
def test_splitting_a_span_changes_nothing(spans, at):
    pieces = [piece for start, end in spans for piece in ((start, min(at, end)), (max(at, start), end))]

    assert union(pieces) == union(spans)


@given(SPANS, SPANS)
def test_subtract_and_intersect_share_the_whole(left, right):
    assert total(subtract(left, right)) + total(intersect(left, right)) == total(left)


def test_to_ms_counts_real_time_in_any_zone():
    noon = datetime(2025, 10, 14, 12, 0, 0, 1999, tzinfo=ZoneInfo("America/New_York"))

    assert to_ms(noon) == to_ms(datetime(2025, 10, 14, 16, 0, 0, 1000, tzinfo=UTC)) == 1760457600001


def test_to_ms_refuses_a_wall_clock():
    with pytest.raises(ValueError, match="time zone"):
        to_ms(datetime(2025, 10, 14, 12, tzinfo=UTC).replace(tzinfo=None))
