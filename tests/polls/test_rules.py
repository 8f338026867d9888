from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.polls.rules import (
    PollKind,
    PollState,
    PollText,
    Privacy,
    Result,
    ResultAudience,
    ResultVisibility,
    check_bounds,
    check_choice,
    check_poll,
    check_vote,
    labels,
    may_close,
    may_edit,
    may_open,
    may_reveal,
    may_see_result,
    privacy_words,
    result,
    result_audience,
    shares,
    tally,
)

TWO = ["Trust", "Empathy"]


@pytest.mark.parametrize(
    ("kind", "options", "stored"),
    [
        (PollKind.SINGLE, [" Trust", "Empathy\n", "", " "], ("Trust", "Empathy")),
        (PollKind.MULTIPLE, [str(n) for n in range(12)], tuple(str(n) for n in range(12))),
        (PollKind.YES_NO, ["left over"], ("Yes", "No")),
        (PollKind.RATING, [], ("1", "2", "3", "4", "5")),
    ],
)
def test_check_poll_gives_what_is_stored(kind: PollKind, options: list[str], stored: tuple[str, ...]) -> None:
    assert check_poll(" What now?\r\n", kind, options) == PollText("What now?", stored)
    assert labels(kind, stored) == stored


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


def test_check_poll_takes_the_longest_texts() -> None:
    assert check_poll("x" * 300, PollKind.SINGLE, ["a" * 200, "b"]).question == "x" * 300


@pytest.mark.parametrize(
    ("kind", "at_least", "at_most", "is_possible"),
    [
        (PollKind.MULTIPLE, 1, None, True),
        (PollKind.MULTIPLE, 2, 3, True),
        (PollKind.MULTIPLE, 0, 3, False),
        (PollKind.MULTIPLE, 3, 2, False),
        (PollKind.MULTIPLE, 1, 4, False),
        (PollKind.SINGLE, 9, 0, True),
    ],
)
def test_bounds_must_allow_a_ballot(kind: PollKind, at_least: int, at_most: int | None, is_possible: bool) -> None:
    if is_possible:
        check_bounds(kind, 3, at_least, at_most)
    else:
        with pytest.raises(InvalidInput):
            check_bounds(kind, 3, at_least, at_most)


@pytest.mark.parametrize(
    ("at_least", "at_most", "field"), [(0, 3, "min_choices"), (4, 4, "min_choices"), (3, 2, "max_choices")]
)
def test_bounds_name_the_field_that_is_wrong(at_least: int, at_most: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_bounds(PollKind.MULTIPLE, 3, at_least, at_most)

    assert refused.value.fields == {field: "Let people choose from 1 up to 3 options."}


@pytest.mark.parametrize(
    ("kind", "chosen", "at_most", "ballot"),
    [
        (PollKind.SINGLE, [2], None, (2,)),
        (PollKind.SINGLE, ["0"], 5, (0,)),
        (PollKind.MULTIPLE, [2, 0, 0], 2, (0, 2)),
    ],
)
def test_check_choice_gives_a_ballot(kind: PollKind, chosen: Any, at_most: int | None, ballot: tuple[int, ...]) -> None:
    assert check_choice(kind, 3, chosen, 1, at_most) == ballot


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        (PollKind.SINGLE, [0, 1]),
        (PollKind.SINGLE, []),
        (PollKind.SINGLE, 1),
        (PollKind.YES_NO, [3]),
        (PollKind.MULTIPLE, [0, 1, 2]),
        (PollKind.MULTIPLE, [True]),
        (PollKind.MULTIPLE, None),
    ],
)
def test_check_choice_refuses(kind: PollKind, chosen: object) -> None:
    with pytest.raises(InvalidInput):
        check_choice(kind, 3, chosen, 1, 2)


@pytest.mark.parametrize(
    ("state", "opens", "closes", "reveals", "edits"),
    [
        (PollState.DRAFT, True, False, False, True),
        (PollState.OPEN, False, True, True, False),
        (PollState.CLOSED, True, False, True, False),
        (PollState.ARCHIVED, False, False, False, False),
    ],
)
def test_what_may_happen_to_a_poll(state: PollState, opens: bool, closes: bool, reveals: bool, edits: bool) -> None:
    allowed = (may_open(state), may_close(state), may_reveal(state, is_revealed=False), may_edit(state))

    assert allowed == (opens, closes, reveals, edits)
    assert not may_reveal(state, is_revealed=True)


@pytest.mark.parametrize("state", [state for state in PollState if state is not PollState.OPEN])
def test_votes_count_only_while_open(state: PollState) -> None:
    with pytest.raises(Refused) as refusal:
        check_vote(state, Privacy.STAFF, has_voted=False)

    assert refusal.value.code == "poll.closed"


def test_only_a_secret_vote_cannot_be_changed() -> None:
    check_vote(PollState.OPEN, Privacy.NAMED, has_voted=True)
    check_vote(PollState.OPEN, Privacy.SECRET, has_voted=False)

    with pytest.raises(Refused) as refusal:
        check_vote(PollState.OPEN, Privacy.SECRET, has_voted=True)

    assert refusal.value.code == "poll.voted"


STAFF, VOTED, ALL = ResultAudience


@pytest.mark.parametrize(
    ("visibility", "draft", "open_", "closed"),
    [
        (ResultVisibility.HOSTS_ONLY, STAFF, STAFF, STAFF),
        (ResultVisibility.AFTER_VOTE, STAFF, VOTED, VOTED),
        (ResultVisibility.AFTER_CLOSE, STAFF, STAFF, ALL),
        (ResultVisibility.ALWAYS, STAFF, ALL, ALL),
    ],
)
def test_who_gets_the_tally(
    visibility: ResultVisibility, draft: ResultAudience, open_: ResultAudience, closed: ResultAudience
) -> None:
    states = (PollState.DRAFT, PollState.OPEN, PollState.CLOSED, PollState.ARCHIVED)

    assert [result_audience(visibility, state) for state in states] == [draft, open_, closed, closed]
    assert [result_audience(visibility, state, is_revealed=True) for state in states] == [STAFF, ALL, ALL, ALL]


@pytest.mark.parametrize(
    ("audience", "attendee", "voter"), [(STAFF, False, False), (VOTED, False, True), (ALL, True, True)]
)
def test_who_belongs_to_an_audience(audience: ResultAudience, attendee: bool, voter: bool) -> None:
    assert may_see_result(audience, is_staff=True, has_voted=False)
    assert may_see_result(audience, is_staff=False, has_voted=False) is attendee
    assert may_see_result(audience, is_staff=False, has_voted=True) is voter


def test_every_privacy_is_told_on_the_ballot() -> None:
    assert len({privacy_words(privacy) for privacy in Privacy}) == 3


@pytest.mark.parametrize(
    ("kind", "counts", "voters", "expected"),
    [
        (PollKind.SINGLE, (1, 1, 1), 3, (34, 33, 33)),
        (PollKind.MULTIPLE, (3, 1, 0), 3, (100, 33, 0)),
        (PollKind.MULTIPLE, (1, 0), 200, (1, 0)),
        (PollKind.MULTIPLE, (0, 0), 0, (0, 0)),
    ],
)
def test_shares_of_ballots(kind: PollKind, counts: tuple[int, ...], voters: int, expected: tuple[int, ...]) -> None:
    assert shares(kind, counts, voters) == expected
    assert result(kind, counts, voters) == Result(counts, expected, voters)


@given(st.lists(st.sets(st.integers(0, 4)).map(sorted)), st.randoms())
def test_tally_sums_up_and_ignores_order(ballots: list[list[int]], chance: Any) -> None:
    counts = tally(5, ballots)
    shuffled = list(ballots)
    chance.shuffle(shuffled)

    assert sum(counts) == sum(map(len, ballots))
    assert max(counts) <= len(ballots)
    assert tally(5, shuffled) == counts
