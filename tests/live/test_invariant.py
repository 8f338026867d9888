"""snapshot(n) reduced by the events n + 1 … m equals snapshot(m), by the browser's own reducer."""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import slides
from factories import World
from rooms import lobby_of
from sqlalchemy import select

from webinar_app.attendance.models import AttentionCheck
from webinar_app.attendance.services.checking import close_when_due, open_when_due
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.web import sockets
from webinar_app.webinars.services.scheduling import cancel_sitting, change_sitting, set_agenda

ROOT = Path(__file__).resolve().parents[2]
CHECK = Path(__file__).with_name("invariant.mjs")
DRAFT = {
    "kind": "multiple",
    "question": "Which?",
    "options": ["One", "Two", "Three"],
    "min_choices": 1,
    "max_choices": 2,
}


@pytest.fixture
def room(world, doors, monkeypatch):
    monkeypatch.setattr(sockets.Pace, "take", lambda pace: True)
    return furnished(world, doors, world.live_webinar())


@pytest.fixture
def lobby(world, doors, monkeypatch):
    monkeypatch.setattr(sockets.Pace, "take", lambda pace: True)
    return furnished(world, doors, lobby_of(world)) | {"cora": world.coordinator()}


def furnished(world, doors, webinar):
    staff = world.staff(webinar)
    found = {
        "webinar": webinar,
        "mike": doors.enter(staff),
        "ada": doors.enter(world.attendee(webinar, "Ada")),
        "bob": doors.enter(world.attendee(webinar, "Bob")),
    }
    found["mike"].member = staff
    return found


def acts(room):
    """Every act that publishes, in an order in which each finds something to change."""
    codes: dict[str, str] = {}
    for part in (poll_acts, question_acts, queue_acts, duplicate_acts, hand_acts, chat_acts, stage_acts):
        yield from part(room, codes)
    yield lambda: room["mike"].act("stage.change", kind="text", address="", text="Call us.")
    yield lambda: room["mike"].act("check.call")
    yield close_check
    yield lambda: open_check(room["webinar"])
    yield lambda: room["mike"].act("room.end")


def lobby_acts(lobby):
    """What happens to a sitting while people wait for it."""
    code, cora = lobby["webinar"]["code"], lobby["cora"]
    details = {"minutes": 60, "lobby_minutes": 30, "time_zone": "America/New_York"}
    part = {"title": "Trust", "start_minute": 0, "minutes": 30, "gives_credit": True}

    def does(work, *given):
        write(work, cora, code, *given, now=utc_now())

    yield lambda: does(set_agenda, [part])
    yield lambda: does(change_sitting, details | {"typed": "November 22, 2026 8:20 a.m. ET"})
    yield lambda: does(change_sitting, details | {"typed": "November 24, 2026 8:20 a.m. CT"})
    yield lambda: does(cancel_sitting)


def ask(room, codes, name, who="ada", **more):
    codes[name] = room[who].act("question.ask", text=f"Question {name}", **more)["data"]["question"]


def question_acts(room, codes):
    mike = room["mike"]
    yield lambda: ask(room, codes, "q")
    yield lambda: mike.act("question.publish", question=codes["q"])
    yield lambda: ask(room, codes, "r", anonymous=True)
    yield lambda: mike.act("question.answering", question=codes["r"])
    yield lambda: mike.act("question.answering", question=codes["q"])
    yield lambda: mike.act("question.answer", question=codes["q"], how="live", text="")
    yield lambda: mike.act("question.answer", question=codes["q"], how="writing", text="In writing.")
    yield lambda: mike.act("question.dismiss", question=codes["r"], reason="Twice.")
    yield lambda: mike.act("question.publish", question=codes["r"])
    yield lambda: mike.act("question.dismiss", question=codes["r"], reason="Twice.")
    yield lambda: mike.act("question.restore", question=codes["r"], seen="dismissed")


def queue_acts(room, codes):
    mike = room["mike"]
    yield lambda: ask(room, codes, "d")
    yield lambda: mike.act("question.tag", question=codes["d"], objective=2)
    yield lambda: mike.act("question.claim", question=codes["d"])
    yield lambda: mike.act("question.claim", question=codes["r"], take_over=True)
    yield lambda: mike.act("question.assign", question=codes["r"], to=mike.snapshot()["staff"]["team"][0]["person"])
    yield lambda: mike.act("question.release", question=codes["r"])
    yield lambda: mike.act("question.merge", question=codes["d"], into=codes["r"], seen="submitted")
    yield lambda: mike.act("question.tag", question=codes["r"], objective=1)
    yield lambda: mike.act("question.restore", question=codes["d"])
    yield lambda: mike.act("question.merge", question=codes["r"], into=codes["d"])
    yield lambda: mike.act("question.restore", question=codes["r"])
    yield lambda: mike.act("question.park", question=codes["d"])
    yield lambda: mike.act("question.answer", question=codes["d"], how="private", text="For you alone.")
    yield lambda: mike.act("question.publish", question=codes["d"])


def duplicate_acts(room, codes):
    mike = room["mike"]
    yield lambda: ask(room, codes, "b", who="bob")
    yield lambda: mike.act("question.merge", question=codes["b"], into=codes["d"])
    yield lambda: mike.act("question.dismiss", question=codes["d"], reason="Not today.")
    yield lambda: mike.act("question.restore", question=codes["d"])
    yield lambda: mike.act("question.answering", question=codes["d"])
    yield lambda: mike.act("question.answering", question=codes["r"])
    yield lambda: mike.act("question.answer", question=codes["d"], how="private", text="To both who asked.")
    yield lambda: mike.act("question.restore", question=codes["b"])


def hand_acts(room, codes):
    mike, ada, bob = room["mike"], room["ada"], room["bob"]
    yield lambda: codes.update(hand=ada.act("hand.raise")["data"]["hand"])
    yield lambda: codes.update(other=bob.act("hand.raise")["data"]["hand"])
    yield lambda: mike.act("hand.call", hand=codes["hand"])
    yield lambda: ada.act("hand.lower")
    yield lambda: mike.act("hand.put_down", hand=codes["other"])


def chat_acts(room, codes):
    mike, ada = room["mike"], room["ada"]
    yield lambda: codes.update(m=ada.act("chat.post", text="Hello")["data"]["message"])
    yield lambda: mike.act("chat.post", text="Welcome")
    yield lambda: mike.act("chat.pin", message=codes["m"], pinned=True)
    yield lambda: mike.act("chat.hide", message=codes["m"])
    yield lambda: mike.act("chat.show", message=codes["m"])
    yield lambda: mike.act("chat.configure", mode="hosts", slow_seconds=0, links="refused")
    yield lambda: codes.update(h=ada.act("chat.post", text="To you", to="staff")["data"]["message"])
    yield lambda: mike.act("chat.post", text="Among us", to="staff")
    yield lambda: mike.act("chat.hide", message=codes["h"])
    yield lambda: mike.act("chat.show", message=codes["h"])
    yield lambda: codes.update(w=mike.act("chat.mute", message=codes["h"])["data"]["registration"])
    yield lambda: mike.act("chat.unmute", registration=codes["w"])
    yield lambda: mike.act("room.remove", registration=codes["w"], reason="Shouted at everybody.")
    yield lambda: mike.act("room.readmit", registration=codes["w"])
    yield lambda: codes.update(a=mike.act("announcement.make", text="Soon")["data"]["announcement"])
    yield lambda: mike.act("announcement.withdraw", announcement=codes["a"])
    yield lambda: codes.update(e=mike.act("announcement.make", text="Later", draft=True)["data"]["announcement"])
    yield lambda: mike.act("announcement.show", announcement=codes["e"], minutes=5)
    yield lambda: mike.act("announcement.show", announcement=codes["e"], minutes=9)
    yield lambda: mike.act("announcement.show", announcement=codes["a"])


def stage_acts(room, codes):
    mike = room["mike"]
    yield lambda: codes.update(f=slides.add_handout(mike.member))
    yield lambda: mike.act("handout.open", handout=codes["f"], open=True)
    yield lambda: mike.act("handout.open", handout=codes["f"], open=False)
    yield lambda: slides.remove_handout(mike.member, codes["f"])
    yield lambda: mike.act("stage.caption", text="Good evening.\nWelcome.")
    yield lambda: mike.act("stage.caption", text="Tonight: four short parts.\nTrust.\nEmpathy.")
    yield lambda: codes.update(d=slides.add(mike.member))
    yield lambda: slides.draw(codes["d"], 3)
    yield lambda: mike.act("stage.change", kind="slides", deck=codes["d"])
    yield lambda: mike.act("stage.show_slide", deck=codes["d"], page=3)
    yield lambda: mike.act("stage.show_slide", deck=codes["d"], page=2)
    yield lambda: mike.act("stage.change", kind="none")
    yield lambda: slides.remove(mike.member, codes["d"])


def poll_acts(room, codes):
    mike = room["mike"]

    def poll(name, **more):
        codes[name] = mike.act("poll.draft", **(DRAFT | more))["data"]["poll"]

    yield lambda: poll("p")
    yield lambda: mike.act("poll.open", poll=codes["p"])
    yield lambda: mike.act("poll.show_results", poll=codes["p"], shown=True)
    yield lambda: mike.act("poll.show_results", poll=codes["p"], shown=False)
    yield lambda: mike.act("poll.close", poll=codes["p"])
    yield lambda: mike.act("poll.open", poll=codes["p"])
    yield lambda: poll("s", privacy="secret", visibility="always")
    yield lambda: mike.act("poll.open", poll=codes["s"])
    yield lambda: mike.act("poll.extend", poll=codes["p"], seconds=60)
    yield lambda: mike.act("poll.pin", poll=codes["s"], pinned=True)
    yield lambda: mike.act("poll.pin", poll=codes["p"], pinned=True)
    yield lambda: mike.act("poll.close", poll=codes["s"])
    yield lambda: mike.act("poll.archive", poll=codes["s"], archived=True)
    yield lambda: mike.act("poll.archive", poll=codes["s"], archived=False)
    yield lambda: codes.update(again=mike.act("poll.repeat", poll=codes["s"])["data"]["poll"])
    yield lambda: mike.act("poll.open", poll=codes["again"])
    yield lambda: poll("z", kind="quiz", right=[1], visibility="always", open_seconds=30)
    yield lambda: mike.act("poll.open", poll=codes["z"])
    yield lambda: mike.act("poll.close", poll=codes["z"])
    yield lambda: poll("w", kind="words", visibility="always")
    yield lambda: mike.act("poll.open", poll=codes["w"])
    yield lambda: voted_and_hidden(room, codes["w"])
    yield lambda: mike.act("poll.hide_text", poll=codes["w"], text="rude", hidden=False)


def voted_and_hidden(room, code):
    """Vote and hide in one step: counts have no number, but what is hidden takes them along."""
    room["ada"].act("poll.vote", poll=code, texts=["Trust", "Rude"])
    return room["mike"].act("poll.hide_text", poll=code, text="rude", hidden=True)


def close_check():
    with read() as db:
        check = db.scalars(select(AttentionCheck).where(AttentionCheck.state == "open")).one()
        code, closes = check.code, check.opened_at + timedelta(seconds=check.long_window_seconds)
    assert write(close_when_due, code, now=closes)


def open_check(webinar):
    code = write(World.planned_check, webinar)
    assert write(open_when_due, code, now=utc_now())


def without_clock(snapshot):
    """Leave out the clock, and ballots: the acknowledgement of a vote told those."""
    room = {name: value for name, value in snapshot["shared"]["room"].items() if name != "server_now"}
    own = snapshot["own"] | {"meter": None, "ballots": {}}
    return snapshot | {"shared": snapshot["shared"] | {"room": room}, "own": own}


def triples(room, acts):
    found = []
    people = ("mike", "ada", "bob")
    before = {name: room[name].snapshot() for name in people}
    start = before
    for number, act in enumerate(acts):
        answer = act()
        assert answer is None or answer["ok"], answer
        after = {name: room[name].snapshot() for name in people}
        for name in people:
            asker_told_by_answer = len(after[name]["own"]["questions"]) > len(before[name]["own"]["questions"])
            events = room[name].ask("room.sync", **before[name]["numbers"])["data"]["events"]
            if asker_told_by_answer:
                continue  # the acknowledgement told it
            found.append((f"{number} {name}", without_clock(before[name]), events, without_clock(after[name])))
        before = after
    events = room["bob"].ask("room.sync", **start["bob"]["numbers"])["data"]["events"]
    found.append(("all at once", without_clock(start["bob"]), events, without_clock(before["bob"])))
    return [dict(zip(("name", "before", "events", "after"), one, strict=True)) for one in found]


def test_snapshot_and_events_give_the_next_snapshot(room, lobby, tmp_path):
    node = shutil.which("node")
    assert node, "Node is needed to hold the browser's half to the server's"
    place = tmp_path / "triples.json"
    place.write_text(json.dumps(triples(room, acts(room)) + triples(lobby, lobby_acts(lobby))))

    ran = subprocess.run(
        [node, CHECK, ROOT / "static" / "js" / "live" / "state.js", place], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert int(ran.stdout) > 100
