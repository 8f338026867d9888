"""Chat and announcements between two people and staff."""

import pytest
from sqlalchemy import select

from webinar_app.chat.models import ChatMessage
from webinar_app.infra.db import read


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {
        "webinar": webinar,
        "desk": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
        "bob": doors.enter(world.attendee(webinar, "Bob Bell")),
    }


def test_message_reaches_everybody_and_hosts_have_their_mark(room):
    first = room["ada"].act("chat.post", text="Hello")["data"]["message"]
    second = room["desk"].act("chat.post", text="Welcome")["data"]["message"]

    told = [(name, payload["message"] | {"at": None}) for name, payload in room["bob"].events()]
    both = {"to": "all", "at": None}
    assert told == [
        ("chat.posted", {"code": first, "author": "Ada", "is_host": False, "text": "Hello"} | both),
        ("chat.posted", {"code": second, "author": "Mike", "is_host": True, "text": "Welcome"} | both),
    ]


def test_hidden_message_leaves_every_view_and_stays_for_the_record(room):
    code = room["ada"].act("chat.post", text="Oops")["data"]["message"]
    room["bob"].hear()
    room["desk"].act("chat.hide", message=code)
    again = room["desk"].act("chat.hide", message=code)

    assert (room["bob"].events(), again["ok"]) == ([("chat.hidden", {"message": code})], True)
    assert room["bob"].snapshot()["shared"]["messages"] == []
    with read() as db:
        assert [row.text for row in db.scalars(select(ChatMessage))] == ["Oops"]


def test_announcement_stands_until_it_is_withdrawn(room):
    code = room["desk"].act("announcement.make", text="Back at 12:40")["data"]["announcement"]
    standing = room["bob"].snapshot()["shared"]["announcements"]
    room["desk"].act("announcement.withdraw", announcement=code)

    assert [(one["code"], one["text"]) for one in standing] == [(code, "Back at 12:40")]
    assert [name for name, _ in room["bob"].events()] == ["announcement.made", "announcement.withdrawn"]
    assert room["bob"].snapshot()["shared"]["announcements"] == []


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("chat.hide", {"message": "ABCDEFGH"}),
        ("announcement.make", {"text": "Mine"}),
        ("announcement.withdraw", {"announcement": "ABCDEFGH"}),
    ],
)
def test_attendees_may_not_moderate(room, event, payload):
    assert room["ada"].act(event, **payload)["error"]["code"] == "forbidden"


@pytest.mark.parametrize("text", ["", " \n ", "x" * 1001])
def test_empty_and_long_messages_are_refused(room, text):
    answer = room["ada"].act("chat.post", text=text)

    assert list(answer["error"]["fields"]) == ["text"]
    assert room["bob"].events() == []


def test_nothing_is_said_after_the_end(room):
    room["desk"].act("room.end")

    assert room["ada"].act("chat.post", text="Too late")["error"]["code"] == "room.over"


def test_message_of_another_room_is_unknown(room, world, doors):
    code = room["ada"].act("chat.post", text="Hello")["data"]["message"]
    other = doors.enter(world.staff(world.live_webinar()))

    assert other.act("chat.hide", message=code)["error"]["code"] == "chat.unknown"


def test_markup_stays_text(room):
    bad = '"><img src=x onerror=alert(1)>'
    room["ada"].act("chat.post", text=bad)

    assert room["bob"].events()[0][1]["message"]["text"] == bad
