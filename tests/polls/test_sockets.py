"""Two people and a presenter in one room: what is acknowledged, and what the others hear."""

import pytest
from sqlalchemy import func, select

from webinar_app.core.times import stamp
from webinar_app.infra.acts import Act
from webinar_app.infra.db import read, write
from webinar_app.live.services import counts
from webinar_app.polls.models import Ballot, PollCount, PollMark
from webinar_app.polls.services.voting import cast_votes

DRAFT = {"kind": "single", "question": "Which part was new?", "options": ["One", "Two", "Three"]}


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {
        "webinar": webinar,
        "desk": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
        "bob": doors.enter(world.attendee(webinar, "Bob Bell")),
    }


def opened(room, **changes):
    code = room["desk"].act("poll.draft", **(DRAFT | changes))["data"]["poll"]
    assert room["desk"].act("poll.open", poll=code) == {"ok": True, "data": {}}
    return code


def test_draft_reaches_staff_only_and_opening_reaches_everybody(room):
    code = room["desk"].act("poll.draft", **DRAFT)["data"]["poll"]
    drafted = room["desk"].events("staff")
    before = room["ada"].events()

    room["desk"].act("poll.open", poll=code)

    ((name, payload),) = room["ada"].events()
    assert [one[0] for one in drafted] == ["poll.drafted"]
    assert (before, name) == ([], "poll.opened")
    assert payload["poll"] | {"opened_at": None} == {
        "code": code, "position": 1, "kind": "single", "question": "Which part was new?",
        "options": ["One", "Two", "Three"], "columns": [], "min_choices": 1, "max_choices": 1, "range": [None, None],
        "state": "open", "visibility": "after_close", "privacy": "staff",
        "privacy_words": "Staff can see who chose what. Everyone else sees totals only.",
        "visibility_words": "Everyone sees the result when the poll closes.", "planned_minute": None,
        "planned_slide": None, "open_seconds": None, "opened_at": None, "closes_at": None, "closed_at": None,
        "results_shown": False, "pinned": False, "results": None, "earlier": None, "quiz": None,
    }  # fmt: skip


def test_vote_is_acknowledged_and_counted_for_staff_only(room):
    code = opened(room)
    room["ada"].hear(), room["desk"].hear()

    answer = room["ada"].act("poll.vote", poll=code, options=[1])
    counts.tell_counts()

    assert answer["ok"]
    assert set(answer["data"]) == {"counted_at"}
    assert room["desk"].hear("poll.tally") == [{"poll": code, "counts": [0, 1, 0], "shares": [0, 100, 0], "voters": 1}]
    assert (room["ada"].hear("poll.tally"), room["bob"].hear("poll.tally")) == ([], [])


def test_vote_can_be_changed_and_stays_one(room):
    code = opened(room)
    room["ada"].act("poll.vote", poll=code, options=[1])
    room["ada"].act("poll.vote", poll=code, options=[2])

    assert room["ada"].snapshot()["own"]["ballots"] == {code: [2]}
    with read() as db:
        assert db.execute(select(Ballot.choices)).scalars().all() == ["2"]


def test_same_key_is_one_vote_and_another_payload_under_it_is_refused(room):
    code = opened(room)
    first = room["ada"].act("poll.vote", poll=code, options=[1], key="k" * 8)
    again = room["ada"].act("poll.vote", poll=code, options=[1], key="k" * 8)
    other = room["ada"].act("poll.vote", poll=code, options=[2], key="k" * 8)

    assert first == again
    assert other["error"]["code"] == "key_reused"


@pytest.mark.parametrize(
    ("options", "code"),
    [([], "answer.too_few"), ([0, 1], "answer.too_many"), ([3], "answer.no_such_option"), ([-1], "payload")],
)
def test_wrong_choice_is_refused_with_a_sentence(room, options, code):
    poll = opened(room)

    answer = room["ada"].act("poll.vote", poll=poll, options=options)

    assert (answer["ok"], answer["error"]["code"]) == (False, code)
    assert answer["error"]["message"].endswith(".")


def test_after_closing_no_vote_counts_and_everybody_sees_the_final_result(room):
    code = opened(room)
    room["ada"].act("poll.vote", poll=code, options=[0])
    room["ada"].hear()

    room["desk"].act("poll.close", poll=code)
    late = room["bob"].act("poll.vote", poll=code, options=[0])

    ((name, payload),) = room["ada"].events()
    assert (name, payload["poll"]["results"]) == (
        "poll.closed",
        {"counts": [1, 0, 0], "shares": [100, 0, 0], "voters": 1},
    )
    assert late["error"]["code"] == "poll.closed"


def test_retry_of_a_counted_vote_is_acknowledged_after_closing(room):
    code = opened(room)
    first = room["ada"].act("poll.vote", poll=code, options=[0], key="retry-key")
    room["desk"].act("poll.close", poll=code)

    assert room["ada"].act("poll.vote", poll=code, options=[0], key="retry-key") == first


def test_secret_vote_leaves_no_ballot_no_hash_and_cannot_change(room):
    code = opened(room, privacy="secret")
    room["ada"].act("poll.vote", poll=code, options=[2])
    again = room["ada"].act("poll.vote", poll=code, options=[1])

    with read() as db:
        kept = {
            "ballots": db.scalar(select(func.count()).select_from(Ballot)),
            "marks": db.scalar(select(func.count()).select_from(PollMark)),
            "counts": db.execute(select(PollCount.position, PollCount.n)).all(),
            "acts": db.execute(select(Act.payload_hash, Act.answer).where(Act.work == "cast_votes")).all(),
        }
    assert again["error"]["code"] == "poll.voted"
    assert kept == {"ballots": 0, "marks": 1, "counts": [(2, 1)], "acts": [(None, None)]}
    own = room["ada"].snapshot()["own"]
    assert (own["ballots"], own["voted"]) == ({}, [code])


def test_hidden_results_never_reach_attendees(room):
    code = opened(room, visibility="hosts_only")
    room["bob"].act("poll.vote", poll=code, options=[1])
    counts.tell_counts()
    room["desk"].act("poll.close", poll=code)
    counts.tell_counts()

    polls = [payload["poll"] for name, payload in room["ada"].events() if name.startswith("poll.")]
    assert [poll["results"] for poll in polls] == [None, None]
    assert room["ada"].hear("poll.tally") == []
    assert [poll["results"] for poll in room["ada"].snapshot()["shared"]["polls"]] == [None]
    assert room["desk"].snapshot()["staff"]["polls"][0]["results"]["voters"] == 1


def test_after_vote_results_reach_voters_only(room, monkeypatch):
    monkeypatch.setattr(counts, "SETTLE_SECONDS", 0)
    code = opened(room, visibility="after_vote")
    counts.tell_counts()
    room["ada"].act("poll.vote", poll=code, options=[1])
    counts.tell_counts()

    assert room["ada"].hear("poll.tally")[-1]["counts"] == [0, 1, 0]
    assert room["bob"].hear("poll.tally") == []


def test_shown_results_reach_everybody_and_hiding_takes_them_back(room):
    code = opened(room)
    room["ada"].act("poll.vote", poll=code, options=[1])
    room["bob"].hear()

    room["desk"].act("poll.show_results", poll=code, shown=True)
    counts.tell_counts()
    room["desk"].act("poll.show_results", poll=code, shown=False)

    events = room["bob"].events()
    assert [(name, payload["poll"]["results"] is None) for name, payload in events] == [
        ("poll.results_changed", False),
        ("poll.results_changed", True),
    ]


def test_attendees_may_not_run_polls_and_staff_may_not_vote(room):
    code = opened(room)

    assert room["ada"].act("poll.close", poll=code)["error"]["code"] == "forbidden"
    assert room["ada"].act("poll.draft", **DRAFT)["error"]["code"] == "forbidden"
    assert room["desk"].act("poll.vote", poll=code, options=[0])["error"]["code"] == "forbidden"


def test_poll_of_another_room_is_unknown(room, world, doors):
    other = world.live_webinar()
    foreign = {"desk": doors.enter(world.staff(other)), "ada": doors.enter(world.attendee(other))}
    code = opened(room)

    assert foreign["desk"].act("poll.close", poll=code)["error"]["code"] == "poll.unknown"
    assert foreign["ada"].act("poll.vote", poll=code, options=[0])["error"]["code"] == "poll.unknown"


def test_text_that_looks_like_markup_stays_text(room):
    bad = '"><img src=x onerror=alert(1)>'
    code = room["desk"].act("poll.draft", **(DRAFT | {"question": bad, "options": [bad, "A\r\nX-EVIL: 1"]}))
    room["desk"].act("poll.open", poll=code["data"]["poll"])

    poll = room["ada"].events()[0][1]["poll"]
    assert (poll["question"], poll["options"]) == (bad, [bad, "A X-EVIL: 1"])


def test_batch_judges_each_vote_alone(room, world):
    from webinar_app.infra.plain import Ok
    from webinar_app.polls.services.voting import Vote

    code, webinar = opened(room), room["webinar"]
    people = [world.attendee(webinar, f"Person {n}") for n in range(3)]
    now = world.minutes_after_start(5)

    def vote(member, key, options, poll=code):
        return Vote(member.scope, key, member.registration_id, webinar["id"], poll, options, now)

    acts = [
        vote(people[0], "key-0000", (0,)), vote(people[1], "key-0001", (9,)), vote(people[2], "key-0002", (1,)),
        vote(people[2], "key-0003", (2,)), vote(people[0], "key-0000", (0,)), vote(people[0], "key-0004", (0,), "NOPE"),
    ]  # fmt: skip

    def batch(db):
        return [one.value if isinstance(one, Ok) else one.code for one in cast_votes(db, acts)]

    counted = {"counted_at": stamp(now)}
    assert write(batch) == [counted, "answer.no_such_option", counted, counted, counted, "poll.unknown"]
    with read() as db:
        assert sorted(db.scalars(select(Ballot.choices))) == ["0", "2"]
