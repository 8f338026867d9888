"""snapshot(n) reduced by the events n + 1 … m equals snapshot(m), by the browser's own reducer."""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from factories import World
from sqlalchemy import select

from webinar_app.attendance.models import AttentionCheck
from webinar_app.attendance.services.checking import close_when_due, open_when_due
from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.web import sockets

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
    monkeypatch.setattr(sockets, "EVENT_BURST", 1000)
    webinar = world.live_webinar()
    return {
        "webinar": webinar,
        "mike": doors.enter(world.staff(webinar)),
        "ada": doors.enter(world.attendee(webinar, "Ada")),
        "bob": doors.enter(world.attendee(webinar, "Bob")),
    }


def acts(room):
    """Every act that publishes, in an order in which each finds something to change."""
    mike, ada = room["mike"], room["ada"]
    codes: dict[str, str] = {}

    def poll(name, **more):
        codes[name] = mike.act("poll.draft", **(DRAFT | more))["data"]["poll"]

    def ask(name, **more):
        codes[name] = ada.act("question.ask", text=f"Question {name}", **more)["data"]["question"]

    yield lambda: poll("p")
    yield lambda: mike.act("poll.open", poll=codes["p"])
    yield lambda: mike.act("poll.show_results", poll=codes["p"], shown=True)
    yield lambda: mike.act("poll.show_results", poll=codes["p"], shown=False)
    yield lambda: mike.act("poll.close", poll=codes["p"])
    yield lambda: mike.act("poll.open", poll=codes["p"])
    yield lambda: poll("s", privacy="secret", visibility="always")
    yield lambda: mike.act("poll.open", poll=codes["s"])
    yield lambda: ask("q")
    yield lambda: mike.act("question.publish", question=codes["q"])
    yield lambda: ask("r", anonymous=True)
    yield lambda: mike.act("question.answering", question=codes["r"])
    yield lambda: mike.act("question.answering", question=codes["q"])
    yield lambda: mike.act("question.answer", question=codes["q"], how="live", text="")
    yield lambda: mike.act("question.answer", question=codes["q"], how="writing", text="In writing.")
    yield lambda: mike.act("question.dismiss", question=codes["r"], reason="Twice.")
    yield lambda: mike.act("question.publish", question=codes["r"])
    yield lambda: codes.update(m=ada.act("chat.post", text="Hello")["data"]["message"])
    yield lambda: mike.act("chat.post", text="Welcome")
    yield lambda: mike.act("chat.hide", message=codes["m"])
    yield lambda: codes.update(a=mike.act("announcement.make", text="Soon")["data"]["announcement"])
    yield lambda: mike.act("announcement.withdraw", announcement=codes["a"])
    yield lambda: mike.act("stage.change", kind="text", address="", text="Call us.")
    yield lambda: mike.act("check.call")
    yield close_check
    yield lambda: open_check(room["webinar"])
    yield lambda: mike.act("room.end")


def close_check():
    with read() as db:
        check = db.scalars(select(AttentionCheck).where(AttentionCheck.state == "open")).one()
        code, closes = check.code, check.opened_at + timedelta(seconds=check.long_window_seconds)
    assert write(close_when_due, code, now=closes)


def open_check(webinar):
    code = write(World.planned_check, webinar)
    assert write(open_when_due, code, now=utc_now())


def without_clock(snapshot):
    room = {name: value for name, value in snapshot["shared"]["room"].items() if name != "server_now"}
    return snapshot | {"shared": snapshot["shared"] | {"room": room}, "own": snapshot["own"] | {"meter": None}}


def triples(room):
    found = []
    people = ("mike", "ada", "bob")
    before = {name: room[name].snapshot() for name in people}
    start = before
    for number, act in enumerate(acts(room)):
        answer = act()
        assert answer is None or answer["ok"], answer
        after = {name: room[name].snapshot() for name in people}
        for name in people:
            asker_told_by_answer = name == "ada" and after[name]["own"]["questions"] != before[name]["own"]["questions"]
            events = room[name].ask("room.sync", **before[name]["numbers"])["data"]["events"]
            if asker_told_by_answer and not any(e["name"].startswith("question.") for e in events):
                continue  # the acknowledgement told it
            found.append((f"{number} {name}", without_clock(before[name]), events, without_clock(after[name])))
        before = after
    events = room["bob"].ask("room.sync", **start["bob"]["numbers"])["data"]["events"]
    found.append(("all at once", without_clock(start["bob"]), events, without_clock(before["bob"])))
    return [dict(zip(("name", "before", "events", "after"), one, strict=True)) for one in found]


def test_snapshot_and_events_give_the_next_snapshot(room, tmp_path):
    node = shutil.which("node")
    assert node, "Node is needed to hold the browser's half to the server's"
    place = tmp_path / "triples.json"
    place.write_text(json.dumps(triples(room)))

    ran = subprocess.run(
        [node, CHECK, ROOT / "static" / "js" / "live" / "state.js", place], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert int(ran.stdout) > 60
