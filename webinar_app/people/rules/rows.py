"""Decide for each row of a list whether its person can be registered, and if not, what to do about it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webinar_app.accounts.rules import PLAIN_ADDRESS, clean_email, clean_name
from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import one_line
from webinar_app.people.rules.lists import Line
from webinar_app.registrations.rules import (
    LICENCE_NUMBER_LIMIT,
    LICENCE_TEXT_LIMIT,
    NAME_LONGEST,
    NAME_SHORTEST,
    RegistrationState,
    check_legal_name,
    check_licence,
)

SHOWN_LIMIT = 80
SEAT_WORDS = {"": "", "online": "online", "room": "room", "in the room": "room", "in person": "room"}
WORDS = {
    "email": "The e-mail address", "legal_name": "The legal name", "first_name": "The first name",
    "last_name": "The last name", "display_name": "The name in the room", "profession": "The profession",
    "region": "The state or board", "number": "The licence number", "seat": "The seat",
}  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAKS = re.compile("[\r\n\x0b\x0c\x85\u2028\u2029]")


class ImportState(StrEnum):
    """Where the import of a list stands."""

    CHECKED = "checked"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Entry:
    """One person to register; `licence` is profession, board and number, `raw` the row as it stands in the file."""

    line: int
    email: str
    legal_name: str
    display_name: str
    licence: tuple[str, str, str] | None
    seat: str
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that is left out, and why: sentences that say what to do; `known`: where its person stands already."""

    line: int
    reasons: tuple[str, ...]
    known: RegistrationState | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Where somebody of a list stands already; `number` is their place on a waiting list, `reason` of a rejection."""

    state: RegistrationState
    number: int = 0
    reason: str = ""

    @property
    def words(self) -> str:
        """Say it, and what to do."""
        if self.state is RegistrationState.WAITLISTED:
            return f"On the waiting list, number {self.number}. Offer them a place there, or leave this line out."
        if self.state is RegistrationState.REJECTED:
            told = f": “{self.reason.rstrip('.')}”" if self.reason else ""
            return f"Rejected before{told}. Add them by hand if that has changed, or leave this line out."
        return _KNOWN_WORDS[self.state]


_KNOWN_WORDS = {
    RegistrationState.REGISTERED: "Already registered. Leave this line out; nothing needs to be done.",
    RegistrationState.OFFERED: "A place from the waiting list is on offer to them, until they answer. Leave it out.",
    RegistrationState.PENDING: "They registered, and wait for you to confirm it. Do so on their page.",
}
KNOWN_COUNTS = {
    RegistrationState.REGISTERED: "registered already",
    RegistrationState.WAITLISTED: "on the waiting list",
    RegistrationState.OFFERED: "with a place on offer to them",
    RegistrationState.PENDING: "waiting to be confirmed",
    RegistrationState.REJECTED: "rejected before",
}
"""How rows of people who stand somewhere already are counted, in this order."""


@dataclass(slots=True)
class Standing:
    """What is known of a sitting when a list is judged.

    `known`: where the people of these addresses stand already. `seats`: the kinds of seat that it has, the usual one
    first. `left`: free seats of each kind, None without limit. `places`: how many there are in all.
    """

    known: Mapping[str, Known]
    seats: tuple[str, ...]
    left: Mapping[str, int | None]
    places: Mapping[str, int | None]


def judge(lines: Iterable[Line], standing: Standing) -> tuple[list[Entry], list[Fault]]:
    """Give who can be registered and who is left out, in the order of the file; seats go to the lines that come first.

    Of two lines with one address the first good one counts.
    """
    entries: list[Entry] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    left = dict(standing.left)
    for line in lines:
        entry, reasons = check_line(line, standing.seats)
        if entry is not None:
            reasons = place_reasons(entry, standing, seen, left)
        if entry is None or reasons:
            faults.append(Fault(line.number, tuple(reasons), state_of(entry, standing, seen)))
            continue
        seen[entry.email] = entry.line
        free = left[entry.seat]
        left[entry.seat] = None if free is None else free - 1
        entries.append(entry)
    return entries, faults


def state_of(entry: Entry | None, standing: Standing, seen: Mapping[str, int]) -> RegistrationState | None:
    """Say where somebody stands already whose row is right, and that is why it is left out; None otherwise."""
    held = standing.known.get(entry.email) if entry is not None and entry.email not in seen else None
    return held.state if held else None


def place_reasons(
    entry: Entry, standing: Standing, seen: Mapping[str, int], left: Mapping[str, int | None]
) -> list[str]:
    """Say why somebody whose row is right gets no place all the same; nothing where they get one."""
    if entry.email in seen:
        return [f"The same address stands in line {seen[entry.email]}. Keep one of the two lines."]
    if entry.email in standing.known:
        return [standing.known[entry.email].words]
    if left[entry.seat] == 0:
        where = "in the room" if entry.seat == "room" else "online"
        return [
            f"No place is left: there are {standing.places[entry.seat]} {where}."
            " Add places to the session and import the list again, or leave this line out."
        ]
    return []


def check_line(line: Line, seats: tuple[str, ...]) -> tuple[Entry | None, list[str]]:
    """Give the person of a row, or everything that is wrong with it."""
    reasons = _shape_reasons(line)
    if reasons:
        return None, reasons
    cells = line.cells
    legal = cells.get("legal_name") or " ".join(
        filter(str.strip, (cells.get("first_name", ""), cells.get("last_name", "")))
    )
    email = _tried(reasons, _email_reason(cells["email"]), clean_email, cells["email"])
    name = _tried(reasons, _name_reason(legal), check_legal_name, legal)
    shown = cells.get("display_name", "").strip() or one_line(legal)[:SHOWN_LIMIT] or "-"
    too_long = f"The name in the room has {len(shown):,} characters. Use at most {SHOWN_LIMIT}."
    shown = _tried(reasons, too_long, clean_name, shown, "display_name", SHOWN_LIMIT)
    licence = _licence(reasons, *(cells.get(key, "") for key in ("profession", "region", "number")))
    seat = _seat(reasons, cells.get("seat", ""), seats)
    return (None, reasons) if reasons else (Entry(line.number, email, name, shown, licence, seat, line.raw), [])


def _shape_reasons(line: Line) -> list[str]:
    if len(line.raw) > line.width and any(map(str.strip, line.raw[line.width :])):
        return [
            f"The line has {len(line.raw)} cells, the first line of the file {line.width}."
            " Put quotation marks around a cell that holds the separator."
        ]
    reasons = []
    for name, cell in line.cells.items():
        if _CONTROLS.search(cell):
            reasons.append(f"{WORDS[name]} holds a character that nobody can type, such as NUL. Type it again.")
        elif _BREAKS.search(cell.strip()):
            reasons.append(f'{WORDS[name]} goes over several lines. Write it on one, and look for a missing “"”.')
    return reasons


def _tried(reasons: list[str], words: str, check: Callable[..., Any], *args: Any) -> Any:
    try:
        return check(*args)
    except InvalidInput:
        reasons.append(words)
        return ""


def _email_reason(typed: str) -> str:
    if not typed.strip():
        return "The e-mail address is missing. Their join link goes there."
    if len(typed) > SHOWN_LIMIT:
        return "The e-mail address is too long to be one. Write one such as name@example.org."
    if not typed.isascii():
        return f"“{one_line(typed)}”: {PLAIN_ADDRESS[0].lower()}{PLAIN_ADDRESS[1:]}"
    return f"“{one_line(typed)}” is no e-mail address. Write one such as name@example.org."


def _name_reason(typed: str) -> str:
    length = len(one_line(typed))
    if not length:
        return "The legal name is missing. It is printed on the certificate."
    if length > NAME_LONGEST:
        return f"The legal name has {length:,} characters. Use at most {NAME_LONGEST}, as it should be printed."
    return f"The legal name needs at least {NAME_SHORTEST} characters and a letter."


def _licence(reasons: list[str], profession: str, region: str, number: str) -> tuple[str, str, str] | None:
    try:
        licence = check_licence(profession, region, number)
    except InvalidInput:
        typed = {"profession": profession.strip(), "region": region.strip(), "number": number.strip()}
        missing = [WORDS[name].lower() for name, text in typed.items() if not text]
        if missing:
            verb, it = ("is", "it") if len(missing) == 1 else ("are", "them")
            reasons.append(f"Of the licence, {' and '.join(missing)} {verb} missing. Fill {it} in, or empty all three.")
        else:
            reasons.append(
                "The licence cannot be used. Write letters, digits, spaces and . / - in the number, at most"
                f" {LICENCE_NUMBER_LIMIT}; at most {LICENCE_TEXT_LIMIT} characters for profession and board."
            )
        return None
    return (licence.profession, licence.region, licence.number) if licence else None


def _seat(reasons: list[str], typed: str, seats: tuple[str, ...]) -> str:
    wanted = SEAT_WORDS.get(one_line(typed).casefold())
    if wanted is None:
        reasons.append(f"“{one_line(typed)[:40]}” is no kind of seat. Write “online” or “room”, or leave it empty.")
    elif wanted and wanted not in seats:
        has = "the room only" if seats[0] == "room" else "online only"
        reasons.append(f"This takes place {'in ' if seats[0] == 'room' else ''}{has}. Leave the seat empty.")
    return wanted if wanted in seats else seats[0]  # type: ignore[return-value]  # never None: seats hold no None
