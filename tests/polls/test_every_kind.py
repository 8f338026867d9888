"""Every kind of poll on the wire: what is voted, counted, told, and kept of a secret one."""

import pytest
from sqlalchemy import func, select

from webinar_app.infra.db import read
from webinar_app.live.services import counts
from webinar_app.polls.models import Ballot, PollCount, PollMark, PollText
from webinar_app.web import sockets

FOUR = ["One", "Two", "Three", "Four"]
CASES = {
    "multiple": ({"options": FOUR, "max_choices": 2}, [{"options": [3, 0]}, {"options": [0]}], [2, 0, 0, 1]),
    "yes_no_abstain": ({}, [{"options": [2]}, {"options": [0]}], [1, 0, 1]),
    "true_false": ({}, [{"options": [1]}, {"options": [1]}], [0, 2]),
    "rating_7": ({}, [{"options": [6]}, {"options": [0]}], [1, 0, 0, 0, 0, 0, 1]),
    "rating_10": ({}, [{"options": [10]}, {"options": [0]}], [1, *[0] * 9, 1]),
    "grid": (
        {"options": FOUR[:2], "columns": ["No", "Yes"]}, [{"options": [1, 0]}, {"options": [1, 1]}], [0, 2, 1, 1],
    ),
    "ranking": ({"options": FOUR[:3]}, [{"options": [2, 0, 1]}, {"options": [2, 1, 0]}], [1, 1, 4]),
    "text": ({}, [{"texts": [" To\nlisten "]}, {"texts": ["to listen"]}], [2]),
    "words": ({}, [{"texts": ["Trust", "hope"]}, {"texts": ["trust"]}], [2, 1]),
    "number": ({"low": "0", "high": "50"}, [{"texts": ["7.50"]}, {"texts": ["12"]}], [1, 1]),
    "quiz": ({"options": FOUR, "right": [1, 2]}, [{"options": [2, 1]}, {"options": [1]}], [0, 2, 1, 0]),
}  # fmt: skip


@pytest.fixture
def room(world, doors, monkeypatch):
    # Every test begins with the same two people, who would soon have voted too fast.
    monkeypatch.setattr(sockets.Pace, "take_for", lambda pace, name, limit: True)
    webinar = world.live_webinar()
    return {
        "desk": doors.enter(world.staff(webinar)),
        "people": [doors.enter(world.attendee(webinar, name)) for name in ("Ada Lovelace", "Bob Bell")],
    }


def opened(room, kind, more, **changes):
    draft = {"kind": kind, "question": "What now?", "visibility": "always"} | more | changes
    code = room["desk"].act("poll.draft", **draft)["data"]["poll"]
    assert room["desk"].act("poll.open", poll=code)["ok"]
    return code


def result(room, code):
    polls = room["people"][0].snapshot()["shared"]["polls"]
    return next(poll for poll in polls if poll["code"] == code)["results"]


@pytest.mark.parametrize("privacy", ["staff", "secret"])
@pytest.mark.parametrize("kind", CASES)
def test_each_kind_is_counted_while_open_and_at_closing_alike(room, kind, privacy):
    more, votes, expected = CASES[kind]
    code = opened(room, kind, more, privacy=privacy)

    answers = [who.act("poll.vote", poll=code, **vote) for who, vote in zip(room["people"], votes, strict=True)]
    counts.tell_counts()
    told = room["people"][0].hear("poll.tally")[-1]
    while_open = result(room, code)
    room["desk"].act("poll.close", poll=code)

    assert [one["ok"] for one in answers] == [True, True], answers
    assert (while_open["counts"], while_open["voters"]) == (expected, 2)
    assert told == {"poll": code} | while_open
    assert result(room, code) == while_open


@pytest.mark.parametrize("kind", CASES)
def test_a_person_finds_an_own_vote_again_and_may_change_it(room, kind):
    more, votes, _ = CASES[kind]
    code, ada = opened(room, kind, more), room["people"][0]

    for vote in votes:
        assert ada.act("poll.vote", poll=code, **vote)["ok"]

    own = ada.snapshot()["own"]["ballots"][code]
    said = votes[-1].get("options") or votes[-1]["texts"]
    assert own == (said if kind in ("grid", "ranking") else sorted(said))
    assert result(room, code)["voters"] == 1


@pytest.mark.parametrize("kind", CASES)
def test_of_a_secret_vote_of_any_kind_only_a_mark_and_counts_are_kept(room, kind):
    more, votes, _ = CASES[kind]
    code = opened(room, kind, more, privacy="secret")

    room["people"][0].act("poll.vote", poll=code, **votes[0])
    again = room["people"][0].act("poll.vote", poll=code, **votes[1])

    with read() as db:
        ballots, marks = (db.scalar(select(func.count()).select_from(table)) for table in (Ballot, PollMark))
        cells, texts = (
            db.scalar(select(func.count()).select_from(table).where(table.n > 0)) for table in (PollCount, PollText)
        )
    assert again["error"]["code"] == "poll.voted"
    assert (ballots, marks) == (0, 1)
    assert (cells, texts) == ((0, len(votes[0]["texts"])) if "texts" in votes[0] else (cells, 0))
    assert cells or texts


@pytest.mark.parametrize(
    ("kind", "vote", "sentence"),
    [
        ("grid", {"options": [1]}, "Choose one answer in each of the 2 rows."),
        ("ranking", {"options": [0, 1]}, "Put every option in the order, each once."),
        ("text", {"texts": [" "]}, "Write an answer."),
        ("words", {"texts": ["a", "b", "c", "d"]}, "Write at most 3 words or short phrases."),
        ("number", {"texts": ["51"]}, "Write a number up to 50."),
        ("number", {"options": [1]}, "Write a number such as 12 or 12.5."),
    ],
)
def test_a_vote_that_does_not_fit_is_refused_with_a_sentence(room, kind, vote, sentence):
    code = opened(room, kind, CASES[kind][0])

    assert room["people"][0].act("poll.vote", poll=code, **vote)["error"]["message"] == sentence


def test_right_answers_of_a_quiz_are_public_after_closing(room):
    code = opened(room, "quiz", CASES["quiz"][0])
    while_open = [payload["poll"]["quiz"] for _, payload in room["people"][0].events()]
    for_staff = room["desk"].snapshot()["staff"]["polls"][0]["quiz"]
    for who, vote in zip(room["people"], CASES["quiz"][1], strict=True):
        who.act("poll.vote", poll=code, **vote)
    room["desk"].act("poll.close", poll=code)

    assert (while_open, for_staff) == ([None], {"right": [1, 2], "count": None})
    assert room["people"][0].events()[-1][1]["poll"]["quiz"] == {"right": [1, 2], "count": 1}


@pytest.mark.parametrize("privacy", ["staff", "secret"])
def test_a_text_that_staff_hide_leaves_the_result_and_comes_back(room, privacy):
    desk, (ada, bob) = room["desk"], room["people"]
    code = opened(room, "words", {}, privacy=privacy)
    ada.act("poll.vote", poll=code, texts=["Rude", "Trust"])
    bob.act("poll.vote", poll=code, texts=["RUDE"])

    hidden = desk.act("poll.hide_text", poll=code, text="rude", hidden=True)
    without = result(room, code)
    kept = desk.snapshot()["staff"]["polls"][0]["hidden"]
    desk.act("poll.close", poll=code)
    after_closing = result(room, code)
    desk.act("poll.hide_text", poll=code, text="rude", hidden=False)

    assert hidden["ok"]
    assert (without["labels"], without["voters"]) == (["Trust"], 2)
    assert [word.casefold() for word in kept] == ["rude"]
    assert after_closing == without
    assert [word.casefold() for word in result(room, code)["labels"]] == ["rude", "trust"]
    assert desk.act("poll.hide_text", poll=code, text="absent", hidden=True)["error"]["code"] == "poll.no_such_text"
    assert ada.act("poll.hide_text", poll=code, text="rude", hidden=True)["error"]["code"] == "forbidden"


def test_everybody_reads_who_answered_what_where_the_ballot_says_so(room):
    desk, (ada, bob) = room["desk"], room["people"]
    named = opened(room, "single", {"options": FOUR[:2]}, privacy="named")
    ada.act("poll.vote", poll=named, options=[1])

    told = bob.ask("poll.people", poll=named)

    assert told["data"] == {"people": [{"name": "Ada", "answer": [1]}], "more": 0}
    for_staff = opened(room, "words", {}, privacy="staff")
    ada.act("poll.vote", poll=for_staff, texts=["Trust", "Rude"])
    desk.act("poll.hide_text", poll=for_staff, text="rude", hidden=True)
    assert desk.ask("poll.people", poll=for_staff)["data"]["people"] == [{"name": "Ada", "answer": ["Trust"]}]
    assert bob.ask("poll.people", poll=for_staff)["error"]["code"] == "poll.names_hidden"
    secret = opened(room, "single", {"options": FOUR[:2]}, privacy="secret")
    assert desk.ask("poll.people", poll=secret)["error"]["code"] == "poll.secret"


def test_who_answered_what_in_another_room_is_unknown(room, world, doors):
    code = opened(room, "single", {"options": FOUR[:2]}, privacy="named")
    stranger = doors.enter(world.staff(world.live_webinar()))

    assert stranger.ask("poll.people", poll=code)["error"]["code"] == "poll.unknown"
