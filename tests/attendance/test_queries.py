"""Facts from rows, and what the room is told of them."""

from datetime import timedelta

from factories import START
from presence_facts import stay

from webinar_app.attendance.queries import facts_of, meters_for, policy_for
from webinar_app.attendance.queries.people import presence_rows
from webinar_app.attendance.rules import AttendancePolicy, summary
from webinar_app.core.intervals import to_ms
from webinar_app.infra.db import Db, read, write
from webinar_app.webinars.models import AgendaSegment, Webinar
from webinar_app.webinars.rules import WebinarState

MINUTE = 60_000


def meter_of(db, member, now):
    own = member.registration_id
    return meters_for(db, member.webinar_id, [own], now, lambda _: ())[own]


def facts(member):
    with read() as db:
        return facts_of(db, member.registration_id)


def minutes(member):
    return summary(AttendancePolicy(), facts(member)).credited_s // 60


def change(db: Db, webinar_id: int, **values) -> None:
    row = db.get_one(Webinar, webinar_id)
    for name, value in values.items():
        setattr(row, name, value)


def set_agenda(db: Db, webinar_id: int, parts: list[tuple[int, int, bool]]) -> None:
    row = db.get_one(Webinar, webinar_id)
    for old in list(row.segments):
        db.delete(old)
    row.segments = [
        AgendaSegment(title="Part", start_minute=first, minutes=length, gives_credit=gives)
        for first, length, gives in parts
    ]


def test_two_tabs_and_a_phone_are_one_person(world):
    webinar = world.live_webinar()
    ada = world.attendee(webinar)
    stay(ada, 0, 30, "tab one")
    stay(ada, 10, 40, "tab two")
    stay(ada, 35, 75, "phone")

    assert minutes(ada) == 75


def test_facts_are_one_person_s_own(world):
    webinar = world.live_webinar()
    ada, bob = world.attendee(webinar), world.attendee(webinar, "Bob Hope")
    stay(bob, 0, 75)

    assert (facts(ada).runs, minutes(ada), minutes(bob)) == ((), 0, 75)


def test_window_is_the_plan_while_the_sitting_was_on(world):
    webinar = world.live_webinar()
    ada = world.attendee(webinar)
    went_live, ended = START + timedelta(minutes=4), START + timedelta(minutes=90)
    write(change, webinar["id"], went_live_at=went_live, ended_at=ended, state=WebinarState.ENDED)

    assert facts(ada).window == (to_ms(went_live), to_ms(START) + 75 * MINUTE)


def test_sitting_that_never_began_gives_nobody_anything(world):
    webinar = world.webinar(state=WebinarState.ENDED, ended_at=START + timedelta(minutes=75))
    ada = world.attendee(webinar)
    stay(ada, 0, 75)

    assert (facts(ada).window[1] - facts(ada).window[0], minutes(ada)) == (0, 0)


def test_parts_without_credit_are_breaks(world):
    webinar = world.live_webinar()
    ada = world.attendee(webinar)
    write(set_agenda, webinar["id"], [(0, 30, True), (30, 15, False), (45, 30, True)])
    stay(ada, 0, 75)

    start = to_ms(START)
    assert (facts(ada).breaks, minutes(ada)) == (((start + 30 * MINUTE, start + 45 * MINUTE),), 60)


def test_what_a_restart_took_is_given_back(world):
    webinar = world.live_webinar()
    ada = world.attendee(webinar)
    stay(ada, 0, 30, "a", reason="server_restart")
    stay(ada, 31.5, 75, "b")

    assert minutes(ada) == 75


def test_course_without_its_own_policy_has_the_provider_s(world):
    course = world.course(attendance_policy={})
    webinar = world.webinar(course)

    with read() as db:
        policy = policy_for(db, db.get_one(Webinar, webinar["id"]))

    assert policy == AttendancePolicy(checks_percent=75)


def test_meter_says_how_a_person_stands(world):
    webinar = world.live_webinar()
    ada = world.attendee(webinar)
    stay(ada, 0, 20)
    stay(ada, 22, 40, "b")

    with read() as db:
        told = meter_of(db, ada, START + timedelta(minutes=40))

    assert told == {
        "counted_s": 38 * 60, "needed_s": 4050, "total_s": 4500, "counting": False, "possible": True,
        "words": ["38 of 75 min counted.", "30 more for credit.", "Leaving now means no credit."],
        "checks": [], "spans": [[0, 1200], [1320, 2400]], "as_of": "2026-11-03T17:40:00.000Z",
    }  # fmt: skip


def test_meter_before_the_start_promises_nothing(world):
    webinar = world.webinar()
    ada = world.attendee(webinar)

    with read() as db:
        told = meter_of(db, ada, START - timedelta(minutes=5))

    words = ["Counting begins with the session.", "68 of 75 min are needed."]
    assert (told["words"], told["counting"], told["counted_s"]) == (words, False, 0)


def test_rows_of_a_roster(world):
    webinar = world.live_webinar()
    ada = world.attendee(webinar)
    stay(ada, -2, 49)

    with read() as db:
        rows = presence_rows(db, db.get_one(Webinar, webinar["id"]), [ada.registration_id])

    row = rows[ada.registration_id]
    told = {name: row[name] for name in ("spans", "total", "stay", "minutes", "evidenced", "of", "verdict", "why")}
    assert told == {
        "spans": [[0.0, 49.0]], "total": 75, "stay": "11:58 to 12:49", "minutes": 49, "evidenced": 49, "of": 75,
        "verdict": ["So far", "open"], "why": "49 of 75 min.",
    }  # fmt: skip


def test_nothing_is_told_before_the_sitting_has_begun(world):
    webinar = world.webinar()
    ada = world.attendee(webinar)

    with read() as db:
        assert presence_rows(db, db.get_one(Webinar, webinar["id"]), [ada.registration_id]) == {}
