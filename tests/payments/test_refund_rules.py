"""What is given back: cut-offs over clock changes, shares, and what holds for all of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput
from webinar_app.payments.rules.refunds import (
    Closing,
    CutOff,
    Part,
    RefundState,
    Standing,
    Step,
    after_paying,
    before_start,
    check_refund,
    check_step,
    later,
    part_of,
    refunded_in_all,
    share,
    standing_of,
)
from webinar_app.registrations.events import Ending

D = Decimal
NOON = datetime.fromisoformat("2026-11-03T12:00")  # clocks in New York went back on 1 November
START = datetime(2026, 11, 3, 17, tzinfo=UTC)
cut_offs = st.lists(
    st.builds(
        CutOff, st.integers(0, 40).map(lambda days: START - timedelta(days=days)), st.integers(1, 100)
    ),
    max_size=5,
)  # fmt: skip
instants = st.integers(-100, 1000).map(lambda hours: START - timedelta(hours=hours))


def test_day_before_a_clock_change_is_longer_and_the_wall_time_stays():
    (week, day) = before_start([Step(7, 100), Step(1, 50)], NOON, "America/New_York")

    assert (week.until, day.until) == (START - timedelta(days=7, hours=1), START - timedelta(days=1))


def test_days_after_paying_end_with_their_day_in_the_zone():
    (cut,) = after_paying([Step(14, 100)], date(2026, 10, 20), "America/St_Johns")

    assert cut == CutOff(datetime(2026, 11, 4, 3, 29, 59, tzinfo=UTC), 100)


def test_last_instant_still_counts():
    cuts = before_start([Step(7, 100), Step(2, 50)], NOON, "America/New_York")
    second = timedelta(seconds=1)

    assert [share(cuts, cuts[0].until), share(cuts, cuts[0].until + second)] == [100, 50]
    assert [share(cuts, cuts[1].until), share(cuts, cuts[1].until + second), share([], START)] == [50, 0, None]


@given(cut_offs, instants, instants)
def test_waiting_never_gives_more_and_order_does_not_matter(cuts, one, other):
    early, late = sorted((one, other))

    assert (share(cuts, late) or 0) <= (share(cuts, early) or 0)
    assert share(cuts, one) == share(cuts[::-1], one)
    assert (share(cuts[1:], one) or 0) <= (share(cuts, one) or 0)


@given(st.integers(0, 10**7), st.integers(0, 100))
def test_share_is_whole_never_above_and_the_rest_is_its_mirror_within_a_cent(minor, percent):
    found = part_of(minor, percent)

    assert 0 <= found <= minor
    assert abs(found * 100 - minor * percent) <= 50
    assert minor <= found + part_of(minor, 100 - percent) <= minor + 1


@pytest.mark.parametrize(
    ("due", "paid", "refunded", "is_closed", "found"),
    [
        (None, "48", "0", False, Standing.NOTHING), (None, "0", "0", True, Standing.NOTHING),
        (None, "48", "0", True, Standing.UNDECIDED), (None, "48", "10", True, Standing.NOTHING),
        ("24", "48", "0", True, Standing.DUE), ("24", "48", "23.99", True, Standing.DUE),
        ("24", "48", "24", True, Standing.NOTHING), ("0", "48", "0", True, Standing.KEPT),
    ],
)  # fmt: skip
def test_standing_of_the_money(due, paid, refunded, is_closed, found):
    assert standing_of(due and D(due), D(paid), D(refunded), is_closed=is_closed) is found


@pytest.mark.parametrize(("days", "percent"), [(None, 5), (-1, 5), (366, 5), (3, 0), (3, 101), (3, None)])
def test_steps_out_of_bounds_are_refused_at_their_field(days, percent):
    with pytest.raises(InvalidInput) as refused:
        check_step(days, percent)

    assert list(refused.value.fields) == (["percent"] if days == 3 else ["days"])


states = st.sampled_from(list(RefundState))
parts = st.lists(st.builds(Part, st.decimals("0.01", "50", places=2), states, st.booleans()), max_size=5)
amounts = st.decimals("0", "99", places=2)


@given(states, states, states)
def test_states_of_a_refund_come_in_any_order_and_twice(one, other, third):
    assert later(one, other) is later(other, one)
    assert later(one, later(other, third)) is later(later(one, other), third)
    assert later(one, one) is one


@given(parts, amounts, amounts)
def test_never_more_is_given_back_than_was_paid_and_order_does_not_matter(every, told, paid):
    found = refunded_in_all(every, told, paid)

    assert 0 <= found <= paid
    assert found == refunded_in_all(every[::-1], told, paid)
    assert found <= refunded_in_all([*every, Part(D(1), RefundState.DONE, True)], told, paid)
    assert found <= refunded_in_all(every, told + 1, paid)


@pytest.mark.parametrize(
    ("every", "told", "found"),
    [
        ([(20, "done", True)], 20, 20),  # our own, told again by the charge
        ([(20, "done", True)], 30, 30),  # ten more were begun there
        ([(20, "failed", True)], 20, 0),  # told, and then it failed
        ([(20, "failed", False)], 10, 10),  # refused at once: it was never told
        ([(10, "failed", True), (20, "done", True)], 20, 20),
        ([(20, "pending", False)], 0, 20),
    ],
)
def test_what_the_card_provider_told_is_joined_with_what_we_know(every, told, found):
    known = [Part(D(amount), RefundState(state), is_known) for amount, state, is_known in every]

    assert refunded_in_all(known, D(told), D(48)) == found


@pytest.mark.parametrize(
    ("amount", "left", "said"), [("0", "5", "At most 5"), ("5.01", "5", "At most 5"), ("1", "0", "All")]
)
def test_more_than_is_left_is_refused_at_its_field(amount, left, said):
    with pytest.raises(InvalidInput) as refused:
        check_refund(D(amount), D(left), left)

    assert list(refused.value.fields) == ["amount"]
    assert refused.value.message.startswith(said)


def test_every_end_but_a_move_closes_an_order():
    assert {one.value for one in Ending} - {"moved"} == {one.value for one in Closing} - {"given_up"}
