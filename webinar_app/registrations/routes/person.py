"""One registration, for coordinators: confirm it, cancel it, and mark what its person has finished."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.registrations.forms import ConfirmForm, ReasonForm
from webinar_app.registrations.policy import get_managed
from webinar_app.registrations.queries import completion_lines, place_facts, place_of, place_page, registration_view
from webinar_app.registrations.queries.questions import files_of, with_answers
from webinar_app.registrations.routes.blueprint import blueprint
from webinar_app.registrations.routes.flow import Answer, Where
from webinar_app.registrations.services import cancel_for, confirm, mark_item, send_link, unmark_item
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import requires

MANAGE = Permission.REGISTRATION_MANAGE
ITEM = "/manage/registrations/<code>/units/<int:unit>/<int:number>"


@blueprint.get("/manage/registrations/<code>")
@requires(MANAGE)
def person(code: str) -> str:
    """Show one registration and what is known of it."""
    own, sitting, items = _managed(code)
    return render_template("registrations/manage/person.html", own=own, sitting=sitting, items=items)


@blueprint.post("/manage/registrations/<code>/confirm", endpoint="confirm")
@requires(MANAGE)
def confirm_person(code: str) -> Response:
    """Confirm a registration that waits for payment, or approve one."""
    _, sitting, _ = _managed(code)
    try:
        done = write(confirm, current_actor(), code, key=sent_key(), now=utc_now())
        flash(f"{done['name']} is registered. The mail with the link is on its way.", "success")
    except Refused as error:
        flash(error.message, "error")
    if not sitting["is_course"]:
        return redirect(url_for("registrations.approvals", code=sitting["key"]), 303)
    return redirect(_people_url(sitting), 303)


@blueprint.post("/manage/registrations/<code>/link")
@requires(MANAGE)
def send(code: str) -> Response:
    """Mail somebody their join link again."""
    try:
        told = write(send_link, current_actor(), code, key=sent_key(), now=utc_now())
        flash(f"The mail with the join link goes to {told['email']} again, at most once in 10 minutes.", "success")
    except Refused as error:
        flash(error.message, "error")
    return redirect(url_for("registrations.person", code=code), 303)


@blueprint.route("/manage/registrations/<code>/cancel", methods=["GET", "POST"], endpoint="cancel_for")
@requires(MANAGE)
def cancel_person(code: str) -> Answer:
    """Ask once, then cancel somebody's registration."""
    form = ConfirmForm()
    own, sitting, _ = _managed(code)
    if form.validate_on_submit():
        try:
            gone = write(cancel_for, current_actor(), code, key=form.key, now=utc_now())
        except Refused as error:
            form.absorb(error)
            page = render_template("registrations/manage/cancel.html", form=form, own=own, sitting=sitting)
            return page, error.status
        flash(f"The registration of {gone['name']} is cancelled. A mail tells them.", "success")
        return redirect(_people_url(sitting), 303)
    return render_template("registrations/manage/cancel.html", form=form, own=own, sitting=sitting)


@blueprint.route(f"{ITEM}/mark", methods=["GET", "POST"])
@requires(MANAGE)
def mark(code: str, unit: int, number: int) -> Answer:
    """Ask for the reason, then mark an item as finished."""
    return _decide(code, unit, number, mark_item, "“{item}” is marked as finished for {name}.")


@blueprint.route(f"{ITEM}/withdraw", methods=["GET", "POST"])
@requires(MANAGE)
def withdraw(code: str, unit: int, number: int) -> Answer:
    """Ask for the reason, then take an item back that was finished."""
    return _decide(code, unit, number, unmark_item, "“{item}” is open again for {name}.")


def _decide(code: str, unit: int, number: int, act: Callable[..., Any], said: str) -> Answer:
    form = ReasonForm()
    own, sitting, items = _managed(code)
    item = next((one for one in items if (one["unit"], one["number"]) == (unit, number)), None)
    if item is None:
        raise NotFound

    def show() -> str:
        details = {"own": own, "sitting": sitting, "item": item, "is_marking": act is mark_item}
        return render_template("registrations/manage/item.html", form=form, **details)

    if not form.is_submitted():
        return show()
    if not form.validate():
        return show(), 422
    try:
        name = write(act, current_actor(), code, unit, number, form.reason.data, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    flash(said.format(item=item["title"], name=name), "success")
    return redirect(url_for("registrations.person", code=code, _anchor="completion"), 303)


def _people_url(sitting: dict[str, Any]) -> str:
    where = Where(slug=sitting["key"]) if sitting["is_course"] else Where(code=sitting["key"])
    return where.url("people")


def _managed(code: str) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    with read() as db:
        row = get_managed(db, current_actor(), code)
        place = place_of(row)
        facts = place_facts(db, place, [row.id]).get(row.id, {})
        (own,) = with_answers(db, [registration_view(row) | {"facts": facts, "files": files_of(db, row.id)}])
        return own, place_page(db, place, utc_now()), completion_lines(db, row)
