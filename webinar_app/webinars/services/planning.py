"""Where copies of sittings would land: every date with what is to know of it, before anything is written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.read_back import read_date, read_typed
from webinar_app.core.recurrence import MOST_DATES, Moved, OnHoliday, free_days, read_skips, spread
from webinar_app.core.text import counted
from webinar_app.core.times import NoSuchTime, RepeatedTime, clock_words, deadline, describe, end_of, in_zone, resolve
from webinar_app.core.zones import tzdata_version
from webinar_app.courses.events import Carried, CarriedAsked
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.providers.models import Provider
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import wall_start, when_words
from webinar_app.webinars.rules import DatePrecision
from webinar_app.webinars.services.checking import Surroundings, look_around

PAST = "This date has passed: the session would be published as ended."
_YEARS = 2  # after the last copy, for what is put off by weeks
_AWAY = timedelta(days=2)  # no zone is farther from UTC, and no sitting longer


def plan_copies(
    db: Db,
    actor: Actor,
    course: Course,
    sources: Sequence[Webinar],
    when: Mapping[str, Any],
    *,
    is_whole: bool,
    now: datetime,
) -> dict[str, Any]:
    """Give `{rows, beside, days, held, carried, left, unused}` of copies of these sittings, the first at a new time.

    `sources` are in order of time. `when`: `typed` and `fold` of the first, `skip` and `holidays` to keep free, and
    `on_holiday`. `is_whole`: the course is copied too. A row is `{code, before, after, beside, when, skipped, problem,
    asks, notes}`: `when` holds columns, `beside` the time in the zone of that name, `asks` is true where a clock shows
    the time twice. Raises InvalidInput by field.
    """
    if len(sources) > MOST_DATES:
        sentence = f"Choose at most {MOST_DATES} sessions at once."
        raise InvalidInput("clone.many", sentence, {"codes": sentence})
    dated = [(row, start) for row in sources if (start := wall_start(row)) is not None]
    by = _distance(dated[0][0], when, now) if dated else timedelta()
    landed = spread([start for _, start in dated], by, _free(when, [start + by for _, start in dated]), _way(when))
    moved = {row.id: spot for (row, _), spot in zip(dated, landed, strict=True)}
    beside = zone_beside(db, actor, course, [row.time_zone for row, _ in dated])
    around = look_around(db, course, *stretch([spot.local for spot in landed] or [_naive(now)]), like=list(moved))
    first = dated[0][1].time() if dated else time()
    rows = [_row(course, around, row, moved.get(row.id), when.get("fold"), beside, first, now) for row in sources]
    days = (landed[0].local.date() - dated[0][1].date()).days if dated else 0
    asked = CarriedAsked(tuple(row.id for row in sources), course.id if is_whole else None, days)
    found = [*_carried(sources), *(one for told in ask(db, asked) for one in told)]
    return {
        "rows": rows, "beside": beside, "days": days, "held": sum(not row["skipped"] for row in rows),
        "carried": [one.words for one in found if not one.is_left],
        "left": [one.words for one in found if one.is_left],
        "unused": unmet_days(when.get("skip") or "", {day for spot in landed for day in spot.met}),
    }  # fmt: skip


def zone_beside(db: Db, actor: Actor, course: Course, zones: Collection[str]) -> str:
    """Give the zone whose time stands beside that of sittings: the coordinator's, or UTC where it is the same."""
    home = actor.time_zone or db.get_one(Provider, course.provider_id).time_zone
    return home if any(zone != home for zone in zones) else "UTC"


def words_beside(starts_at: datetime, zone: str) -> str:
    """Say an instant in a zone, with its weekday."""
    if zone != "UTC":
        return describe(in_zone(starts_at, zone), zone)
    there = starts_at.astimezone(UTC)
    return f"{there:%A} {there.day} {there:%B} {there.year}, {there:%H:%M} UTC"


def unmet_days(typed: str, met: Collection[date]) -> list[str]:
    """Give the typed days on which nothing would have been held: perhaps another year was meant."""
    return [f"{day:%A} {day.day} {day:%B} {day.year}" for day in sorted(read_skips(typed)) if day not in met]


def notes_on(
    course: Course, around: Surroundings, starts_at: datetime, zone: str, minutes: int, venue: Any, now: datetime,
    *, like: int | None = None,
) -> list[str]:  # fmt: skip
    """Give what is to know of a sitting of this course at this time: it is over, credit is, or something clashes.

    `like`: the sitting whose roles it has.
    """
    past = [PAST] if end_of(starts_at, minutes) <= now else []
    on = in_zone(starts_at, zone).date()
    ended = [
        f"The approval of {one.type} credit ends on {one.valid_to.day} {one.valid_to:%B %Y}, before this session."
        for one in course.offers
        if one.valid_to is not None and one.valid_to < on
    ]
    against = around.conflicts_at(starts_at, minutes, venue, like=like)
    return past + ended + against + around.shifts_at(starts_at, zone)


def stretch(starts: Sequence[datetime]) -> tuple[datetime, datetime]:
    """Give a stretch of time that holds every sitting that begins at one of these wall times, in whatever zone."""
    first, last = min(starts), max(starts)
    return first.replace(tzinfo=UTC) - _AWAY, last.replace(tzinfo=UTC) + _AWAY


def _naive(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None)


def _way(when: Mapping[str, Any]) -> OnHoliday:
    return OnHoliday(when.get("on_holiday") or OnHoliday.KEEP)


def _free(when: Mapping[str, Any], starts: Sequence[datetime]) -> dict[date, str]:
    years = range(starts[0].year, starts[-1].year + _YEARS + 1) if starts else ()
    return free_days(when.get("skip") or "", when.get("holidays") or "", years)


def _distance(first: Webinar, when: Mapping[str, Any], now: datetime) -> timedelta:
    """Give how far the first sitting moves on its own wall clock (A11)."""
    stood, typed = wall_start(first), str(when.get("typed") or "")
    assert stood is not None
    if first.precision is DatePrecision.DATE:
        on_date = read_date(typed, now=now)
        on_date.check()
        assert on_date.on is not None
        return datetime.combine(on_date.on, time()) - stood
    reading = read_typed(typed, first.time_zone, fold=when.get("fold"), minutes=first.minutes, now=now)
    reading.check()
    assert reading.local is not None
    assert reading.starts_at is not None
    local = reading.local if reading.zone == first.time_zone else in_zone(reading.starts_at, first.time_zone)
    return local.replace(fold=0) - stood


def _row(
    course: Course, around: Surroundings, source: Webinar, spot: Moved | None, fold: int | None, beside: str,
    first: time, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    row: dict[str, Any] = {
        "code": source.code, "title": source.title, "before": when_words(source), "after": "On request", "beside": "",
        "when": {"typed": source.typed}, "skipped": "", "problem": "", "asks": False, "notes": [],
    }  # fmt: skip
    if spot is None:
        return row
    if spot.holiday:
        row["notes"].append(f"{spot.holiday}: {_put_off(spot)}")
    row["skipped"] = spot.skipped
    local = spot.local
    when: dict[str, Any] = {"registration_closes_at": closing_like(source, local)}
    if source.local_start is None:
        words = f"{local:%A} {local.day} {local:%B} {local.year}"
        return row | {"after": words, "when": when | {"typed": words, "local_date": local.date()}}
    row["after"] = describe(local, source.time_zone, fold=fold)
    row["notes"] += _new_clock(source.local_start, local, first)
    try:
        starts_at = resolve(local, source.time_zone, fold)
    except (NoSuchTime, RepeatedTime) as asked:
        return row if row["skipped"] else row | {"problem": asked.message, "asks": isinstance(asked, RepeatedTime)}
    row["beside"] = words_beside(starts_at, beside)
    if not row["skipped"]:
        row["notes"] += notes_on(
            course, around, starts_at, source.time_zone, source.minutes, source.venue, now, like=source.id
        )
    when |= {"typed": row["after"], "local_start": local, "fold": fold or 0}
    return row | {"when": when | {"starts_at": starts_at, "tzdata": tzdata_version()}}


def _new_clock(stood: datetime, local: datetime, first: time) -> list[str]:
    """Say that a sitting gets another clock time, where it did not stand at that of the first, which was typed."""
    if stood.time() in (local.time(), first):
        return []
    return [f"{clock_words(stood.time())} becomes {clock_words(local.time())}."]


def _put_off(spot: Moved) -> str:
    if spot.local.date() in spot.met:
        return "the session would be held all the same."
    return f"held {counted(len(spot.met), 'week')} later, and so are those after it."


def closing_like(source: Webinar, local: datetime, zone: str = "") -> datetime | None:
    """Give when registration closes for a sitting like this at `local`: as many days before it; None without a rule.

    `zone`: where it is another one than that of `source`.
    """
    stood = wall_start(source)
    if source.registration_closes_at is None or stood is None:
        return None
    closed = in_zone(source.registration_closes_at, source.time_zone).date()
    return deadline(closed + (local.date() - stood.date()), zone or source.time_zone)


def _carried(sources: Sequence[Webinar]) -> list[Carried]:
    """Give what sittings themselves carry: agenda and roles."""
    agendas, roles = [len(row.segments) for row in sources if row.segments], sum(len(row.staff) for row in sources)
    where = f" in {len(agendas)} sessions" if len(agendas) > 1 else ""
    found = [f"agenda of {counted(sum(agendas), 'part')}{where}"] if agendas else []
    found += [f"{counted(roles, 'role')} of presenters and staff"] if roles else []
    return [Carried(words) for words in found]
