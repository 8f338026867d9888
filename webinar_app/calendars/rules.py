"""Versions of calendar entries, and links that add an entry to somebody's calendar on the web."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from urllib.parse import quote

from webinar_app.core.errors import InvalidInput
from webinar_app.core.links import webcal
from webinar_app.core.text import multi_line, one_line
from webinar_app.core.times import as_instant, end_of

FEED_BACK = timedelta(days=365)
"""How long a sitting that took place stays in a feed."""
CANCELLED_KEPT = timedelta(days=30)
"""How long a cancelled sitting stays in a feed as cancelled: programs that come rarely learn of it (IC20)."""
MOST_IN_FEED = 500
SEEN_AGAIN = timedelta(hours=1)
DEFAULT_ALARM = 10
ALARMS = (0, 10, 60, 1440)
"""How many minutes before the start an entry may ring (B11); 0 is never."""

CALL_MINUTES = 30
BEFORE_LOBBY = 15

# Browsers and mail gateways cut addresses at about two thousand characters.
LONGEST_LINK = 1990
_LONGEST_TITLE = 120
_LONGEST_PLACE = 120


class Occasion(StrEnum):
    """Why a calendar entry is written."""

    CONFIRMED = "confirmed"
    UPDATED = "updated"
    CANCELLED = "cancelled"
    DOWNLOADED = "downloaded"


class CrewStep(StrEnum):
    """What somebody who presents or hosts is to be told of their entry."""

    INVITED = "invited"
    UPDATED = "updated"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Facts:
    """What makes a change of an entry material: aware start, length in minutes, zone, place and status."""

    starts_at: datetime | None
    minutes: int
    zone: str
    location: str
    status: str


def is_material(before: Facts, after: Facts) -> bool:
    """Tell whether a change needs a new version: start, end, zone, place or status (RFC 5546 §2.1.4).

    Wording of title and description is not among them.
    """
    return before != after


def next_sequence(last_sent: int | None, webinar_sequence: int, material: bool) -> int:
    """Give the SEQUENCE to send to one registrant; it never falls.

    `last_sent`: what this registrant got last, None for the first time. `webinar_sequence`: the sitting's own count.
    `material`: a change, a cancellation or a return after one. A text fix keeps the number. Source: RFC 5545 §3.8.7.4.
    """
    if last_sent is None:
        return max(0, webinar_sequence)
    return max(webinar_sequence, last_sent + 1 if material else last_sent)


def method_for(occasion: Occasion) -> str:
    """Give the iTIP method: REQUEST for invites and updates, CANCEL, or PUBLISH for files (RFC 5546 §1.4)."""
    return {Occasion.CANCELLED: "CANCEL", Occasion.DOWNLOADED: "PUBLISH"}.get(occasion, "REQUEST")


def google_link(title: str, starts_at: datetime, minutes: int, zone: str, details: str = "", location: str = "") -> str:
    """Give an address that opens Google Calendar with the entry filled in.

    `starts_at`: aware. `zone`: IANA name in which Google shows the entry. Long details are cut, never the times.
    """
    end = end_of(starts_at, minutes)
    return _link(
        "https://calendar.google.com/calendar/render?action=TEMPLATE",
        {"dates": f"{_basic(starts_at)}/{_basic(end)}", "ctz": zone},
        {"text": title, "location": location, "details": details},
    )


def outlook_link(title: str, starts_at: datetime, minutes: int, details: str = "", location: str = "") -> str:
    """Give an address that opens Outlook.com with the entry filled in; times carry their offset."""
    return _microsoft("https://outlook.live.com", title, starts_at, minutes, details, location)


def office365_link(title: str, starts_at: datetime, minutes: int, details: str = "", location: str = "") -> str:
    """Give an address that opens Outlook of Microsoft 365, for work and school, with the entry filled in."""
    return _microsoft("https://outlook.office.com", title, starts_at, minutes, details, location)


def yahoo_link(title: str, starts_at: datetime, minutes: int, details: str = "", location: str = "") -> str:
    """Give an address that opens Yahoo Calendar with the entry filled in."""
    return _link(
        "https://calendar.yahoo.com/?v=60",
        {"st": _basic(starts_at), "et": _basic(end_of(starts_at, minutes))},
        {"title": title, "in_loc": location, "desc": details},
    )


def following_links(address: str, name: str) -> dict[str, str]:
    """Give addresses that open somebody's calendar on the web and have it follow a feed, by `google`, `outlook` …

    `address`: of the feed, as a program fetches it. `name`: what Microsoft calls it; Google reads that in the feed.
    """
    microsoft = f"/calendar/0/addfromweb?url={_encoded(address)}&name={_encoded(one_line(name)[:_LONGEST_TITLE])}"
    return {
        "google": f"https://calendar.google.com/calendar/r?cid={_encoded(webcal(address))}",
        "outlook": f"https://outlook.live.com{microsoft}",
        "office365": f"https://outlook.office.com{microsoft}",
    }


def _microsoft(host: str, title: str, starts_at: datetime, minutes: int, details: str, location: str) -> str:
    return _link(
        f"{host}/calendar/0/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&rru=addevent",
        {
            "startdt": as_instant(starts_at).isoformat(timespec="seconds"),
            "enddt": end_of(starts_at, minutes).isoformat(timespec="seconds"),
        },
        {"subject": title, "location": location, "body": details},
    )


def _link(base: str, times: dict[str, str], texts: dict[str, str]) -> str:
    # The texts are title, place and details in this order: what comes first keeps its room.
    limits = (_LONGEST_TITLE, _LONGEST_PLACE, LONGEST_LINK)
    cleaners: tuple[Callable[[str], str], ...] = (one_line, one_line, multi_line)
    link = base + "".join(f"&{name}={_encoded(value)}" for name, value in times.items())
    for (name, text), limit, clean in zip(texts.items(), limits, cleaners, strict=True):
        room = LONGEST_LINK - len(link) - len(name) - 2
        value = _fitting(clean(text)[:limit], room)
        if value:
            link += f"&{name}={value}"
    return link


def _fitting(text: str, room: int) -> str:
    # Each character is encoded whole, so that a cut never leaves half a letter.
    encoded = [_encoded(character) for character in text]
    if sum(map(len, encoded)) <= room:
        return "".join(encoded)
    mark = _encoded("…")
    kept = sum(end <= room - len(mark) for end in accumulate(map(len, encoded)))
    return "".join(encoded[:kept]) + mark if kept else ""


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _basic(instant: datetime) -> str:
    return f"{as_instant(instant):%Y%m%dT%H%M%SZ}"


def is_new_use(used_at: datetime | None, changed_at: datetime | None, now: datetime) -> bool:
    """Say whether a visit to a feed is worth writing down: the first within the hour, or after a change.

    `used_at`: of the last visit that was written down. `changed_at`: of the newest change in the feed. All aware.
    """
    return used_at is None or now - used_at >= SEEN_AGAIN or (changed_at is not None and changed_at > used_at)


def alarm_of(choice: str) -> int:
    """Give the minutes of a chosen reminder, 0 for none; raise InvalidInput for what cannot be chosen."""
    if choice not in map(str, ALARMS):
        sentence = "Choose one of the reminders."
        raise InvalidInput("calendar.alarm", sentence, {"alarm": sentence})
    return int(choice)


def call_minutes(lobby_minutes: int) -> int:
    """Give how long before the start presenters and hosts are called: half an hour, and before the lobby opens."""
    return max(CALL_MINUTES, lobby_minutes + BEFORE_LOBBY)


def crew_step(*, is_wanted: bool, method: str | None, is_current: bool) -> CrewStep | None:
    """Give what somebody is to be told, or None where their entry is as it should be.

    `is_wanted`: they present or host, and the sitting is to take place. `method`: of the last entry that they got, None
    for none. `is_current`: that entry says what the sitting says now.
    """
    has_entry = method == "REQUEST"
    if not is_wanted:
        return CrewStep.CANCELLED if has_entry else None
    if not has_entry:
        return CrewStep.INVITED
    return None if is_current else CrewStep.UPDATED


def is_newer(sequence: int, at: datetime, known_sequence: int, known_at: datetime) -> bool:
    """Say whether an answer came after the known one: to a later version, or later to the same (RFC 5546 §2.1.5).

    `at`, `known_at`: aware, when the answers were given.
    """
    return (sequence, at) > (known_sequence, known_at)


def sitting_code(uid: str, uid_domain: str) -> str | None:
    """Give the code of the sitting whose registrants have an entry with this UID, or None for any other UID."""
    name, _, domain = uid.lower().partition("@")
    code = name.removeprefix("webinar-")
    is_ours = domain == uid_domain.lower() and code != name and code.isascii() and code.isalnum()
    return code.upper() if is_ours else None
