"""Sittings as calendars and mails name them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import selectinload

from webinar_app.calendars.rules import CANCELLED_KEPT, FEED_BACK, MOST_IN_FEED
from webinar_app.config import settings
from webinar_app.courses.models import Course, CoursePresenter, Series
from webinar_app.courses.queries import presenter_view
from webinar_app.courses.rules import CourseState
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.registrations.queries import attendance_words, cancel_until, credit_words, full_title
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL, when_words
from webinar_app.webinars.rules import WebinarState


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A sitting as calendars and mails name it."""

    id: int
    code: str
    provider_id: int
    provider_name: str
    reply_to: str
    uid: str
    sequence: int
    state: WebinarState
    title: str
    course_slug: str
    course_code: str
    presenters: str
    starts_at: datetime | None
    on_date: date | None
    minutes: int
    lobby_minutes: int
    zone: str
    words: str
    place: str
    is_online: bool
    credit: str
    attendance: tuple[str, ...]
    cancel_at: datetime | None = None  # when people can give their place back last; none: until the start
    updated_at: datetime


def uid_of(code: str) -> str:
    """Give the UID of a sitting's calendar entry, the same in invites, files and feeds (calendar statement IC4)."""
    return f"webinar-{code.lower()}@{settings().uid_domain}"


def crew_uid_of(code: str) -> str:
    """Give the UID of the entry of those who present or host a sitting: another time, and another invitation."""
    return f"crew-{code.lower()}@{settings().uid_domain}"


def sitting_of(db: Db, webinar: Webinar) -> Sitting:
    """Give what calendars and mails say of a sitting."""
    found = _listed(webinar, db.get_one(Provider, webinar.course.provider_id))
    return replace(
        found, credit=credit_words(webinar), attendance=attendance_words(db, webinar),
        cancel_at=cancel_until(db, webinar),
    )  # fmt: skip


def list_public_sittings(
    db: Db, now: datetime, *, series_id: int | None = None, course_id: int | None = None
) -> list[Sitting]:
    """Give the announced sittings of a series, a course or the whole catalogue, as calendars list them."""
    query = (
        select(Webinar)
        .join(Course, Course.id == Webinar.course_id)
        .where(Course.state.in_((CourseState.PUBLISHED, CourseState.ARCHIVED)))
    )
    if series_id is not None:
        query = query.where(Course.series_id == series_id)
    if course_id is not None:
        query = query.where(Course.id == course_id)
    return listed(db, query, now)


def listed(db: Db, query: Select[Webinar], now: datetime) -> list[Sitting]:
    """Give those sittings of a query that stand in a feed now, in order of time (IC20); without credit and policy.

    Where there are too many, the next ones stay.
    """
    exact, dated = Webinar.starts_at, Webinar.local_date
    query = query.where(
        REAL,
        Webinar.state != WebinarState.DRAFT,
        or_(Webinar.state != WebinarState.CANCELLED, Webinar.cancelled_at > now - CANCELLED_KEPT),
    ).options(selectinload(Webinar.course).selectinload(Course.presenters).selectinload(CoursePresenter.presenter))
    coming = query.where(_since(now)).order_by(exact.is_(None), exact, dated, Webinar.id).limit(MOST_IN_FEED)
    found = list(db.scalars(coming))
    past = query.where(_since(now - FEED_BACK), not_(_since(now)))
    past = past.order_by(exact.is_(None), exact.desc(), dated.desc(), Webinar.id).limit(MOST_IN_FEED - len(found))
    found = [*reversed(list(db.scalars(past))), *found]
    wanted = select(Provider).where(Provider.id.in_({webinar.course.provider_id for webinar in found}))
    providers = {provider.id: provider for provider in db.scalars(wanted)}
    return [_listed(webinar, providers[webinar.course.provider_id]) for webinar in found]


def _since(moment: datetime) -> ColumnElement[bool]:
    exact, dated = Webinar.starts_at, Webinar.local_date
    return or_(exact > moment, and_(exact.is_(None), dated > (moment - timedelta(days=1)).date()))


@dataclass(frozen=True, slots=True)
class Followed:
    """A calendar to subscribe to: its name, and how many of its sessions are still to come."""

    slug: str
    name: str
    coming: int


def list_followed_series(db: Db, now: datetime) -> list[Followed]:
    """Give the series of which something is published, by name."""
    is_coming = and_(_since(now), REAL, Webinar.state.in_((WebinarState.SCHEDULED, WebinarState.LIVE)))
    query = (
        select(Series.slug, Series.name, func.count(Webinar.id))
        .join(Course, Course.series_id == Series.id)
        .outerjoin(Webinar, and_(Webinar.course_id == Course.id, is_coming))
        .where(Course.state == CourseState.PUBLISHED)
        .group_by(Series.id)
        .order_by(Series.name, Series.id)
    )
    return [Followed(*row) for row in db.execute(query)]


def count_coming(sittings: Iterable[Sitting], now: datetime) -> int:
    """Count those of a feed that are still to take place."""
    return sum(_is_coming(sitting, now) for sitting in sittings)


def _is_coming(sitting: Sitting, now: datetime) -> bool:
    if sitting.state not in (WebinarState.SCHEDULED, WebinarState.LIVE):
        return False
    if sitting.starts_at is not None:
        return sitting.starts_at > now
    return sitting.on_date is not None and sitting.on_date >= now.date()


def _listed(webinar: Webinar, provider: Provider) -> Sitting:
    course = webinar.course
    return Sitting(
        id=webinar.id, code=webinar.code, provider_id=provider.id, provider_name=provider.name,
        reply_to=provider.email, uid=uid_of(webinar.code), sequence=webinar.sequence, state=webinar.state,
        title=full_title(webinar), course_slug=course.slug, course_code=course.code,
        presenters=", ".join(presenter_view(part)["name"] for part in course.presenters),
        starts_at=webinar.starts_at, on_date=webinar.local_date if webinar.starts_at is None else None,
        minutes=webinar.minutes, lobby_minutes=webinar.lobby_minutes, zone=webinar.time_zone,
        words=when_words(webinar), place=_place(webinar.venue), is_online=webinar.delivery.value != "in_person",
        credit="", attendance=(), updated_at=webinar.updated_at,
    )  # fmt: skip


def _place(venue: dict[str, Any] | None) -> str:
    return ", ".join(str(venue[part]) for part in ("name", "address") if venue.get(part)) if venue else ""
