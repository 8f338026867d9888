"""Courses without a sitting: who may register, what a coordinator may mark, what the ledger says in words."""

from decimal import Decimal
from itertools import product

import pytest

from webinar_app.core.errors import Refused
from webinar_app.courses.rules import CompletionRule, CourseKind, CourseState, ItemKind
from webinar_app.registrations.rules import (
    COURSE_OPENING_WORDS,
    CourseOpening,
    RegistrationState,
    check_course_opening,
    check_leaving,
    course_opening,
    evidence_words,
    first_state,
    is_markable,
)

PUBLISHED = CourseState.PUBLISHED


@pytest.mark.parametrize(
    ("state", "kind", "has_sessions", "is_on_request", "found"),
    [
        (PUBLISHED, CourseKind.SELF_PACED, False, False, CourseOpening.OPEN),
        (PUBLISHED, CourseKind.HANDOUT, False, False, CourseOpening.OPEN),
        (PUBLISHED, CourseKind.PRESENTATION, False, False, CourseOpening.OPEN),
        (PUBLISHED, CourseKind.PRESENTATION, True, False, CourseOpening.IN_SESSIONS),
        (PUBLISHED, CourseKind.SELF_PACED, False, True, CourseOpening.ON_REQUEST),
        (PUBLISHED, CourseKind.IN_PERSON, False, False, CourseOpening.ON_REQUEST),
        (PUBLISHED, CourseKind.LIVE_WEBINAR, False, False, CourseOpening.UNDATED),
        (CourseState.DRAFT, CourseKind.SELF_PACED, False, False, CourseOpening.UNPUBLISHED),
        (CourseState.IN_REVIEW, CourseKind.SELF_PACED, True, False, CourseOpening.UNPUBLISHED),
        (CourseState.ARCHIVED, CourseKind.SELF_PACED, False, False, CourseOpening.CLOSED),
    ],
)
def test_what_a_course_takes(state, kind, has_sessions, is_on_request, found):
    assert course_opening(state, kind, has_sessions=has_sessions, is_on_request=is_on_request) is found


@pytest.mark.parametrize("found", sorted(set(CourseOpening) - {CourseOpening.OPEN}))
def test_what_is_not_open_is_refused_with_a_sentence(found):
    with pytest.raises(Refused) as refused:
        check_course_opening(found)

    assert (refused.value.code, refused.value.message) == (f"registration.{found.value}", COURSE_OPENING_WORDS[found])


def test_staff_add_people_to_what_is_on_request_or_closed():
    let_in = []
    for found in CourseOpening:
        try:
            check_course_opening(found, by_staff=True)
        except Refused:
            continue
        let_in.append(found)

    assert let_in == [CourseOpening.OPEN, CourseOpening.CLOSED, CourseOpening.ON_REQUEST]


def test_only_a_fee_that_nobody_settled_waits():
    waiting = [
        (price, by_staff)
        for price, by_staff in product((None, Decimal(0), Decimal("48.00")), (False, True))
        if first_state(price, by_staff=by_staff) is RegistrationState.PENDING
    ]

    assert waiting == [(Decimal("48.00"), False)]


def test_without_a_sitting_everything_is_marked_by_hand():
    assert all(is_markable(kind, has_sitting=False, is_of_sitting=False) for kind in ItemKind)


def test_in_a_sitting_its_own_item_and_the_evaluation_are_not_marked():
    held = [kind for kind in ItemKind if is_markable(kind, has_sitting=True, is_of_sitting=True)]
    others = [kind for kind in ItemKind if not is_markable(kind, has_sitting=True, is_of_sitting=False)]

    assert (held, others) == ([ItemKind.IN_PERSON_DAY], [ItemKind.EVALUATION])


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ({"kind": "marked", "by": 1, "reason": "On the list"}, "Marked by Cora: On the list"),
        ({"kind": "read"}, "Marked as read by the person"),
        ({"minutes": 68, "of_minutes": 75}, "68 of 75 minutes in the room"),
        ({"day": "2026-11-03"}, ""),
    ],
)
def test_evidence_in_words(evidence, said):
    assert evidence_words(evidence, "Cora") == said


def test_marker_who_is_unknown_is_a_coordinator():
    assert evidence_words({"kind": "marked", "reason": "Seen"}) == "Marked by a coordinator: Seen"


def test_finished_course_is_kept_unless_staff_take_it_back():
    check_leaving(CompletionRule.ALL_UNITS, [1, 2], [1], by_staff=False)
    check_leaving(CompletionRule.ALL_UNITS, [1, 2], [1, 2], by_staff=True)

    with pytest.raises(Refused, match="You have finished this course"):
        check_leaving(CompletionRule.ALL_UNITS, [1, 2], [2, 1], by_staff=False)
