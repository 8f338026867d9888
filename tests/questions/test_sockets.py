"""Questions between an asker, another attendee and a moderator."""

import pytest

from webinar_app.live.services import counts


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {
        "desk": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
        "bob": doors.enter(world.attendee(webinar, "Bob Bell")),
    }


def asked(room, text="How long?", **more):
    return room["ada"].act("question.ask", text=text, **more)["data"]["question"]


def test_question_is_seen_by_staff_first_and_by_all_once_published(room):
    code = asked(room)
    before = room["bob"].events()
    ((name, payload),) = room["desk"].events("staff")

    room["desk"].act("question.publish", question=code)

    assert (name, payload["question"]["author"], payload["question"]["state"]) == ("question.asked", "Ada", "submitted")
    assert before == []
    ((name, payload),) = room["bob"].events()
    times = {"asked_at": None, "changed_at": None}
    assert (name, payload["question"] | times) == (
        "question.published",
        {
            "code": code, "text": "How long?", "author": "Ada", "anonymous": False, "state": "published", "votes": 0,
            "answer": None, "reason": None, "merged": [], "into": None, "holder": None, "objective": None, **times,
        },
    )  # fmt: skip


def test_anonymous_question_has_a_name_for_staff_only(room):
    code = asked(room, anonymous=True)
    room["desk"].act("question.publish", question=code)

    told = [payload["question"]["author"] for _, payload in room["desk"].events("staff")]
    assert told == ["Ada", "Ada"]
    assert [payload["question"]["author"] for _, payload in room["bob"].events()] == [None]
    assert room["bob"].snapshot()["shared"]["questions"][0]["author"] is None


def test_one_question_is_answered_at_a_time(room):
    first, second = asked(room), asked(room, "And why?")
    room["desk"].act("question.answering", question=first)
    room["desk"].act("question.answering", question=second)

    states = {one["code"]: one["state"] for one in room["bob"].snapshot()["shared"]["questions"]}
    assert states == {first: "published", second: "answering"}
    changes = [(name, p["question"]["code"], p["question"]["state"]) for name, p in room["bob"].events()]
    assert changes == [
        ("question.published", first, "answering"),
        ("question.changed", first, "published"),
        ("question.published", second, "answering"),
    ]


def test_written_answer_reaches_everybody_and_the_asker_by_name(room):
    from webinar_app.core.clock import utc_now
    from webinar_app.live.services import stream

    code = asked(room)
    room["desk"].act("question.answer", question=code, how="writing", text="About an hour.")
    stream.tell_notices(utc_now())

    ((name, payload),) = room["bob"].events()
    assert (name, payload["question"]["state"], payload["question"]["answer"]) == (
        "question.published", "answered_writing", "About an hour.",
    )  # fmt: skip
    (notice,) = room["ada"].hear("me.event")
    assert (notice["number"], notice["name"], notice["payload"]["question"]["code"]) == (1, "question.answered", code)
    assert room["bob"].hear("me.event") == []


def test_dismissal_tells_the_asker_why_and_hides_the_question(room):
    code = asked(room)
    room["desk"].act("question.publish", question=code)
    room["bob"].hear()
    room["desk"].act("question.dismiss", question=code, reason="Answered on slide 4.")

    assert room["bob"].events() == [("question.hidden", {"question": code})]
    own = room["ada"].snapshot()["own"]["questions"]
    assert [(one["state"], one["reason"]) for one in own] == [("dismissed", "Answered on slide 4.")]
    assert "Answered on slide" not in str(room["bob"].snapshot())
    assert room["desk"].act("question.dismiss", question=asked(room, "x"), reason=" ")["error"]["fields"]


def test_upvote_counts_once_and_can_be_taken_back(room):
    code = asked(room)
    room["desk"].act("question.publish", question=code)

    answers = [room["bob"].act("question.upvote", question=code, up=up) for up in (True, True, False, True)]
    counts.tell_counts()

    assert [answer["data"]["votes"] for answer in answers] == [1, 1, 0, 1]
    assert room["ada"].hear("question.votes") == [{"votes": {code: 1}}]
    assert room["bob"].snapshot()["own"]["upvotes"] == [code]


@pytest.mark.parametrize(("who", "code"), [("ada", "question.no_vote"), ("desk", "forbidden")])
def test_upvote_of_an_own_question_or_by_staff_is_refused(room, who, code):
    question = asked(room)
    room["desk"].act("question.publish", question=question)

    assert room[who].act("question.upvote", question=question, up=True)["error"]["code"] == code


def test_upvote_of_a_hidden_question_tells_nothing_of_it(room):
    answer = room["bob"].act("question.upvote", question=asked(room), up=True)

    assert answer["error"]["code"] == "question.unknown"


def test_upvote_with_a_used_key_and_other_content_is_refused(room):
    code = asked(room)
    room["desk"].act("question.publish", question=code)
    first = room["bob"].act("question.upvote", question=code, up=True, key="k" * 8)
    again = room["bob"].act("question.upvote", question=code, up=True, key="k" * 8)
    other = room["bob"].act("question.upvote", question=code, up=False, key="k" * 8)

    assert (first, other["error"]["code"]) == (again, "key_reused")


def test_sixth_question_within_a_minute_waits(room):
    answers = [room["ada"].act("question.ask", text=f"Question {n}") for n in range(6)]

    assert [answer["ok"] for answer in answers] == [True] * 5 + [False]
    assert answers[5]["error"]["code"] == "question.too_many"


def test_same_key_asks_once(room):
    first = room["ada"].act("question.ask", text="Once?", key="same-key-1")
    again = room["ada"].act("question.ask", text="Once?", key="same-key-1")

    assert first == again
    assert len(room["desk"].snapshot()["staff"]["questions"]) == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_empty_and_long_questions_are_refused(room, text):
    assert list(room["ada"].act("question.ask", text=text)["error"]["fields"]) == ["text"]


@pytest.mark.parametrize("event", ["question.publish", "question.answering"])
def test_attendees_may_not_moderate(room, event):
    assert room["bob"].act(event, question=asked(room))["error"]["code"] == "forbidden"


def test_question_of_another_room_is_unknown(room, world, doors):
    other = doors.enter(world.staff(world.live_webinar()))

    assert other.act("question.publish", question=asked(room))["error"]["code"] == "question.unknown"


def test_markup_stays_text(room):
    bad = '"><img src=x onerror=alert(1)>\r\nX-EVIL: 1'
    room["desk"].act("question.publish", question=asked(room, bad))

    assert room["bob"].events()[0][1]["question"]["text"] == bad.replace("\r\n", "\n")
