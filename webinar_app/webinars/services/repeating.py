"""Recurring series: all dates of a rhythm, shown before anything is written, and then made at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from webinar_app.core.actor import Actor
from webinar_app.core.errors import DomainError, InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.read_back import read_date, read_typed
from webinar_app.core.recurrence import (
    HORIZON_YEARS,
    MOST_DATES,
    Occurrence,
    Pattern,
    Rhythm,
    describe_gaps,
    describe_pattern,
    free_days,
    occurrences,
)
from webinar_app.core.times import describe
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.services.checking import DEFAULT_MINUTES, Surroundings, look_around
from webinar_app.webinars.services.cloning import copy_prepared
from webinar_app.webinars.services.planning import (
    closing_like,
    notes_on,
    stretch,
    unmet_days,
    words_beside,
    zone_beside,
)
from webinar_app.webinars.services.scheduling import add_sitting, check_agenda_fits, publish_sitting

MOST_CLASHES = 5


def plan_series(db: Db, actor: Actor, slug: str, details: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Give `{words, gaps, zone, beside, rows, held, short, is_cut, unused}` of a rhythm, its left out dates too.

    `details`: as for a sitting, with `rhythm`, `every`, `count`, `until`, `skip`, `holidays` and `like`. A row is
    `{after, beside, local, skipped, problem, asks, notes}`. `short`: how many of those asked for have no date,
    `is_cut`: more are asked for than one series holds, `unused`: typed days that are no dates of it. Raises
    InvalidInput by field.
    """
    course = get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    pattern = _pattern(db, course, details, now)
    if details.get("minutes") is None:
        sentence = "Say how many minutes each session lasts."
        raise InvalidInput("series.minutes", sentence, {"minutes": sentence})
    source = _like(db, actor, course, details)
    if source is not None:
        check_agenda_fits(source, details["minutes"])
    found, beside = occurrences(pattern), zone_beside(db, actor, course, [pattern.zone])
    around = _around(db, course, found or [Occurrence(pattern.first)], source)
    rows = [_row(course, around, one, pattern, details, beside, source, now) for one in found]
    held = sum(not row["skipped"] for row in rows)
    return {
        "words": describe_pattern(pattern), "gaps": describe_gaps(pattern), "zone": pattern.zone, "beside": beside,
        "rows": rows, "held": held,
        "short": max(0, (pattern.count or 0) - held) if pattern.until is None else 0,
        "is_cut": pattern.count is None and held == MOST_DATES,
        "unused": unmet_days(details["skip"], {one.local.date() for one in found}),
    }  # fmt: skip


def check_series(db: Db, actor: Actor, slug: str, details: Mapping[str, Any], *, now: datetime) -> list[str]:
    """Give what stands against the dates of a rhythm while it is typed, one sentence each; nothing while it is unclear.

    Of many clashes the first ones are named, and the rest counted.
    """
    course = get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    try:
        pattern = _pattern(db, course, details, now)
        found = [one for one in occurrences(pattern) if one.starts_at is not None]
        source = _like(db, actor, course, details)
    except DomainError:
        return []
    if not found:
        return []
    around, like = _around(db, course, found, source), source.id if source else None
    minutes = details.get("minutes") or DEFAULT_MINUTES
    said = [
        sentence
        for one in found
        if one.starts_at is not None
        for sentence in around.conflicts_at(one.starts_at, minutes, details.get("venue"), like=like)
    ]
    more = len(said) - MOST_CLASHES
    return said[:MOST_CLASHES] + ([f"{more} more of its dates clash. The next page names each."] if more > 0 else [])


def make_series(db: Db, actor: Actor, slug: str, details: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Make the sittings of a rhythm and return `{codes}`; a published course opens them at once."""
    plan = plan_series(db, actor, slug, details, now=now)
    if asked := next((row["problem"] for row in plan["rows"] if row["problem"]), ""):
        sentence = f"{asked} Leave that date out, or choose another time."
        raise InvalidInput("series.unclear", sentence, {"typed": sentence})
    course = get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    source = _like(db, actor, course, details)
    made = []
    for row in plan["rows"]:
        if row["skipped"]:
            continue
        own = {**details, "typed": row["after"], "time_zone": plan["zone"], "registration_closes": ""}
        webinar, _ = add_sitting(db, course, own, actor_id=actor.person_id, now=now)
        if source is not None:
            webinar.title, webinar.overrun_minutes = source.title, source.overrun_minutes
            webinar.registration_closes_at = closing_like(source, row["local"])
            copy_prepared(db, source, webinar, actor_id=actor.person_id, now=now)
        if course.state is CourseState.PUBLISHED:
            publish_sitting(db, webinar, actor_id=actor.person_id, now=now)
        made.append(webinar.code)
    return {"codes": made}


def _pattern(db: Db, course: Course, details: Mapping[str, Any], now: datetime) -> Pattern:
    home = details.get("time_zone") or db.get_one(Provider, course.provider_id).time_zone
    reading = read_typed(str(details.get("typed") or ""), home, fold=details.get("fold"), now=now)
    reading.check()
    assert reading.local is not None
    assert reading.zone is not None
    return Pattern(
        first=reading.local, zone=reading.zone, rhythm=Rhythm(details["rhythm"]), every=details["every"],
        count=details["count"], until=_until(details["until"], now), skip=_free(details, reading.local),
        fold=reading.fold if len(reading.choices) else details.get("fold"),
    )  # fmt: skip


def _until(typed: str, now: datetime) -> date | None:
    if not typed.strip():
        return None
    reading = read_date(typed, now=now)
    reading.check("until")
    return reading.on


def _like(db: Db, actor: Actor, course: Course, details: Mapping[str, Any]) -> Webinar | None:
    """Give the sitting whose preparations each of the series gets, if one was chosen."""
    if not details.get("like"):
        return None
    source = get_webinar(db, actor, details["like"], to=Permission.WEBINAR_SCHEDULE)
    if source.course_id != course.id:
        sentence = "Choose a session of this course."
        raise InvalidInput("series.like", sentence, {"like": sentence})
    return source


def _free(details: Mapping[str, Any], first: datetime) -> dict[date, str]:
    return free_days(details["skip"], details.get("holidays") or "", range(first.year, first.year + HORIZON_YEARS + 1))


def _around(db: Db, course: Course, found: Sequence[Occurrence], source: Webinar | None) -> Surroundings:
    return look_around(db, course, *stretch([one.local for one in found]), like=[source.id] if source else [])


def _row(
    course: Course, around: Surroundings, one: Occurrence, pattern: Pattern, details: Mapping[str, Any], beside: str,
    source: Webinar | None, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    notes: list[str] = []
    if one.starts_at is not None:
        notes = notes_on(
            course, around, one.starts_at, pattern.zone, details["minutes"], details.get("venue"), now,
            like=source.id if source else None,
        )  # fmt: skip
    return {
        "after": describe(one.local, pattern.zone, fold=one.fold), "local": one.local, "skipped": one.skipped,
        "beside": words_beside(one.starts_at, beside) if one.starts_at else "", "problem": one.problem,
        "asks": one.is_twice, "notes": notes,
    }  # fmt: skip
