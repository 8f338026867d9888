from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.registrations.rules import (
    LIVE,
    SEATED,
    Licence,
    RegistrationState,
    admit,
    check_legal_name,
    check_licence,
    check_move,
    is_valid_on,
    may_move,
    promote,
    seats_left,
)

PENDING, OFFERED, WAITLISTED, REGISTERED, CANCELLED, REJECTED = RegistrationState


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "left", "state"),
    [
        (None, 10_000, 0, None, REGISTERED),
        (2, 1, 0, 1, REGISTERED),
        (2, 2, 0, 0, WAITLISTED),
        (2, 3, 0, 0, WAITLISTED),
        (2, 1, 1, 1, WAITLISTED),
        (2, 0, 1, 2, REGISTERED),
        (0, 0, 0, 0, WAITLISTED),
    ],
)
def test_admit(capacity: int | None, taken: int, waiting: int, left: int | None, state: RegistrationState) -> None:
    assert seats_left(capacity, taken) == left
    assert admit(capacity, taken, waiting) is state


@given(st.integers(0, 20), st.integers(0, 60))
def test_admitting_one_after_another_never_exceeds_capacity(capacity: int, people: int) -> None:
    taken = waiting = 0
    for _ in range(people):
        if admit(capacity, taken, waiting) is REGISTERED:
            taken += 1
        else:
            waiting += 1

    assert taken == min(capacity, people)


@given(st.none() | st.integers(0, 9), st.integers(0, 12), st.lists(st.integers(), max_size=12))
def test_promote_takes_the_longest_waiting_into_free_seats(
    capacity: int | None, taken: int, waiting: list[int]
) -> None:
    called = promote(capacity, taken, waiting)

    assert list(called) == waiting[: len(called)]
    assert capacity is None or len(called) == min(len(waiting), max(0, capacity - taken))
    assert capacity is not None or len(called) == len(waiting)


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (PENDING, {REGISTERED, WAITLISTED, REJECTED, CANCELLED}),
        (WAITLISTED, {OFFERED, REGISTERED, CANCELLED}),
        (OFFERED, {REGISTERED, WAITLISTED, CANCELLED}),
        (REGISTERED, {CANCELLED}),
        (CANCELLED, set()),
        (REJECTED, set()),
    ],
)
def test_moves(state: RegistrationState, to: set[RegistrationState]) -> None:
    assert {other for other in RegistrationState if may_move(state, other)} == to
    assert (state in LIVE) is bool(to)
    assert state not in SEATED or state in LIVE


def test_impossible_move_is_refused() -> None:
    check_move(OFFERED, REGISTERED)

    with pytest.raises(Refused) as refusal:
        check_move(CANCELLED, REGISTERED)

    assert refusal.value.code == "registration.state"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Ada\r\nLovelace ", "Ada Lovelace"),
        ("Żółć Ωμέγα", "Żółć Ωμέγα"),
        ("李雷", "李雷"),
        ("de la CRUZ", "de la CRUZ"),
        ("x" * 120, "x" * 120),
    ],
)
def test_legal_name_is_kept_as_written(typed: str, name: str) -> None:
    assert check_legal_name(typed) == name


@pytest.mark.parametrize("typed", ["", "A", "\x00\x00", "12", "x" * 121])
def test_legal_name_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_legal_name(typed)

    assert refusal.value.fields == {"legal_name": refusal.value.message}


def test_licence_is_cleaned_or_absent() -> None:
    assert check_licence(" ", "", "\n") is None
    assert check_licence("Counselor ", "New\nYork", " LPC-0048213") == Licence("Counselor", "New York", "LPC-0048213")


@pytest.mark.parametrize(
    ("profession", "region", "number", "field"),
    [
        ("", "New York", "1", "licence_profession"),
        ("x" * 81, "New York", "1", "licence_profession"),
        ("Counselor", "", "1", "licence_region"),
        ("Counselor", "x" * 81, "1", "licence_region"),
        ("Counselor", "New York", "", "licence_number"),
        ("Counselor", "New York", "1" * 41, "licence_number"),
        ("Counselor", "New York", "=1+1", "licence_number"),
    ],
)
def test_licence_refused_by_field(profession: str, region: str, number: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_licence(profession, region, number)

    assert list(refusal.value.fields) == [field]


def test_licence_holds_through_its_last_day() -> None:
    licence = Licence("Counselor", "New York", "1", date(2026, 12, 31))

    assert is_valid_on(licence, date(2026, 12, 31))
    assert not is_valid_on(licence, date(2027, 1, 1))
    assert is_valid_on(licence._replace(expires_on=None), date(2099, 1, 1))
