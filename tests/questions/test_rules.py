import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.questions.rules import (
    PUBLIC,
    QuestionState,
    RankBy,
    Ranked,
    Viewer,
    check_move,
    check_text,
    may_move,
    may_vote,
    rank,
    shows_name,
    visible_to,
)

SUBMITTED, PUBLISHED, ANSWERING, LIVE, WRITING, DISMISSED = QuestionState


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (SUBMITTED, {PUBLISHED, ANSWERING, LIVE, WRITING, DISMISSED}),
        (PUBLISHED, {ANSWERING, LIVE, WRITING, DISMISSED}),
        (ANSWERING, {PUBLISHED, LIVE, WRITING, DISMISSED}),
        (LIVE, {PUBLISHED, WRITING}),
        (WRITING, {PUBLISHED}),
        (DISMISSED, {SUBMITTED, PUBLISHED}),
    ],
)
def test_moves(state: QuestionState, to: set[QuestionState]) -> None:
    assert {other for other in QuestionState if may_move(state, other)} == to


def test_a_second_moderator_is_told() -> None:
    check_move(SUBMITTED, PUBLISHED)

    with pytest.raises(Refused) as refusal:
        check_move(PUBLISHED, PUBLISHED)

    assert refusal.value.code == "question.moved"


@pytest.mark.parametrize("state", QuestionState)
def test_attendees_see_what_is_public(state: QuestionState) -> None:
    assert visible_to(Viewer.ATTENDEE, state) is (state in {PUBLISHED, ANSWERING, LIVE, WRITING})
    assert visible_to(Viewer.STAFF, state)
    assert visible_to(Viewer.ASKER, state)


def test_an_anonymous_name_is_for_staff_and_the_asker() -> None:
    assert [shows_name(viewer, is_anonymous=True) for viewer in Viewer] == [True, False, True]
    assert all(shows_name(viewer, is_anonymous=False) for viewer in Viewer)


@pytest.mark.parametrize("state", QuestionState)
def test_votes_raise_what_waits_and_is_not_ones_own(state: QuestionState) -> None:
    assert may_vote(state, is_own=False) is (state in {PUBLISHED, ANSWERING})
    assert not may_vote(state, is_own=True)


def test_rank_puts_the_queue_in_order() -> None:
    first, second = Ranked(1, PUBLISHED, 4), Ranked(2, PUBLISHED, 9)
    now, waiting = Ranked(3, ANSWERING, 0), Ranked(4, SUBMITTED, 4)
    answered, dismissed = Ranked(5, LIVE, 99), Ranked(6, DISMISSED, 99)
    given_ = [dismissed, answered, waiting, first, second, now]

    assert rank(given_) == [now, second, first, waiting, answered, dismissed]
    assert rank(given_, RankBy.TIME) == [now, first, second, waiting, answered, dismissed]


RANKED = st.builds(Ranked, st.integers(1, 99), st.sampled_from(QuestionState), st.integers(0, 5))


@given(st.lists(RANKED, unique_by=lambda question: question.number), st.sampled_from(RankBy), st.data())
def test_rank_is_total_and_stable(questions: list[Ranked], by: RankBy, data: st.DataObject) -> None:
    ranked = rank(questions, by)

    assert rank(data.draw(st.permutations(questions)), by) == ranked
    assert rank(ranked, by) == ranked
    assert sorted(ranked) == sorted(questions)


@given(st.lists(RANKED))
def test_hidden_questions_never_reach_attendees(questions: list[Ranked]) -> None:
    shown = [question for question in rank(questions) if visible_to(Viewer.ATTENDEE, question.state)]

    assert all(question.state in PUBLIC for question in shown)


def test_check_text_keeps_lines() -> None:
    assert check_text(" How?\r\n\r\n\r\nAnd why?\x00 ") == "How?\n\nAnd why?"
    assert check_text("x" * 1000) == "x" * 1000


@pytest.mark.parametrize(("text", "code"), [(" \n ", "question.empty"), ("x" * 1001, "question.too_long")])
def test_check_text_refuses(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_text(text)

    assert refusal.value.code == code
    assert refusal.value.fields == {"text": refusal.value.message}
