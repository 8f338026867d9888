"""Moving a sitting to another time, and nothing else of it: what that means first, then the move."""

from datetime import datetime
from typing import Any

from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.read_back import Reading, read_typed
from webinar_app.core.times import describe, in_zone, stamp
from webinar_app.core.zones import tzdata_version
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import when_words
from webinar_app.webinars.queries.changes import last_change
from webinar_app.webinars.rules import DatePrecision, WebinarState
from webinar_app.webinars.services.checking import what_to_know
from webinar_app.webinars.services.planning import closing_like
from webinar_app.webinars.services.scheduling import (
    apply_change,
    check_to_come,
    get_open,
    is_move,
    who_is_told,
    zone_change,
)


def preview_move(db: Db, actor: Actor, code: str, typed: str, fold: int | None, *, now: datetime) -> dict[str, Any]:
    """Give `{moved, before, after, told, warnings, seen}` of a move that is not made yet.

    `seen` is what `move_sitting` takes to know that nobody moved the sitting meanwhile. Raises InvalidInput by field.
    """
    webinar = get_open(db, actor, code)
    reading, values = _values(webinar, typed, fold, now)
    moved = is_move(webinar, values) and webinar.state is WebinarState.SCHEDULED
    return {
        "moved": moved, "before": when_words(webinar), "seen": seen_of(webinar), "fold": reading.fold,
        "after": describe(values["local_start"], values["time_zone"], fold=values["fold"]),
        "told": who_is_told(db, webinar.id) if moved else [],
        "warnings": [
            *reading.warnings, *zone_change(webinar, values), *_closing_words(webinar, values),
            *what_to_know(
                db, webinar.course, values["starts_at"], values["time_zone"], webinar.minutes, venue=webinar.venue,
                webinar=webinar,
            ),
        ],
    }  # fmt: skip


def move_sitting(
    db: Db, actor: Actor, code: str, typed: str, fold: int | None, *, seen: str, now: datetime
) -> dict[str, Any]:
    """Move a sitting to a typed time and return `{code, moved, before, after}`; all else of it stays.

    Registration closes as many days before it as it did. Raises InvalidInput `webinar.moved_meanwhile` when it does not
    stand any more where `seen` says, so that of two people who move it at once the second is told.
    """
    webinar = get_open(db, actor, code)
    if seen != seen_of(webinar):
        who = last_change(db, webinar.id)["who"]
        sentence = f"{who} moved this session meanwhile, to {when_words(webinar)}. Your move was not made."
        raise InvalidInput("webinar.moved_meanwhile", sentence, {"typed": sentence})
    before = when_words(webinar)
    _, values = _values(webinar, typed, fold, now)
    moved = apply_change(db, webinar, values, actor_id=actor.person_id, now=now)
    return {"code": webinar.code, "moved": moved, "before": before, "after": when_words(webinar)}


def seen_of(webinar: Webinar) -> str:
    """Give a word for when a sitting is, which changes when it moves."""
    return stamp(webinar.starts_at) if webinar.starts_at else str(webinar.local_date or webinar.precision.value)


def _values(webinar: Webinar, typed: str, fold: int | None, now: datetime) -> tuple[Reading, dict[str, Any]]:
    reading = read_typed(typed, webinar.time_zone, fold=fold, minutes=webinar.minutes, now=now)
    reading.check()
    assert reading.local is not None
    assert reading.starts_at is not None
    check_to_come(webinar, reading.starts_at, webinar.minutes, now)
    zone = reading.zone or webinar.time_zone
    kept = {name: getattr(webinar, name) for name in ("minutes", "delivery", "venue")}
    return reading, kept | {
        "precision": DatePrecision.EXACT, "typed": typed.strip(), "local_start": reading.local, "local_date": None,
        "time_zone": zone, "fold": reading.fold, "starts_at": reading.starts_at, "tzdata": tzdata_version(),
        "registration_closes_at": closing_like(webinar, reading.local, zone),
    }  # fmt: skip


def _closing_words(webinar: Webinar, values: dict[str, Any]) -> list[str]:
    closes = values["registration_closes_at"]
    if closes is None or closes == webinar.registration_closes_at:
        return []
    on = in_zone(closes, values["time_zone"])
    return [f"Registration closes on {on:%A} {on.day} {on:%B} {on.year} then, as many days before as now."]
