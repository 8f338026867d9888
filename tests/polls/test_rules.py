from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.polls.rules import (
    GRACE,
    LONGEST_TIMER,
    PollKind,
    PollState,
    Privacy,
    ResultAudience,
    ResultVisibility,
    check_people,
    check_reveal,
    check_timer,
    check_vote,
    extended,
    is_due,
    may_archive,
    may_close,
    may_edit,
    may_open,
    may_see_result,
    privacy_words,
    result_audience,
    shows_right,
    visibility_words,
)

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "opens", "closes", "archives", "edits"),
    [
        (PollState.DRAFT, True, False, False, True),
        (PollState.OPEN, False, True, False, False),
        (PollState.CLOSED, True, False, True, False),
        (PollState.ARCHIVED, False, False, False, False),
    ],
)
def test_what_may_happen_to_a_poll(state: PollState, opens: bool, closes: bool, archives: bool, edits: bool) -> None:
    allowed = (may_open(state), may_close(state), may_archive(state), may_edit(state))

    assert allowed == (opens, closes, archives, edits)


@pytest.mark.parametrize(
    ("state", "visibility", "code"),
    [
        (PollState.DRAFT, ResultVisibility.ALWAYS, "poll.not_open"),
        (PollState.ARCHIVED, ResultVisibility.ALWAYS, "poll.not_open"),
        (PollState.CLOSED, ResultVisibility.NEVER, "poll.never_shown"),
        (PollState.OPEN, ResultVisibility.HOSTS_ONLY, None),
        (PollState.CLOSED, ResultVisibility.AFTER_VOTE, None),
    ],
)
def test_what_the_ballot_promised_is_never_shown(
    state: PollState, visibility: ResultVisibility, code: str | None
) -> None:
    if code is None:
        check_reveal(state, visibility)
        return
    with pytest.raises(Refused) as refusal:
        check_reveal(state, visibility)

    assert refusal.value.code == code


@pytest.mark.parametrize("seconds", [None, 5, 3600])
def test_timer_within_its_limits_passes(seconds: int | None) -> None:
    check_timer(seconds)


@pytest.mark.parametrize("seconds", [0, 4, 3601, -1])
def test_timer_outside_its_limits_is_refused(seconds: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_timer(seconds)

    assert refusal.value.message == "Let the timer run from 5 seconds to 60 minutes."


@given(st.none() | st.integers(-100, 3600), st.integers(5, 3600))
def test_more_time_is_never_less_and_never_above_an_hour(left: int | None, seconds: int) -> None:
    closes_at = None if left is None else NOW + timedelta(seconds=left)

    end = extended(closes_at, seconds, NOW)

    assert end >= (closes_at or NOW)
    assert NOW < end <= NOW + timedelta(seconds=LONGEST_TIMER)
    assert end == min(NOW + timedelta(seconds=max(left or 0, 0) + seconds), NOW + timedelta(seconds=LONGEST_TIMER))


@pytest.mark.parametrize(
    ("state", "closes_in", "due"),
    [
        (PollState.OPEN, 0, True),
        (PollState.OPEN, 1, False),
        (PollState.OPEN, None, False),
        (PollState.CLOSED, -1, False),
    ],
)
def test_a_timer_is_due_once_and_only_while_open(state: PollState, closes_in: int | None, due: bool) -> None:
    closes_at = None if closes_in is None else NOW + timedelta(seconds=closes_in)

    assert is_due(state, closes_at, NOW) is due


def test_a_vote_on_its_way_at_the_end_of_the_timer_counts_and_a_later_one_does_not() -> None:
    check_vote(PollState.OPEN, Privacy.NAMED, has_voted=False, at=NOW + GRACE / 2, closes_at=NOW)

    with pytest.raises(Refused) as refusal:
        check_vote(PollState.OPEN, Privacy.NAMED, has_voted=False, at=NOW + GRACE, closes_at=NOW)

    assert refusal.value.code == "poll.closed"


@pytest.mark.parametrize("state", PollState)
@pytest.mark.parametrize("audience", ResultAudience)
def test_right_answers_are_public_after_closing_only(state: PollState, audience: ResultAudience) -> None:
    is_over = state in (PollState.CLOSED, PollState.ARCHIVED)

    assert shows_right(state, audience) is (is_over and audience is not ResultAudience.STAFF)


@pytest.mark.parametrize("state", [state for state in PollState if state is not PollState.OPEN])
def test_votes_count_only_while_open(state: PollState) -> None:
    with pytest.raises(Refused) as refusal:
        check_vote(state, Privacy.STAFF, has_voted=False, at=NOW)

    assert refusal.value.code == "poll.closed"


def test_only_a_secret_vote_cannot_be_changed() -> None:
    check_vote(PollState.OPEN, Privacy.NAMED, has_voted=True, at=NOW)
    check_vote(PollState.OPEN, Privacy.SECRET, has_voted=False, at=NOW)

    with pytest.raises(Refused) as refusal:
        check_vote(PollState.OPEN, Privacy.SECRET, has_voted=True, at=NOW)

    assert refusal.value.code == "poll.voted"


STAFF, VOTED, ALL = ResultAudience


@pytest.mark.parametrize(
    ("visibility", "draft", "open_", "closed"),
    [
        (ResultVisibility.HOSTS_ONLY, STAFF, STAFF, STAFF),
        (ResultVisibility.AFTER_VOTE, STAFF, VOTED, VOTED),
        (ResultVisibility.AFTER_CLOSE, STAFF, STAFF, ALL),
        (ResultVisibility.ALWAYS, STAFF, ALL, ALL),
        (ResultVisibility.NEVER, STAFF, STAFF, STAFF),
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


def test_every_privacy_and_visibility_is_told_on_the_ballot() -> None:
    kinds = (PollKind.SINGLE, PollKind.TEXT)
    assert len({privacy_words(privacy, kind) for privacy in Privacy for kind in kinds}) == 6
    assert len({visibility_words(visibility) for visibility in ResultVisibility}) == 5


@pytest.mark.parametrize("audience", ResultAudience)
@pytest.mark.parametrize(
    ("privacy", "is_staff", "has_voted", "code"),
    [
        (Privacy.SECRET, True, True, "poll.secret"),
        (Privacy.STAFF, True, False, None),
        (Privacy.STAFF, False, True, "poll.names_hidden"),
        (Privacy.NAMED, True, False, None),
    ],
)
def test_who_may_know_who_answered_what(
    privacy: Privacy, audience: ResultAudience, is_staff: bool, has_voted: bool, code: str | None
) -> None:
    if code is None:
        check_people(privacy, audience, is_staff=is_staff, has_voted=has_voted)
        return
    with pytest.raises(Refused) as refusal:
        check_people(privacy, audience, is_staff=is_staff, has_voted=has_voted)

    assert refusal.value.code == code


@pytest.mark.parametrize(("audience", "has_voted"), [(STAFF, True), (VOTED, False)])
def test_names_are_known_only_with_the_result(audience: ResultAudience, has_voted: bool) -> None:
    check_people(Privacy.NAMED, ALL, is_staff=False, has_voted=False)
    check_people(Privacy.NAMED, VOTED, is_staff=False, has_voted=True)

    with pytest.raises(Refused):
        check_people(Privacy.NAMED, audience, is_staff=False, has_voted=has_voted)
