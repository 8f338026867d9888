from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.core.errors import InvalidInput
from webinar_app.core.intervals import to_ms, total
from webinar_app.webinars.rules import (
    Booking,
    DatePrecision,
    PublicWord,
    RoomPhase,
    Segment,
    WebinarState,
    check_agenda,
    check_audience,
    check_schedule,
    clashing,
    conflicts,
    credit_window,
    dropped,
    join_window,
    may_move,
    overrun_end,
    phase,
    public_word,
)

START = datetime(2025, 10, 14, 16, tzinfo=UTC)
PAST_WARNING = ("This date has passed: the session will be published as ended, with registration closed.",)


def after(minutes):
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("state", "minute", "expected"),
    [
        (WebinarState.DRAFT, 10, RoomPhase.BEFORE),
        (WebinarState.SCHEDULED, -16, RoomPhase.BEFORE),
        (WebinarState.SCHEDULED, -15, RoomPhase.LOBBY),
        (WebinarState.SCHEDULED, 10, RoomPhase.LOBBY),
        (WebinarState.SCHEDULED, 104, RoomPhase.LOBBY),
        (WebinarState.SCHEDULED, 105, RoomPhase.ENDED),
        (WebinarState.LIVE, -10, RoomPhase.LIVE),
        (WebinarState.LIVE, 500, RoomPhase.LIVE),
        (WebinarState.ENDED, 10, RoomPhase.ENDED),
        (WebinarState.CANCELLED, -10, RoomPhase.CANCELLED),
    ],
)
def test_phase_follows_state_and_clock(state, minute, expected):
    assert phase(state, START, 75, 15, after(minute), overrun_minutes=30) == expected


def test_phase_without_a_time_is_before():
    assert phase(WebinarState.SCHEDULED, None, 75, 15, START) == RoomPhase.BEFORE


@given(st.integers(5, 720), st.integers(0, 240), st.integers(0, 60))
def test_join_window_is_the_lobby_and_the_sitting_with_its_overrun(minutes, lobby, overrun):
    opens, closes = join_window(START, minutes, lobby, overrun_minutes=overrun)

    assert (closes - opens) == timedelta(minutes=minutes + lobby + overrun)
    assert phase(WebinarState.SCHEDULED, START, minutes, lobby, opens, overrun_minutes=overrun) == RoomPhase.LOBBY
    assert phase(WebinarState.SCHEDULED, START, minutes, lobby, closes, overrun_minutes=overrun) == RoomPhase.ENDED


def test_join_window_may_end_early_for_latecomers_and_never_later():
    assert join_window(START, 75, 15, late_join_minutes=10) == (after(-15), after(10))
    assert join_window(START, 75, 15, overrun_minutes=0, late_join_minutes=600) == (after(-15), after(75))


def test_overrun_end_is_real_time():
    assert overrun_end(START, 75, 30) == after(105)


@pytest.mark.parametrize(
    ("course", "webinar", "starts_at", "minute", "word"),
    [
        ("draft", WebinarState.LIVE, START, 0, PublicWord.DRAFT),
        ("in_review", None, None, 0, PublicWord.IN_REVIEW),
        ("archived", WebinarState.ENDED, START, 0, PublicWord.ARCHIVED),
        ("published", None, None, 0, PublicWord.SELF_PACED),
        ("published", WebinarState.DRAFT, START, 0, PublicWord.DRAFT),
        ("published", WebinarState.LIVE, START, 0, PublicWord.LIVE),
        ("published", WebinarState.ENDED, START, 0, PublicWord.ENDED),
        ("published", WebinarState.CANCELLED, START, 0, PublicWord.CANCELLED),
        ("published", WebinarState.SCHEDULED, None, 0, PublicWord.ON_REQUEST),
        ("published", WebinarState.SCHEDULED, START, -1, PublicWord.UPCOMING),
        ("published", WebinarState.SCHEDULED, START, 0, PublicWord.STARTING),
        ("published", WebinarState.SCHEDULED, START, 105, PublicWord.ENDED),
    ],
)
def test_public_word_is_one_word(course, webinar, starts_at, minute, word):
    assert public_word(course, webinar, starts_at, after(minute), minutes=75) == word


def test_may_move_allows_only_the_life_of_a_sitting():
    allowed = {(old, new) for old, new in product(WebinarState, WebinarState) if may_move(old, new)}

    assert allowed == {
        (WebinarState.DRAFT, WebinarState.SCHEDULED),
        (WebinarState.DRAFT, WebinarState.ENDED),
        (WebinarState.SCHEDULED, WebinarState.LIVE),
        (WebinarState.SCHEDULED, WebinarState.ENDED),
        (WebinarState.SCHEDULED, WebinarState.CANCELLED),
        (WebinarState.LIVE, WebinarState.ENDED),
    }


@pytest.mark.parametrize(
    ("precision", "starts_at", "on_date", "minutes", "warnings"),
    [
        (DatePrecision.EXACT, after(1440), None, 5, ()),
        (DatePrecision.EXACT, after(1440), None, 720, ()),
        (DatePrecision.EXACT, after(-10), None, 75, ()),
        (DatePrecision.EXACT, after(-75), None, 75, PAST_WARNING),
        (DatePrecision.DATE, None, date(2025, 10, 14), None, ()),
        (DatePrecision.DATE, None, date(2025, 10, 13), None, PAST_WARNING),
        (DatePrecision.DATE, None, date(2024, 10, 4), None, PAST_WARNING),
        (DatePrecision.ON_REQUEST, None, None, None, ()),
    ],
)
def test_check_schedule_warns_of_a_past_date(precision, starts_at, on_date, minutes, warnings):
    assert check_schedule(precision, starts_at, on_date, minutes, START) == warnings


@pytest.mark.parametrize(
    ("precision", "starts_at", "on_date", "minutes", "lobby", "fields"),
    [
        (DatePrecision.EXACT, None, None, 75, 15, ["local_start"]),
        (DatePrecision.EXACT, START, None, None, 15, ["minutes"]),
        (DatePrecision.EXACT, START, None, 4, 15, ["minutes"]),
        (DatePrecision.EXACT, START, None, 721, -1, ["lobby_minutes", "minutes"]),
        (DatePrecision.EXACT, START, None, 75, 241, ["lobby_minutes"]),
        (DatePrecision.DATE, None, None, 75, 15, ["local_date"]),
        (DatePrecision.DATE, START, None, 75, 15, ["local_start"]),
        (DatePrecision.ON_REQUEST, START, None, 75, 15, ["local_start"]),
        (DatePrecision.ON_REQUEST, None, date(2025, 10, 14), 75, 15, ["local_date"]),
    ],
)
def test_check_schedule_names_every_field_to_correct(precision, starts_at, on_date, minutes, lobby, fields):
    with pytest.raises(InvalidInput) as refusal:
        check_schedule(precision, starts_at, on_date, minutes, START, lobby_minutes=lobby)

    assert refusal.value.code == "webinar.schedule"
    assert sorted(refusal.value.fields) == fields


AGENDA = [
    Segment("Welcome", 0, 5, gives_credit=False),
    Segment("Alliance", 5, 30),
    Segment("Break", 35, 10, gives_credit=False),
    Segment("Practice", 45, 30),
]


def test_check_agenda_takes_parts_that_fit_in_any_order():
    check_agenda(AGENDA, 75)
    check_agenda(AGENDA[::-1], 75)
    check_agenda([], 75)


@pytest.mark.parametrize(
    ("segments", "fields"),
    [
        ([Segment("Late", 70, 6)], ["segments-0-minutes"]),
        ([Segment("Empty", 0, 0)], ["segments-0-minutes"]),
        ([Segment("Early", -1, 5)], ["segments-0-start_minute"]),
        ([Segment(" ", 0, 5), Segment("x" * 201, 5, 5)], ["segments-0-title", "segments-1-title"]),
        ([Segment("Second", 10, 20), Segment("First", 0, 11)], ["segments-0-start_minute"]),
    ],
)
def test_check_agenda_names_the_line_to_correct(segments, fields):
    with pytest.raises(InvalidInput) as refusal:
        check_agenda(segments, 75)

    assert refusal.value.code == "webinar.agenda"
    assert list(refusal.value.fields) == fields


def test_credit_window_leaves_welcome_and_break_out():
    start = to_ms(START)

    assert credit_window(AGENDA, START, 75) == [
        (start + 5 * 60_000, start + 35 * 60_000),
        (start + 45 * 60_000, start + 75 * 60_000),
    ]


def test_credit_window_without_agenda_is_the_sitting():
    assert credit_window([], START, 75) == [(to_ms(START), to_ms(after(75)))]


def test_credit_window_without_credit_is_empty():
    assert credit_window([Segment("Lunch", 0, 75, gives_credit=False)], START, 75) == []


@given(
    st.lists(
        st.builds(Segment, st.just("Part"), st.integers(-60, 800), st.integers(0, 800), st.booleans()), max_size=6
    ),
    st.integers(5, 720),
)
def test_credit_window_is_never_above_the_sitting(segments, minutes):
    window = credit_window(segments, START, minutes)

    assert total(window) <= minutes * 60_000
    assert all(to_ms(START) <= start < end <= to_ms(after(minutes)) for start, end in window)


@given(people=st.integers(-1000, 1000))
def test_rehearsal_takes_up_to_200_synthetic_attendees(people):
    if 0 <= people <= 200:
        check_audience(people)
        return
    with pytest.raises(InvalidInput) as refused:
        check_audience(people)

    assert refused.value.fields.keys() == {"people"}


def booking(code, start, minutes, people=(), room=""):
    begin = datetime(2026, 11, 3, 17, tzinfo=UTC) + timedelta(minutes=start)
    names = {f"person {person}": f"Person {person}" for person in people}
    return Booking(code, f"session {code}", begin, begin + timedelta(minutes=minutes), names, room)


def test_conflicts_name_person_and_room():
    wanted = booking("A", 0, 60, [1, 2], "Hall 2")
    others = [
        booking("A", 0, 60, [1]), booking("B", 30, 60, [2, 3], "hall  2"), booking("C", 60, 60, [1], "Hall 2"),
        booking("D", -60, 60, [1]), booking("E", -10, 20, [9], "Hall 3"),
    ]  # fmt: skip

    assert conflicts(wanted, others) == [
        "Person 2 is in session B at this time.", "“Hall 2” is taken by session B at this time.",
    ]  # fmt: skip


bookings = st.lists(
    st.tuples(st.integers(0, 300), st.integers(5, 120), st.sets(st.integers(1, 4)), st.sampled_from(["", "Hall"])),
    max_size=6,
).map(lambda rows: [booking(f"C{at}", *row) for at, row in enumerate(rows)])


@given(bookings)
def test_conflicts_are_mutual_and_need_overlap_and_something_shared(rows):
    for one in rows:
        for other in rows:
            both = bool(conflicts(one, [other])), bool(conflicts(other, [one]))
            overlaps = one.starts_at < other.ends_at and other.starts_at < one.ends_at
            shares = bool(one.people.keys() & other.people.keys()) or bool(one.room and one.room == other.room)
            assert both == (one is not other and overlaps and shares,) * 2
    assert clashing(rows) == {one.code for one in rows if any(conflicts(one, [other]) for other in rows)}


def test_a_drop_on_another_zones_calendar_keeps_its_instant():
    assert dropped(
        datetime.fromisoformat("2026-10-27T17:00"), "America/New_York", "Europe/London"
    ) == datetime.fromisoformat("2026-10-27T13:00")
    assert dropped(
        datetime.fromisoformat("2026-11-03T17:00"), "America/New_York", "Europe/London"
    ) == datetime.fromisoformat("2026-11-03T12:00")
    with pytest.raises(InvalidInput, match=r"no 1:30 a\.m\."):
        dropped(datetime.fromisoformat("2027-03-28T01:30"), "America/New_York", "Europe/London")
