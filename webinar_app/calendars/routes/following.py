"""Pages on which people subscribe to calendars that everybody may read."""

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from webinar_app.calendars.queries import Sitting, count_coming, list_followed_series, list_public_sittings
from webinar_app.calendars.routes.blueprint import blueprint
from webinar_app.calendars.rules import following_links
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.links import webcal
from webinar_app.courses.queries import find_by_old_slug, get_series
from webinar_app.infra.db import read
from webinar_app.providers.queries import brand
from webinar_app.registrations.policy import get_public_place
from webinar_app.web.security import public


@blueprint.get("/calendars")
@public
def catalogue() -> str:
    """Show the calendar of every announced session, and those of the series."""
    now, name = utc_now(), brand().name
    with read() as db:
        sittings, others = list_public_sittings(db, now), list_followed_series(db, now)
    trail = [("Catalogue", url_for("portal.catalogue")), ("Calendars", None)]
    return _page(f"All sessions of {name}", name, links().all_feed(), sittings, trail, others=others)


@blueprint.get("/series/<slug>/subscribe")
@public
def follow_series(slug: str) -> str:
    """Show how to subscribe to a series."""
    now = utc_now()
    with read() as db:
        series = get_series(db, slug)
        sittings, name = list_public_sittings(db, now, series_id=series.id), series.name
    here = url_for("portal.series", slug=slug)
    trail = [("Catalogue", url_for("portal.catalogue")), (name, here), ("Subscribe", None)]
    file = url_for("calendars.series_file", slug=slug)
    return _page(name, name, links().series_feed(slug), sittings, trail, file=file)


@blueprint.get("/courses/<slug>/subscribe")
@public
def follow_course(slug: str) -> str | Response:
    """Show how to subscribe to a course's sessions; an address that it had before leads to the one that it has."""
    now = utc_now()
    with read() as db:
        if (moved := find_by_old_slug(db, slug)) is not None:
            return redirect(url_for("calendars.follow_course", slug=moved.slug), 301)
        course = get_public_place(db, slug=slug).course
        sittings, name = list_public_sittings(db, now, course_id=course.id), course.title
    here = url_for("portal.course", slug=slug)
    trail = [("Catalogue", url_for("portal.catalogue")), (name, here), ("Subscribe", None)]
    file = url_for("calendars.course_file", slug=slug)
    return _page(name, name, links().course_feed(slug), sittings, trail, file=file)


def _page(heading: str, name: str, address: str, sittings: list[Sitting], trail: list[Any], **more: Any) -> str:
    feed = {"address": address, "webcal": webcal(address), "ways": following_links(address, name), "name": name}
    coming = count_coming(sittings, utc_now())
    page = {"heading": heading, "feed": feed, "coming": coming, "trail": trail, "file": "", "others": None} | more
    if not sittings:
        page["file"] = ""  # there is nothing to put into one
    return render_template("calendars/subscribe.html", nav="catalogue", **page)
