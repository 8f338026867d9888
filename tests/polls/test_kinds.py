"""What each kind of poll may ask, and what its ballots may hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poll_shapes import SHAPES, ballots

from webinar_app.core.answers import LIKERT
from webinar_app.core.errors import InvalidInput
from webinar_app.polls.rules import (
    WRITTEN,
    PollKind,
    PollText,
    Setup,
    Shape,
    bounds,
    cell_count,
    cells,
    check_answer,
    check_poll,
    decode,
    encode,
    labels,
)

TWO = ["Trust", "Empathy"]


@pytest.mark.parametrize(
    ("kind", "options", "stored"),
    [
        (PollKind.SINGLE, [" Trust", "Empathy\n", "", " "], ("Trust", "Empathy")),
        (PollKind.MULTIPLE, [str(n) for n in range(12)], tuple(str(n) for n in range(12))),
        (PollKind.YES_NO, ["left over"], ("Yes", "No")),
        (PollKind.YES_NO_ABSTAIN, [], ("Yes", "No", "Abstain")),
        (PollKind.TRUE_FALSE, [], ("True", "False")),
        (PollKind.RATING, [], ("1", "2", "3", "4", "5")),
        (PollKind.RATING_7, [], ("1", "2", "3", "4", "5", "6", "7")),
        (PollKind.RATING_10, [], ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10")),
        (PollKind.RANKING, TWO, tuple(TWO)),
        (PollKind.TEXT, TWO, ()),
        (PollKind.WORDS, TWO, ()),
        (PollKind.NUMBER, TWO, ()),
    ],
)
def test_check_poll_gives_what_is_stored(kind: PollKind, options: list[str], stored: tuple[str, ...]) -> None:
    assert check_poll(" What now?\r\n", kind, options) == PollText("What now?", stored)
    assert labels(kind, stored) == stored


@pytest.mark.parametrize(
    ("kind", "options", "setup", "stored"),
    [
        (PollKind.GRID, ["One row"], Setup(), PollText("Q", ("One row",), Setup(LIKERT))),
        (PollKind.GRID, TWO, Setup(("No ", "", "Yes")), PollText("Q", tuple(TWO), Setup(("No", "Yes")))),
        (PollKind.QUIZ, ["a", " ", "b"], Setup(right=(2,)), PollText("Q", ("a", "b"), Setup(right=(1,)))),
        (PollKind.NUMBER, [], Setup(low=" 0", high="010.50"), PollText("Q", (), Setup(low="0", high="10.5"))),
        (PollKind.NUMBER, [], Setup(low="", high=" "), PollText("Q", (), Setup())),
        (PollKind.SINGLE, TWO, Setup(("left",), (0,), "1", "2"), PollText("Q", tuple(TWO), Setup())),
    ],
)
def test_each_kind_keeps_what_it_needs(kind: PollKind, options: list[str], setup: Setup, stored: PollText) -> None:
    assert check_poll("Q", kind, options, setup) == stored
    assert Setup.from_json(stored.setup.to_json()) == stored.setup


@pytest.mark.parametrize(
    ("question", "options", "fields"),
    [
        ("", TWO, {"question": "Write a question."}),
        ("x" * 301, TWO, {"question": "Write at most 300 characters; this has 301."}),
        ("Q", ["one"], {"options": "Give 2 to 12 options."}),
        ("Q", [str(n) for n in range(13)], {"options": "Give 2 to 12 options."}),
        ("Q", ["Trust", "trust"], {"options": "Two options are the same."}),
        ("Q", ["a", "b" * 201], {"options": "Keep each option within 200 characters."}),
        (" ", [], {"question": "Write a question.", "options": "Give 2 to 12 options."}),
    ],
)
def test_check_poll_says_what_is_wrong(question: str, options: list[str], fields: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_poll(question, PollKind.SINGLE, options)

    assert refusal.value.fields == fields


@pytest.mark.parametrize(
    ("kind", "options", "setup", "fields"),
    [
        (PollKind.GRID, [], Setup(), {"options": "Give 1 to 12 options."}),
        (PollKind.GRID, TWO, Setup(("one",)), {"columns": "Give 2 to 7 options."}),
        (PollKind.QUIZ, TWO, Setup(right=(2,)), {"options": "Mark at least one right answer."}),
        (PollKind.QUIZ, ["one"], Setup(), {"options": "Give 2 to 12 options."}),
        (PollKind.NUMBER, [], Setup(low="ten"), {"low": "Write a number such as 12 or 12.5."}),
        (PollKind.NUMBER, [], Setup(low="5", high="5"), {"low": "The smallest number must be below the largest."}),
    ],
)
def test_each_kind_says_what_it_misses(
    kind: PollKind, options: list[str], setup: Setup, fields: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_poll("Q", kind, options, setup)

    assert refusal.value.fields == fields


def test_check_poll_takes_the_longest_texts() -> None:
    assert check_poll("x" * 300, PollKind.SINGLE, ["a" * 200, "b"]).question == "x" * 300


@pytest.mark.parametrize(
    ("kind", "at_least", "at_most", "found"),
    [
        (PollKind.MULTIPLE, 1, None, (1, 3)),
        (PollKind.MULTIPLE, 2, 3, (2, 3)),
        (PollKind.MULTIPLE, 0, 3, None),
        (PollKind.MULTIPLE, 3, 2, None),
        (PollKind.MULTIPLE, 1, 4, None),
        (PollKind.SINGLE, 9, 0, (1, 1)),
        (PollKind.WORDS, 1, None, (1, 3)),
        (PollKind.WORDS, 4, 5, (1, 5)),
        (PollKind.WORDS, 1, 6, None),
    ],
)
def test_bounds_must_allow_a_ballot(
    kind: PollKind, at_least: int, at_most: int | None, found: tuple[int, int] | None
) -> None:
    text = PollText("Q", ("a", "b", "c"))
    if found:
        assert bounds(kind, text, at_least, at_most) == found
        return
    with pytest.raises(InvalidInput):
        bounds(kind, text, at_least, at_most)


@pytest.mark.parametrize(
    ("at_least", "at_most", "field"), [(0, 3, "min_choices"), (4, 4, "min_choices"), (3, 2, "max_choices")]
)
def test_bounds_name_the_field_that_is_wrong(at_least: int, at_most: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        bounds(PollKind.MULTIPLE, PollText("Q", ("a", "b", "c")), at_least, at_most)

    assert refused.value.fields == {field: "Let people choose from 1 up to 3 options."}


def test_a_quiz_takes_one_option_where_one_is_right_and_any_number_where_several_are() -> None:
    one, two = (PollText("Q", ("a", "b", "c"), Setup(right=right)) for right in ((1,), (0, 2)))

    assert bounds(PollKind.QUIZ, one, 1, None) == (1, 1)
    assert bounds(PollKind.QUIZ, two, 1, None) == (1, 3)


GRID = Shape(PollKind.GRID, 2, setup=Setup(("No", "Yes", "Perhaps")))
NUMBER = Shape(PollKind.NUMBER, 0, setup=Setup(low="-5", high="10.5"))


@pytest.mark.parametrize(
    ("shape", "options", "texts", "ballot"),
    [
        (Shape(PollKind.SINGLE, 3), [2], (), (2,)),
        (Shape(PollKind.SINGLE, 3, 1, 5), ["0"], (), (0,)),
        (Shape(PollKind.MULTIPLE, 3, 1, 2), [2, 0, 0], (), (0, 2)),
        (Shape(PollKind.YES_NO_ABSTAIN, 3), [2], (), (2,)),
        (Shape(PollKind.QUIZ, 3, 1, 3, Setup(right=(0, 1))), [1, 0], (), (0, 1)),
        (GRID, [2, 0], (), (2, 0)),
        (Shape(PollKind.RANKING, 3), [2, 0, 1], (), (2, 0, 1)),
        (Shape(PollKind.TEXT, 0), (), [" To say\nless. "], ("To say less.",)),
        (Shape(PollKind.WORDS, 0, 1, 2), (), ["Trust", " ", "trust", "Hope"], ("Trust", "Hope")),
        (NUMBER, (), [" 007.50 "], ("7.5",)),
        (NUMBER, (), ["-0"], ("0",)),
    ],
)
def test_check_answer_gives_a_ballot(shape: Shape, options: Any, texts: Any, ballot: tuple[Any, ...]) -> None:
    assert check_answer(shape, options, texts) == ballot
    assert decode(shape.kind, encode(ballot)) == ballot


@pytest.mark.parametrize(
    ("shape", "options", "texts", "code"),
    [
        (Shape(PollKind.SINGLE, 3), [0, 1], (), "answer.too_many"),
        (Shape(PollKind.SINGLE, 3), [], (), "answer.too_few"),
        (Shape(PollKind.SINGLE, 3), 1, (), "answer.not_a_list"),
        (Shape(PollKind.YES_NO, 2), [3], (), "answer.no_such_option"),
        (Shape(PollKind.MULTIPLE, 3, 1, 2), [0, 1, 2], (), "answer.too_many"),
        (Shape(PollKind.MULTIPLE, 3, 1, 2), [True], (), "answer.no_such_option"),
        (Shape(PollKind.QUIZ, 3, 1, 1, Setup(right=(0,))), [0, 1], (), "answer.too_many"),
        (GRID, [1], (), "answer.rows"),
        (GRID, [1, 3], (), "answer.no_such_option"),
        (GRID, None, (), "answer.not_a_list"),
        (Shape(PollKind.RANKING, 3), [0, 1], (), "answer.order"),
        (Shape(PollKind.RANKING, 3), [0, 1, 1], (), "answer.order"),
        (Shape(PollKind.RANKING, 3), "012", (), "answer.not_a_list"),
        (Shape(PollKind.TEXT, 0), (), [" "], "answer.empty"),
        (Shape(PollKind.TEXT, 0), (), ["a", "b"], "answer.empty"),
        (Shape(PollKind.TEXT, 0), (), ["x" * 201], "answer.too_long"),
        (Shape(PollKind.WORDS, 0, 1, 2), (), [], "answer.empty"),
        (Shape(PollKind.WORDS, 0, 1, 2), (), [7], "answer.not_a_list"),
        (Shape(PollKind.WORDS, 0, 1, 2), (), ["a", "b", "c"], "answer.too_many"),
        (Shape(PollKind.WORDS, 0, 1, 2), (), ["x" * 31], "answer.too_long"),
        (NUMBER, (), ["ten"], "answer.no_number"),
        (NUMBER, (), ["1,000"], "answer.no_number"),
        (NUMBER, (), ["\u0661"], "answer.no_number"),
        (NUMBER, (), ["-5.1"], "answer.too_low"),
        (NUMBER, (), ["11"], "answer.too_high"),
    ],
)
def test_check_answer_refuses_with_a_sentence(shape: Shape, options: Any, texts: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_answer(shape, options, texts)

    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


@given(st.data())
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind.value)
def test_a_ballot_survives_storing_and_marks_cells_that_exist(shape: Shape, data: st.DataObject) -> None:
    options, texts = data.draw(ballots(shape))

    ballot = check_answer(shape, options, texts)

    assert decode(shape.kind, encode(ballot)) == ballot
    assert check_answer(shape, *((), ballot) if shape.kind in WRITTEN else (ballot, ())) == ballot
    marked = cells(shape, ballot)
    assert len(set(marked)) == len(marked)
    assert all(0 <= cell < cell_count(shape) for cell in marked)


@given(st.lists(st.integers(-2, 14) | st.booleans(), max_size=13), st.lists(st.text(max_size=40), max_size=6))
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.kind.value)
def test_anything_is_a_ballot_or_refused(shape: Shape, options: list[int], texts: list[str]) -> None:
    try:
        ballot = check_answer(shape, options, texts)
    except InvalidInput:
        return

    assert decode(shape.kind, encode(ballot)) == ballot
