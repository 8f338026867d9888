"""What people need to take part: asked by themselves, arranged by coordinators, seen by nobody else."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.people.forms import ArrangeForm, NeedForm
from webinar_app.people.policy import get_need
from webinar_app.people.queries.needs import VIEWS, list_needs, list_own_needs, need_view, owners_for
from webinar_app.people.routes.blueprint import blueprint
from webinar_app.people.services.needs import arrange_need, ask_need, ask_need_for, withdraw_need
from webinar_app.registrations.policy import get_managed, get_own
from webinar_app.registrations.queries import get_registration, place_of, place_page, registration_view
from webinar_app.registrations.routes.flow import Answer
from webinar_app.web.http import current_actor, no_store, sent_key
from webinar_app.web.security import joined, requires

MANAGE = Permission.REGISTRATION_MANAGE


@blueprint.route("/registrations/<code>/needs", methods=["GET", "POST"])
@joined
def needs(code: str) -> Answer:
    """Show what one asked for, and take more."""
    return _ask(code, by_staff=False)


@blueprint.post("/registrations/<code>/needs/<need>/withdraw")
@joined
def drop_need(code: str, need: str) -> Response:
    """Say that something is not needed any more."""
    write(withdraw_need, current_actor(), code, need, key=sent_key(), now=utc_now())
    flash("Withdrawn. Nobody arranges it now.", "success")
    return redirect(url_for("people.needs", code=code), 303)


@blueprint.route("/manage/registrations/<code>/needs", methods=["GET", "POST"])
@requires(MANAGE)
def needs_of(code: str) -> Answer:
    """Show what somebody asked for, and write down more for them."""
    return _ask(code, by_staff=True)


@blueprint.get("/manage/needs")
@requires(MANAGE)
def all_needs() -> Answer:
    """List what people need, with what is overdue."""
    actor, view = current_actor(), request.args.get("view", "")
    view = view if view in VIEWS else "open"
    with read() as db:
        found = list_needs(db, actor.provider_id or 0, actor.person_id or 0, utc_now())
    counts = {name: len(rows) for name, rows in found.items()}
    return _private("people/needs_list.html", rows=found[view], counts=counts, view=view, nav="needs")


@blueprint.route("/manage/needs/<code>", methods=["GET", "POST"])
@requires(MANAGE)
def arrange(code: str) -> Answer:
    """Show a request, and say who arranges it until when, and whether that is done."""
    actor, now = current_actor(), utc_now()
    with read() as db:
        row = get_need(db, actor, code)
        owners = owners_for(db, actor.provider_id or 0)
        registration = get_registration(db, row.registration_id)
        view = need_view(row, registration, "", "UTC", now)
        held: dict[str, Any] = {"owner": next((one for one, _ in owners if row.owner and one == row.owner.code), "")}
        held |= {"due_on": _day(row.due_on), "note": row.note, "is_done": row.done_at is not None}
    form = ArrangeForm(data=held)
    form.owner.choices = [SelectChoice("", "Nobody yet"), *(SelectChoice(*one) for one in owners)]
    page = {"form": form, "view": view, "nav": "needs"}
    if not form.is_submitted():
        return _private("people/arrange.html", **page)
    if not form.validate():
        return render_template("people/arrange.html", **page), 422
    details: dict[str, Any] = {name: form[name].data or "" for name in ("owner", "due_on", "note")}
    try:
        write(arrange_need, actor, code, is_done=form.is_done.data, key=form.key, now=now, **details)
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return render_template("people/arrange.html", **page), error.status
    flash("Saved.", "success")
    return redirect(url_for("people.all_needs"), 303)


def _ask(code: str, *, by_staff: bool) -> Answer:
    form, actor, now = NeedForm(), current_actor(), utc_now()
    with read() as db:
        row = get_managed(db, actor, code) if by_staff else get_own(db, actor, code)
        own, sitting, rows = registration_view(row), place_page(db, place_of(row), now), list_own_needs(db, row.id)
    name = "people/needs_of.html" if by_staff else "people/needs.html"
    page = {"form": form, "own": own, "sitting": sitting, "needs": rows}
    if not form.is_submitted():
        return _private(name, **page)
    if not form.validate():
        return render_template(name, **page), 422
    act = ask_need_for if by_staff else ask_need
    try:
        write(act, actor, code, form.kind.data, form.text.data, key=form.key, now=now)
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return render_template(name, **page), error.status
    flash("Written down." if by_staff else "We have it. Somebody looks at it and answers here.", "success")
    return redirect(url_for("people.needs_of" if by_staff else "people.needs", code=code), 303)


def _private(name: str, **page: Any) -> Response:
    return no_store(Response(render_template(name, **page), mimetype="text/html"))


def _day(on: Any) -> str:
    return f"{on.day} {on:%B} {on.year}" if on else ""
