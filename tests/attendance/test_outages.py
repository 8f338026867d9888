"""Outages of whole rooms: recognised by the written rule, credited in full, and nothing else is (E12, O4)."""

from datetime import timedelta

import pytest
from factories import START
from hypothesis import given, settings
from hypothesis import strategies as st
from presence_facts import end, stay

from webinar_app.attendance import jobs
from webinar_app.attendance.queries import find_summary
from webinar_app.attendance.queries.incidents import list_incidents
from webinar_app.attendance.rules import AttendancePolicy
from webinar_app.attendance.rules.checks import CheckRecord, Stand, count, stand
from webinar_app.attendance.rules.outages import Cause, Incident, Presence, is_mass, recognise, taken
from webinar_app.core.intervals import to_ms
from webinar_app.infra.db import read

WINDOW = (0, 3_600_000)
NO_GRACE = AttendancePolicy(grace_bridge_s=0).to_json()


def whole(*stays, server=()):
    return Presence(tuple(stays), tuple(server))


def room(lost, stayed, *, at=600_000, back=660_000, step=1_000):
    """Give a room of which some are lost one after another, and come back one after another."""
    people = {n: whole((0, at + n * step), (back + n * step, WINDOW[1])) for n in range(lost)}
    return people | {lost + n: whole(WINDOW) for n in range(stayed)}


def test_thirty_percent_within_fifteen_seconds_are_an_incident():
    found = recognise(room(3, 7), WINDOW, 120)

    assert found == [Incident(600_000, 662_000, Cause.MASS, 3, 10)]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (room(3, 8), 0), (room(2, 1), 0), (room(3, 0), 1), (room(3, 7, step=8_000), 0), (room(4, 8, step=5_000), 1),
        (room(9, 0, at=3_590_000), 0), ({}, 0), ({1: whole()}, 0),
    ],
)  # fmt: skip
def test_fewer_or_slower_losses_are_none(people, expected):
    assert len(recognise(people, WINDOW, 120)) == expected


def test_what_the_server_took_is_an_incident_of_any_size():
    people = {1: whole((0, 600_000), (650_000, 900_000), server=(600_000,)), 2: whole(WINDOW)}

    assert recognise(people, WINDOW, 120) == [Incident(600_000, 650_000, Cause.SERVER, 1, 2)]


def test_one_outage_is_told_once_and_two_are_two():
    far = {
        n: whole((0, 600_000 + n), (640_000, 2_000_000 + n), (2_100_000, WINDOW[1]), server=(600_000 + n,))
        for n in range(4)
    }

    assert [(one.start_ms, one.cause) for one in recognise(far, WINDOW, 120)] == [
        (600_000, Cause.SERVER), (2_000_000, Cause.MASS),
    ]  # fmt: skip


def test_an_outage_from_which_nobody_comes_back_ends_with_the_patience():
    people = {n: whole((0, 600_000)) for n in range(3)}

    assert recognise(people, WINDOW, 120)[0].end_ms == 600_000 + 135_000


@given(st.integers(0, 60), st.integers(0, 200))
def test_mass_is_thirty_percent_and_three(lost, present):
    assert is_mass(lost, present) == (lost >= 3 and lost / max(present, 1) >= 0.3 - 1e-9)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, 3600), st.integers(1, 600)), max_size=6),
    st.lists(st.tuples(st.integers(0, 3600), st.integers(1, 200)), max_size=3),
)
def test_an_outage_gives_at_most_its_reach_and_only_to_who_came_back(stays, outages):
    spans = [(begin * 1000, (begin + length) * 1000) for begin, length in stays]
    incidents = [(begin * 1000, (begin + length) * 1000) for begin, length in outages]

    for start, stop in taken(spans, incidents):
        assert any(start == begin and stop <= until for begin, until in incidents)
        assert any(begin < start <= last for begin, last in spans)
        assert stop == start or any(begin == stop for begin, _ in spans)


def test_a_check_in_an_outage_counts_against_nobody():
    missed = CheckRecord(600_000, 690_000, 780_000, 601_000, None)
    outage = [(650_000, 700_000)]

    assert stand(missed, 900_000) is Stand.MISSED
    assert stand(missed, 900_000, outage) is Stand.EXCUSED
    assert (count([missed], 900_000), count([missed], 900_000, outage)) == ((1, 0), (0, 0))


@pytest.fixture
def torn(world):
    """An ended sitting of ten: five lose the line for 100 s at minute 20, one for 300 s, one alone at minute 50."""
    webinar = world.live_webinar(course=world.course(attendance_policy=NO_GRACE))
    people = [world.attendee(webinar, f"Person {n}") for n in range(10)]
    for number, member in enumerate(people):
        gap = {5: 300, 6: 0, 7: 0, 8: 0, 9: 0}.get(number, 100)
        first = 20 + number / 30
        if gap:
            stay(member, 0, first, "first", reason="transport close")
            stay(member, first + gap / 60, 75, "second")
        elif number == 9:
            stay(member, 0, 50, "first", reason="transport close")
            stay(member, 50 + 100 / 60, 75, "second")
        else:
            stay(member, 0, 75)
    end(webinar, world.staff(webinar), now=START + timedelta(minutes=75))
    return webinar, people


def credited(webinar, people):
    jobs.summarise_all({"webinar_id": webinar["id"]})
    with read() as db:
        return [find_summary(db, member.registration_id).credited_seconds for member in people]


def test_nobody_loses_credit_in_an_outage(torn):
    webinar, people = torn

    seconds = credited(webinar, people)

    assert seconds == [4500] * 5 + [4200] + [4500] * 3 + [4400]
    with read() as db:
        begun = to_ms(START) + 20 * 60_000
        assert list_incidents(db, webinar["id"]) == [Incident(begun, begun + 108_000, Cause.MASS, 6, 10)]


def test_looking_again_changes_nothing(torn):
    webinar, people = torn

    assert credited(webinar, people) == credited(webinar, people)


def test_a_restart_of_the_server_costs_nobody_anything(world):
    webinar = world.live_webinar(course=world.course(attendance_policy=NO_GRACE))
    people = [world.attendee(webinar, f"Person {n}") for n in range(3)]
    for number, member in enumerate(people):
        stay(member, 0, 30, "first", reason="server_restart")
        stay(member, 30 + (number + 1) / 2, 75, "second")
    end(webinar, world.staff(webinar), now=START + timedelta(minutes=75))

    assert credited(webinar, people) == [4500] * 3
    with read() as db:
        [one] = list_incidents(db, webinar["id"])
        assert (one.cause, one.lost, one.present) == (Cause.SERVER, 3, 3)
