"""docs/live-protocol.md and the code name the same events."""

import re
from pathlib import Path

from webinar_app.web.sockets import events

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "live-protocol.md").read_text()
PARTS = (part.partition("\n") for part in re.split(r"^##+ ", DOCUMENT, flags=re.MULTILINE))
SECTIONS = {title: text for title, _, text in PARTS}
STREAMS = ("`room.event`, audience `all`", "`room.event`, audience `staff`", "`me.event`")
STATE = {
    "poll.tally", "question.votes", "room.presence", "credit.meter", "room.restarting", "room.closed", "room.event",
    "me.event", "reaction.sums",
}  # fmt: skip


def names(title: str) -> set[str]:
    """Give the names in the first column of a section's table."""
    rows = re.findall(r"^\| (`[^|]+`) \|", SECTIONS[title], flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)}


def source() -> str:
    return "\n".join(path.read_text() for path in (ROOT / "webinar_app").rglob("*.py"))


def test_every_event_from_the_client_is_documented_with_its_right(the_io):
    rows = re.findall(r"^\| (`[^|]+`) \| `([a-z:]+)` \|", SECTIONS["Events from the client"], flags=re.MULTILINE)
    documented = {name: right for told, right in rows for name in re.findall(r"`([a-z_.]+)`", told)}

    assert {name: event.requires.value for name, event in events.items()} == documented


def test_every_published_event_is_documented_and_every_documented_one_is_published():
    known = set[str]().union(*(names(f"Names of {stream}") for stream in STREAMS))
    code = source()

    assert {name for name in known if f'"{name}"' not in code} - {"certificate.issued"} == set()
    published = set(re.findall(r'"((?:room|poll|question|chat|announcement|stage|check)\.[a-z_]+)"', _telling()))
    assert published - known - set(events) - STATE == set()


def _telling() -> str:
    """Give the source of what publishes, without the codes of refusals."""
    paths = [path for path in (ROOT / "webinar_app").rglob("*.py") if "services" in str(path)]
    text = "\n".join(path.read_text() for path in paths)
    calls = re.findall(r"(?:publish_room_event|tell_\w+)\((?:[^()]|\([^()]*\))*\)", text)
    return "\n".join(calls)


def test_every_message_of_state_is_documented():
    assert names("Streams") == STATE
