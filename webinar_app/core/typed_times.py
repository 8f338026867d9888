"""Date and time as people write them, read into a wall clock and a zone.

A reader never guesses: what has two meanings is refused with a sentence that says what to write instead.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache

from webinar_app.core.errors import InvalidInput
from webinar_app.core.zones import (
    FAMILIES,
    FIRST_YEAR,
    LAST_YEAR,
    STEADY_WORDS,
    Family,
    instants_of,
    known_zones,
    zone_info,
    zone_label,
)

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST_TEXT = 120

_FLAGS = re.IGNORECASE | re.ASCII
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?P<year>\d{4})(?!\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAMED_DATES = (
    re.compile(rf"(?<![\d-]){_YEAR}-(?P<number>\d{{1,2}})-(?P<day>\d{{1,2}})(?!\d)", _FLAGS),
    re.compile(rf"(?<!\d){_DAY}[\s-]+(?:of\s+)?{_MONTH}\b\.?,?[\s-]*{_YEAR}", _FLAGS),
    re.compile(rf"\b{_MONTH}\b\.?\s*{_DAY}(?:,\s*|\s+){_YEAR}", _FLAGS),
)
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)", _FLAGS)
_WEEKDAY = re.compile(
    r"(?<![/\w])(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"\b\.?,?",
    _FLAGS,
)
_CLOCK = re.compile(
    r"(?<![\d:.+-])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::00)?)?(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?(?![\d:])",
    _FLAGS,
)
_CLOCK_WORD = re.compile(r"(?<![/\w])(noon|midday|midnight)\b", _FLAGS)
_FILLING = re.compile(r"[,|·;()@]|(?<!\S)(?:[-–—]|at|on)(?!\S)", _FLAGS)
_OFFSET = re.compile(r"(?:\.\d+)?\s*(?:z|(?:utc|gmt)?\s*[+-]\s*\d{1,2}(?::?\d{2})?)", _FLAGS)


class DateOrder(StrEnum):
    """Which comes first when a provider writes dates in numbers only."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


@dataclass(frozen=True, slots=True)
class TypedTime:
    """What somebody meant by date and time words.

    `local` is a naive wall clock, `zone` an IANA name, `zone_given` the zone's words as typed or None, `warnings`
    sentences for the person. `fold` is 0 or 1 where the words name one of two equal clock times ("1:30 a.m. EST").
    """

    local: datetime
    zone: str
    zone_given: str | None
    warnings: tuple[str, ...] = ()
    fold: int | None = None


def parse_typed(text: str, default_zone: str, *, order: DateOrder | None = None) -> TypedTime:
    """Read a date, a time and perhaps a zone from one text, such as `October 14, 2025 12:00 p.m. ET`.

    `default_zone`: IANA name used where the text names none. `order`: how this provider writes `03/04/2025`.
    Raises InvalidInput with a sentence that says what to write, for `local_date`, `local_time` or `time_zone`.
    """
    on, rest = _take_date(_tidy(text, "local_date"), order)
    return _with_clock(on, rest, default_zone)


def parse_fields(date_text: str, time_text: str, default_zone: str, *, order: DateOrder | None = None) -> TypedTime:
    """Read a date field and a time field of a form; the time may name a zone. Raises InvalidInput as `parse_typed`."""
    return _with_clock(parse_date(date_text, order=order), _tidy(time_text, "local_time"), default_zone)


def parse_date(text: str, *, order: DateOrder | None = None) -> date:
    """Read a date alone. Raises InvalidInput for `local_date`."""
    on, rest = _take_date(_tidy(text, "local_date"), order)
    if rest:
        raise _refusal(
            "time.date_unreadable",
            f"Write only a date here, such as 14 October 2025, without “{rest[:40]}”.",
            "local_date",
        )
    return on


def parse_clock(text: str) -> time:
    """Read a time of day alone, such as `12:00 p.m.`, `noon` or `14:30`. Raises InvalidInput for `local_time`."""
    clock, _, rest = _take_clock(_tidy(text, "local_time"))
    if rest:
        raise _refusal(
            "time.clock_unreadable",
            f"Write only a time here, such as 12:00 p.m., without “{rest[:40]}”.",
            "local_time",
        )
    return clock


def wrong_zone_words(text: str, on_instant: datetime, zone: str) -> tuple[str, ...]:
    """Give one sentence for each zone word in a title or mail that is wrong in the season of `on_instant` (aware).

    `EST` for a date in October gives a sentence that names `EDT`; `ET` passes. A word that is right in `zone` itself
    passes (`MST` in Phoenix), and so does `GMT` outside Britain, where it stands for UTC.
    """
    here = zone_label(on_instant, zone)
    sentences = []
    for family in FAMILIES:
        if family.standard == "GMT" and zone != family.zone:
            continue
        right = zone_label(on_instant, family.zone)
        for word, abbreviation in family.seasonal().items():
            if abbreviation not in (right, here) and _word_pattern(word).search(text):
                sentences.append(_season_sentence(family, word, right, on_instant.astimezone(zone_info(zone)).date()))
    return tuple(sentences)


@lru_cache(maxsize=64)
def _word_pattern(word: str) -> re.Pattern[str]:
    # Abbreviations count in capitals only: "est" is a word in other languages.
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.NOFLAG if word.isupper() else re.IGNORECASE)


def _season_sentence(family: Family, word: str, right: str, on: date) -> str:
    better = family.worded_like(word, right)
    day = f"{on.day} {MONTHS[on.month - 1]} {on.year}"
    return f"“{word}” is the wrong word on {day}: write “{better}”, or “{family.label}”, which is right all year."


def _tidy(text: str, field: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise _refusal(
            "time.too_long",
            "Write only a date, a time and a zone, such as 14 October 2025, 12:00 p.m. ET.",
            field,
        )
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    # `2025-10-14T12:00` is what the date picker of a browser sends.
    return re.sub(r"(?<=\d)T(?=\d)", " ", plain)


def _take_date(text: str, order: DateOrder | None) -> tuple[date, str]:
    for pattern in _NAMED_DATES:
        if match := pattern.search(text):
            parts = match.groupdict()
            month = int(parts["number"]) if "number" in parts else _month_number(parts["month"])
            return _checked_date(int(parts["year"]), month, int(parts["day"]), _without(text, match))
    if match := _NUMBERS.search(text):
        month, day = _numeric_month_day(match, order)
        return _checked_date(int(match[4]), month, day, _without(text, match))
    raise _refusal(
        "time.date_unreadable",
        "Write the date with its year, such as 14 October 2025 or 2025-10-14.",
        "local_date",
    )


def _numeric_month_day(match: re.Match[str], order: DateOrder | None) -> tuple[int, int]:
    first, second = int(match[1]), int(match[3])
    if len(match[4]) == 2:
        raise _refusal("time.date_unreadable", f"Write the year of {match[0]} with four digits.", "local_date")
    if first > 12 or (first != second and second <= 12 and order is DateOrder.DAY_FIRST):
        return second, first
    if first != second and second <= 12 and order is None:
        meanings = f"{second} {_month_name(first)} or {first} {_month_name(second)}"
        raise _refusal(
            "time.date_ambiguous", f"{match[0]} can mean {meanings}. Write the month as a word.", "local_date"
        )
    return first, second


def _checked_date(year: int, month: int, day: int, rest: str) -> tuple[date, str]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _refusal("time.year", f"Write a year between {FIRST_YEAR} and {LAST_YEAR}.", "local_date")
    try:
        on = date(year, month, day)
    except ValueError:
        raise _refusal(
            "time.no_such_date",
            f"There is no day {year}-{month:02}-{day:02}. Correct the day or the month.",
            "local_date",
        )
    if match := _WEEKDAY.search(rest):
        right = WEEKDAYS[on.weekday()]
        if not right.casefold().startswith(match[1][:3].casefold()):
            message = f"{on.day} {_month_name(month)} {year} is a {right}. Correct the weekday or the date."
            raise _refusal("time.weekday", message, "local_date")
        rest = _without(rest, match)
    return on, rest


def _with_clock(on: date, text: str, default_zone: str) -> TypedTime:
    clock, warnings, rest = _take_clock(text)
    local = datetime.combine(on, clock)
    if not rest:
        zone_info(default_zone)
        return TypedTime(local, default_zone, None, warnings)
    if _OFFSET.fullmatch(rest):
        message = f"Write a place instead of “{rest[:40]}”, such as ET or Europe/London: distances from UTC change."
        raise _refusal("time.offset", message, "time_zone")
    zone, family, abbreviation = _zone_meant(rest, local, default_zone)
    if family is None or abbreviation is None:
        return TypedTime(local, zone, rest, warnings)
    names = [zone_label(at, zone) for at in instants_of(local, zone)]
    if names and abbreviation not in names:
        warnings = (*warnings, _season_sentence(family, rest, names[0], on))
    fold = names.index(abbreviation) if len(names) > 1 and abbreviation in names else None
    return TypedTime(local, zone, rest, warnings, fold)


def _take_clock(text: str) -> tuple[time, tuple[str, ...], str]:
    match, word = _CLOCK.search(text), _CLOCK_WORD.search(text)
    if match:
        clock, rest = _clock_of(match, word), _without(text, match)
        warnings = _morning_warning(match, clock)
    elif word:
        clock, rest = _word_clock(word), text
        warnings = () if clock.hour else ("We read midnight as 12:00 a.m., the first minute of that day.",)
    else:
        raise _refusal("time.clock_unreadable", "Write a time, such as 12:00 p.m., noon or 14:30.", "local_time")
    if word and (again := _CLOCK_WORD.search(rest)):
        rest = _without(rest, again)
    return clock, warnings, rest


def _clock_of(match: re.Match[str], word: re.Match[str] | None) -> time:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            raise _refusal(
                "time.clock_unreadable",
                f"“{match[0]}” mixes two clocks. Write 2:30 p.m. or 14:30.",
                "local_time",
            )
        hour = hour % 12 + (12 if half == "p" else 0)
    elif word and hour == 12:
        hour = _word_clock(word).hour
    elif match["minute"] is None:
        message = f"Write {match[0]}:00, or add a.m. or p.m., so that nobody has to guess."
        raise _refusal("time.clock_unreadable", message, "local_time")
    if hour > 23 or minute > 59:
        raise _refusal(
            "time.clock_unreadable",
            f"“{match[0]}” is not a time of day. Write one up to 23:59.",
            "local_time",
        )
    if word and time(hour, minute) != _word_clock(word):
        raise _refusal("time.clock_unreadable", f"“{match[0]}” is not {word[0]}. Write one of the two.", "local_time")
    return time(hour, minute)


def _morning_warning(match: re.Match[str], clock: time) -> tuple[str, ...]:
    if match["half"] or match["hour"].startswith("0") or not 1 <= clock.hour <= 7:
        return ()
    return (f"We read {match[0]} as {match[0]} a.m. Add p.m. if you mean the afternoon.",)


def _word_clock(word: re.Match[str]) -> time:
    return time(0) if word[1].casefold() == "midnight" else time(12)


def _zone_meant(words: str, local: datetime, default_zone: str) -> tuple[str, Family | None, str | None]:
    key = words.casefold().replace(".", "")
    if key.upper() == _only_label(default_zone, local.year):
        # In Phoenix "MST" is the clock of the whole year; the zone of Denver would be an hour off in summer.
        return default_zone, None, None
    if key in _zone_words():
        return _zone_words()[key]
    if zone := _zones_by_name().get(words.casefold().replace(" ", "_")):
        return zone, None, None
    message = f"We could not read “{words[:40]}”. Write only a zone, such as ET, CT, MT, PT, UTC or Europe/London."
    raise _refusal("time.zone_unknown", message, "time_zone")


def _only_label(zone: str, year: int) -> str | None:
    labels = {zone_label(datetime(year, month, 1, tzinfo=UTC), zone) for month in (1, 7)}
    return labels.pop() if len(labels) == 1 else None


@lru_cache(maxsize=1)
def _zone_words() -> dict[str, tuple[str, Family | None, str | None]]:
    words: dict[str, tuple[str, Family | None, str | None]] = {
        word.casefold(): (zone, None, None) for word, zone in STEADY_WORDS.items()
    }
    for family in FAMILIES:
        words |= {word.casefold(): (family.zone, family, None) for word in family.general()}
        words |= {word.casefold(): (family.zone, family, short) for word, short in family.seasonal().items()}
    return words


@lru_cache(maxsize=1)
def _zones_by_name() -> dict[str, str]:
    return {name.casefold(): name for name in known_zones()}


def _without(text: str, match: re.Match[str]) -> str:
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    return " ".join(_FILLING.sub(" ", rest).split())


def _month_number(word: str) -> int:
    return next(at for at, name in enumerate(MONTHS, 1) if name[:3].casefold() == word[:3].casefold())


def _month_name(number: int) -> str:
    return MONTHS[number - 1]


def _refusal(code: str, message: str, field: str) -> InvalidInput:
    return InvalidInput(code, message, {field: message})
