"""A poll's life in the room: timer, pin, archive, repetition, and what its ballot promised."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from webinar_app.core.clock import utc_now
from webinar_app.core.times import stamp
from webinar_app.infra.db import read, write
from webinar_app.infra.jobs import Job
from webinar_app.polls.models import Poll
from webinar_app.polls.services.running import CLOSE, close_when_due

DRAFT = {"kind": "single", "question": "Which?", "options": ["One", "Two"], "visibility": "always"}


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {"desk": doors.enter(world.staff(webinar)), "ada": doors.enter(world.attendee(webinar, "Ada Lovelace"))}


def drafted(room, **changes):
    return room["desk"].act("poll.draft", **(DRAFT | changes))["data"]["poll"]


def opened(room, **changes):
    code = drafted(room, **changes)
    assert room["desk"].act("poll.open", poll=code)["ok"]
    return code


def stored(code):
    with read() as db:
        poll = db.scalars(select(Poll).where(Poll.code == code)).one()
        return {"id": poll.id, "state": poll.state.value, "closes_at": poll.closes_at, "opened_at": poll.opened_at}


def planned():
    with read() as db:
        jobs = db.scalars(select(Job).where(Job.name == CLOSE).order_by(Job.run_at))
        return [job.run_at for job in jobs]


def shown(room):
    return {poll["code"]: poll for poll in room["ada"].snapshot()["shared"]["polls"]}


def test_timer_closes_the_poll_once_it_is_due_and_not_before(room):
    code = opened(room, open_seconds=30)
    poll = stored(code)

    early = write(close_when_due, poll["id"], now=poll["closes_at"] - timedelta(seconds=1))
    due = write(close_when_due, poll["id"], now=poll["closes_at"])
    again = write(close_when_due, poll["id"], now=poll["closes_at"])

    assert poll["closes_at"] - poll["opened_at"] == timedelta(seconds=30)
    assert planned() == [poll["closes_at"]]
    assert (early, due, again) == (False, True, False)
    assert stored(code) | {"id": 0, "opened_at": None} == {
        "id": 0, "state": "closed", "closes_at": None, "opened_at": None,
    }  # fmt: skip
    assert [name for name, _ in room["ada"].events()] == ["poll.opened", "poll.closed"]


def test_more_time_moves_the_end_and_the_first_job_finds_nothing_to_do(room):
    code = opened(room, open_seconds=30)
    first = stored(code)["closes_at"]

    answer = room["desk"].act("poll.extend", poll=code, seconds=30)
    closed_at_the_first_end = write(close_when_due, stored(code)["id"], now=first)

    assert answer["data"] == {"closes_at": stamp(first + timedelta(seconds=30))}
    assert planned() == [first, first + timedelta(seconds=30)]
    assert not closed_at_the_first_end
    assert room["ada"].events()[-1][1]["poll"]["closes_at"] == answer["data"]["closes_at"]


def test_a_poll_without_a_timer_can_get_one_and_a_closed_one_cannot(room):
    code = opened(room)

    room["desk"].act("poll.extend", poll=code, seconds=60)
    left = stored(code)["closes_at"] - utc_now()
    room["desk"].act("poll.close", poll=code)
    closed = room["desk"].act("poll.extend", poll=code, seconds=60)

    assert timedelta(seconds=55) < left <= timedelta(seconds=60)
    assert closed["error"]["code"] == "poll.not_open"


def test_reopening_takes_votes_without_a_timer(room):
    code = opened(room, open_seconds=30)
    room["desk"].act("poll.close", poll=code)

    room["desk"].act("poll.open", poll=code)

    assert (stored(code)["state"], stored(code)["closes_at"]) == ("open", None)
    assert room["ada"].act("poll.vote", poll=code, options=[1])["ok"]


@pytest.mark.parametrize("seconds", [4, 3601])
def test_a_timer_outside_its_limits_is_refused(room, seconds):
    answer = room["desk"].act("poll.draft", **(DRAFT | {"open_seconds": seconds}))

    assert answer["error"]["message"] == "Let the timer run from 5 seconds to 60 minutes."


def test_pinning_one_poll_lets_the_other_go(room):
    first, second = opened(room), opened(room)

    room["desk"].act("poll.pin", poll=first, pinned=True)
    room["desk"].act("poll.pin", poll=second, pinned=True)
    both = {code: poll["pinned"] for code, poll in shown(room).items()}
    room["desk"].act("poll.pin", poll=second, pinned=False)

    assert both == {first: False, second: True}
    assert [poll["pinned"] for poll in shown(room).values()] == [False, False]
    assert room["desk"].act("poll.pin", poll=drafted(room), pinned=True)["error"]["code"] == "poll.not_open"


def test_an_archived_poll_leaves_the_room_and_comes_back_closed(room):
    code = opened(room)
    early = room["desk"].act("poll.archive", poll=code, archived=True)
    room["desk"].act("poll.close", poll=code)

    room["desk"].act("poll.archive", poll=code, archived=True)
    away = (shown(room), [poll["code"] for poll in room["desk"].snapshot()["staff"]["polls"]])
    room["desk"].act("poll.archive", poll=code, archived=False)

    assert early["error"]["code"] == "poll.not_closed"
    assert away == ({}, [])
    assert shown(room)[code]["state"] == "closed"


def test_what_the_ballot_promised_to_never_show_is_not_shown(room):
    code = opened(room, visibility="never")

    refused = room["desk"].act("poll.show_results", poll=code, shown=True)
    room["desk"].act("poll.close", poll=code)

    assert refused["error"]["code"] == "poll.never_shown"
    assert shown(room)[code]["results"] is None
    assert shown(room)[code]["visibility_words"] == "Only staff ever see the result."


def test_the_same_poll_again_is_compared_with_the_first_as_it_stood(room):
    first = opened(room)
    room["ada"].act("poll.vote", poll=first, options=[0])
    room["desk"].act("poll.close", poll=first)

    again = room["desk"].act("poll.repeat", poll=first)["data"]["poll"]
    room["desk"].act("poll.open", poll=again)

    earlier = shown(room)[again]["earlier"]
    assert earlier == {
        "at": stamp(stored(first)["opened_at"]), "here": True, "counts": [1, 0], "shares": [100, 0], "voters": 1,
    }  # fmt: skip


def test_an_earlier_result_that_only_staff_may_see_is_compared_for_staff_only(room):
    first = opened(room, visibility="hosts_only")
    room["desk"].act("poll.close", poll=first)
    again = room["desk"].act("poll.repeat", poll=first)["data"]["poll"]
    room["desk"].act("poll.open", poll=again)
    room["desk"].act("poll.show_results", poll=again, shown=True)

    for_staff = {poll["code"]: poll for poll in room["desk"].snapshot()["staff"]["polls"]}

    assert shown(room)[again]["results"] is not None
    assert shown(room)[again]["earlier"] is None
    assert for_staff[again]["earlier"]["shares"] == [0, 0]
