"""Rooms that hold a row of every kind, and payloads for every event of the registry, made from its model."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import slides
from factories import World
from rooms import Browser, Doors
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.attendance.rules.checks import CheckKind
from webinar_app.attendance.services.checking import open_when_due
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import SittingRole
from webinar_app.handouts.models import Handout
from webinar_app.handouts.rules import HandoutState
from webinar_app.infra.db import Db, read, write
from webinar_app.live.services import counts, stream
from webinar_app.registrations.models import Registration
from webinar_app.web.sockets import LiveEvent, Pace, events

# What a text field of an event's payload holds: the code of a row, or words. One that is in neither fails the suite.
CODES = {
    "poll": "poll", "question": "question", "into": "question", "message": "message", "announcement": "announcement",
    "registration": "registration", "to": "person", "hand": "hand", "deck": "deck", "handout": "handout",
    "check": "check",
}  # fmt: skip
WORDS = {"text", "reason", "address", "answer", "low", "high", "question in words"}
LISTS = {"options", "texts", "columns", "right"}
IN_WORDS = {("poll.draft", "question")}
MOST = 400


def declared() -> dict[str, LiveEvent]:
    """Give the registry of all events, as the application fills it."""
    from webinar_app.app import SOCKETS, _optional

    for feature in SOCKETS:
        _optional(f"webinar_app.{feature}.sockets")
    return events


class NoPace(Pace):
    """As fast as one likes."""

    def take(self) -> bool:
        return True

    def take_for(self, name: str, limit: Any) -> bool:
        return True


@dataclass
class Place:
    """One furnished room: its people by role, and the codes of its rows by kind."""

    webinar: dict[str, Any]
    canary: str
    people: dict[str, Browser] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)

    def enter(self, doors: Doors, role: str, member: Any) -> Browser:
        """Let somebody in whose name tells the room."""
        browser = doors.enter(replace(member, display_name=f"{self.canary} {role}"))
        browser.wire.peer.connection.pace = NoPace()
        self.people[role] = browser
        return browser

    def state(self) -> dict[str, Any]:
        """Give all that its host sees and that no clock changes."""
        seen = self.people["host"].snapshot()
        shared = {name: value for name, value in seen["shared"].items() if name not in ("presence", "room")}
        told = {"numbers": seen["numbers"], "shared": shared, "staff": seen["staff"]}
        return told | {"room": {**seen["shared"]["room"], "server_now": None}}

    def heard(self) -> str:
        """Give, as it came, all that its people were sent since the last look."""
        came = "".join(text for browser in self.people.values() for text in browser.cable.came)
        for browser in self.people.values():
            browser.hear()
            browser.heard_so_far = []
        return came


def furnish(world: World, doors: Doors, canary: str, *, is_asking: bool = True) -> Place:
    """Make a room in which every kind of row stands in several states, and every text holds the canary.

    `is_asking` says whether an attention check is open.
    """
    place = Place(world.live_webinar(), canary)
    for role in SittingRole:
        if role is not SittingRole.ATTENDEE:
            place.enter(doors, role.value, world.staff(place.webinar, role))
    seats = [world.attendee(place.webinar, name) for name in (f"{canary} Ada", f"{canary} Bob")]
    place.enter(doors, "attendee", seats[0])
    bob = doors.enter(seats[1])
    _talk(place, bob)
    _polls(place, bob)
    _files(place, canary)
    check = write(world.planned_check, place.webinar, CheckKind.TAP)
    assert not is_asking or write(open_when_due, check, now=utc_now())
    with read() as db:
        holders = select(Registration.code).where(Registration.id.in_([seat.registration_id for seat in seats]))
        staff = [browser.wire.peer.connection.member.person_id for browser in place.people.values()]
        people = list(db.scalars(select(Person.code).where(Person.id.in_(staff))))
        place.codes |= {"check": [check], "registration": sorted(db.scalars(holders)), "person": people}
    place.heard()
    return place


def _ok(answer: dict[str, Any]) -> Any:
    assert answer["ok"], answer
    return answer["data"]


def _talk(place: Place, bob: Browser) -> None:
    host, words = place.people["host"], place.canary
    for number in range(4):
        _ok(bob.act("question.ask", text=f"{words} {number}"))
    questions = [one["code"] for one in host.snapshot()["staff"]["questions"]]
    for code in questions[:2]:
        _ok(host.act("question.publish", question=code))
    _ok(host.act("question.dismiss", question=questions[2], reason=words))
    _ok(host.act("question.claim", question=questions[1]))
    for number in range(2):
        _ok(bob.act("chat.post", text=f"{words} {number}"))
    messages = [one["code"] for one in host.snapshot()["shared"]["messages"]]
    _ok(host.act("chat.hide", message=messages[0]))
    _ok(host.act("chat.mute", message=messages[1]))
    for draft in (False, True):
        _ok(host.act("announcement.make", text=words, draft=draft))
    _ok(bob.act("hand.raise"))
    staff = host.snapshot()["staff"]
    place.codes |= {
        "question": questions, "message": messages, "hand": [one["code"] for one in staff["hands"]],
        "announcement": [one["code"] for one in staff["announcements"]],
    }  # fmt: skip


def _polls(place: Place, bob: Browser) -> None:
    host, words = place.people["host"], place.canary
    made = []
    for kind in ("single", "single", "single", "text"):
        options = [] if kind == "text" else [f"{words} one", f"{words} two"]
        draft = {"kind": kind, "question": words, "options": options, "visibility": "always", "privacy": "named"}
        made.append(_ok(host.act("poll.draft", **draft))["poll"])
    for code in made[1:]:
        _ok(host.act("poll.open", poll=code))
    _ok(bob.act("poll.vote", poll=made[3], texts=[words]))
    _ok(host.act("poll.close", poll=made[2]))
    place.codes["poll"] = made


def _files(place: Place, canary: str) -> None:
    member = place.people["host"].wire.peer.connection.member
    deck = slides.ready(member)
    _ok(place.people["host"].act("stage.change", kind="slides", deck=deck))
    place.codes |= {"deck": [deck, slides.ready(member)], "handout": [write(_handout, member.webinar_id, canary)]}


def _handout(db: Db, webinar_id: int, title: str) -> str:
    from webinar_app.core.codes import new_code
    from webinar_app.core.uploads import FileKind
    from webinar_app.infra.storage import storage

    row = Handout(
        code=new_code(), webinar_id=webinar_id, title=title, name="Sheet.pdf", kind=FileKind.PDF, size=8, refusal="",
        sha256=storage().put(b"%PDF-1.4"), state=HandoutState.READY, created_at=utc_now(),
    )  # fmt: skip
    db.add(row)
    return row.code


def code_fields(event: LiveEvent) -> list[str]:
    """Give the fields of an event that name a row."""
    shape = event.payload.model_json_schema()
    return [name for name in shape.get("properties", {}) if _is_code(event.name, name, shape)]


def _is_code(event: str, name: str, shape: dict[str, Any]) -> bool:
    if name not in CODES or (event, name) in IN_WORDS:
        return False
    return bool(_plain(shape["properties"][name], shape).get("type") == "string")


def _plain(found: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """Give the shape of a field without its `null` and behind its reference."""
    found = next((one for one in found.get("anyOf", []) if one.get("type") != "null"), found)
    if "$ref" in found:
        found = shape["$defs"][found["$ref"].rpartition("/")[2]]
        return {"enum": found["enum"]}
    return found


def payloads(event: LiveEvent, codes: dict[str, list[str]], words: str, most: int = MOST) -> Iterator[dict[str, Any]]:
    """Give payloads that fit the event's model, with all combinations of these codes, choices and words."""
    shape = event.payload.model_json_schema()
    names = [name for name in shape.get("properties", {}) if name != "key"]
    values = [values_of(event, name, shape, codes, words) for name in names]
    for chosen in itertools.islice(itertools.product(*values), most):
        yield {name: value for name, value in zip(names, chosen) if value is not None}


def values_of(event: LiveEvent, name: str, shape: dict[str, Any], codes: dict[str, list[str]], words: str) -> list[Any]:
    """Give what may stand in a field of an event's payload."""
    found = _plain(shape["properties"][name], shape)
    is_needed = name in shape.get("required", [])
    if _is_code(event.name, name, shape):
        return codes[CODES[name]]
    if "enum" in found:
        return [*found["enum"]] if is_needed else [None, *found["enum"]]
    kind = found["type"]
    if kind == "string":
        assert name in WORDS or (event.name, name) in IN_WORDS, f"say what {event.name} means by {name}"
        return [words] if is_needed else [words, None]
    if kind == "array":
        assert name in LISTS, f"say what {event.name} means by {name}"
        filled = [0] if found["items"]["type"] == "integer" else [words, f"{words} two"]
        return [filled, filled[:1], []] if len(filled) > 1 else [filled, []]
    if kind == "boolean":
        return [True, False]
    return [max(1, int(found.get("minimum", 1)))] if is_needed else [None]


ENDING = {"room.leave", "room.end", "room.go_live"}


class Fuzz:
    """Random acts of every role in two rooms, with ids of either; `choose(n)` gives a number below n."""

    def __init__(self, rooms: tuple[Place, Place]) -> None:
        self.rooms = rooms
        self.events = [event for name, event in sorted(declared().items()) if name not in ENDING]
        self.done = 0  # acts that succeeded

    def step(self, choose: Callable[[int], int]) -> str:
        """Let somebody act with ids of one room or of both mixed; give what is wrong then, or nothing."""
        side = choose(2)
        own, other = self.rooms[side], self.rooms[1 - side]
        event = self.events[choose(len(self.events))]
        browser = own.people[sorted(own.people)[choose(len(own.people))]]
        payload = self._payload(event, own, other, choose)
        answer = (browser.act if "key" in event.payload.model_fields else browser.ask)(event.name, **payload)
        self.done += bool(answer["ok"])
        stream.pump()
        if choose(8) == 0:
            counts.tell_counts()
            counts.tell_presence()
        leaks = [place.canary for place, stranger in ((own, other), (other, own)) if stranger.canary in place.heard()]
        return f"{event.name} {payload} {answer} {leaks}" if leaks or other.canary in repr(answer) else ""

    @staticmethod
    def _payload(event: LiveEvent, own: Place, other: Place, choose: Callable[[int], int]) -> dict[str, Any]:
        shape = event.payload.model_json_schema()
        made = {}
        for name in shape.get("properties", {}):
            if name != "key":
                codes = (own if choose(2) else other).codes  # each field for itself: also one of each room
                values = values_of(event, name, shape, codes, own.canary)
                made[name] = values[choose(len(values))]
        return {name: value for name, value in made.items() if value is not None}

    def strangers(self) -> list[str]:
        """Give the rooms in which anything of the other one stands."""
        one, two = self.rooms
        return [place.canary for place, other in ((one, two), (two, one)) if other.canary in repr(place.state())]
