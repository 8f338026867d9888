"""Words for times, shares and names, as every page and mail prints them."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from webinar_app.core.zones import place_of

NBSP = "\u00a0"

# People in these zones say the zone without the season; elsewhere the abbreviation of the day is the custom.
_SPOKEN_ZONES = {
    "America/New_York": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Los_Angeles": "PT",
}

_AMERICAN = {"AST", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"}

# The choice offered beside a start time; the visitor's own zone is always added to it.
ZONES: tuple[tuple[str, str], ...] = (
    ("America/New_York", "New York"),
    ("America/Chicago", "Chicago"),
    ("America/Denver", "Denver"),
    ("America/Phoenix", "Phoenix"),
    ("America/Los_Angeles", "Los Angeles"),
    ("America/Anchorage", "Anchorage"),
    ("Pacific/Honolulu", "Honolulu"),
    ("America/Halifax", "Halifax"),
    ("America/St_Johns", "St John’s"),
    ("America/Sao_Paulo", "São Paulo"),
    ("UTC", "UTC"),
    ("Europe/London", "London"),
    ("Europe/Berlin", "Berlin"),
    ("Africa/Johannesburg", "Johannesburg"),
    ("Asia/Dubai", "Dubai"),
    ("Asia/Kolkata", "Kolkata"),
    ("Asia/Singapore", "Singapore"),
    ("Asia/Tokyo", "Tokyo"),
    ("Australia/Sydney", "Sydney"),
    ("Pacific/Auckland", "Auckland"),
)

_TITLES = {"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "rev", "sir", "dame", "hon"}


def moment(value: str | datetime) -> datetime:
    """Return a moment from its ISO 8601 text, as live values carry it; a moment stays as it is."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def local(moment: datetime, zone: str) -> datetime:
    """Return the moment on the wall clock of the zone."""
    return moment.astimezone(ZoneInfo(zone))


def day(value: date | datetime) -> str:
    """Return the day in full: `Tuesday 14 October 2025`."""
    return f"{value:%A} {value.day} {value:%B} {value.year}"


def written_day(value: date | str) -> str:
    """Return a day without its weekday: `14 October 2025`; ISO texts are read."""
    read = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{read.day} {read:%B} {read.year}"


def short_day(value: date | datetime) -> str:
    """Return the day for lists: `14 Oct 2025`."""
    return f"{value.day} {value:%b} {value.year}"


def clock(value: datetime) -> str:
    """Return the time of day: `12:00 p.m.`, which never breaks over two lines."""
    meridiem = "a.m." if value.hour < 12 else "p.m."
    return f"{(value.hour + 11) % 12 + 1}:{value:%M}{NBSP}{meridiem}"


def zone_label(moment: datetime, zone: str) -> str:
    """Return what people call the zone at that moment: `ET`, `AEDT`, `UTC+4`."""
    if zone in _SPOKEN_ZONES:
        return _SPOKEN_ZONES[zone]
    there = local(moment, zone)
    name = there.tzname() or ""
    # Shanghai's CST and Manila's PST would be read as American times.
    is_taken = name in _AMERICAN and not zone.startswith("America/")
    return name if name[:1].isalpha() and not is_taken else offset_label(there)


def offset_label(moment: datetime) -> str:
    """Return the distance of a zoned moment from UTC: `UTC+11`, `UTC−2:30`, `UTC`."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def when_in(moment: datetime, zone: str) -> str:
    """Return the moment as the organiser says it: `Tuesday 14 October 2025, 12:00 p.m. ET`."""
    return f"{day(local(moment, zone))}, {clock_in(moment, zone)}"


def short_when_in(moment: datetime, zone: str) -> str:
    """Return the moment for dense lists: `14 Oct 2025, 12:00 p.m. ET`."""
    return f"{short_day(local(moment, zone))}, {clock_in(moment, zone)}"


def clock_in(moment: datetime, zone: str) -> str:
    """Return the time of day with its zone: `12:00 p.m. ET`."""
    return f"{clock(local(moment, zone))}{NBSP}{zone_label(moment, zone)}"


def minutes(value: float | timedelta) -> str:
    """Return a length in minutes (a number of minutes, or a timedelta): `75 minutes`, `1 minute`."""
    number = value.total_seconds() / 60 if isinstance(value, timedelta) else value
    whole = int(number)
    return f"{whole}{NBSP}minute" if whole == 1 else f"{whole}{NBSP}minutes"


def initials(name: str) -> str:
    """Return at most two letters for a name, without titles and degrees: `MM` for Dr. Michael McGee."""
    words = [w for w in re.split(r"[\s\u00a0]+", name.split(",")[0]) if w]
    words = [w for w in words if w.rstrip(".").lower() not in _TITLES] or words
    letters = [next((c for c in word if c.isalpha()), "") for word in words]
    letters = [c.upper() for c in letters if c]
    return letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)


def isoz(moment: datetime) -> str:
    """Return the moment in UTC for the `datetime` attribute: `2025-10-14T16:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def percent(share: float) -> str:
    """Return a share between 0 and 1 as whole percent: `43 %`."""
    return f"{math.floor(100 * share + 0.5)}{NBSP}%"


def offset_percent(value: float, total: float) -> str:
    """Return where a value lies on a scale, for an attribute of a drawing: `26.667%`."""
    if total <= 0:
        return "0%"
    return f"{min(100.0, max(0.0, 100 * value / total)):.3f}".rstrip("0").rstrip(".") + "%"


def two_clocks(start: datetime, end: datetime, home: str, yours: str) -> dict[str, Any]:
    """Return everything the two-clocks block prints: words for the viewer, and hours for two rulers.

    Both rulers share one axis from a little before the start; positions are percent of the width. The viewer's hours
    are shifted where the zones differ by half hours.
    """
    here, there = local(start, yours), local(start, home)
    finish = local(end, yours)
    length = end - start
    before = 3 if length <= timedelta(hours=5) else 1
    base = start - timedelta(minutes=there.minute, seconds=there.second) - timedelta(hours=before)
    shift = (-local(base, yours).minute % 60) / 60

    def at(moment: datetime) -> float:
        return round(6 + 11 * (moment - base).total_seconds() / 3600, 3)

    hours = []
    for number in range(9):
        said = base + timedelta(hours=number)
        yours_at = said + timedelta(hours=shift)
        hour = local(yours_at, yours).hour
        hours.append(
            {
                "number": number,
                "x": at(said),
                "said": (local(said, home).hour + 11) % 12 + 1,
                "yours_x": at(yours_at),
                "yours": (hour + 11) % 12 + 1,
                "is_night": hour < 6 or hour > 21,
                "is_midnight": hour == 0,
                "is_shown": at(yours_at) <= 98,
            }
        )
    same_day = here.date() == there.date()
    span = f"{clock(here)} to {clock(finish)}"
    shift_days = (here.date() - there.date()).days
    return {
        "base": isoz(base),
        "words": span if same_day else f"{here:%A} {here.day} {here:%B}, {span}",
        "zone": f"{zone_label(start, yours)}, {offset_label(here)}".removesuffix(", UTC"),
        "is_same_time": here.replace(tzinfo=None) == there.replace(tzinfo=None),
        "shift": "" if same_day else ("A day later for you" if shift_days > 0 else "A day earlier for you"),
        "said_row": f"{there:%A}, {zone_label(start, home)}",
        "yours_row": f"{here:%A}, {city(yours)}",
        "slot_x": at(start),
        "slot_width": round(min(100 - at(start), 11 * length.total_seconds() / 3600), 3),
        "hours": hours,
    }


def city(zone: str) -> str:
    """Return the place a zone is named after: `St John’s`, `New York`."""
    return place_of(zone)


def zone_choices(*first: str) -> list[tuple[str, str]]:
    """Return the zones to choose from as (name, place), the given ones first and none twice."""
    names = dict.fromkeys([*first, *(name for name, _ in ZONES)])
    return [(name, city(name)) for name in names if name]


def spark_points(values: Sequence[float], width: float = 96, height: float = 32) -> str:
    """Return the points of a small line chart for `<polyline points>`; the highest value touches the top."""
    if not values:
        return ""
    top = max(values) or 1
    step = width / max(1, len(values) - 1)
    return " ".join(f"{i * step:.1f},{height - height * v / top:.1f}" for i, v in enumerate(values))


def agreement_bars(shares: Iterable[float]) -> list[tuple[float, float]]:
    """Return (x, width) in percent for the steps of an agreement chart, the middle step lying over the axis at 22 %.

    The shares go from disagree to agree and sum up to 1; a step of the whole is 76 % wide.
    """
    parts = list(shares)
    middle = len(parts) // 2
    left = sum(parts[:middle]) + (parts[middle] / 2 if len(parts) % 2 else 0)
    # Wide disagreement would leave the picture at the start edge; the whole bar then begins at the edge.
    x = max(0.0, 22 - 76 * left)
    bars = []
    for share in parts:
        bars.append((round(x, 2), round(76 * share, 2)))
        x += 76 * share
    return bars


FILTERS: dict[str, Callable[..., Any]] = {
    "local": local,
    "day": day,
    "short_day": short_day,
    "written_day": written_day,
    "clock": clock,
    "minutes": minutes,
    "when_in": when_in,
    "short_when_in": short_when_in,
    "clock_in": clock_in,
    "initials": initials,
    "isoz": isoz,
    "percent": percent,
    "city": city,
    "moment": moment,
}

GLOBALS: dict[str, Callable[..., Any]] = {
    "zone_label": zone_label,
    "two_clocks": two_clocks,
    "zone_choices": zone_choices,
    "offset_percent": offset_percent,
    "spark_points": spark_points,
    "agreement_bars": agreement_bars,
}
