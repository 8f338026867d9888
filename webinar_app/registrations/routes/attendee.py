"""Register for a sitting or for a course without one, and give the place back."""

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request

from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.infra.db import read, write
from webinar_app.registrations.forms import ConfirmForm
from webinar_app.registrations.policy import get_own
from webinar_app.registrations.queries import owner_view, place_of, place_page
from webinar_app.registrations.queries.prices import refund_words_of
from webinar_app.registrations.routes.blueprint import blueprint
from webinar_app.registrations.routes.flow import Answer, Where, done_page, register_page
from webinar_app.registrations.services import accept_policy, cancel_own, why_kept
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import joined, public


@blueprint.route("/webinars/<code>/register", methods=["GET", "POST"], endpoint="register")
@public
def show_register(code: str) -> Answer:
    """Register for a sitting; without being signed in the answer is the same for every address."""
    return register_page(Where(code=code))


@blueprint.route("/courses/<slug>/register", methods=["GET", "POST"])
@public
def register_course(slug: str) -> Answer:
    """Register for a course without a sitting; without being signed in the answer is the same for every address."""
    return register_page(Where(slug=slug))


@blueprint.get("/webinars/<code>/registered")
@public
def done(code: str) -> Answer:
    """Say what happens next to who registered for a sitting."""
    return done_page(Where(code=code))


@blueprint.get("/courses/<slug>/registered")
@public
def done_course(slug: str) -> Answer:
    """Say what happens next to who registered for a course without a sitting."""
    return done_page(Where(slug=slug))


@blueprint.post("/registrations/<code>/policy")
@joined
def policy(code: str) -> Answer:
    """Agree to the attendance policy, for who was registered by somebody else or before it changed."""
    with read() as db:
        webinar = get_own(db, current_actor(), code).webinar
        where = Where(code=webinar.code if webinar else "")
    if not where.code:
        raise NotFound
    version = request.form.get("policy_version", "") if request.form.get("policy") else ""
    try:
        write(accept_policy, current_actor(), code, version, key=sent_key(), now=utc_now())
    except InvalidInput as error:
        page = done_page(where, error.message)
        return (page, error.status) if isinstance(page, str) else page
    flash("Thank you. The version and the time are kept with your registration.", "success")
    return redirect(where.url("done"), 303)


@blueprint.route("/registrations/<code>/cancel", methods=["GET", "POST"])
@joined
def cancel(code: str) -> Answer:
    """Ask once, then give the place back."""
    form, now = ConfirmForm(), utc_now()
    with read() as db:
        row = get_own(db, current_actor(), code)
        own, sitting, kept = owner_view(db, row), place_page(db, place_of(row), now), why_kept(db, row, now)
        page = {"form": form, "own": own, "sitting": sitting, "kept": kept, "refund": refund_words_of(db, row, now)}
    if form.validate_on_submit():
        try:
            gone = write(cancel_own, current_actor(), code, key=form.key, now=now)
        except Refused as error:
            form.absorb(error)
            return render_template("registrations/cancel.html", **page), error.status
        if own["state"] in ("waitlisted", "offered"):
            flash(f"You are off the waiting list of {gone['title']}. A mail confirms it.", "success")
        elif own["state"] == "pending" and not sitting["is_course"]:
            flash(f"Your registration for {gone['title']} is withdrawn. A mail confirms it.", "success")
        elif sitting["is_course"]:
            flash(f"Your registration for {gone['title']} is cancelled. A mail confirms it.", "success")
        else:
            flash(f"Your place in {gone['title']} is given back. A mail confirms it.", "success")
        return redirect(urlsplit(links().course(gone["slug"])).path, 303)
    return render_template("registrations/cancel.html", **page)
