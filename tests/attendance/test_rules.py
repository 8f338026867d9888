"""Verdicts and meters in examples; what holds always is in `test_properties`."""

import json
from dataclasses import replace
from typing import Any

import pytest

from webinar_app.attendance.rules import (
    AttendancePolicy,
    Bridge,
    Facts,
    Summary,
    Verdict,
    credit_window,
    credited,
    evidenced,
    in_words,
    meter,
    minutes_up,
    needed_s,
    policy_of,
    ruler,
    summary,
    verdict,
)
from webinar_app.core.errors import InvalidInput
from webinar_app.core.intervals import total
from webinar_app.core.presence import PresenceKind, PresenceRun
from webinar_app.providers.rules import SAFE_DEFAULT

MINUTE = 60_000
WINDOW = (0, 75 * MINUTE)
POLICY = AttendancePolicy()


def stay(start: float, end: float, connection: str = "a", *, fault: bool = False) -> tuple[PresenceRun, ...]:
    """Stay from one minute to another, signing off in order or with the server."""
    first, last = int(start * MINUTE), int(end * MINUTE)
    return (
        PresenceRun(connection, PresenceKind.OPEN, first, first),
        PresenceRun(connection, PresenceKind.PROOF, first, last),
        PresenceRun(connection, PresenceKind.CLOSE, last, last, fault),
    )


def facts(*stays: tuple[PresenceRun, ...], **more: Any) -> Facts:
    return Facts(window=WINDOW, runs=tuple(run for one in stays for run in one), **more)


def judge(*stays: tuple[PresenceRun, ...], policy: AttendancePolicy = POLICY, **more: Any) -> Verdict:
    return verdict(policy, summary(policy, facts(*stays, **more)))


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([stay(-10, 90)], Verdict(True, ("75 of 75 min",))),
        (
            [stay(0, 20), stay(22 + 1 / 6, 73.5, "b")],
            Verdict(True, ("71 of 75 min; largest gap 2 min 10 s",)),
        ),
        ([stay(0, 30), stay(31, 75, "b")], Verdict(True, ("75 of 75 min",))),
        ([stay(0, 67.5)], Verdict(True, ("67 of 75 min",))),
        ([stay(0, 67.25)], Verdict(False, ("67 of 75 min", "68 min are needed."))),
        ([], Verdict(False, ("0 of 75 min", "68 min are needed."))),
        (
            [stay(10.5, 75)],
            Verdict(
                False,
                ("64 of 75 min", "68 min are needed.", "Joined 10 min 30 s after the start; the limit is 10 min."),
            ),
        ),
        (
            [stay(0, 20), stay(26, 75, "b")],
            Verdict(False, ("69 of 75 min; largest gap 6 min", "Away for 6 min at a stretch; the limit is 5 min.")),
        ),
    ],
    ids=["all", "one gap", "bridged", "just enough", "just not", "nobody", "late", "long gap"],
)
def test_verdict_says_why(stays: list[tuple[PresenceRun, ...]], expected: Verdict) -> None:
    assert judge(*stays) == expected


def test_looking_in_before_coming_or_after_enough_does_no_harm() -> None:
    early = judge(stay(0, 0.1), stay(7, 75, "b"))
    late = judge(stay(0, 68), stay(74.5, 75, "b"))

    assert early == Verdict(True, ("68 of 75 min; largest gap 6 min 54 s",))
    assert late == Verdict(True, ("68 of 75 min; largest gap 6 min 30 s",))


def test_without_a_latest_moment_to_join_the_first_absence_is_a_gap() -> None:
    policy = AttendancePolicy(latest_join_minutes=None, min_minutes=30)

    assert judge(stay(6, 75), policy=policy) == Verdict(
        False, ("69 of 75 min", "Away for 6 min at a stretch; the limit is 5 min.")
    )


def test_rules_that_are_absent_refuse_nothing() -> None:
    policy = AttendancePolicy(min_percent=10, latest_join_minutes=None, max_gap_s=None)

    assert judge(stay(60, 70), policy=policy, checks_shown=3) == Verdict(True, ("10 of 75 min; checks 0 of 3",))


@pytest.mark.parametrize(("answered", "is_complete"), [(4, True), (3, True), (2, False)])
def test_checks_count_where_the_policy_asks_for_them(answered: int, is_complete: bool) -> None:
    policy = replace(POLICY, checks_percent=75)

    found = judge(stay(0, 75), policy=policy, checks_shown=4, checks_answered=answered)

    assert found.complete is is_complete
    assert found.reasons[0] == f"75 of 75 min; checks {answered} of 4"
    assert found.reasons[1:] == (() if is_complete else ("Checks answered: 2 of 4; 75 % are needed.",))


def test_breaks_neither_count_nor_make_gaps() -> None:
    pause = (30 * MINUTE, 40 * MINUTE)

    attended = summary(POLICY, facts(stay(0, 30), stay(40, 75, "b"), breaks=(pause,)))

    assert (attended.total_s, attended.credited_s, attended.gaps) == (65 * 60, 65 * 60, ())
    assert verdict(POLICY, attended) == Verdict(True, ("65 of 65 min",))


def test_a_window_of_breaks_gives_nobody_anything() -> None:
    attended = summary(POLICY, facts(stay(0, 75), breaks=(WINDOW,)))

    assert (attended.total_s, attended.credited_s) == (0, 0)
    assert verdict(POLICY, attended).complete


def test_granted_time_counts_like_presence() -> None:
    attended = summary(POLICY, facts(stay(0, 30), granted=((30 * MINUTE, 75 * MINUTE),)))

    assert (attended.evidenced_s, attended.credited_s) == (75 * 60, 75 * 60)


@pytest.mark.parametrize(
    ("back", "credited_min"), [(22, 75), (22.5, 75), (22.6, 72.4)], ids=["in time", "with one flush", "too late"]
)
def test_what_the_server_took_counts_when_the_person_returns(back: float, credited_min: float) -> None:
    known = facts(stay(0, 20, fault=True), stay(back, 75, "b"))

    assert total(credited(POLICY, known)) == credited_min * MINUTE
    assert total(evidenced(known)) == (75 - (back - 20)) * MINUTE


def test_a_fault_after_which_nobody_returns_gives_nothing() -> None:
    known = facts(stay(0, 20, fault=True))

    assert credited(POLICY, known) == evidenced(known) == [(0, 20 * MINUTE)]


def test_of_two_closes_at_once_the_fault_is_taken() -> None:
    plain = PresenceRun("a", PresenceKind.CLOSE, 20 * MINUTE, 20 * MINUTE)
    known = facts((plain,), stay(0, 20, fault=True), stay(22, 75, "b"))

    assert total(credited(POLICY, known)) == 75 * MINUTE


def test_summary_lists_what_was_bridged_and_why() -> None:
    known = facts(stay(2, 20), stay(20.5, 40, "b", fault=True), stay(42, 60, "c"), stay(65, 70, "d"))

    attended = summary(POLICY, known)

    assert attended.bridges == (
        Bridge(20 * MINUTE, 20 * MINUTE + 30_000, "network"),
        Bridge(40 * MINUTE, 42 * MINUTE, "server"),
    )
    assert attended.gaps == ((60 * MINUTE, 65 * MINUTE),)
    assert (attended.joined_late_s, attended.left_early_s, attended.largest_gap_s) == (120, 300, 300)
    assert (attended.evidenced_s, attended.credited_s) == (3630, 3780)
    assert ruler(attended) == [(2, 60), (65, 70)]


def test_nobody_is_neither_late_nor_early() -> None:
    attended = summary(POLICY, facts())

    assert (attended.joined_late_s, attended.left_early_s, attended.largest_gap_s) == (0, 0, 0)


def test_summary_survives_json() -> None:
    attended = summary(POLICY, facts(stay(2, 20), stay(20.5, 60, "b"), breaks=((0, 1000),)))

    assert Summary.from_json(json.loads(json.dumps(attended.to_json()))) == attended


def test_policy_survives_json_and_refuses_nonsense() -> None:
    policy = replace(POLICY, min_minutes=50, checks_percent=None)

    assert AttendancePolicy.from_json(json.loads(json.dumps(policy.to_json()))) == policy
    assert AttendancePolicy.from_json({}) == POLICY
    for nonsense in ({"min_percent": 0}, {"min_percent": True}, {"retention_years": 7}, {"unknown": 1}):
        with pytest.raises(InvalidInput):
            AttendancePolicy.from_json(nonsense)


def test_policy_of_a_pack_takes_its_numbers() -> None:
    assert policy_of(SAFE_DEFAULT) == replace(POLICY, checks_percent=75)


@pytest.mark.parametrize(
    ("began", "ended", "overrun_s", "expected"),
    [
        (None, None, 0, (0, 100_000)),
        (5_000, None, 0, (5_000, 100_000)),
        (-5_000, 90_000, 0, (0, 90_000)),
        (0, 130_000, 0, (0, 100_000)),
        (0, 130_000, 20, (0, 120_000)),
        (95_000, 90_000, 0, (95_000, 95_000)),
    ],
)
def test_credit_window(began: int | None, ended: int | None, overrun_s: int, expected: tuple[int, int]) -> None:
    assert credit_window((0, 100_000), began_ms=began, ended_ms=ended, overrun_s=overrun_s) == expected


@pytest.mark.parametrize(
    ("known", "now", "sentences"),
    [
        (
            facts(stay(0, 14), stay(16, 34, "b")),
            34,
            ("32 of 75 min counted.", "36 more for credit.", "Leaving now means no credit."),
        ),
        (facts(stay(0, 68)), 68, ("68 of 75 min counted.", "You have enough for credit.")),
        (
            facts(stay(12, 40)),
            40,
            (
                "63 of 75 min is the most you can reach.",
                "68 min are needed.",
                "Joined 12 min after the start; the limit is 10 min.",
                "You can stay; a certificate is not possible this time.",
            ),
        ),
        (
            facts(stay(0, 20), stay(25.5, 40, "b")),
            40,
            (
                "34 of 75 min counted.",
                "Away for 5 min 30 s at a stretch; the limit is 5 min.",
                "You can stay; a certificate is not possible this time.",
            ),
        ),
        (facts(stay(0, 30)), 75, ("30 of 75 min counted.", "68 min are needed.")),
    ],
    ids=["on the way", "enough", "too late", "too long away", "over"],
)
def test_meter_says_where_one_stands(known: Facts, now: int, sentences: tuple[str, ...]) -> None:
    assert meter(POLICY, known, now * MINUTE).sentences == sentences


def test_meter_gives_the_figures() -> None:
    found = meter(POLICY, facts(stay(0, 34)), 34 * MINUTE)

    assert (found.counted_s, found.needed_s, found.total_s) == (2040, 4050, 4500)
    assert (found.is_enough, found.still_possible) == (False, True)


@pytest.mark.parametrize(
    ("now", "last"), [(70, "Leaving now means no credit."), (75, "Checks answered: 1 of 2; 75 % are needed.")]
)
def test_a_missed_check_can_be_made_up_until_the_end(now: int, last: str) -> None:
    policy = replace(POLICY, checks_percent=75)

    found = meter(policy, facts(stay(0, 75), checks_shown=2, checks_answered=1), now * MINUTE)

    assert found.still_possible is (now < 75)
    assert "Checks answered: 1 of 2; 75 % are needed." in found.sentences
    assert found.sentences[-1] == last


def test_figures_in_words() -> None:
    assert [in_words(seconds) for seconds in (0, 45, 60, 130)] == ["0 s", "45 s", "1 min", "2 min 10 s"]
    assert needed_s(POLICY, 75 * 60) == 4050
    assert needed_s(replace(POLICY, min_minutes=50), 75 * 60) == 3000
    assert [minutes_up(seconds) for seconds in (0, 1, 60, 4050)] == [0, 1, 1, 68]
