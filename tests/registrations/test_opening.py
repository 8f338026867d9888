"""When a sitting takes registrations, and what its attendance policy says."""

from datetime import timedelta

import pytest
from factories import NOW
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.registrations.rules import (
    OPENING_WORDS,
    Opening,
    check_acknowledged,
    check_cancelling,
    check_licence,
    check_licence_told,
    check_opening,
    opening,
    policy_version,
    policy_words,
)
from webinar_app.webinars.rules import WebinarState

LATER, BEFORE = NOW + timedelta(hours=2), NOW - timedelta(hours=2)


@pytest.mark.parametrize(
    ("state", "ends_at", "closes_at", "left", "is_offered", "found"),
    [
        (WebinarState.SCHEDULED, LATER, None, None, True, Opening.OPEN),
        (WebinarState.SCHEDULED, LATER, LATER, 1, True, Opening.OPEN),
        (WebinarState.LIVE, LATER, None, 5, True, Opening.OPEN),
        (WebinarState.SCHEDULED, LATER, None, 0, True, Opening.FULL),
        (WebinarState.SCHEDULED, LATER, BEFORE, 5, True, Opening.CLOSED),
        (WebinarState.SCHEDULED, LATER, None, 5, False, Opening.CLOSED),
        (WebinarState.SCHEDULED, None, None, 5, True, Opening.UNDATED),
        (WebinarState.SCHEDULED, BEFORE, None, 5, True, Opening.ENDED),
        (WebinarState.LIVE, BEFORE, None, 5, True, Opening.ENDED),
        (WebinarState.ENDED, LATER, None, 5, True, Opening.ENDED),
        (WebinarState.CANCELLED, LATER, None, 5, True, Opening.CANCELLED),
        (WebinarState.DRAFT, LATER, None, 5, True, Opening.UNPUBLISHED),
    ],
)
def test_opening(state, ends_at, closes_at, left, is_offered, found):
    assert opening(state, ends_at=ends_at, closes_at=closes_at, left=left, is_offered=is_offered, now=NOW) is found


@given(left=st.integers(0, 5), ends=st.integers(-200, 200), closes=st.integers(-200, 200))
def test_a_full_sitting_is_never_open(left, ends, closes):
    found = opening(
        WebinarState.SCHEDULED, ends_at=NOW + timedelta(minutes=ends), closes_at=NOW + timedelta(minutes=closes),
        left=left, is_offered=True, now=NOW,
    )  # fmt: skip

    assert (found is Opening.OPEN) == (left > 0 and ends > 0 and closes >= 0)


def test_full_sitting_has_its_list_only_where_one_can_wait():
    found = [
        opening(
            WebinarState.SCHEDULED, ends_at=LATER, closes_at=closes, left=left, is_offered=True, now=NOW,
            is_list_open=is_open,
        )
        for left, closes, is_open in ((0, None, True), (0, None, False), (0, BEFORE, True), (1, None, True))
    ]  # fmt: skip

    assert found == [Opening.WAITING, Opening.FULL, Opening.CLOSED, Opening.OPEN]


@pytest.mark.parametrize("found", [one for one in Opening if one not in (Opening.OPEN, Opening.WAITING)])
def test_what_is_not_open_is_refused_with_a_sentence(found):
    with pytest.raises(Refused) as refused:
        check_opening(found)

    assert (refused.value.code, refused.value.message) == (f"registration.{found.value}", OPENING_WORDS[found])


def test_staff_may_add_people_after_it_closed_but_not_without_a_seat():
    check_opening(Opening.OPEN)
    check_opening(Opening.WAITING)  # for the list
    check_opening(Opening.CLOSED, by_staff=True)

    with pytest.raises(Refused):
        check_opening(Opening.FULL, by_staff=True)


def test_places_are_given_back_before_the_session():
    check_cancelling(WebinarState.SCHEDULED)
    check_cancelling(None)
    check_cancelling(WebinarState.LIVE, by_staff=True)

    for state, by_staff in (
        (WebinarState.LIVE, False), (WebinarState.CANCELLED, False), (WebinarState.ENDED, True),
    ):  # fmt: skip
        with pytest.raises(Refused):
            check_cancelling(state, by_staff=by_staff)


def test_licence_is_asked_for_where_credit_needs_one():
    licence = check_licence("Nurse", "NY", "RN 1")
    check_licence_told(None, is_needed=False, has_none=False)
    check_licence_told(None, is_needed=True, has_none=True)
    check_licence_told(licence, is_needed=True, has_none=False)

    with pytest.raises(InvalidInput) as refused:
        check_licence_told(None, is_needed=True, has_none=False)
    assert list(refused.value.fields) == ["licence_number"]


def test_policy_version_follows_the_rules_and_nothing_else():
    one, same, other = {"min_percent": 90, "max_gap_s": 300}, {"max_gap_s": 300, "min_percent": 90}, {"min_percent": 80}

    assert policy_version(one) == policy_version(same)
    assert policy_version(one) != policy_version(other)


def test_acknowledging():
    check_acknowledged("A", "A")

    said = []
    for given_version in ("", "B"):
        with pytest.raises(InvalidInput) as refused:
            check_acknowledged(given_version, "A")
        said.append(refused.value.fields["policy"])
    assert ["changed" in sentence for sentence in said] == [False, True]


@pytest.mark.parametrize(
    ("policy", "minutes", "has_evaluation", "words"),
    [
        (
            {"min_percent": 90, "latest_join_minutes": 10, "max_gap_s": 300, "checks_percent": 75}, 75, True,
            ("68 of 75 minutes", "there by minute 10", "no single gap above 5 minutes",
             "75 % of the attention checks", "the evaluation"),
        ),
        ({"min_minutes": 60, "min_percent": 90}, 75, False, ("60 of 75 minutes",)),
        ({"min_minutes": 90}, 75, False, ("75 of 75 minutes",)),
        (
            {"latest_join_minutes": 0, "max_gap_s": 60}, 75, False,
            ("there from the start", "no single gap above 1 minute"),
        ),
        ({"max_gap_s": 90}, 75, False, ("no single gap above 90 seconds",)),
        ({"max_gap_s": 0, "checks_percent": 0}, 0, False, ("no single gap above 0 seconds",)),
        ({"min_percent": 90}, 0, False, ()),
    ],
)  # fmt: skip
def test_policy_words(policy, minutes, has_evaluation, words):
    assert policy_words(policy, minutes, has_evaluation=has_evaluation) == words
