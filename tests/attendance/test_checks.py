"""Attention checks in a sitting: drawn unseen, opened by the clock, answered in time or missed, and in the verdict."""

import random
from datetime import timedelta

import pytest
from factories import START
from presence_facts import end, ended_webinar, stay
from sqlalchemy import select

from webinar_app.attendance import jobs
from webinar_app.attendance.models import AttentionCheck, CheckResponse
from webinar_app.attendance.queries import find_summary, meters_for
from webinar_app.attendance.rules import AttendancePolicy
from webinar_app.attendance.rules.checks import CheckKind, CheckState
from webinar_app.attendance.services.answering import CheckAct, answer_checks
from webinar_app.attendance.services.checking import call_check, close_when_due, open_when_due, plan_checks
from webinar_app.core.errors import DomainError, Forbidden, Refused
from webinar_app.core.permissions import SittingRole
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.registrations.models import Registration
from webinar_app.webinars.events import WebinarRescheduled
from webinar_app.webinars.models import AgendaSegment, Webinar
from webinar_app.webinars.services.lifecycle import go_live, go_live_when_due

ASKS = AttendancePolicy(checks_percent=75).to_json()
PLAN_JOBS = select(Job.run_at).where(Job.name == "attendance.open_check").order_by(Job.run_at)


def meter_of(db, member, now):
    own = member.registration_id
    return meters_for(db, member.webinar_id, [own], now, lambda _: ())[own]


def at(seconds):
    return START + timedelta(seconds=seconds)


def checks_of(webinar):
    with read() as db:
        query = select(AttentionCheck).where(AttentionCheck.webinar_id == webinar["id"])
        return list(db.scalars(query.order_by(AttentionCheck.planned_second)))


def responses():
    with read() as db:
        return [
            (row.registration_id, row.given, row.seen_at, row.answered_at)
            for row in db.scalars(select(CheckResponse).order_by(CheckResponse.registration_id))
        ]


def planned(webinar, seed=1):
    dice = random.Random(seed)
    write(plan_checks, WebinarRescheduled(webinar["id"]), START, lambda n: dice.randrange(n))
    return [check.planned_second for check in checks_of(webinar)]


@pytest.fixture
def asking(world):
    """A course whose rules ask for checks."""
    return world.course(attendance_policy=ASKS)


@pytest.fixture
def opened(world, asking):
    """A live sitting with a check that has just been opened, and two people in it."""
    webinar = world.live_webinar(course=asking)
    code = write(world.planned_check, webinar, CheckKind.CHOOSE, 600)
    assert write(open_when_due, code, now=at(600))
    return webinar, code, world.attendee(webinar, "Ada"), world.attendee(webinar, "Bob")


def act(member, code, answer, seconds, key="key-0001", device="laptop"):
    registration, scope = member.registration_id, member.scope
    return CheckAct(scope, key, registration, member.webinar_id, code, device, answer, at(seconds))


def outcome(one):
    try:
        return write(answer_checks, one)
    except DomainError as refusal:
        return refusal.code


def test_a_plan_is_drawn_with_a_job_for_each(world, asking):
    webinar = world.webinar(course=asking)

    seconds = planned(webinar)

    assert 4 <= len(seconds) <= 5
    with read() as db:
        assert list(db.scalars(PLAN_JOBS)) == [at(second) for second in seconds]


def test_nothing_is_planned_where_the_policy_asks_for_none(world):
    assert planned(world.webinar()) == []


def test_a_plan_that_fits_is_kept_and_moves_with_the_sitting(world, asking):
    webinar = world.webinar(course=asking)
    before = planned(webinar)

    def move(db):
        db.get_one(Webinar, webinar["id"]).starts_at = START + timedelta(days=1)

    write(move)
    after = planned(webinar, 2)

    assert after == before
    code = checks_of(webinar)[0].code
    assert not write(open_when_due, code, now=at(before[0]))
    with read() as db:
        assert at(before[0]) + timedelta(days=1) in list(db.scalars(PLAN_JOBS))


def test_a_plan_is_drawn_anew_for_a_late_start_and_for_another_agenda(world, asking):
    webinar = world.webinar(course=asking)
    planned(webinar)
    begun = START + timedelta(minutes=25)
    write(go_live, world.staff(webinar), now=begun)
    late = [check.planned_second for check in checks_of(webinar)]

    def take_a_break(db):
        segment = db.scalars(select(AgendaSegment).where(AgendaSegment.webinar_id == webinar["id"])).one()
        segment.minutes = 40

    write(take_a_break)
    short = planned(webinar)

    assert min(late) >= 25 * 60
    assert 3 <= len(late) <= 4
    assert all(25 * 60 <= second < 40 * 60 for second in short)


def test_checks_are_drawn_when_a_sitting_goes_live_by_itself(world, asking):
    webinar = world.webinar(course=asking)

    assert write(go_live_when_due, webinar["id"], now=START)

    assert len(checks_of(webinar)) >= 4


def test_a_check_opens_in_its_time_only(world, asking):
    webinar = world.live_webinar(course=asking)
    code, late = write(world.planned_check, webinar, CheckKind.TAP, 60), write(world.planned_check, webinar, second=900)

    assert not write(open_when_due, "NOTHERE1", now=at(60))
    assert not write(open_when_due, code, now=at(59))
    assert write(open_when_due, code, now=at(60))
    assert not write(open_when_due, code, now=at(61))
    assert not write(open_when_due, late, now=at(900 + 180 + 31))
    assert [check.state for check in checks_of(webinar)] == [CheckState.OPEN, CheckState.DROPPED]


def test_nothing_opens_before_the_sitting_is_live(world, asking):
    webinar = world.webinar(course=asking)
    code = write(world.planned_check, webinar, CheckKind.TAP, 60)

    assert not write(open_when_due, code, now=at(60))
    assert checks_of(webinar)[0].state is CheckState.PLANNED


def test_an_open_poll_puts_a_check_off_for_a_while(world, asking, doors):
    webinar = world.live_webinar(course=asking)
    mike = doors.enter(world.staff(webinar))
    draft = {"kind": "yes_no", "question": "Ready?", "options": [], "privacy": "staff", "visibility": "always"}
    poll = mike.act("poll.draft", **draft)["data"]["poll"]
    assert mike.act("poll.open", poll=poll)["ok"]
    code = write(world.planned_check, webinar, CheckKind.TAP, 60)

    assert not write(open_when_due, code, now=at(60))
    with read() as db:
        assert list(db.scalars(PLAN_JOBS)) == [at(75)]
    assert not write(open_when_due, code, now=at(239))
    assert write(open_when_due, code, now=at(240))


def test_a_check_closes_after_the_longest_time(opened):
    webinar, code, *_ = opened

    assert not write(close_when_due, "NOTHERE1", now=at(600))
    assert not write(close_when_due, code, now=at(779))
    assert write(close_when_due, code, now=at(780))
    assert not write(close_when_due, code, now=at(781))
    assert checks_of(webinar)[0].closed_at == at(780)


def test_seen_and_answered_are_written_once(opened):
    _, code, ada, bob = opened

    told = [outcome(act(ada, code, None, 602)), outcome(act(bob, code, None, 603))]
    answered = outcome(act(ada, code, "Harbor", 610))
    again = [outcome(act(ada, code, "Harbor", 615)), outcome(act(ada, code, "harbor", 616, key="key-0002"))]

    assert told == [{}, {}]
    assert answered == again[0] == {"answered_at": "2026-11-03T17:10:10.000Z"}
    assert responses() == [
        (ada.registration_id, "harbor", at(602), at(610)),
        (bob.registration_id, "", at(603), None),
    ]


def test_a_wrong_word_is_kept_and_may_be_mended(opened):
    _, code, ada, _ = opened

    assert outcome(act(ada, code, "apple", 610)) == "check.wrong"
    assert [row[1:] for row in responses()] == [("apple", at(610), None)]
    assert outcome(act(ada, code, "harbor", 620, key="key-0002")) == {"answered_at": "2026-11-03T17:10:20.000Z"}


def test_answers_come_in_time_or_are_refused(opened, world):
    _webinar, code, ada, bob = opened

    def slow(db):
        db.get_one(Registration, bob.registration_id).more_time = True

    write(slow)
    elsewhere = world.attendee(world.live_webinar(), "Otto")

    assert outcome(act(ada, code, "harbor", 690)) == "check.closed"
    assert outcome(act(ada, code, None, 690)) == "check.closed"
    assert "answered_at" in outcome(act(bob, code, "harbor", 779))
    assert outcome(act(elsewhere, code, "harbor", 610)) == "check.unknown"
    assert outcome(act(ada, "NOTHERE1", "harbor", 610)) == "check.unknown"


def test_one_key_is_one_answer(opened):
    _, code, ada, _ = opened
    outcome(act(ada, code, "harbor", 610))

    assert outcome(act(ada, code, "river", 611)) == "key_reused"


def test_who_gave_the_seat_back_answers_nothing(world, opened):
    webinar, code, *_ = opened
    gone = world.attendee(webinar, "Cyd", state="cancelled")

    assert outcome(act(gone, code, "harbor", 610)) == "room.not_registered"


def test_a_whole_room_answers_in_one_call(world, opened):
    webinar, code, *_ = opened
    people = [world.attendee(webinar, f"Person {n}") for n in range(30)]
    acts = [act(member, code, answer, 605 + n) for n, member in enumerate(people) for answer in (None, "harbor")]

    def all_at_once(db):
        return [type(one).__name__ for one in answer_checks(db, acts)]

    assert set(write(all_at_once)) == {"Ok"}
    assert [row[3] for row in responses()] == [at(605 + n) for n in range(30)]


def test_the_meter_shows_answers_and_misses(opened):
    _webinar, code, ada, bob = opened
    for member in (ada, bob):
        stay(member, 0, 15)
        outcome(act(member, code, None, 602))
    outcome(act(ada, code, "harbor", 610))

    with read() as db:
        told = {
            (name, seconds): meter_of(db, member, at(seconds))
            for name, member in (("ada", ada), ("bob", bob)) for seconds in (650, 700)
        }  # fmt: skip

    assert [one["checks"] for one in told.values()] == [
        [{"at_s": 600, "answered": True}], [{"at_s": 600, "answered": True}], [], [{"at_s": 600, "answered": False}],
    ]  # fmt: skip
    assert any("Checks answered: 0 of 1" in sentence for sentence in told["bob", 700]["words"])


@pytest.mark.parametrize(
    ("told", "complete", "words"),
    [
        (("seen", "answered"), True, "75 of 75 min; checks 1 of 1"),
        (("seen",), False, "75 of 75 min; checks 0 of 1"),
        ((), True, "75 of 75 min"),
    ],
)
def test_checks_decide_where_they_were_shown(world, asking, told, complete, words):
    webinar = ended_webinar(world, course=asking)
    ada, mike = world.attendee(webinar, "Ada"), world.staff(webinar)
    stay(ada, 0, 75, start=webinar["start"])
    code, opens = write(world.planned_check, webinar, CheckKind.TAP, 600), webinar["start"] + timedelta(seconds=600)
    write(open_when_due, code, now=opens)
    for name in told:
        scope, key = ada.scope, "key-0001"
        answer = "" if name == "answered" else None
        write(answer_checks, CheckAct(scope, key, ada.registration_id, webinar["id"], code, "phone", answer, opens))
    write(close_when_due, code, now=opens + timedelta(seconds=180))
    end(webinar, mike)
    jobs.summarise_all({"webinar_id": webinar["id"]})

    with read() as db:
        found = find_summary(db, ada.registration_id)
        assert (found.complete, found.reasons[0]) == (complete, words)


def test_a_check_that_the_end_cut_short_counts_against_nobody(world, asking):
    webinar = world.live_webinar(course=asking)
    ada = world.attendee(webinar, "Ada")
    code = write(world.planned_check, webinar, CheckKind.TAP, 4400)
    later = write(world.planned_check, webinar, CheckKind.TAP, 4490)
    write(open_when_due, code, now=at(4430))
    outcome(act(ada, code, None, 4431))
    end(webinar, world.staff(webinar), now=at(4500))

    states = {check.code: check.state for check in checks_of(webinar)}
    assert states == {code: CheckState.CLOSED, later: CheckState.DROPPED}
    with read() as db:
        assert meter_of(db, ada, at(4600))["checks"] == []
    assert outcome(act(ada, code, "", 4505)) == "check.closed"


def test_a_presenter_calls_for_a_spoken_word(world, asking):
    webinar = world.live_webinar(course=asking)
    mike, mona = world.staff(webinar), world.staff(webinar, SittingRole.MODERATOR)

    told = write(call_check, mike, now=at(100))

    [check] = checks_of(webinar)
    assert (told, check.kind, check.state) == (
        {"code": check.code, "word": check.answer}, CheckKind.WORD, CheckState.OPEN,
    )  # fmt: skip
    for member, kind in ((mike, Refused), (mona, Forbidden)):
        with pytest.raises(kind):
            write(call_check, member, now=at(101))
    with pytest.raises(Refused, match="Go live first"):
        write(call_check, world.staff(world.webinar(course=asking)), now=at(100))


def test_the_room_is_told_and_hears_no_time_and_no_spoken_word(world, asking, doors):
    webinar = world.live_webinar(course=asking)
    planned(webinar)
    ada, mike = doors.enter(world.attendee(webinar, "Ada")), doors.enter(world.staff(webinar))
    quiet = [ada.snapshot(), mike.snapshot()]

    word = mike.act("check.call")["data"]["word"]

    assert all(
        one["shared"]["check"] is None and str(check.planned_second) not in str(one) and check.code not in str(one)
        for one in quiet for check in checks_of(webinar) if check.state is CheckState.PLANNED
    )  # fmt: skip
    [(name, payload)] = ada.events()
    assert (name, payload["check"]["kind"], word in str(payload)) == ("check.opened", "word", False)
    assert mike.events("staff") == [("check.called", {"spoken": {"code": payload["check"]["code"], "word": word}})]
    seen = ada.ask("check.seen", check=payload["check"]["code"])
    answered = ada.act("check.answer", check=payload["check"]["code"], answer=word)
    assert (seen["ok"], answered["ok"]) == (True, True)
    own = ada.snapshot()["own"]["checks"]
    assert own == {payload["check"]["code"]: answered["data"]["answered_at"]}
    assert not mike.act("check.answer", check=payload["check"]["code"], answer=word)["ok"]


def test_no_page_of_the_office_tells_when_checks_come(world, asking, client):
    from page_words import let_in

    from webinar_app.core.permissions import Role

    webinar = world.live_webinar(course=asking)
    planned(webinar)
    let_in(client, world.person("Cora", Role.COORDINATOR))
    paths = ("", "/attendance", "/people", "/agenda", "/polls")

    pages = [client.get(f"/manage/webinars/{webinar['code']}{path}").text for path in paths]

    assert all(check.code not in page for page in pages for check in checks_of(webinar))
