"""When mail is tried again, and when it is given up."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from webinar_app.mailing.rules import CROWD, MOST_TRIES, MOST_TRIES_IN_CROWD, is_given_up, next_try


def test_the_first_tries_follow_each_other_quickly():
    assert [next_try(tries) // timedelta(minutes=1) for tries in (1, 2, 3, 4, 5, 24, 25)] == [1, 2, 4, 5, 5, 5, 30]


@given(st.integers(1, MOST_TRIES))
def test_nothing_is_tried_twice_in_a_minute_and_waits_grow(tries):
    assert timedelta(minutes=1) <= next_try(tries) <= next_try(tries + 1) <= timedelta(minutes=30)


def test_passing_trouble_is_borne_for_two_days():
    waits = [next_try(tries) for tries in range(1, MOST_TRIES)]

    assert timedelta(days=1.9) < sum(waits, timedelta()) < timedelta(days=2.1)
    assert not is_given_up(MOST_TRIES - 1, refused=False, crowd=0)
    assert is_given_up(MOST_TRIES, refused=False, crowd=0)


def test_one_refusal_is_final_and_a_crowd_of_them_is_the_servers_fault():
    assert is_given_up(1, refused=True, crowd=CROWD - 1)
    assert not is_given_up(1, refused=True, crowd=CROWD)
    assert is_given_up(MOST_TRIES_IN_CROWD, refused=True, crowd=CROWD)
    waits = [next_try(tries) for tries in range(1, MOST_TRIES_IN_CROWD)]
    assert timedelta(hours=5.5) < sum(waits, timedelta()) < timedelta(hours=6.5)
