"""When planned mails are due, also over a change of the clock (calendar statement TZ18), and what may stand in them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from webinar_app.campaigns.rules import (
    SET,
    Anchor,
    Way,
    check_timing,
    check_words,
    due_at,
    expiry_due_at,
    is_worth_sending,
    timing_words,
)
from webinar_app.core.errors import InvalidInput
from webinar_app.core.placeholders import unknown_gaps
from webinar_app.core.times import resolve

ZONE = "America/New_York"


def due(kind, local, *, ended_at=None, **changes):
    plan = replace(SET[kind], **changes)
    return due_at(
        plan, local_start=local, zone=ZONE, starts_at=resolve(local, ZONE, 0), minutes=75, ended_at=ended_at
    )  # fmt: skip


@pytest.mark.parametrize(
    "start, before",
    [
        ("2025-10-14T12:00", "2025-10-13T16:00"),
        # Clocks go back on 2 November 2025: 24 real hours before noon is 1 p.m. on the wall.
        ("2025-11-02T12:00", "2025-11-01T17:00"),
        ("2026-03-08T12:00", "2026-03-07T16:00"),
    ],
)
def test_hours_are_real_hours(start, before):
    local = datetime.fromisoformat(start)

    found = due("reminder_day", local)

    assert found == datetime.fromisoformat(before).replace(tzinfo=UTC)
    assert resolve(local, ZONE, 0) - found == timedelta(hours=24)


@pytest.mark.parametrize(
    "start, before",
    [("2025-11-02T12:00", "2025-11-01T13:00"), ("2026-03-08T12:00", "2026-03-07T14:00")],
)
def test_the_day_before_at_nine_is_what_the_wall_shows(start, before):
    found = due("reminder_day", datetime.fromisoformat(start), way=Way.DAYS, amount=1, clock=time(9))

    assert found == datetime.fromisoformat(before).replace(tzinfo=UTC)


def test_after_the_end_counts_from_the_real_end_once_there_is_one():
    local, late = datetime.fromisoformat("2025-10-14T12:00"), datetime(2025, 10, 14, 18, 0, tzinfo=UTC)

    assert due("missed", local) == datetime(2025, 10, 15, 17, 15, tzinfo=UTC)
    assert due("missed", local, ended_at=late) == datetime(2025, 10, 15, 18, 0, tzinfo=UTC)
    assert due("evaluation_reminder", local) == datetime(2025, 10, 17, 13, 0, tzinfo=UTC)


def test_expiry_is_told_days_before_in_the_zone_of_the_organisation():
    assert expiry_due_at(SET["expiry"], date(2026, 11, 3), ZONE) == datetime(2026, 9, 4, 13, 0, tzinfo=UTC)


def test_a_reminder_that_is_late_helps_until_the_start_only():
    start = datetime(2025, 10, 14, 16, tzinfo=UTC)
    at = start - timedelta(hours=24)

    assert is_worth_sending(SET["reminder_day"], at, start - timedelta(minutes=1), start)
    assert not is_worth_sending(SET["reminder_day"], at, start, start)
    assert is_worth_sending(SET["join_now"], start, start + timedelta(minutes=5), start)
    assert is_worth_sending(SET["missed"], start, start + timedelta(days=1), start)
    assert not is_worth_sending(SET["missed"], start, start + timedelta(days=2), start)


def test_the_set_says_nothing_that_it_refuses_in_others():
    for plan in SET.values():
        assert check_words(plan.subject, plan.text, plan.placeholders) == (plan.subject, plan.text)
        assert unknown_gaps(plan.text, plan.placeholders) == []
        assert check_timing(plan, plan.way, plan.amount, plan.clock) == plan


def test_when_mails_go_out_is_said_in_words():
    assert [timing_words(plan) for plan in SET.values()] == [
        "7 days before the start, at 9:00 a.m.", "24 hours before the start", "1 hour before the start", "At the start",
        "24 hours after the end", "2 minutes after the end", "3 days after the end, at 9:00 a.m.",
        "As soon as it is made, with the PDF", "60 days before the end of the certificate, at 9:00 a.m.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"amount": None}, "amount"), ({"amount": -1}, "amount"), ({"amount": 10_000}, "amount"),
        ({"clock": None, "way": "days"}, "clock"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_refused(changes, field):
    with pytest.raises(InvalidInput) as refused:
        check_timing(SET["reminder_day"], **{"way": "hours", "amount": 1, "clock": time(9)} | changes)

    assert list(refused.value.fields) == [field]


def test_a_certificate_ends_on_a_day():
    with pytest.raises(InvalidInput) as refused:
        check_timing(SET["expiry"], "hours", 5, time(9))

    assert SET["expiry"].anchor is Anchor.EXPIRY
    assert list(refused.value.fields) == ["way"]


def test_missing_long_and_unknown_words_are_refused_together():
    with pytest.raises(InvalidInput) as refused:
        check_words(" ", "{certificate_number}", SET["missed"].placeholders)

    assert refused.value.fields["subject"] == "Write the subject."
    assert "{certificate_number} is not known here." in refused.value.fields["text"]
    with pytest.raises(InvalidInput):
        check_words("x" * 201, "Words", [])
