import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.answers import QuestionKind, check, check_positions, labels, shares, tally
from webinar_app.core.errors import InvalidInput

COLOURS = ("Red", "Green", "Blue")
JUNK = [None, True, "", "x", "³", "9" * 5000, -1, 3, 1.0, math.nan, math.inf, [], {}, ["a"]]


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        (QuestionKind.SINGLE, 0, 0),
        (QuestionKind.SINGLE, "2", 2),
        (QuestionKind.MULTIPLE, ["2", 0, 2], (0, 2)),
        (QuestionKind.MULTIPLE, (1,), (1,)),
        (QuestionKind.YES_NO, "yes", True),
        (QuestionKind.YES_NO, "no", False),
        (QuestionKind.YES_NO, False, False),
        (QuestionKind.RATING, "5", 5),
        (QuestionKind.LIKERT, 1, 1),
        (QuestionKind.TEXT, " one\nline ", "one line"),
        (QuestionKind.LONG_TEXT, " two\r\nlines ", "two\nlines"),
    ],
)
def test_check_gives_the_stored_form(kind: QuestionKind, given: object, stored: object) -> None:
    checked = check(kind, COLOURS, given)

    assert (checked, type(checked)) == (stored, type(stored))
    assert check(kind, COLOURS, checked) == stored


@pytest.mark.parametrize("given", JUNK, ids=str)
@pytest.mark.parametrize("kind", [QuestionKind.SINGLE, QuestionKind.MULTIPLE])
def test_check_refuses_what_is_no_option(kind: QuestionKind, given: object) -> None:
    with pytest.raises(InvalidInput):
        check(kind, COLOURS, given)


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        (QuestionKind.RATING, 0, "answer.off_scale"),
        (QuestionKind.RATING, 6, "answer.off_scale"),
        (QuestionKind.LIKERT, True, "answer.off_scale"),
        (QuestionKind.YES_NO, 1, "answer.yes_or_no"),
        (QuestionKind.YES_NO, [], "answer.yes_or_no"),
        (QuestionKind.TEXT, " \r\n ", "answer.empty"),
        (QuestionKind.TEXT, 7, "answer.empty"),
        (QuestionKind.TEXT, "x" * 301, "answer.too_long"),
        (QuestionKind.LONG_TEXT, "x" * 4001, "answer.too_long"),
    ],
)
def test_check_refuses_with_a_code(kind: QuestionKind, given: object, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check(kind, COLOURS, given)

    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    ("given", "at_least", "at_most", "code"),
    [([0], 2, None, "answer.too_few"), ([0, 1, 2], 1, 2, "answer.too_many"), ("0", 1, None, "answer.not_a_list")],
)
def test_positions_keep_their_bounds(given: Any, at_least: int, at_most: int | None, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_positions(3, given, at_least=at_least, at_most=at_most)

    assert refusal.value.code == code


def test_positions_within_bounds_pass() -> None:
    assert check_positions(3, [2, 1], at_least=2, at_most=2) == (1, 2)


@pytest.mark.parametrize(
    ("kind", "answers", "counts"),
    [
        (QuestionKind.SINGLE, [0, 2, 2], (1, 0, 2)),
        (QuestionKind.MULTIPLE, [(0, 1), (1, 2)], (1, 2, 1)),
        (QuestionKind.YES_NO, [True, False, True], (2, 1)),
        (QuestionKind.RATING, [1, 5, 5], (1, 0, 0, 0, 2)),
        (QuestionKind.LIKERT, [3], (0, 0, 1, 0, 0)),
        (QuestionKind.TEXT, ["a", "b"], ()),
    ],
)
def test_tally_counts_by_label(kind: QuestionKind, answers: list[Any], counts: tuple[int, ...]) -> None:
    assert tally(kind, COLOURS, answers) == counts
    assert len(labels(kind, COLOURS)) == len(counts)


@given(st.lists(st.integers(0, 2)), st.randoms())
def test_tally_sums_up_and_ignores_order(answers: list[int], chance: Any) -> None:
    counts = tally(QuestionKind.SINGLE, COLOURS, answers)
    shuffled = list(answers)
    chance.shuffle(shuffled)

    assert sum(counts) == len(answers)
    assert tally(QuestionKind.SINGLE, COLOURS, shuffled) == counts


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((), ()), ((0, 0), (0, 0)), ((1, 1, 1), (34, 33, 33)), ((61, 46, 23, 11), (43, 33, 16, 8)), ((7,), (100,))],
)
def test_shares_by_largest_remainder(counts: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert shares(counts) == expected


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=12).filter(any))
def test_shares_add_to_a_hundred_and_stay_near(counts: list[int]) -> None:
    found = shares(counts)

    assert sum(found) == 100
    assert all(abs(share - count * 100 / sum(counts)) < 1 for share, count in zip(found, counts, strict=True))
    by_count = [share for _, share in sorted(zip(counts, found, strict=True))]
    assert by_count == sorted(by_count)
