"""Moderators who share a queue, duplicates, and what only the asker reads."""

import pytest
from sqlalchemy import update

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import write
from webinar_app.live.services import counts, stream
from webinar_app.questions.models import Question


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {
        "mike": doors.enter(world.staff(webinar)),
        "mo": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
        "bob": doors.enter(world.attendee(webinar, "Bob Bell")),
        "cyd": doors.enter(world.attendee(webinar, "Cyd Case")),
    }


def asked(room, who="ada", text="How long?"):
    return room[who].act("question.ask", text=text)["data"]["question"]


def on_desk(room, code):
    return next(one for one in room["mike"].snapshot()["staff"]["questions"] if one["code"] == code)


def in_public(room, who="cyd"):
    return {one["code"]: one for one in room[who].snapshot()["shared"]["questions"]}


def own(room, who="ada"):
    return [(one["state"], one["into"], one["answer"]) for one in room[who].snapshot()["own"]["questions"]]


def notices(room, who):
    stream.tell_notices(utc_now())
    return [one["name"] for one in room[who].hear("me.event")]


def expire_claims(db):
    db.execute(update(Question).values(claimed_until=utc_now()))


def test_act_on_what_has_changed_is_refused_with_what_it_is_now(room):
    code = asked(room)
    room["mo"].act("question.dismiss", question=code, reason="Twice.", seen="submitted")
    late = room["mike"].act("question.answer", question=code, how="writing", text="An hour.", seen="submitted")

    assert (late["error"]["code"], late["error"]["fresh"]["question"]["state"]) == ("question.moved", "dismissed")
    assert "it is dismissed" in late["error"]["message"]
    assert on_desk(room, code)["answer"] is None


def test_who_is_on_a_question_keeps_others_off_until_it_is_taken_over(room):
    code = asked(room)
    claimed = room["mo"].act("question.claim", question=code)
    refused = room["mike"].act("question.publish", question=code)
    held = room["mike"].act("question.claim", question=code)
    taken = room["mike"].act("question.claim", question=code, take_over=True)
    done = room["mike"].act("question.publish", question=code)

    assert [one["ok"] for one in (claimed, refused, held, taken, done)] == [True, False, False, True, True]
    assert refused["error"]["code"] == held["error"]["code"] == "question.claimed"
    assert refused["error"]["fresh"]["question"]["claim"]["name"] == "Mike"
    assert on_desk(room, code)["claim"] is None
    assert "claim" not in in_public(room)[code]


def test_a_claim_that_ran_out_or_was_left_holds_nobody_off(room):
    first, second = asked(room), asked(room, "bob", "Why?")
    room["mo"].act("question.claim", question=first)
    write(expire_claims)
    room["mo"].act("question.claim", question=second)
    room["mike"].act("question.release", question=second)
    kept = room["mike"].act("question.publish", question=second)
    room["mo"].act("question.release", question=second)

    assert kept["error"]["code"] == "question.claimed"
    assert [room["mike"].act("question.publish", question=code)["ok"] for code in (first, second)] == [True, True]


def test_question_is_handed_to_somebody_of_the_team_and_to_nobody_else(room):
    code = asked(room)
    team = room["mike"].snapshot()["staff"]["team"]
    other = next(one["person"] for one in team if one["person"] != room["mike"].snapshot()["own"]["person"])
    handed = [room["mike"].act("question.assign", question=code, to=to) for to in (other, "NOTHERE1")]
    refused, done = (room[who].act("question.publish", question=code) for who in ("mike", "mo"))

    assert ([one["ok"] for one in handed], list(handed[1]["error"]["fields"])) == ([True, False], ["to"])
    assert (refused["error"]["code"], done["ok"]) == ("question.claimed", True)
    assert room["ada"].act("question.assign", question=code, to=other)["error"]["code"] == "forbidden"


def test_merging_unites_votes_one_a_person_and_tells_the_asker(room):
    first, second = asked(room), asked(room, "bob", "For how long?")
    for code in (first, second):
        room["mike"].act("question.publish", question=code)
    room["cyd"].act("question.upvote", question=second, up=True)
    room["ada"].act("question.upvote", question=second, up=True)
    room["cyd"].hear(), notices(room, "bob")
    room["mike"].act("question.merge", question=second, into=first, seen="published")
    counts.tell_counts()

    # Bob asked the same and Cyd voted for it; Ada's vote for the duplicate is one for her own question.
    assert {code: one["votes"] for code, one in in_public(room).items()} == {first: 2}
    assert in_public(room)[first]["merged"] == [second]
    assert [name for name, _ in room["cyd"].events()] == ["question.hidden", "question.changed"]
    assert (notices(room, "bob"), own(room, "bob")) == (["question.merged"], [("merged", first, None)])
    again = [room["cyd"].act("question.upvote", question=first, up=up)["data"]["votes"] for up in (True, False)]
    assert again == [2, 1]
    assert room["cyd"].snapshot()["own"]["upvotes"] == []


def test_taking_a_merge_back_parts_the_votes_again(room):
    first, second = asked(room), asked(room, "bob", "For how long?")
    room["mike"].act("question.publish", question=first)
    room["mike"].act("question.merge", question=second, into=first)
    united = in_public(room)[first]["votes"]
    room["mike"].act("question.restore", question=second, seen="merged")

    assert (united, in_public(room)[first]["votes"], in_public(room)[first]["merged"]) == (1, 0, [])
    assert own(room, "bob") == [("submitted", None, None)]
    assert second not in in_public(room)


def test_who_asked_a_duplicate_hears_what_became_of_the_other(room):
    first, second = asked(room), asked(room, "bob", "For how long?")
    room["mike"].act("question.merge", question=second, into=first)
    hidden = room["bob"].snapshot()["own"]["questions"][0]["holder"]
    room["mike"].act("question.dismiss", question=first, reason="On slide 4.")
    dismissed = room["bob"].snapshot()["own"]["questions"][0]["holder"]
    room["mike"].act("question.restore", question=first)
    room["mike"].act("question.answer", question=first, how="private", text="An hour.")
    answered = room["bob"].snapshot()["own"]["questions"][0]["holder"]

    assert hidden == {"text": None, "state": "submitted", "answer": None, "reason": None}
    assert (dismissed["state"], dismissed["reason"]) == ("dismissed", "On slide 4.")
    assert (answered["state"], answered["answer"], answered["text"]) == ("answered_privately", "An hour.", None)
    assert notices(room, "bob") == ["question.merged", "question.changed", "question.changed", "question.changed"]
    assert "An hour" not in str(room["cyd"].snapshot())


def test_merges_that_would_lose_somebody_are_refused(room):
    first, second, third = asked(room), asked(room, "bob", "b"), asked(room, "cyd", "c")
    room["mike"].act("question.merge", question=second, into=first)
    room["mike"].act("question.dismiss", question=third, reason="No.")
    pairs = [(first, first), (first, third), (second, first), (third, second)]
    answers = [room["mike"].act("question.merge", question=code, into=into) for code, into in pairs]

    assert [one["error"]["code"] for one in answers] == [
        "question.merge_self", "question.merge_chain", "question.moved", "question.merge_target",
    ]  # fmt: skip


def test_private_answer_reaches_the_asker_and_nobody_else(room):
    code = asked(room)
    room["mike"].act("question.publish", question=code)
    room["bob"].hear()
    room["mike"].act("question.answer", question=code, how="private", text="For your eyes.")

    assert own(room) == [("answered_privately", None, "For your eyes.")]
    assert room["bob"].events() == [("question.hidden", {"question": code})]
    assert notices(room, "ada") == ["question.answered"]
    room["mike"].act("question.restore", question=code)
    assert in_public(room, "bob")[code]["answer"] is None
    assert "For your eyes" not in str(room["bob"].hear()) + str(room["bob"].snapshot())


@pytest.mark.parametrize("is_public", [False, True])
def test_dismissal_is_taken_back_to_where_the_question_waited(room, is_public):
    code = asked(room)
    if is_public:
        room["mike"].act("question.publish", question=code)
    room["mike"].act("question.dismiss", question=code, reason="Twice.")
    room["mike"].act("question.restore", question=code, seen="dismissed")

    assert on_desk(room, code)["state"] == ("published" if is_public else "submitted")
    assert on_desk(room, code)["reason"] is None
    assert (code in in_public(room)) is is_public
    assert notices(room, "ada") == ["question.dismissed"] + ([] if is_public else ["question.reopened"])


def test_parked_question_leaves_the_list_and_its_asker_is_told(room):
    code = asked(room)
    room["mike"].act("question.publish", question=code)
    room["mike"].act("question.park", question=code, seen="published")
    again = room["mike"].act("question.park", question=code)

    assert (again["ok"], in_public(room), own(room)) == (True, {}, [("parked", None, None)])
    assert notices(room, "ada") == ["question.parked"]


def test_objective_is_one_of_the_course_and_can_be_taken_away(room):
    code = asked(room)
    room["mike"].act("question.publish", question=code)
    tagged = [room["mike"].act("question.tag", question=code, objective=given) for given in (2, 9)]
    shown = (on_desk(room, code)["objective"], in_public(room)[code]["objective"])
    room["mike"].act("question.tag", question=code, objective=None)

    assert ([one["ok"] for one in tagged], shown, on_desk(room, code)["objective"]) == ([True, False], (2, 2), None)
    assert [one["position"] for one in room["mike"].snapshot()["staff"]["objectives"]] == [1, 2, 3]


@pytest.mark.parametrize("event", ["park", "restore", "claim", "release"])
def test_attendees_share_no_queue(room, event):
    assert room["bob"].act(f"question.{event}", question=asked(room))["error"]["code"] == "forbidden"
