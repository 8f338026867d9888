from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.courses.rules import (
    CompletionRule,
    CourseFacts,
    CourseKind,
    CourseState,
    CreditFacts,
    ItemKind,
    Level,
    PresenterFacts,
    UnitMinutes,
    certificate_text,
    check_move,
    check_publishable,
    completion_text,
    is_completed,
    may_move,
    missing_for_publishing,
    outline_minutes,
    slugify,
)

DRAFT, IN_REVIEW, PUBLISHED, ARCHIVED = CourseState
CREDIT = CreditFacts(amount=Decimal("1.25"), approval_statement="Approved by the Sample Board.")
PRESENTER = PresenterFacts(name="Dr. Michael McGee", credentials="M.D.")
WEBINAR = CourseFacts(
    kind=CourseKind.LIVE_WEBINAR,
    title="Building and Maintaining a Therapeutic Alliance",
    objectives=["Define the components."],
    audience=["Clinicians"],
    level=Level.ADVANCED,
    has_date=True,
    has_time=True,
    is_fee_stated=True,
    is_priced=True,
    refund_policy="Until the day before.",
    presenters=[PRESENTER],
    credits=[CREDIT],
    units=[UnitMinutes(75)],
    items=[ItemKind.WEBINAR, ItemKind.EVALUATION],
    gives_certificate=True,
)


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (DRAFT, {IN_REVIEW, PUBLISHED, ARCHIVED}),
        (IN_REVIEW, {DRAFT, PUBLISHED}),
        (PUBLISHED, {DRAFT, ARCHIVED}),
        (ARCHIVED, {DRAFT}),
    ],
)
def test_moves(state: CourseState, to: set[CourseState]) -> None:
    assert {other for other in CourseState if may_move(state, other)} == to


def test_impossible_move_is_refused_in_words() -> None:
    check_move(DRAFT, IN_REVIEW)

    with pytest.raises(Refused) as refusal:
        check_move(IN_REVIEW, ARCHIVED)

    assert refusal.value.message == "A course that is in review cannot become archived."


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Café & Alliance (ATP3)", "cafe-alliance-atp3"),
        ("What's next?", "whats-next"),
        ("  --  ", "course"),
        ("李雷", "course"),
        ("x" * 90, "x" * 80),
        ("word " * 30, "-".join(["word"] * 16)),
    ],
)
def test_slugify(title: str, slug: str) -> None:
    assert slugify(title) == slug


@given(st.text())
def test_slugs_are_safe_short_and_stable(title: str) -> None:
    slug = slugify(title)

    assert 0 < len(slug) <= 80
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slugify(slug) == slug


def test_a_whole_course_is_publishable() -> None:
    check_publishable(WEBINAR)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 251}, "title"),
        ({"objectives": [" "]}, "objectives"),
        ({"audience": []}, "audience"),
        ({"level": None}, "level"),
        ({"is_fee_stated": False}, "fees"),
        ({"refund_policy": ""}, "refund_policy"),
        ({"has_time": False}, "schedule"),
        ({"presenters": []}, "presenters"),
        ({"presenters": [PRESENTER, PresenterFacts(name="X", credentials=" ")]}, "presenter_credentials"),
        ({"units": []}, "units"),
        ({"credits": [CREDIT, replace(CREDIT, amount=Decimal(0))]}, "credits"),
        ({"credits": [replace(CREDIT, approval_statement="")]}, "approval_statement"),
        ({"items": [ItemKind.WEBINAR]}, "evaluation"),
    ],
)
def test_each_missing_thing_is_named(change: dict[str, Any], field: str) -> None:
    facts = replace(WEBINAR, **change)

    missing = missing_for_publishing(facts)

    assert [one.field for one in missing] == [field]
    with pytest.raises(InvalidInput) as refusal:
        check_publishable(facts)
    assert refusal.value.fields == {field: missing[0].sentence}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (
            CourseKind.LIVE_WEBINAR,
            ["title", "objectives", "audience", "fees", "schedule", "presenters", "units"],
        ),
        (CourseKind.SELF_PACED, ["title", "objectives", "audience", "fees", "presenters", "units"]),
        (CourseKind.IN_PERSON, ["title", "audience", "fees", "schedule", "presenters", "units"]),
        (CourseKind.PRESENTATION, ["title", "objectives", "schedule", "presenters", "units"]),
        (CourseKind.HANDOUT, ["title", "units"]),
    ],
)
def test_an_empty_course_lacks_what_its_kind_asks_for(kind: CourseKind, fields: list[str]) -> None:
    assert [one.field for one in missing_for_publishing(CourseFacts(kind=kind))] == fields


@pytest.mark.parametrize("kind", [CourseKind.IN_PERSON, CourseKind.PRESENTATION, CourseKind.HANDOUT])
def test_credit_asks_for_everything_whatever_the_kind(kind: CourseKind) -> None:
    fields = {one.field for one in missing_for_publishing(CourseFacts(kind=kind, credits=[CREDIT]))}

    assert fields >= {"title", "objectives", "audience", "level", "fees", "presenters", "units"}


SOMETHING = CourseFacts(kind=CourseKind.HANDOUT, title="T", objectives=["O"], units=[UnitMinutes(None)])


@pytest.mark.parametrize(
    "facts",
    [
        replace(WEBINAR, kind=CourseKind.SELF_PACED, has_date=False, has_time=False),
        replace(SOMETHING, kind=CourseKind.IN_PERSON, audience=["A"], presenters=[PRESENTER], is_on_request=True),
        replace(SOMETHING, kind=CourseKind.PRESENTATION, presenters=[PRESENTER], has_date=True),
        SOMETHING,
    ],
    ids=["self-paced", "day on request", "dated presentation", "handout"],
)
def test_every_kind_can_be_published(facts: CourseFacts) -> None:
    assert missing_for_publishing(facts) == ()


def test_a_self_paced_course_says_how_long_each_unit_takes() -> None:
    facts = replace(WEBINAR, kind=CourseKind.SELF_PACED, units=[UnitMinutes(50), UnitMinutes(None)])

    assert [one.field for one in missing_for_publishing(facts)] == ["unit_minutes"]


ALL, ANY = CompletionRule


@pytest.mark.parametrize(
    ("rule", "required", "completed", "expected"),
    [
        (ALL, "abc", "cab", True),
        (ALL, "abc", "ab", False),
        (ALL, "ab", "abx", True),
        (ALL, "", "x", False),
        (ANY, "abc", "b", True),
        (ANY, "abc", "x", False),
    ],
)
def test_is_completed(rule: CompletionRule, required: str, completed: str, expected: bool) -> None:
    assert is_completed(rule, required, completed) is expected


@given(st.sampled_from(CompletionRule), st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)), st.integers(0, 5))
def test_completing_more_never_undoes(rule: CompletionRule, required: Any, completed: Any, extra: int) -> None:
    needed, done = map(str, required), {str(one) for one in completed}
    needed = list(needed)

    assert is_completed(rule, needed, done | {str(extra)}) >= is_completed(rule, needed, done)


def test_texts_for_learners() -> None:
    assert completion_text(ALL) == "All units must be completed"
    assert completion_text(ANY) == "At least one unit must be completed"
    assert certificate_text(None) == "Leads to a certificate"
    assert certificate_text(1) == "Leads to a certificate with a duration of 1 year"
    assert certificate_text(2) == "Leads to a certificate with a duration of 2 years"


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], UnitMinutes(0)),
        ([UnitMinutes(50), UnitMinutes(30)], UnitMinutes(80)),
        ([UnitMinutes(170), UnitMinutes(50, True)], UnitMinutes(220, True)),
        ([UnitMinutes(75), UnitMinutes(None)], UnitMinutes(75, True)),
    ],
)
def test_outline_minutes(units: list[UnitMinutes], expected: UnitMinutes) -> None:
    assert outline_minutes(units) == expected
