"""Calendars to subscribe to: for everybody, and one for each person who wants it."""

from datetime import datetime

from flask import make_response
from werkzeug.wrappers import Response

from webinar_app.calendars.documents import own_feed, public_feed, sequence_for
from webinar_app.calendars.queries import (
    Sitting,
    find_feed,
    list_crew_sittings,
    list_own_sittings,
    list_public_sittings,
)
from webinar_app.calendars.routes.answers import tagged
from webinar_app.calendars.routes.blueprint import blueprint
from webinar_app.calendars.rules import is_new_use
from webinar_app.calendars.services.personal import note_use
from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import NotFound
from webinar_app.core.links import read_feed_token
from webinar_app.courses.queries import find_by_old_slug, get_series
from webinar_app.infra.db import read, write
from webinar_app.infra.ics import content_type
from webinar_app.providers.queries import brand
from webinar_app.registrations.policy import get_public_place
from webinar_app.web.security import public


@blueprint.get("/calendar.ics")
@public
def catalogue_feed() -> Response:
    """Give every announced session as a calendar to subscribe to."""
    now, name = utc_now(), brand().name
    with read() as db:
        sittings = list_public_sittings(db, now)
    return _public(sittings, name)


@blueprint.get("/series/<slug>/calendar.ics")
@public
def series_feed(slug: str) -> Response:
    """Give the sessions of a series as a calendar to subscribe to."""
    now = utc_now()
    with read() as db:
        series = get_series(db, slug)
        sittings, name = list_public_sittings(db, now, series_id=series.id), series.name
    return _public(sittings, name)


@blueprint.get("/courses/<slug>/calendar.ics")
@public
def course_feed(slug: str) -> Response:
    """Give the sessions of a course as a calendar to subscribe to, also at an address that the course had before.

    Not every program follows a redirect, and nobody would tell who had subscribed.
    """
    now = utc_now()
    with read() as db:
        moved = find_by_old_slug(db, slug)
        course = get_public_place(db, slug=moved.slug if moved else slug).course
        sittings, name = list_public_sittings(db, now, course_id=course.id), course.title
    return _public(sittings, name)


@blueprint.get("/calendars/<token>.ics")
@public
def personal_feed(token: str) -> Response:
    """Give a person's own sessions as a calendar; its address is the only key, and can be taken back (IC21)."""
    found, now = read_feed_token(settings().link_secrets, token), utc_now()
    if found is None:
        raise NotFound
    name = f"{brand().name}: my sessions"
    with read() as db:
        feed = find_feed(db, *found)
        if feed is None:
            raise NotFound
        attends = list_own_sittings(db, feed.person_id, now)
        presents = list_crew_sittings(db, feed.person_id, now)
    changed = max((sitting.updated_at for sitting, _ in attends + presents), default=None)
    if is_new_use(feed.used_at, changed, now):
        versions = {sitting.id: sequence_for(sitting, sent, is_material=False) for sitting, sent in attends}
        write(note_use, feed.person_id, versions, now=now)
    return _feed(own_feed(attends, presents, name, feed.alarm_minutes), changed, "private, no-cache")


def _public(sittings: list[Sitting], name: str) -> Response:
    changed = max((sitting.updated_at for sitting in sittings), default=None)
    return _feed(public_feed(sittings, name), changed, "no-cache")


def _feed(data: bytes, changed: datetime | None, cache: str) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = content_type()
    response.headers["Cache-Control"] = cache
    return tagged(response, changed)
