"""Chat modes, messages to the hosts alone, pins, pauses, and what is taken back."""

import pytest

from webinar_app.core.clock import utc_now
from webinar_app.live.services import stream

OPEN = {"mode": "everyone", "slow_seconds": 0, "links": "text"}


@pytest.fixture
def room(world, doors):
    webinar = world.live_webinar()
    return {
        "mike": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada Lovelace")),
        "bob": doors.enter(world.attendee(webinar, "Bob Bell")),
    }


def said(room, who="ada", text="Hello", **more):
    return room[who].act("chat.post", text=text, **more)["data"]["message"]


def set_chat(room, **changes):
    return room["mike"].act("chat.configure", **(OPEN | changes))


def notices(room, who):
    stream.tell_notices(utc_now())
    return [(one["name"], one["payload"]) for one in room[who].hear("me.event")]


@pytest.mark.parametrize("by", ["mode", "writer"])
def test_message_to_the_hosts_reaches_them_and_its_author_and_nobody_else(room, by):
    if by == "mode":
        set_chat(room, mode="hosts")
    code = said(room, text="For the hosts", **({"to": "staff"} if by == "writer" else {}))

    assert [name for name, _ in room["mike"].events("staff")] == ["chat.posted"]
    assert [one["code"] for one in room["mike"].snapshot()["staff"]["messages"]] == [code]
    assert [(one["code"], one["to"]) for one in room["ada"].snapshot()["own"]["sent"]] == [(code, "staff")]
    assert [name for name, _ in notices(room, "ada")] == ["chat.sent"]
    assert notices(room, "bob") == []
    assert "For the hosts" not in str(room["bob"].hear()) + str(room["bob"].snapshot())
    replay = room["bob"].ask("room.sync", all=0, staff=0, me=0)
    assert "For the hosts" not in str(replay)


def test_message_meant_for_everybody_does_not_go_to_the_hosts_in_silence(room):
    set_chat(room, mode="hosts")
    refused = room["ada"].act("chat.post", text="All of you", to="all")

    assert refused["error"]["code"] == "chat.hosts_only"
    assert room["mike"].snapshot()["staff"]["messages"] == []


def test_closed_chat_takes_words_of_hosts_only(room):
    told = set_chat(room, mode="off")
    refused = room["ada"].act("chat.post", text="Hello")
    host = room["mike"].act("chat.post", text="Welcome")

    assert (told["ok"], refused["error"]["code"], host["ok"]) == (True, "chat.off", True)
    names = [(name, payload.get("chat", {}).get("mode")) for name, payload in room["bob"].events()]
    assert names == [("chat.changed", "off"), ("chat.posted", None)]


def test_slow_mode_says_when_and_spares_hosts(room):
    set_chat(room, slow_seconds=30)
    answers = [room["ada"].act("chat.post", text=f"Message {n}") for n in range(2)]
    hosts = [room["mike"].act("chat.post", text=f"Message {n}")["ok"] for n in range(2)]

    assert (answers[0]["ok"], answers[1]["error"]["code"], hosts) == (True, "chat.slow", [True, True])
    assert answers[1]["error"]["message"].startswith("One message every 30 seconds. Yours can go in ")


def test_links_of_attendees_can_be_refused(room):
    set_chat(room, links="refused")
    refused = room["ada"].act("chat.post", text="Look at www.example.org")
    host = room["mike"].act("chat.post", text="Look at https://example.org")

    assert (refused["error"]["code"], host["ok"]) == ("chat.links", True)


def test_paused_person_is_told_and_may_write_again_later(room):
    code = said(room)
    paused = room["mike"].act("chat.mute", message=code)["data"]["registration"]
    again = room["mike"].act("chat.mute", message=code)
    refused = room["ada"].act("chat.post", text="Still here")
    listed = room["mike"].snapshot()["staff"]["muted"]
    own = room["ada"].snapshot()["own"]["muted"]
    for _ in range(2):
        room["mike"].act("chat.unmute", registration=paused)

    assert (again["data"]["registration"], refused["error"]["code"], own) == (paused, "chat.muted", True)
    assert listed == [{"code": paused, "name": "Ada"}]
    assert notices(room, "ada") == [("chat.muted", {"muted": True}), ("chat.muted", {"muted": False})]
    assert room["ada"].act("chat.post", text="Thank you")["ok"]
    assert paused not in str(room["bob"].hear())


def test_hosts_cannot_be_paused(room):
    assert room["mike"].act("chat.mute", message=said(room, "mike"))["error"]["code"] == "chat.mute_host"


def test_hidden_message_comes_back_where_it_stood(room):
    first, second = said(room), said(room, "bob", "Hi")
    room["mike"].act("chat.hide", message=first)
    hidden = [one["code"] for one in room["bob"].snapshot()["shared"]["messages"]]
    shown = [room["mike"].act("chat.show", message=first)["ok"] for _ in range(2)]

    assert (hidden, shown) == ([second], [True, True])
    assert [one["code"] for one in room["bob"].snapshot()["shared"]["messages"]] == [first, second]


def test_one_message_is_pinned_and_goes_with_its_hiding(room):
    first, second = said(room), said(room, "bob", "Hi")
    for code in (first, second, second):
        room["mike"].act("chat.pin", message=code, pinned=True)
    pinned = room["bob"].snapshot()["shared"]["chat"]["pinned"]["code"]
    room["mike"].act("chat.pin", message=first, pinned=False)
    room["mike"].act("chat.hide", message=second)

    changes = [payload["chat"]["pinned"] for name, payload in room["ada"].events() if name == "chat.changed"]
    assert (pinned, [one and one["code"] for one in changes]) == (second, [first, second, None])


def test_what_only_hosts_read_cannot_be_pinned(room):
    secret = said(room, to="staff")

    assert room["mike"].act("chat.pin", message=secret, pinned=True)["error"]["code"] == "chat.not_pinned"


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("chat.configure", OPEN), ("chat.show", {"message": "ABCDEFGH"}), ("chat.mute", {"message": "ABCDEFGH"}),
        ("chat.pin", {"message": "ABCDEFGH", "pinned": True}), ("chat.unmute", {"registration": "ABCDEFGH"}),
    ],
)  # fmt: skip
def test_attendees_may_not_moderate(room, event, payload):
    assert room["ada"].act(event, **payload)["error"]["code"] == "forbidden"


def test_rules_stay_as_they_are_when_set_again_or_wrongly(room):
    set_chat(room, mode="hosts")
    again, wrong = set_chat(room, mode="hosts"), set_chat(room, slow_seconds=601)

    assert (again["ok"], list(wrong["error"]["fields"])) == (True, ["slow_seconds"])
    assert [name for name, _ in room["bob"].events()] == ["chat.changed"]
