"""Pages for everybody: catalogue, course, series, policies."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import NotFound
from webinar_app.infra.db import read
from webinar_app.portal import rules
from webinar_app.portal.queries import catalogue_page, course_page, moved_to, offers_of_series, series_page
from webinar_app.portal.routes.blueprint import blueprint
from webinar_app.portal.rules import Door, read_filter
from webinar_app.providers.queries import brand, list_policies
from webinar_app.web.http import current_actor
from webinar_app.web.security import public


@blueprint.get("/")
@public
def catalogue() -> str:
    """Show the catalogue, narrowed by what stands in the address."""
    chosen = read_filter(request.args.to_dict(flat=False))
    zone, now = brand().time_zone, utc_now()  # before `read`: it reads by itself
    with read() as db:
        page = catalogue_page(db, chosen, zone, now)
    return render_template("portal/catalogue.html", chosen=chosen, page=page, rules=rules, nav="catalogue")


@blueprint.get("/courses/<slug>")
@public
def course(slug: str) -> str | Response:
    """Show a course; an address that it had before leads to the one that it has."""
    now, actor = utc_now(), current_actor()
    try:
        with read() as db:
            page = course_page(db, actor, slug, now)
    except NotFound:
        with read() as db:
            moved = moved_to(db, slug)
        if moved is None:
            raise
        return redirect(url_for("portal.course", slug=moved), 301)
    return render_template(
        "portal/course.html", course=page, has_calendar=_has_calendar(page["sitting"]), rules=rules, links=links(),
        lang=page["language"], nav="catalogue",
    )  # fmt: skip


def _has_calendar(sitting: dict[str, Any] | None) -> bool:
    """Say whether a sitting can be added to a calendar: it has a date that is not over."""
    closed = (Door.ENDED, Door.CANCELLED, Door.DRAFT, Door.ON_REQUEST)
    return sitting is not None and sitting["door"] not in closed


@blueprint.get("/series/<slug>")
@public
def series(slug: str) -> str:
    """Show a series and its courses by number."""
    now = utc_now()
    with read() as db:
        found = series_page(db, slug)
        offers = offers_of_series(db, found["id"], now)
    has_dates = any(_has_calendar(offer["sitting"]) for offer in offers)
    return render_template(
        "portal/series.html", series=found, offers=offers, has_dates=has_dates, rules=rules, nav="catalogue",
    )  # fmt: skip


@blueprint.get("/policies")
@public
def policies() -> str:
    """Show the organisation's policies."""
    with read() as db:
        listed = list_policies(db)
    return render_template("portal/policies.html", policies=listed)
