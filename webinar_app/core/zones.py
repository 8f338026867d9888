"""Time zones by name: the list to choose from, the words people use for them, and when their clocks change.

"ET" is a word for `America/New_York`, never an offset. Names such as "EST" exist in the tz database as fixed offsets;
they are not accepted as zones here, because they are an hour wrong for half the year. Source: IANA tz database.
"""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from zoneinfo import ZoneInfo

from webinar_app.core.errors import InvalidInput

# The pinned `tzdata` package decides, not whatever copy a machine carries: two machines must agree on every instant.
zoneinfo.reset_tzpath(to=())

FIRST_YEAR, LAST_YEAR = 1970, 2199

_AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
# No zone changes its clock twice within five days and back, so steps of that length miss nothing.
_STEP = timedelta(days=5)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Family:
    """One zone with the words people write for it: right all year, in standard time, in daylight time."""

    zone: str
    label: str
    standard: str
    daylight: str
    long_label: str
    long_standard: str
    long_daylight: str

    def general(self) -> tuple[str, ...]:
        """List the words that are right all year."""
        return (self.label, self.long_label, self.long_label.removesuffix(" Time"))

    def seasonal(self) -> dict[str, str]:
        """Map each word that is right for part of the year to its abbreviation."""
        return {
            self.standard: self.standard,
            self.long_standard: self.standard,
            self.daylight: self.daylight,
            self.long_daylight: self.daylight,
        }

    def worded_like(self, word: str, abbreviation: str) -> str:
        """Give the abbreviation in the form of `word`: short for short, written out for written out."""
        if word.casefold() in (self.standard.casefold(), self.daylight.casefold()):
            return abbreviation
        return self.long_standard if abbreviation == self.standard else self.long_daylight


def _american(zone: str, letter: str, region: str) -> Family:
    return Family(
        zone=zone,
        label=f"{letter}T",
        standard=f"{letter}ST",
        daylight=f"{letter}DT",
        long_label=f"{region} Time",
        long_standard=f"{region} Standard Time",
        long_daylight=f"{region} Daylight Time",
    )


FAMILIES = (
    _american("America/New_York", "E", "Eastern"),
    _american("America/Chicago", "C", "Central"),
    _american("America/Denver", "M", "Mountain"),
    _american("America/Los_Angeles", "P", "Pacific"),
    _american("America/Anchorage", "AK", "Alaska"),
    Family(
        zone="Europe/London",
        label="UK time",
        standard="GMT",
        daylight="BST",
        long_label="British Time",
        long_standard="Greenwich Mean Time",
        long_daylight="British Summer Time",
    ),
)
# Words for zones that keep one clock all year.
STEADY_WORDS = {
    "UTC": "UTC",
    "Coordinated Universal Time": "UTC",
    "HST": "Pacific/Honolulu",
    "Hawaii Time": "Pacific/Honolulu",
}

# Browsers still name some zones by what their city was called once; people read what it is called now. The script
# `zone_words.js` has the same list.
_PLACES = {
    "Africa/Asmera": "Asmara",
    "America/Godthab": "Nuuk",
    "America/Sao_Paulo": "São Paulo",
    "America/St_Johns": "St John’s",
    "Asia/Calcutta": "Kolkata",
    "Asia/Katmandu": "Kathmandu",
    "Asia/Rangoon": "Yangon",
    "Asia/Saigon": "Ho Chi Minh City",
    "Asia/Ho_Chi_Minh": "Ho Chi Minh City",
    "Atlantic/Faeroe": "Faroe",
    "Europe/Kiev": "Kyiv",
    "Pacific/Ponape": "Pohnpei",
    "Pacific/Truk": "Chuuk",
}


@lru_cache(maxsize=1)
def tzdata_version() -> str:
    """Give the version of the zone rules in use, such as `2026.6`."""
    return version("tzdata")


@lru_cache(maxsize=1)
def _loadable() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@lru_cache(maxsize=1)
def known_zones() -> tuple[str, ...]:
    """List the zones to offer in a form: IANA names by area, sorted, and UTC; never offsets or abbreviations."""
    return tuple(sorted(name for name in _loadable() if name == "UTC" or name.split("/")[0] in _AREAS))


def zone_info(zone: str) -> ZoneInfo:
    """Give the rules of an IANA zone such as `America/New_York`.

    Raises InvalidInput `time.zone_unknown` for anything else, abbreviations and offsets included.
    """
    if zone != "UTC" and ("/" not in zone or zone not in _loadable()):
        message = f"We do not know the time zone “{zone[:40]}”. Choose one from the list, such as America/New_York."
        raise InvalidInput("time.zone_unknown", message, {"time_zone": message})
    return ZoneInfo(zone)


def family_of(zone: str) -> Family | None:
    """Give the words used for a zone, or None where people write the zone's own name."""
    return next((family for family in FAMILIES if family.zone == zone), None)


def place_of(zone: str) -> str:
    """Give the place that a zone is named after: `New York`, `Kolkata` for `Asia/Calcutta` too."""
    return _PLACES.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def zone_label(instant: datetime, zone: str) -> str:
    """Give the abbreviation in force at an aware instant: `EDT` in October, `EST` in January.

    Zones without letters of their own give their distance from UTC, such as `UTC-3` or `UTC+5:45`.
    """
    there = as_instant(instant).astimezone(zone_info(zone))
    name = there.tzname() or "UTC"
    if name.isalpha():
        return name
    minutes = int((there.utcoffset() or timedelta()) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def instants_of(local: datetime, zone: str) -> tuple[datetime, ...]:
    """List the UTC instants at which clocks in the zone show `local` (naive): none in a gap, two in a repeated hour."""
    tz = zone_info(zone)
    candidates = (local.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = {at for at in candidates if at.astimezone(tz).replace(tzinfo=None, fold=0) == local.replace(fold=0)}
    return tuple(sorted(shown))


def as_instant(moment: datetime) -> datetime:
    """Give an aware datetime in UTC. Raises ValueError for a naive one, which is a mistake of the caller."""
    if moment.tzinfo is None:
        raise ValueError("An instant needs a time zone; resolve the wall clock first.")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A change of a zone's clock: the UTC instant, and the distance from UTC before and after it."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def onset(self) -> datetime:
        """What the old clock shows at the change, naive; RFC 5545 §3.6.5 counts from it."""
        return self.at.replace(tzinfo=None) + self.before

    @property
    def result(self) -> datetime:
        """What the new clock shows at the change, naive."""
        return self.at.replace(tzinfo=None) + self.after


@lru_cache(maxsize=512)
def clock_changes(zone: str, start: datetime, end: datetime) -> tuple[ClockChange, ...]:
    """List a zone's clock changes after `start` and up to `end` (aware instants), in order."""
    low, last = as_instant(start).replace(microsecond=0), as_instant(end)
    tz = zone_info(zone)
    found = []
    while low < last:
        high = min(low + _STEP, last)
        if _offset(low, tz) != _offset(high, tz):
            at = _bisect(low, high, tz)
            found.append(ClockChange(at, _offset(low, tz), _offset(high, tz)))
        low = high
    return tuple(found)


def _bisect(low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    before = _offset(low, tz)
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if _offset(middle, tz) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(instant: datetime, tz: ZoneInfo) -> timedelta:
    return instant.astimezone(tz).utcoffset() or timedelta()
