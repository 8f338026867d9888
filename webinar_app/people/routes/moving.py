"""Give a registration to another date or another person, and see what became of it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from wtforms.fields.choices import SelectChoice

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.people.forms import MoveForm, SubstituteForm
from webinar_app.people.queries.moving import history_of, list_dates
from webinar_app.people.routes.blueprint import blueprint
from webinar_app.people.rules.moving import check_movable
from webinar_app.people.services.moving import move_to_date, substitute
from webinar_app.registrations.policy import get_managed
from webinar_app.registrations.queries import place_of, place_page, registration_view
from webinar_app.registrations.routes.flow import Answer, sheet_of
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires

MANAGE = Permission.REGISTRATION_MANAGE


@blueprint.route("/manage/registrations/<code>/move", methods=["GET", "POST"])
@requires(MANAGE)
def move(code: str) -> Answer:
    """Give a registration to another date of the same course."""
    form, page = MoveForm(), _page(code)
    form.to.choices = [
        SelectChoice(one["code"], one["words"] + ("" if one["left"] is None else f", {one['left']} seats free"))
        for one in page["dates"]
    ]

    def show() -> str:
        return render_template("people/move.html", form=form, nav="courses", **page)

    if not form.is_submitted():
        return show()
    _check(page)
    if not page["dates"]:
        raise Refused("move.no_date", "No other session of this course has a free seat. Schedule one, or add places.")
    if not form.validate():
        return show(), 422
    try:
        made = write(move_to_date, current_actor(), code, form.to.data, form.reason.data, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    flash(f"{made['name']} has the new date. The old invite is withdrawn and a new one is on its way.", "success")
    return redirect(url_for("registrations.person", code=made["code"]), 303)


@blueprint.route("/manage/registrations/<code>/substitute", methods=["GET", "POST"])
@requires(MANAGE)
def give(code: str) -> Answer:
    """Give a seat to another person."""
    form, page = SubstituteForm(), _page(code)

    def show() -> str:
        return render_template("people/substitute.html", form=form, nav="courses", **page)

    if not form.is_submitted():
        return show()
    _check(page)
    if not form.validate():
        return show(), 422
    licence = (form.licence_profession.data, form.licence_region.data, form.licence_number.data)
    form.seat.data = page["own"]["seat"]
    sheet = sheet_of(form, licence, email=form.email.data.strip().lower())
    try:
        made = write(substitute, current_actor(), code, sheet, form.reason.data, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    flash(f"{made['name']} has the seat. Both are told by mail.", "success")
    return redirect(url_for("registrations.person", code=made["code"]), 303)


@blueprint.get("/manage/registrations/<code>/history")
@requires(MANAGE)
def history(code: str) -> Answer:
    """Show the dates and persons that a registration went through, and every act on it."""
    with read() as db:
        row = get_managed(db, current_actor(), code)
        own, sitting, chain = registration_view(row), place_page(db, place_of(row), utc_now()), history_of(db, row)
    return render_template("people/history.html", own=own, sitting=sitting, chain=chain, nav="courses")


def _check(page: dict[str, Any]) -> None:
    if page["trouble"]:
        raise Refused("move.over", page["trouble"])


def _page(code: str) -> dict[str, Any]:
    now = utc_now()
    with read() as db:
        row = get_managed(db, current_actor(), code)
        page: dict[str, Any] = {"own": registration_view(row), "sitting": place_page(db, place_of(row), now)}
        try:
            check_movable(row.state, row.webinar.state if row.webinar else None)
        except Refused as refusal:
            return page | {"trouble": refusal.message, "dates": []}
        return page | {"trouble": "", "dates": list_dates(db, row, now)}
