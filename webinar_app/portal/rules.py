"""What visitors may look for, what a sitting offers them now, and the words of prices, credit and formats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from webinar_app.core.text import one_line
from webinar_app.core.times import end_of
from webinar_app.registrations.rules import Opening

TEXT_LIMIT = 100
LAST_PAGE = 1000
ADDONS_HEADING = "Additional areas that can be covered"
KIND_WORDS = {
    "live_webinar": "Live webinar",
    "self_paced": "Self-paced course",
    "in_person": "In-person day",
    "presentation": "Recorded presentation",
    "handout": "Handout",
}
LEVEL_WORDS = {"introductory": "Introductory", "intermediate": "Intermediate", "advanced": "Advanced"}
DELIVERY_WORDS = {"online": "online and live", "in_person": "in person", "hybrid": "in the room or online"}
PRICE_WORDS = {"free": "No fee", "paid": "With a fee", "request": "Price on request"}
HOURS_WORDS = {"short": "Up to 1", "middle": "More than 1, up to 3", "long": "More than 3"}
CREDIT_WORDS = {"certificate": "Certificate of training", "none": "No credit"}
ROLE_WORDS = {"co-presenter": "Co-presenter", "moderator": "Moderator", "instructor": "Instructor"}
LANGUAGE_WORDS = {
    "en-US": "English (US)", "en-GB": "English (UK)", "en-CA": "English (Canada)", "en": "English",
    "fr": "French", "fr-CA": "French (Canada)", "es": "Spanish", "es-US": "Spanish (US)", "de": "German",
}  # fmt: skip
CURRENCY_SIGNS = {"USD": "$", "GBP": "£", "EUR": "€"}
ITEM_WORDS = {
    "webinar": "Webinar", "in_person_day": "In-person day", "video": "Video", "audio": "Audio", "reading": "Reading",
    "handout": "Handout", "post_test": "Post-test", "evaluation": "Evaluation", "composite": "Several parts",
}  # fmt: skip
ITEM_ICONS = {
    "webinar": "video", "in_person_day": "people", "video": "play", "audio": "sound", "reading": "file",
    "handout": "file", "post_test": "check", "evaluation": "pen", "composite": "slides",
}  # fmt: skip
DONE_WORDS = {
    "webinar": "Attended", "in_person_day": "Attended", "reading": "Read", "handout": "Read", "evaluation": "Evaluated",
    "video": "Watched", "audio": "Heard", "post_test": "Passed", "composite": "Done",
}  # fmt: skip
OPEN_WORDS = {
    "webinar": "Attendance not met so far", "in_person_day": "Attendance not met so far", "reading": "Reading",
    "handout": "Handout", "evaluation": "Evaluation", "video": "Video", "audio": "Audio", "post_test": "Post-test",
}  # fmt: skip
_PART_WORDS = {"webinar": "webinar", "handout": "handouts", "reading": "reading", "video": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class CatalogueFilter:
    """What the catalogue is narrowed to, as it stands in the address; empty means all."""

    q: str = ""
    kind: tuple[str, ...] = ()
    category: str = ""
    credit: str = ""
    hours: str = ""
    price: str = ""
    level: str = ""
    presenter: str = ""
    language: str = ""
    region: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1

    @property
    def is_set(self) -> bool:
        """Say whether anything is narrowed."""
        return replace(self, page=1) != CatalogueFilter()

    @property
    def is_refined(self) -> bool:
        """Say whether more than a text is looked for."""
        return replace(self, q="").is_set

    @property
    def set_further(self) -> bool:
        """Say whether one of the filters is set that stand folded away."""
        further = (self.hours, self.price, self.presenter, self.language, self.region, self.since, self.until)
        return any(further)

    def address(self, **changes: Any) -> str:
        """Give the query string of this filter with some values changed, empty ones left out."""
        other = replace(self, **{"page": 1, **changes})
        pairs: list[tuple[str, str]] = []
        for field in fields(other):
            value = getattr(other, field.name)
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(field.name, str(one)) for one in values if one and not (field.name == "page" and one == 1)]
        return "?" + urlencode(pairs) if pairs else ""


def read_filter(told: Mapping[str, Sequence[str]]) -> CatalogueFilter:
    """Read a filter from an address; what cannot be understood is left out, because old links must go on working."""

    def one(name: str, known: Iterable[str] | None = None) -> str:
        value = one_line((told.get(name) or [""])[0])[:TEXT_LIMIT]
        return value if known is None or value in known else ""

    since, until = _day(one("since")), _day(one("until"))
    if since and until and until < since:
        since, until = until, since
    page = one("page")
    return CatalogueFilter(
        q=one("q"),
        kind=tuple(kind for kind in KIND_WORDS if kind in (told.get("kind") or ())),
        category=one("category"),
        credit=one("credit"),
        hours=one("hours", HOURS_WORDS),
        price=one("price", PRICE_WORDS),
        level=one("level", LEVEL_WORDS),
        presenter=one("presenter"),
        language=one("language"),
        region=one("region"),
        since=since,
        until=until,
        page=min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and int(page) else 1,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


class Door(StrEnum):
    """What somebody can do about a sitting now."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    LIVE = "live"
    STARTING = "starting"
    ON_REQUEST = "on_request"
    DATE_ONLY = "date_only"
    ENDED = "ended"
    CANCELLED = "cancelled"
    DRAFT = "draft"


_SETTLED = {"draft": Door.DRAFT, "cancelled": Door.CANCELLED, "ended": Door.ENDED}
_RANKS = (
    Door.LIVE, Door.STARTING, Door.OPEN, Door.FULL, Door.CLOSED, Door.DATE_ONLY, Door.ON_REQUEST, Door.DRAFT,
    Door.ENDED, Door.CANCELLED,
)  # fmt: skip


def door_of(sitting: Mapping[str, Any], now: datetime) -> Door:
    """Say what is open at a sitting: `webinars.queries.sitting_view` with `opening` of `registrations.rules`."""
    if sitting["state"] in _SETTLED:
        return _SETTLED[sitting["state"]]
    if sitting["starts_at"] is None:
        if sitting["precision"] == "on_request":
            return Door.ON_REQUEST
        return Door.ENDED if sitting["opening"] is Opening.ENDED else Door.DATE_ONLY
    if now >= end_of(sitting["starts_at"], sitting["minutes"] + sitting["overrun_minutes"]):
        return Door.ENDED
    if sitting["state"] == "live":
        return Door.LIVE
    if now >= sitting["starts_at"]:
        return Door.STARTING
    return {Opening.OPEN: Door.OPEN, Opening.FULL: Door.FULL, Opening.WAITING: Door.FULL}.get(
        sitting["opening"], Door.CLOSED
    )


def pick_sitting(sittings: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Give the sitting that a page shows first: live, next to come, on request, last of the past; None without any."""
    if not sittings:
        return None
    first = min(sittings, key=lambda one: _RANKS.index(one["door"]))
    if first["door"] in (Door.ENDED, Door.CANCELLED):
        return [one for one in sittings if one["door"] is first["door"]][-1]
    return first


def in_order(sittings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give sittings as a list of dates shows them: what is to come in order of time, then the past, latest first."""
    listed = list(sittings)
    over = [one for one in listed if one["door"] in (Door.ENDED, Door.CANCELLED)]
    return [one for one in listed if one not in over] + over[::-1]


def places_words(seats: Iterable[tuple[str, int | None, int | None]]) -> str:
    """Say how many places are left: `38 of 250 left`; of several kinds each; nothing where there is no limit.

    `seats`: kind (`online`, `room`), capacity, free seats.
    """
    limited = [(kind, capacity, left) for kind, capacity, left in seats if capacity is not None]
    if len(limited) == 1:
        return f"{limited[0][2] or 'None'} of {limited[0][1]} left"
    names = {"online": "online", "room": "in the room"}
    return ", ".join(f"{left or 'none'} of {capacity} left {names[kind]}" for kind, capacity, left in limited)


def price_words(price: Decimal | None, currency: str, kind: str, tax: str = "") -> str:
    """Say what it costs: `$48`, `$48 plus HST 13 %`, `No fee`, `Price on request`; empty where nothing is said.

    `tax`: the words of a tax that is added to the price.
    """
    if price is None:
        return {"in_person": "Price on request", "handout": "Open to all"}.get(kind, "")
    if price == 0:
        return "No fee"
    number = f"{price:.0f}" if price == price.to_integral_value() else f"{price:.2f}"
    sign = CURRENCY_SIGNS.get(currency)
    told = f"{sign}{number}" if sign else f"{number} {currency}"
    return f"{told} plus {tax}" if tax else told


def amount_words(amount: Decimal) -> str:
    """Give an amount of credit with one decimal at least: `1.25`, `4.0`."""
    plain = f"{amount.normalize():f}"
    return plain if "." in plain else f"{plain}.0"


def language_words(code: str) -> str:
    """Name a language."""
    return LANGUAGE_WORDS.get(code) or code


def item_words(kind: str, content: Mapping[str, Any]) -> str:
    """Say what an item is: `Recorded webinar`, `Webinar & handouts` for a composite of these."""
    if kind == "composite":
        parts = [_PART_WORDS.get(part, part) for part in content.get("parts") or ()]
        said = " & ".join(parts) or "several parts"
    else:
        said = ITEM_WORDS.get(kind, kind).lower()
    if content.get("recorded"):
        said = f"recorded {said}"
    return said[0].upper() + said[1:]


def minutes_words(minutes: int | None, is_rough: bool) -> str:
    """Give a length as an outline says it: `50 minutes`, `Approx. 50 minutes`; empty where nothing is said."""
    if not minutes:
        return ""
    said = f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"Approx. {said}" if is_rough else said


def count_words(number: int, noun: str = "offer") -> str:
    """Count in words up to ten, as a heading does: `Five offers`."""
    small = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
    said = small[number] if number < len(small) else str(number)
    return f"{said} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an entry stands in a week: hour and minute on five minutes, length on the steps of the scale, lane."""

    hour: int
    minute: int
    length: int
    lane: str = ""


def monday_of(day: date) -> date:
    """Give the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def month_sheet(day: date) -> list[date]:
    """Give the days of whole weeks that hold the month of a day."""
    first = monday_of(day.replace(day=1))
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    weeks = ((last - first).days // 7) + 1
    return [first + timedelta(days=n) for n in range(weeks * 7)]


def place(local: datetime, minutes: int) -> Placed:
    """Place an entry by its wall clock; its length never passes midnight."""
    minute = local.minute // 5 * 5
    room = 24 * 60 - local.hour * 60 - minute
    length = max(15, min(minutes, room, 720))
    step = 5 if length <= 240 else 15
    return Placed(local.hour, minute, max(15, length // step * step))


def lanes(spans: Sequence[tuple[int, int]]) -> list[str]:
    """Give `a` or `b` to entries of a day that lie over another one, empty to all others.

    `spans`: half-open minutes, in order of their start.
    """
    given: list[str] = []
    for at, (begin, end) in enumerate(spans):
        others = [n for n, (b, e) in enumerate(spans) if n != at and b < end and begin < e]
        if not others:
            given.append("")
            continue
        taken = {given[n] for n in others if n < at}
        given.append("b" if "a" in taken else "a")
    return given


def hours_shown(entries: Iterable[Placed]) -> tuple[int, int]:
    """Give the first hour of a week's page and how many it shows: nine to six, more where entries need it."""
    listed = list(entries)
    first = min([9, *(one.hour for one in listed)])
    ends = [one.hour * 60 + one.minute + one.length for one in listed]
    last = max([18, *(-(-end // 60) for end in ends)])
    return first, min(24, last) - first
