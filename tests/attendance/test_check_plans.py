"""Plans of attention checks obey their limits, whatever the agenda and the dice (O19, A-9)."""

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webinar_app.attendance.rules.checks import (
    APART_S,
    LONG_WINDOW_S,
    PATIENCE_S,
    WINDOW_S,
    Asked,
    CheckKind,
    CheckRecord,
    Planned,
    Stand,
    ask,
    check_right,
    count,
    is_right,
    obeys,
    plan,
    spoken,
    stand,
)
from webinar_app.core.errors import InvalidInput
from webinar_app.core.intervals import intersect, subtract, total

PLANS = 10_000
THIRD = 1000
WHOLE = [(0, 75 * 60)]


def agenda(rng):
    """Give credit-bearing stretches of 5 to 90 min with breaks of 5 to 20 min between them, and clips of 1 to 6 min."""
    credit, clips, at = [], [], rng.randrange(0, 600)
    for _ in range(rng.randint(1, 4)):
        length = rng.randint(5, 90) * 60
        credit.append((at, at + length))
        if length > 1800 and rng.random() < 0.5:
            begin = at + rng.randrange(0, length - 360)
            clips.append((begin, begin + rng.randint(60, 360)))
        at += length + rng.randint(5, 20) * 60
    return credit, clips


def per_third(moments, credit):
    """Count checks by whole thirds of every 50 minutes, on a clock that runs in credit-bearing time only."""
    read = [sum(max(0, min(at, end) - start) for start, end in credit) for at in moments]
    found = Counter(at // THIRD for at in read)
    return [found[third] for third in range(total(credit) // THIRD)]


def faults(moments, credit, clips):
    """Judge a plan without any of its code."""
    found = []
    if any(later - earlier < APART_S for earlier, later in itertools.pairwise(moments)):
        found.append("less than 4 min apart")
    open_time = subtract(credit, clips)
    for at in moments:
        if not any(start <= at and at + 60 <= end for start, end in open_time):
            found.append(f"{at}: in a break or clip, or without 60 s to answer before one")
    if set(per_third(moments, credit)) - {1}:
        found.append("not one in each third")
    return found


def test_ten_thousand_random_plans_obey_all_limits():
    rng = random.Random(19)
    wrong = []
    for _ in range(PLANS):
        credit, clips = agenda(rng)
        made = plan(credit, clips, 3, rng.randrange)
        moments = [check.at_s for check in made]
        wrong += faults(moments, credit, clips)
        if not obeys(moments, credit, clips, 3):
            wrong.append("does not obey itself")
        if any(not check.at_s <= check.latest_s <= check.at_s + PATIENCE_S for check in made):
            wrong.append("is put off too long")
        if any(after.at_s - before.latest_s < APART_S for before, after in itertools.pairwise(made)):
            wrong.append("comes too near when it is put off")

    assert wrong == []


def test_moments_are_spread_evenly_over_their_third():
    rng = random.Random(1)
    firsts = [plan(WHOLE, [], 3, rng.randrange)[0].at_s for _ in range(5000)]

    tenths = Counter(at // 100 for at in firsts)

    assert set(tenths) == set(range(10))
    assert max(tenths.values()) < 1.25 * min(tenths.values())


def test_what_is_left_over_may_hold_one_more():
    rng = random.Random(2)
    sizes = Counter(len(plan(WHOLE, [], 3, rng.randrange)) for _ in range(2000))

    assert set(sizes) == {4, 5}
    assert 0.35 < sizes[5] / 2000 < 0.6


@pytest.mark.parametrize(
    ("credit", "per_hour", "least"),
    [
        ([(0, 3000)], 3, 3), ([(0, 3600)], 3, 3), ([(0, 9000)], 3, 9), ([(0, 900)], 3, 1), ([(0, 120)], 3, 0),
        ([], 3, 0), ([(0, 3600)], 20, 10), ([(0, 6000)], 1, 2), ([(600, 1600), (2000, 3000)], 3, 2),
    ],
)  # fmt: skip
def test_numbers_of_checks(credit, per_hour, least):
    rng = random.Random(3)

    for _ in range(50):
        assert least <= len(plan(credit, [], per_hour, rng.randrange)) <= least + 1


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 20))
def test_every_rate_keeps_checks_apart_and_inside(seed, per_hour):
    rng = random.Random(seed)
    credit, clips = agenda(rng)

    moments = [check.at_s for check in plan(credit, clips, per_hour, rng.randrange)]

    assert all(later - earlier >= APART_S for earlier, later in itertools.pairwise(moments))
    assert total(intersect([(at, at + WINDOW_S) for at in moments], subtract(credit, clips))) == WINDOW_S * len(moments)


def test_a_part_that_is_one_clip_has_no_check():
    made = plan([(0, 2000)], [(0, THIRD)], 3, random.Random(4).randrange)

    assert [check.at_s >= THIRD for check in made] == [True]


def test_a_plan_does_not_fit_another_agenda():
    moments = [100, 1500, 2500, 3500]

    assert obeys(moments, WHOLE, [], 3)
    assert not obeys(moments, [(0, 1500), (1800, 4500)], [], 3)
    assert not obeys(moments, [(600, 4500)], [], 3)
    assert not obeys([100, 1500, 1600, 2500, 3500], WHOLE, [], 3)
    assert not obeys([], WHOLE, [], 3)
    assert not obeys([1500, 2500, 3500], WHOLE, [], 3)


def test_a_check_is_put_off_until_the_next_or_the_break():
    dice = iter([10, 899])
    made = plan([(0, 2000)], [], 3, lambda n: next(dice))
    near_dice = iter([900, 0])
    near = plan([(0, 2000)], [], 3, lambda n: next(near_dice))

    assert made == [Planned(10, 190), Planned(1899, 1909)]
    assert near == [Planned(900, 900), Planned(1140, 1320)]


def test_words_are_drawn_without_repeats():
    rng = random.Random(5)
    asked = [ask(rng.randrange) for _ in range(300)]
    chosen = [one for one in asked if one.kind is CheckKind.CHOOSE]

    assert {one.kind for one in asked} == {CheckKind.TAP, CheckKind.CHOOSE}
    assert all(len(set(one.options)) == 4 and one.answer in one.options for one in chosen)
    assert Asked(CheckKind.TAP, "", ()) in asked
    assert spoken(lambda n: 0) == Asked(CheckKind.WORD, "anchor", ())


@pytest.mark.parametrize(
    ("kind", "wanted", "given_", "right"),
    [
        (CheckKind.TAP, "", "", True), (CheckKind.TAP, "", "anything", True),
        (CheckKind.WORD, "harbor", " Harbor.", True),
        (CheckKind.WORD, "harbor", "HARBOR", True), (CheckKind.WORD, "harbor", "harbour", False),
        (CheckKind.CHOOSE, "apple", "lemon", False), (CheckKind.CHOOSE, "apple", "", False),
    ],
)  # fmt: skip
def test_answers(kind, wanted, given_, right):
    assert is_right(kind, wanted, given_) is right
    if right:
        check_right(kind, wanted, given_)
    else:
        with pytest.raises(InvalidInput, match="not the word"):
            check_right(kind, wanted, given_)


def record(**changes):
    values = {"opened_ms": 0, "due_ms": 90_000, "closed_ms": None, "seen_ms": None, "answered_ms": None}
    return CheckRecord(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "now_ms", "expected"),
    [
        ({}, 10_000, Stand.WAITING), ({"seen_ms": 1}, 10_000, Stand.WAITING), ({"seen_ms": 1}, 90_000, Stand.MISSED),
        ({}, 90_000, Stand.NOT_SHOWN), ({"seen_ms": 1, "answered_ms": 5}, 10_000, Stand.ANSWERED),
        ({"seen_ms": 1, "closed_ms": 50_000}, 95_000, Stand.CUT_SHORT),
        ({"seen_ms": 1, "closed_ms": 50_000, "answered_ms": 2}, 95_000, Stand.ANSWERED),
        ({"seen_ms": 1, "closed_ms": 180_000}, 200_000, Stand.MISSED),
        ({"seen_ms": 30_000}, 95_000, Stand.MISSED), ({"seen_ms": 30_001}, 95_000, Stand.CUT_SHORT),
        ({"seen_ms": 1, "due_ms": LONG_WINDOW_S * 1000}, 100_000, Stand.WAITING),
    ],
)  # fmt: skip
def test_what_becomes_of_a_check(changes, now_ms, expected):
    assert stand(record(**changes), now_ms) is expected


def test_only_what_was_shown_for_its_whole_time_counts():
    records = [
        record(seen_ms=1), record(seen_ms=1, answered_ms=5), record(), record(seen_ms=1, closed_ms=5),
    ]  # fmt: skip

    assert count(records, 100_000) == (2, 1)
    assert count(records, 1_000) == (1, 1)
