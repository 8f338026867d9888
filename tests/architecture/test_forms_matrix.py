"""Bad input at every event of the room: an acknowledgement with a sentence, never a fault; and none without a case."""

import re

import databases
import pytest

from webinar_app.infra.limits import Bucket
from webinar_app.web import sockets

CODE, KEY = "NOTHERE1", "a key of an act"
VALID = {
    "chat.post": {"text": "Hello"}, "chat.hide": {"message": CODE}, "announcement.make": {"text": "Hello"},
    "announcement.withdraw": {"announcement": CODE}, "room.sync": {"all": 0, "staff": 0, "me": 0}, "room.people": {},
    "poll.vote": {"poll": CODE, "options": [0]}, "poll.open": {"poll": CODE}, "poll.close": {"poll": CODE},
    "poll.draft": {
        "kind": "single", "question": "Why?", "options": ["One", "Two"], "min_choices": 1, "max_choices": 1,
        "visibility": "always", "privacy": "staff",
    },
    "poll.show_results": {"poll": CODE, "shown": True}, "question.ask": {"text": "Why?", "anonymous": False},
    "question.upvote": {"question": CODE, "up": True}, "question.publish": {"question": CODE},
    "question.answering": {"question": CODE}, "question.answer": {"question": CODE, "how": "live", "text": "So."},
    "question.dismiss": {"question": CODE, "reason": "Asked before."},
    "stage.change": {"kind": "hls", "address": "https://a.example/x.m3u8", "text": "Words"},
    "check.seen": {"check": CODE}, "check.answer": {"check": CODE, "answer": "harbor"}, "check.call": {},
    # What ends something comes last.
    "room.go_live": {}, "room.end": {}, "room.leave": {},
}  # fmt: skip
DEEP: list = []
for _ in range(60):
    DEEP = [DEEP]
BAD = (
    None, "", "x" * 10_000, "a\x00\x1b\u2028b", "\ud800", "no-such-choice", -1, 2**70, float("nan"), True, [], ["\x00"],
    [2**70], ["x" * 3000] * 50, {"a": {"b": 1}}, DEEP, "https://[::1", "https://a;script-src-elem */x.m3u8",
    "javascript://localhost/x.m3u8", "\u0661",
)  # fmt: skip
HUMAN = re.compile(r"[A-Z][^_{}<>]{10,}[.]")
JARGON = re.compile(r"Input should|valid (string|integer|list)|pydantic|None|Error|String should")
UNKEYED = {"room.sync", "room.people", "room.leave", "check.seen"}


def variants(valid):
    """Give payloads of which one thing is wrong."""
    yield from (None, [], "text", 7, {"unknown": 1})
    yield valid | {"unknown": 1}
    for name in valid:
        yield {other: value for other, value in valid.items() if other != name}
        yield from (valid | {name: bad} for bad in BAD)


def test_every_event_has_its_case(the_io):
    assert VALID.keys() == sockets.events.keys()


@pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)
def test_bad_payloads_are_refused_with_a_sentence(world, doors):
    webinar = world.live_webinar()
    doors.enter(world.staff(webinar)), doors.enter(world.attendee(webinar))
    by_member = {bool(one.member.is_staff): one for one in sockets.connections()}
    for connection in by_member.values():
        connection.bucket = Bucket(1e6, 1e6)
    wrong = []
    for name, valid in VALID.items():
        event = sockets.events[name]
        connection = next(one for one in by_member.values() if one.member.may(event.requires))
        keyed = valid if name in UNKEYED else valid | {"key": KEY}
        for payload in variants(keyed):
            told = sockets.receive_event(event, connection.sid, (payload,))
            said = "" if told["ok"] else told["error"]["message"]
            if said and (told["error"]["code"] == "internal" or not HUMAN.match(said) or JARGON.search(said)):
                wrong.append((name, repr(payload)[:200], told))
            if said and connection.sid not in sockets._connections:
                break

    assert wrong == []
