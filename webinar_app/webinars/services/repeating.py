"""Recurring series: all dates of a rhythm, shown before anything is written, and then made at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.read_back import read_date, read_typed
from webinar_app.core.recurrence import Occurrence, Pattern, Rhythm, describe_pattern, occurrences, read_skips
from webinar_app.core.times import describe, end_of
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.services.checking import what_to_know
from webinar_app.webinars.services.cloning import copy_prepared
from webinar_app.webinars.services.scheduling import add_sitting, check_agenda_fits, publish_sitting


def plan_series(db: Db, actor: Actor, slug: str, details: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Give `{words, zone, rows, held}` of a rhythm: every date that would be held, and those left out with the reason.

    `details`: as for a sitting, with `rhythm`, `every`, `count`, `until` and `skip`. A row is `{words, typed, utc,
    skipped, problem, notes}`. Raises InvalidInput by field.
    """
    course = get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE)
    pattern = _pattern(db, course, details, now)
    if details.get("minutes") is None:
        sentence = "Say how many minutes each session lasts."
        raise InvalidInput("series.minutes", sentence, {"minutes": sentence})
    source = _like(db, actor, course, details)
    if source is not None:
        check_agenda_fits(source, details["minutes"])
    rows = [_row(db, course, one, pattern, details, source, now) for one in occurrences(pattern)]
    held = sum(not row["skipped"] for row in rows)
    return {"words": describe_pattern(pattern), "zone": pattern.zone, "rows": rows, "held": held}


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
        own = {**details, "typed": row["typed"], "time_zone": plan["zone"], "registration_closes": ""}
        webinar, _ = add_sitting(db, course, own, actor_id=actor.person_id, now=now)
        if source is not None:
            webinar.title = source.title
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
        count=details["count"], until=_until(details["until"], now), skip=read_skips(details["skip"]),
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


def _row(
    db: Db,
    course: Course,
    one: Occurrence,
    pattern: Pattern,
    details: Mapping[str, Any],
    source: Webinar | None,
    now: datetime,
) -> dict[str, Any]:
    words = describe(one.local, pattern.zone, fold=one.fold)
    notes: list[str] = []
    if one.starts_at is not None:
        if end_of(one.starts_at, details["minutes"]) <= now:
            notes.append("This date has passed: the session would be published as ended.")
        notes += what_to_know(db, course, one.starts_at, pattern.zone, details["minutes"], venue=details.get("venue"))
    return {
        "words": words, "typed": words, "starts_at": one.starts_at, "skipped": one.skipped, "problem": one.problem,
        "notes": notes,
    }  # fmt: skip
