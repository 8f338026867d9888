"""Reads of a series that one registers for at once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webinar_app.core.actor import Actor
from webinar_app.core.errors import NotFound
from webinar_app.core.times import in_zone
from webinar_app.courses.models import Course, Series
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import Db
from webinar_app.registrations.policy import own_registration, standing_at
from webinar_app.registrations.queries import (
    Place,
    attendance_words,
    current_policy,
    full_title,
    needs_licence,
    opening_of,
    seat_in,
)
from webinar_app.registrations.queries.prices import price_at
from webinar_app.registrations.queries.questions import list_questions
from webinar_app.registrations.queries.waiting import admission_of
from webinar_app.registrations.rules import OPENING_WORDS, Opening
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL, when_words
from webinar_app.webinars.rules import WebinarState

ALONE = "It asks questions of its own, so that it is registered for alone."
STANDS = "You asked for a place here already."


def get_series(db: Db, slug: str) -> Series:
    """Give the series with this address, or raise NotFound."""
    found = db.scalars(select(Series).where(Series.slug == slug)).one_or_none()
    if found is None:
        raise NotFound("series.unknown", "There is no series at this address. Look for it in the catalogue.")
    return found


def coming_sittings(db: Db, series_id: int, now: datetime) -> list[Webinar]:
    """Give the sittings of a series that are still to come, in order of time."""
    query = (
        select(Webinar)
        .join(Course, Course.id == Webinar.course_id)
        .where(
            REAL, Course.series_id == series_id, Course.state == CourseState.PUBLISHED, Webinar.starts_at > now,
            Webinar.state == WebinarState.SCHEDULED,
        )
        .options(joinedload(Webinar.course))
        .order_by(Webinar.starts_at, Webinar.id)
    )  # fmt: skip
    return list(db.scalars(query))


def series_offer(db: Db, actor: Actor, slug: str, now: datetime) -> dict[str, Any]:
    """Give what the page of registration shows of a series: each session to come, and whether there is a place."""
    series = get_series(db, slug)
    sittings = coming_sittings(db, series.id, now)
    sessions = [_session(db, actor, one, now) for one in sittings]
    return {
        "slug": series.slug, "name": series.name, "sessions": sessions,
        "open": [one for one in sessions if one["is_open"]],
        "needs_licence": any(needs_licence(db, one.course) for one in sittings),
        "time_zone": sittings[0].time_zone if sittings else "UTC", "last_day": _last_day(sittings, now),
    }  # fmt: skip


def _last_day(sittings: list[Webinar], now: datetime) -> date:
    """Give the day until which a licence has to hold for all of them."""
    days = [in_zone(one.starts_at, one.time_zone).date() for one in sittings if one.starts_at]
    return days[-1] if days else now.date()


def _session(db: Db, actor: Actor, webinar: Webinar, now: datetime) -> dict[str, Any]:
    own, (opening, trouble) = own_registration(db, actor, webinar), series_opening(db, webinar, now)
    if not trouble and own is None and standing_at(db, actor, Place(webinar.course, webinar)) is not None:
        trouble = STANDS
    price = price_at(db, Place(webinar.course, webinar), now, person_id=actor.person_id if actor.is_full else None)
    return {
        "price": price["total"] if price else "",
        "code": webinar.code, "title": full_title(webinar), "when": when_words(webinar),
        "policy": current_policy(webinar), "attendance": attendance_words(db, webinar),
        "own": own.code if own else "", "is_open": not trouble and own is None, "trouble": trouble,
        "is_alone": trouble in (ALONE, STANDS) or opening is Opening.WAITING,
        "needs_approval": admission_of(db, webinar.id).needs_approval,
    }  # fmt: skip


def series_opening(db: Db, webinar: Webinar, now: datetime) -> tuple[Opening, str]:
    """Say whether a session is registered for together with others, and if not, why: by its list or form it is not."""
    found = opening_of(db, webinar, seat_in(webinar), now)
    if found is Opening.OPEN:
        return found, ALONE if list_questions(db, webinar.course_id) else ""
    return found, OPENING_WORDS[found]
