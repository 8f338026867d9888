"""Sessions around every clock change, and three programs that read calendar files independently of each other.

Each reader gets its zones from the file alone: names that no system knows stand in for the names of zones, so that what
it says can only come from the rules that we wrote.
"""

import ctypes
import itertools
import json
import random
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import icalendar

from webinar_app.core.times import clock_changes
from webinar_app.infra.ics import Entry, download, feed, invite

ROOT = Path(__file__).resolve().parents[1]
JS_READER = ROOT / "tests" / "browser_units" / "ical_reader.mjs"
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
STAMP = datetime(2025, 12, 1, 9, tzinfo=UTC)
MOST_OCTETS = 75  # RFC 5545 §3.1
# Twenty-one change their clocks, some by a calendar of their own or by half an hour, and nineteen do not.
ZONES = tuple(
    """America/New_York America/Chicago America/Denver America/Los_Angeles America/Anchorage America/Halifax
    America/St_Johns America/Santiago America/Asuncion America/Havana America/Nuuk Europe/London Europe/Dublin
    Europe/Madrid Europe/Athens Europe/Chisinau Africa/Casablanca Africa/Cairo Asia/Jerusalem Australia/Sydney
    Australia/Lord_Howe Pacific/Chatham America/Phoenix America/Regina America/Puerto_Rico America/Sao_Paulo
    America/Caracas Pacific/Honolulu Pacific/Guam Pacific/Kiritimati Europe/Istanbul Europe/Moscow Africa/Lagos
    Africa/Johannesburg Asia/Dubai Asia/Tehran Asia/Kolkata Asia/Kathmandu Asia/Tokyo Australia/Eucla""".split()
)
TITLES = (
    "Building and Maintaining a Therapeutic Alliance", "Θεραπευτική συμμαχία: το τρίτο μέρος, για όλους" * 3,
    "Trust; repair, and \\ rupture 🎓👩‍👩‍👧 " * 4, "Notes", "漢字の長い題名" * 12,
)  # fmt: skip
DISTANCES = (-180, -90, -75, -60, -45, -30, -15, 0, 15, 30, 45, 60, 90, 180, 1440)
LENGTHS = (45, 60, 75, 90, 120, 180)
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Event:
    """What a program understood of one entry."""

    uid: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a program understood of a file."""

    method: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file as we wrote it, and what must be understood of it."""

    kind: str
    data: bytes
    meant: Told


def sessions(count: int, seed: int = 4) -> list[Entry]:
    """Give sessions in all zones: two at every clock change of 2026 to 2030 as far as they go, then anywhere."""
    chance = random.Random(seed)
    changes = [(zone, change.at) for zone in ZONES for change in clock_changes(zone, FIRST, LAST)]
    chance.shuffle(changes)
    places = (changes + changes)[:count]
    while len(places) < count:
        zone, days = ZONES[len(places) % len(ZONES)], chance.randrange((LAST - FIRST).days)
        places.append((zone, FIRST + timedelta(days=days, minutes=15 * chance.randrange(96))))
    return [_session(number, *place, chance) for number, place in enumerate(places)]


def _session(number: int, zone: str, about: datetime, chance: random.Random) -> Entry:
    start = about + timedelta(minutes=DISTANCES[number % len(DISTANCES)])
    moved_from = start - timedelta(days=chance.randrange(200)) if number % 3 == 0 else None
    return Entry(
        uid=f"webinar-{number:05}@webinars.example.org", sequence=number % 4, summary=TITLES[number % len(TITLES)],
        stamp=STAMP, last_modified=STAMP, starts_at=start, minutes=chance.choice(LENGTHS), zone=zone,
        description=f"Session {number}.\nBring: pen, paper; patience.\n{TITLES[(number + 1) % len(TITLES)]}",
        url="https://webinars.example.org/courses/alliance", organizer_name="Alder Institute, Training",
        organizer_email="webinars@example.org", attendee_name="Ada Lovelace", attendee_email="ada@example.net",
        join_url=f"https://webinars.example.org/join/{number:08}-1-a1b2c3", alarm_minutes=10,
        previous_start=moved_from,
    )  # fmt: skip


def files(entries: Sequence[Entry], together: int = 25) -> list[File]:
    """Write each session as an invite and its cancellation, and all of them in downloads and feeds."""
    found = []
    for entry in entries:
        found.append(File("invite", invite(entry), _meant("REQUEST", [entry])))
        later = replace(entry, sequence=entry.sequence + 1)
        found.append(File("cancellation", invite(later, "CANCEL"), _meant("CANCEL", [later])))
    for first in range(0, len(entries), together):
        some = entries[first : first + together]
        found.append(File("download", download(some), _meant("PUBLISH", some)))
        found.append(File("feed", feed(some, "Alder Institute"), _meant("", some)))
    return found


def _meant(method: str, entries: Sequence[Entry]) -> Told:
    events = []
    for entry in entries:
        assert entry.starts_at is not None
        events.append(Event(entry.uid, entry.starts_at, entry.starts_at + timedelta(minutes=entry.minutes)))
    return Told(method, tuple(events))


def long_lines(data: bytes) -> int:
    """Count the lines that are too long, or that end otherwise than by CR and LF."""
    lines = data.split(b"\r\n")
    wrong = sum(len(line) > MOST_OCTETS or b"\n" in line or b"\r" in line for line in lines)
    return wrong + (lines[-1] != b"")


def _renamed(data: bytes) -> bytes:
    """Give each zone a name that no system knows and no reader has kept; unfolded, since names are cut too."""
    whole = data.replace(b"\r\n ", b"")
    return re.sub(rb"TZID([:=])", rb"TZID\1X-%d-" % next(_numbers), whole)


def by_icalendar(written: Sequence[bytes]) -> list[Told]:
    """Read by the Python library `icalendar`."""
    told = []
    for data in written:
        calendar = icalendar.Calendar.from_ical(_renamed(data))
        events = [
            Event(str(event["UID"]), event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC))
            for event in calendar.walk("VEVENT")
        ]
        told.append(Told(str(calendar.get("METHOD", "")), tuple(events)))
    return told


def by_ical_js(written: Sequence[bytes]) -> list[Told]:
    """Read by ical.js, which Thunderbird and Nextcloud use."""
    asked = json.dumps([_renamed(data).decode() for data in written])
    done = subprocess.run(
        ["node", JS_READER, "--many"], cwd=ROOT, input=asked.encode(), capture_output=True, check=True
    )
    told = []
    for found in json.loads(done.stdout):
        events = [
            Event(event["uid"], datetime.fromisoformat(event["start"]), datetime.fromisoformat(event["end"]))
            for event in found["events"]
        ]
        told.append(Told((found["method"] or "").upper(), tuple(events)))
    return told


class _Time(ctypes.Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = [
        *(
            (name, ctypes.c_int)
            for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_summer")
        ),
        ("zone", ctypes.c_void_p),
    ]


@lru_cache(maxsize=1)
def _libical() -> Any:
    """Load libical without the zones of the system."""
    library = ctypes.CDLL("libical.so.3")
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    answers = {
        "icalparser_parse_string": pointer, "icalcomponent_get_first_component": pointer,
        "icalcomponent_get_next_component": pointer, "icalcomponent_get_uid": text,
        "icalproperty_method_to_string": text, "icalcomponent_get_dtstart": _Time, "icalcomponent_get_dtend": _Time,
        "icaltime_as_timet_with_zone": ctypes.c_long,
    }  # fmt: skip
    for name, answer in answers.items():
        getattr(library, name).restype = answer
    library.set_zone_directory(b"/nonexistent")
    return library


def by_libical(written: Sequence[bytes]) -> list[Told]:
    """Read by libical, which Evolution, KOrganizer and others use; it checks the rules of iTIP (RFC 5546) too."""
    library = _libical()
    return [_one_by_libical(library, _renamed(data)) for data in written]


def _one_by_libical(library: Any, data: bytes) -> Told:
    root = ctypes.c_void_p(library.icalparser_parse_string(data))
    try:
        if not root or library.icalcomponent_count_errors(root):
            raise ValueError("libical finds errors in the file.")
        kind, events = library.icalcomponent_string_to_kind(b"VEVENT"), []
        found = library.icalcomponent_get_first_component(root, kind)
        while found:
            events.append(_event_by_libical(library, ctypes.c_void_p(found)))
            found = library.icalcomponent_get_next_component(root, kind)
        method = library.icalproperty_method_to_string(library.icalcomponent_get_method(root))
        return Told((method or b"").decode() if b"\r\nMETHOD:" in data else "", tuple(events))
    finally:
        library.icalcomponent_free(root)


def _event_by_libical(library: Any, event: ctypes.c_void_p) -> Event:
    times = []
    for read in (library.icalcomponent_get_dtstart, library.icalcomponent_get_dtend):
        found = read(event)
        if not found.zone:
            raise ValueError("libical sees a time without a zone.")
        seconds = library.icaltime_as_timet_with_zone(found, ctypes.c_void_p(found.zone))
        times.append(datetime.fromtimestamp(seconds, UTC))
    return Event(library.icalcomponent_get_uid(event).decode(), *times)


READERS = {"icalendar": by_icalendar, "ical.js": by_ical_js, "libical": by_libical}
