"""Registrations that coordinators approve."""

from flask import flash, redirect, render_template, url_for

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.registrations.forms import ReasonForm
from webinar_app.registrations.policy import get_managed, get_managed_place
from webinar_app.registrations.queries import place_of, place_page, registration_view
from webinar_app.registrations.queries.waiting import approval_page
from webinar_app.registrations.routes.blueprint import blueprint
from webinar_app.registrations.routes.flow import Answer
from webinar_app.registrations.services.approval import reject as reject_asked
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires

MANAGE = Permission.REGISTRATION_MANAGE


@blueprint.get("/manage/webinars/<code>/approvals")
@requires(MANAGE)
def approvals(code: str) -> str:
    """Show the registrations of a sitting that wait for a decision, and what was decided."""
    with read() as db:
        place = get_managed_place(db, current_actor(), code=code)
        sitting = place_page(db, place, utc_now())
        page = approval_page(db, place.webinar.id if place.webinar else 0)
    return render_template("registrations/manage/approvals.html", sitting=sitting, page=page)


@blueprint.route("/manage/registrations/<code>/reject", methods=["GET", "POST"])
@requires(MANAGE)
def reject(code: str) -> Answer:
    """Ask for the reason, then turn a registration down."""
    form = ReasonForm()
    with read() as db:
        row = get_managed(db, current_actor(), code)
        own, sitting = registration_view(row), place_page(db, place_of(row), utc_now())
    if sitting["is_course"]:
        raise NotFound

    def show() -> str:
        return render_template("registrations/manage/reject.html", form=form, own=own, sitting=sitting)

    if not form.is_submitted():
        return show()
    if not form.validate():
        return show(), 422
    try:
        done = write(reject_asked, current_actor(), code, form.reason.data, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    flash(f"{done['name']} is told by mail, with your reason.", "success")
    return redirect(url_for("registrations.approvals", code=sitting["key"]), 303)
