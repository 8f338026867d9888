"""Bad input at every event of the room: an acknowledgement with a sentence, never a fault; and none without a case."""

import json
import re

import databases
import pytest

from webinar_app.web import sockets

CODE, KEY = "NOTHERE1", "a key of an act"
VALID = {
    "chat.post": {"text": "Hello", "to": "all"}, "chat.hide": {"message": CODE}, "chat.show": {"message": CODE},
    "chat.configure": {"mode": "hosts", "slow_seconds": 10, "links": "text"}, "chat.mute": {"message": CODE},
    "chat.pin": {"message": CODE, "pinned": True}, "chat.unmute": {"registration": CODE},
    "reaction.send": {"kind": "applause"},
    "hand.raise": {}, "hand.lower": {}, "hand.call": {"hand": CODE}, "hand.put_down": {"hand": CODE},
    "announcement.make": {"text": "Hello", "minutes": 5, "draft": False},
    "announcement.show": {"announcement": CODE, "minutes": 5},
    "announcement.withdraw": {"announcement": CODE}, "room.sync": {"all": 0, "staff": 0, "me": 0}, "room.people": {},
    "poll.vote": {"poll": CODE, "options": [0], "texts": ["Trust"]},
    "poll.open": {"poll": CODE}, "poll.close": {"poll": CODE},
    "poll.draft": {
        "kind": "single", "question": "Why?", "options": ["One", "Two"], "min_choices": 1, "max_choices": 1,
        "visibility": "always", "privacy": "staff", "columns": ["No", "Yes"], "right": [0], "low": "0", "high": "9",
        "open_seconds": 30,
    },
    "poll.extend": {"poll": CODE, "seconds": 30}, "poll.pin": {"poll": CODE, "pinned": True},
    "poll.archive": {"poll": CODE, "archived": True}, "poll.repeat": {"poll": CODE}, "poll.people": {"poll": CODE},
    "poll.hide_text": {"poll": CODE, "text": "Rude", "hidden": True},
    "poll.show_results": {"poll": CODE, "shown": True}, "question.ask": {"text": "Why?", "anonymous": False},
    "question.upvote": {"question": CODE, "up": True}, "question.publish": {"question": CODE},
    "question.answering": {"question": CODE}, "question.answer": {"question": CODE, "how": "live", "text": "So."},
    "question.dismiss": {"question": CODE, "reason": "Asked before.", "seen": "published"},
    "question.park": {"question": CODE}, "question.restore": {"question": CODE, "seen": "dismissed"},
    "question.merge": {"question": CODE, "into": "NOTHERE2"}, "question.claim": {"question": CODE, "take_over": True},
    "question.assign": {"question": CODE, "to": CODE}, "question.release": {"question": CODE},
    "question.tag": {"question": CODE, "objective": 1},
    "stage.change": {"kind": "hls", "address": "https://a.example/x.m3u8", "text": "Words", "deck": CODE},
    "handout.open": {"handout": CODE, "open": True},
    "stage.caption": {"text": "Good evening."},
    "stage.preview": {"kind": "text", "address": "", "text": "Words", "deck": ""},
    "stage.show_slide": {"deck": CODE, "page": 1},
    "check.seen": {"check": CODE}, "check.answer": {"check": CODE, "answer": "harbor"}, "check.call": {},
    "room.remove": {"registration": CODE, "reason": "Shouted at everybody."}, "room.readmit": {"registration": CODE},
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
UNKEYED = {"check.seen", "stage.preview", "reaction.send", "room.sync", "room.people", "poll.people", "room.leave"}


def variants(valid):
    """Give payloads of which one thing is wrong."""
    yield from (None, [], "text", 7, {"unknown": 1})
    yield valid | {"unknown": 1}
    for name in valid:
        yield {other: value for other, value in valid.items() if other != name}
        yield from (valid | {name: bad} for bad in BAD)


def test_every_event_has_its_case(the_io):
    assert VALID.keys() == sockets.events.keys()


def answer_to(browser, name, payload):
    """Give what the gate answers; None to what is no packet of ours."""
    number = next(browser.numbers)
    told = browser.say(f"42{number}{json.dumps([name, payload])}")
    browser.wire.peer.faults = 0
    return next((json.loads(one.partition("[")[2][:-1]) for one in told if one.startswith(f"43{number}[")), None)


@pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)
def test_bad_payloads_are_refused_with_a_sentence(world, doors, monkeypatch):
    monkeypatch.setattr(sockets.Pace, "take", lambda pace: True)
    monkeypatch.setattr(sockets.Pace, "take_for", lambda pace, name, limit: True)
    webinar = world.live_webinar()
    people = [doors.enter(world.staff(webinar)), doors.enter(world.attendee(webinar))]
    wrong = []
    for name, valid in VALID.items():
        event = sockets.events[name]
        browser = next(one for one in people if one.wire.peer.connection.member.may(event.requires))
        keyed = valid if name in UNKEYED else valid | {"key": KEY}
        for payload in variants(keyed):
            told = answer_to(browser, name, payload)
            if told is None:
                wrong += [] if "NaN" in json.dumps(payload) else [(name, "no answer", repr(payload)[:200])]
                continue
            said = "" if told["ok"] else told["error"]["message"]
            if said and (told["error"]["code"] == "internal" or not HUMAN.match(said) or JARGON.search(said)):
                wrong.append((name, repr(payload)[:200], told))
            if not browser.is_connected:
                break

    assert wrong == []
