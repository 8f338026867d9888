"""A person's own calendar: what they chose, and the address of their feed."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.calendars.queries import own_calendar
from webinar_app.calendars.routes.blueprint import blueprint
from webinar_app.calendars.services.personal import renew_feed
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.links import webcal
from webinar_app.infra.db import read, write
from webinar_app.web.http import current_actor, no_store, sent_key
from webinar_app.web.security import signed_in


@blueprint.get("/account/calendar")
@signed_in
def settings() -> Response:
    """Show the address of the own calendar, and what was chosen for it."""
    with read() as db:
        feed = own_calendar(db, current_actor())
    address = links().feed(feed.person_code, feed.version) if feed.version is not None else None
    page = {"feed": feed, "address": address, "webcal": webcal(address) if address else ""}
    return no_store(make_response(render_template("calendars/settings.html", **page)))


@blueprint.post("/account/calendar/feed")
@signed_in
def renew() -> Response:
    """Make a new address, or take it back."""
    is_open = request.form.get("open") == "1"
    write(renew_feed, current_actor(), is_open, key=sent_key(), now=utc_now())
    flash("Here is your address." if is_open else "The address gives nothing any more.", "success")
    return redirect(url_for("calendars.settings"), 303)
