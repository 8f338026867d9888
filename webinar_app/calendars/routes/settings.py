"""A person's own calendar: what they chose, and the address of their feed."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.calendars.forms import AlarmForm
from webinar_app.calendars.queries import own_calendar
from webinar_app.calendars.routes.blueprint import blueprint
from webinar_app.calendars.rules import following_links
from webinar_app.calendars.services.personal import choose_alarm, renew_feed
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.links import webcal
from webinar_app.infra.db import read, write
from webinar_app.web.http import current_actor, no_store, sent_key
from webinar_app.web.security import signed_in


@blueprint.route("/account/calendar", methods=["GET", "POST"])
@signed_in
def settings() -> Response:
    """Show what was chosen for the own calendar and the address of its feed, and change when entries ring."""
    with read() as db:
        own = own_calendar(db, current_actor())
    form = AlarmForm(data={"alarm": str(own.alarm_minutes)})
    if form.is_submitted() and form.validate():
        write(choose_alarm, current_actor(), form.alarm.data, key=form.key, now=utc_now())
        flash("Saved.", "success")
        return redirect(url_for("calendars.settings"), 303)
    address = links().feed(own.person_code, own.version) if own.version is not None else ""
    feed = {"address": address, "webcal": webcal(address), "ways": following_links(address, "My sessions")}
    page = {"own": own, "form": form, "feed": feed if address else None}
    shown = make_response(render_template("calendars/settings.html", **page), 422 if form.errors else 200)
    return no_store(shown)


@blueprint.post("/account/calendar/feed")
@signed_in
def renew() -> Response:
    """Make a new address, or take it back."""
    is_open = request.form.get("open") == "1"
    write(renew_feed, current_actor(), is_open, key=sent_key(), now=utc_now())
    flash("Here is your address." if is_open else "The address gives nothing any more.", "success")
    return redirect(url_for("calendars.settings"), 303)
