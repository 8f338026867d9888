import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from webinar_app.core.errors import InvalidInput
from webinar_app.providers.rules import (
    FORMAT_WORDS,
    SAFE_DEFAULT,
    Approval,
    DeliveryFormat,
    PolicyKind,
    PolicyText,
    RulePack,
    covers,
    days_left,
    longest_retention,
    policy_on,
)


def test_safe_default_is_the_one_of_the_rules() -> None:
    stated = RulePack(
        min_percent=90,
        latest_join_minutes=10,
        max_gap_s=300,
        checks_per_hour=3,
        checks_percent=75,
        evaluation_days=7,
        pass_percent=75,
        credit_step=Decimal("0.25"),
        retention_years=7,
    )

    assert stated == SAFE_DEFAULT


@pytest.mark.parametrize(
    "pack",
    [
        SAFE_DEFAULT,
        replace(SAFE_DEFAULT, most_credit=Decimal("4.0"), min_minutes=50, max_gap_s=None, needs_licence=True),
    ],
)
def test_pack_survives_json(pack: RulePack) -> None:
    assert RulePack.from_json(json.loads(json.dumps(pack.to_json()))) == pack


def test_what_an_older_pack_does_not_name_has_its_default() -> None:
    assert RulePack.from_json({"min_percent": 85}) == replace(SAFE_DEFAULT, min_percent=85)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("min_percent", 0),
        ("min_percent", 101),
        ("min_percent", True),
        ("min_percent", "90"),
        ("min_percent", None),
        ("credit_step", "0"),
        ("credit_step", "x"),
        ("credit_step", "NaN"),
        ("credit_step", None),
        ("most_credit", "Infinity"),
        ("name", 7),
        ("needs_licence", 1),
        ("no_such_rule", 1),
    ],
)
def test_impossible_values_are_refused_by_field(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        RulePack.from_json({field: value})

    assert list(refusal.value.fields) == [field]


APPROVAL = Approval(
    body="Sample Board",
    provider_number="4471",
    formats=frozenset({DeliveryFormat.LIVE_WEBINAR}),
    valid_from=date(2025, 1, 1),
    valid_to=date(2027, 12, 31),
    statement="Approved.",
)


@pytest.mark.parametrize(
    ("delivery", "on", "expected"),
    [
        (DeliveryFormat.LIVE_WEBINAR, date(2025, 1, 1), True),
        (DeliveryFormat.LIVE_WEBINAR, date(2027, 12, 31), True),
        (DeliveryFormat.LIVE_WEBINAR, date(2024, 12, 31), False),
        (DeliveryFormat.LIVE_WEBINAR, date(2028, 1, 1), False),
        (DeliveryFormat.SELF_PACED, date(2026, 1, 1), False),
    ],
)
def test_approval_covers_its_days_and_formats(delivery: DeliveryFormat, on: date, expected: bool) -> None:
    assert covers(APPROVAL, delivery, on) is expected


def test_days_left_of_an_approval() -> None:
    assert days_left(APPROVAL, date(2027, 12, 1)) == 30
    assert days_left(APPROVAL, date(2028, 1, 1)) == -1


def test_every_format_has_its_words() -> None:
    assert set(FORMAT_WORDS) == set(DeliveryFormat)


def test_policy_in_force_on_a_day() -> None:
    first = PolicyText(PolicyKind.REFUNDS, 1, date(2025, 1, 1), "Old.")
    second = PolicyText(PolicyKind.REFUNDS, 2, date(2025, 6, 1), "New.")
    other = PolicyText(PolicyKind.PRIVACY, 9, date(2020, 1, 1), "Other.")
    policies = [second, other, first]

    assert policy_on(policies, PolicyKind.REFUNDS, date(2024, 12, 31)) is None
    assert policy_on(policies, PolicyKind.REFUNDS, date(2025, 5, 31)) == first
    assert policy_on(policies, PolicyKind.REFUNDS, date(2025, 6, 1)) == second


def test_longest_retention_wins() -> None:
    assert longest_retention([]) == 7
    assert longest_retention([replace(SAFE_DEFAULT, retention_years=4), SAFE_DEFAULT]) == 7
