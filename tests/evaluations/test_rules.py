import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.answers import QuestionKind
from webinar_app.core.errors import InvalidInput
from webinar_app.evaluations.rules import (
    LEAD_IN,
    EvaluationItem,
    ItemSummary,
    build_items,
    check_answers,
    closes_at,
    is_open,
    summarise,
)

ITEMS = build_items(["Define it.", "Apply it."], ["Dr. Michael McGee"])
ANSWERS: dict[str, Any] = {
    "objective_1": "5",
    "objective_2": 4,
    "presenter_1_knowledge": 5,
    "presenter_1_clarity": 5,
    "presenter_1_responsiveness": 3,
    "content_level": 1,
    "technology": 4,
    "accessibility": 4,
    "commercial_bias": "no",
    "commercial_bias_where": " ",
    "relevance": 5,
    "intent": 0,
    "comment": None,
}
SCALE_ITEM = EvaluationItem(key="scale", section="S", kind=QuestionKind.LIKERT, prompt="P")
TEXT_ITEM = EvaluationItem(key="text", section="S", kind=QuestionKind.TEXT, prompt="P", is_required=False)
PICK_ITEM = EvaluationItem(key="pick", section="S", kind=QuestionKind.MULTIPLE, prompt="P", options=("a", "b", "c"))


def test_form_asks_about_every_objective_and_presenter() -> None:
    assert [item.key for item in ITEMS] == list(ANSWERS)
    assert ITEMS[0] == EvaluationItem(
        key="objective_1", section=LEAD_IN, kind=QuestionKind.LIKERT, prompt="Define it.", objective=0
    )
    assert ITEMS[2] == EvaluationItem(
        key="presenter_1_knowledge",
        section="Dr. Michael McGee",
        kind=QuestionKind.LIKERT,
        prompt="Knew the subject well.",
        presenter=0,
    )


@pytest.mark.parametrize(("lead_in", "section"), [("You can now", "You can now"), ("", LEAD_IN)])
def test_lead_in_stands_over_the_objectives(lead_in: str, section: str) -> None:
    assert build_items(["Define it."], [], lead_in)[0].section == section


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_item_survives_json(item: EvaluationItem) -> None:
    assert EvaluationItem.from_json(json.loads(json.dumps(item.to_json()))) == item


def test_answers_are_stored_in_the_order_of_the_form() -> None:
    checked = check_answers(ITEMS, dict(reversed(ANSWERS.items())))

    assert list(checked.items()) == [
        ("objective_1", 5),
        ("objective_2", 4),
        ("presenter_1_knowledge", 5),
        ("presenter_1_clarity", 5),
        ("presenter_1_responsiveness", 3),
        ("content_level", 1),
        ("technology", 4),
        ("accessibility", 4),
        ("commercial_bias", False),
        ("relevance", 5),
        ("intent", 0),
    ]


def test_several_choices_are_stored_as_a_list() -> None:
    assert check_answers([PICK_ITEM], {"pick": ["2", "0"]}) == {"pick": [0, 2]}


@pytest.mark.parametrize(
    ("change", "message", "fields"),
    [
        ({"technology": None}, "One question needs your attention.", {"technology": "Answer this question."}),
        (
            {"technology": [], "relevance": 6},
            "2 questions need your attention.",
            {"technology": "Answer this question.", "relevance": "Choose a point from 1 to 5."},
        ),
        (
            {"name": "Ada"},
            "One question needs your attention.",
            {"name": "This question is not in the form."},
        ),
        (
            {"commercial_bias_where": "x" * 301},
            "One question needs your attention.",
            {"commercial_bias_where": "Write at most 300 characters; this has 301."},
        ),
    ],
)
def test_what_is_missing_is_said_by_question(change: dict[str, Any], message: str, fields: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_answers(ITEMS, ANSWERS | change)

    assert (refusal.value.code, refusal.value.message) == ("evaluation.incomplete", message)
    assert refusal.value.fields == fields


def test_summary_shows_figures_from_five_answers_on() -> None:
    responses: list[dict[str, Any]] = [
        {"scale": point, "text": word} for point, word in zip((5, 5, 4, 4, 2), ("d", "a", "e", "b", "c"), strict=True)
    ]

    scale, text = summarise([SCALE_ITEM, TEXT_ITEM], responses)

    assert scale == ItemSummary(
        item=SCALE_ITEM,
        is_withheld=False,
        n=5,
        labels=("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
        counts=(0, 1, 0, 2, 2),
        shares=(0, 20, 0, 40, 40),
        mean=4.0,
        spread=1.1,
    )
    assert text == ItemSummary(item=TEXT_ITEM, is_withheld=False, n=5, texts=("a", "b", "c", "d", "e"))


def test_choices_have_no_mean() -> None:
    (pick,) = summarise([PICK_ITEM], [{"pick": [0, 2]}] * 5)

    assert (pick.counts, pick.mean, pick.spread) == ((5, 0, 5), None, None)


def test_below_five_answers_nothing_is_shown() -> None:
    four: list[dict[str, Any]] = [{"scale": 5, "text": "secret"}] * 4
    responses = [*four, {"scale": 1}]

    scale, text = summarise([SCALE_ITEM, TEXT_ITEM], responses)

    assert text == ItemSummary(item=TEXT_ITEM)
    assert not scale.is_withheld
    assert summarise([SCALE_ITEM, TEXT_ITEM], four) == (ItemSummary(item=SCALE_ITEM), ItemSummary(item=TEXT_ITEM))


def test_without_a_minimum_an_empty_summary_is_empty() -> None:
    (scale,) = summarise([SCALE_ITEM], [], minimum=0)

    assert (scale.n, scale.mean, scale.shares) == (0, None, (0,) * 5)


RESPONSES = st.lists(
    st.fixed_dictionaries({}, optional={"scale": st.integers(1, 5), "text": st.sampled_from("abc")}), max_size=12
)


@given(RESPONSES, st.data())
def test_summary_ignores_order_and_never_shows_a_small_group(
    responses: list[dict[str, Any]], data: st.DataObject
) -> None:
    items = [SCALE_ITEM, TEXT_ITEM]
    found = summarise(items, responses)

    assert summarise(items, data.draw(st.permutations(responses))) == found
    for summary in found:
        n = sum(summary.item.key in response for response in responses)
        assert summary == ItemSummary(item=summary.item) if n < 5 else summary.n == n
        assert sum(summary.shares) in (0, 100)


OPENED = datetime(2025, 10, 14, 17, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened_at", "until", "seconds", "expected"),
    [
        (None, None, 0, False),
        (OPENED, None, -1, False),
        (OPENED, None, 10**8, True),
        (OPENED, closes_at(OPENED, 7), 0, True),
        (OPENED, closes_at(OPENED, 7), 7 * 86_400 - 1, True),
        (OPENED, closes_at(OPENED, 7), 7 * 86_400, False),
    ],
)
def test_window(opened_at: datetime | None, until: datetime | None, seconds: int, expected: bool) -> None:
    assert is_open(opened_at, until, OPENED + timedelta(seconds=seconds)) is expected
