from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.questions.rules import (
    CLAIM_LASTS,
    PUBLIC,
    STATE_WORDS,
    QuestionState,
    RankBy,
    Ranked,
    Viewer,
    check_ask_pace,
    check_held,
    check_merge,
    check_move,
    check_seen,
    check_text,
    is_held,
    may_move,
    may_vote,
    rank,
    shows_answer,
    shows_name,
    state_to_restore,
    visible_to,
)

SUBMITTED, PUBLISHED, ANSWERING, LIVE, WRITING, DISMISSED, PRIVATE, PARKED, MERGED = QuestionState
ENDS = {LIVE, WRITING, PRIVATE, DISMISSED, PARKED, MERGED}
NOW = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (SUBMITTED, {PUBLISHED, ANSWERING} | ENDS),
        (PUBLISHED, {ANSWERING} | ENDS),
        (ANSWERING, {PUBLISHED} | ENDS),
        (LIVE, {SUBMITTED, PUBLISHED, WRITING}),
        (WRITING, {SUBMITTED, PUBLISHED}),
        (PRIVATE, {SUBMITTED, PUBLISHED, WRITING}),
        (DISMISSED, {SUBMITTED, PUBLISHED}),
        (PARKED, {SUBMITTED, PUBLISHED, ANSWERING} | ENDS - {PARKED}),
        (MERGED, {SUBMITTED, PUBLISHED}),
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


@pytest.mark.parametrize("state", QuestionState)
def test_a_private_answer_is_for_staff_and_the_asker(state: QuestionState) -> None:
    assert shows_answer(Viewer.STAFF, state)
    assert shows_answer(Viewer.ATTENDEE, state) is (state in {LIVE, WRITING})
    assert shows_answer(Viewer.ASKER, state) is (state in {LIVE, WRITING, PRIVATE})


@pytest.mark.parametrize("state", QuestionState)
@pytest.mark.parametrize("seen", [None, *QuestionState])
def test_what_was_seen_must_still_be_so(state: QuestionState, seen: QuestionState | None) -> None:
    if seen in (None, state):
        check_seen(state, seen)
        return
    with pytest.raises(Refused) as refusal:
        check_seen(state, seen)

    assert (refusal.value.code, STATE_WORDS[state] in refusal.value.message) == ("question.moved", True)


@pytest.mark.parametrize("state", QuestionState)
@pytest.mark.parametrize("before", [None, *QuestionState])
def test_taking_an_end_back_never_shows_what_waited_unseen(state: QuestionState, before: QuestionState | None) -> None:
    if state not in ENDS:
        with pytest.raises(Refused):
            state_to_restore(state, before)
        return
    to = state_to_restore(state, before)

    assert to is (SUBMITTED if before is SUBMITTED else PUBLISHED)
    assert may_move(state, to)


@pytest.mark.parametrize("into", QuestionState)
def test_duplicates_go_into_a_question_that_stands(into: QuestionState) -> None:
    if into in {SUBMITTED, PUBLISHED, ANSWERING, PARKED, LIVE, WRITING}:
        check_merge(into, is_same=False, has_merged=False)
        return
    with pytest.raises(Refused) as refusal:
        check_merge(into, is_same=False, has_merged=False)

    assert refusal.value.code == "question.merge_target"


@pytest.mark.parametrize(
    ("is_same", "has_merged", "code"), [(True, False, "question.merge_self"), (False, True, "question.merge_chain")]
)
def test_merges_are_one_level_deep(is_same: bool, has_merged: bool, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_merge(PUBLISHED, is_same=is_same, has_merged=has_merged)

    assert refusal.value.code == code


def test_a_claim_holds_others_off_until_it_ends() -> None:
    until = NOW + CLAIM_LASTS

    assert is_held(1, until, 2, NOW)
    assert not is_held(1, until, 1, NOW)
    assert not is_held(1, until, 2, until)
    assert not is_held(None, None, 2, NOW)
    check_held(1, until, 1, NOW, "Mo")
    with pytest.raises(Refused) as refusal:
        check_held(1, until, 2, NOW, "Mo")
    assert refusal.value.message.startswith("Mo is on it.")


def test_five_questions_a_minute_and_a_sentence_that_says_when() -> None:
    check_ask_pace([0, 1, 2, 3], 59_000)
    check_ask_pace([0, 1, 2, 3, 4], 60_000)

    with pytest.raises(Refused) as refusal:
        check_ask_pace([9_000, 1_000, 2_000, 3_000, 4_000], 31_500)

    assert refusal.value.code == "question.too_many"
    assert "in 30 s" in refusal.value.message


@given(st.lists(st.integers(0, 200_000), max_size=30))
def test_whoever_waits_as_told_may_ask(wanted: list[int]) -> None:
    asked: list[int] = []
    for at in sorted(wanted):
        try:
            check_ask_pace(asked, at)
        except Refused as refusal:
            wait = int(refusal.message.split(" in ")[1].split()[0])
            check_ask_pace(asked, at + wait * 1000)
        else:
            asked.append(at)

    assert all(later - first >= 60_000 for first, later in zip(asked, asked[5:]))


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
