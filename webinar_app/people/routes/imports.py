"""Send a list of people, look at its dry run, and follow how they are registered."""

import re
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.actor import Actor
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.text import one_line
from webinar_app.infra.db import read, write
from webinar_app.infra.runtime import in_real_thread
from webinar_app.people.documents import faults_csv
from webinar_app.people.forms import ImportForm
from webinar_app.people.policy import get_import
from webinar_app.people.queries.imports import (
    closed_words,
    import_view,
    list_faults,
    list_imports,
    owners_of,
    standing_of,
)
from webinar_app.people.routes.blueprint import blueprint
from webinar_app.people.rules.lists import MOST_BYTES, Listed, read_list
from webinar_app.people.rules.rows import judge
from webinar_app.people.services.importing import Checked, keep_import, start_import, stop_import
from webinar_app.registrations.policy import get_managed_place
from webinar_app.registrations.queries import Place, place_page
from webinar_app.web.http import current_actor, no_store, sent_key, wants_json
from webinar_app.web.security import requires
from webinar_app.web.uploads import as_file

MANAGE = Permission.REGISTRATION_MANAGE
CHOOSE = "Choose a CSV file first."
Answer = Response | str | tuple[str, int]


@blueprint.route("/manage/webinars/<code>/people/import", methods=["GET", "POST"])
@requires(MANAGE)
def new_import(code: str) -> Answer:
    """Take a list of people for a sitting, and check it without registering anybody."""
    return _new(code=code)


@blueprint.route("/manage/courses/<slug>/people/import", methods=["GET", "POST"])
@requires(MANAGE)
def new_import_course(slug: str) -> Answer:
    """Take a list of people for a course without a sitting, and check it without registering anybody."""
    return _new(slug=slug)


@blueprint.get("/manage/imports/<code>")
@requires(MANAGE)
def show_import(code: str) -> Answer:
    """Show what a list holds and how far it is registered; as JSON only how far."""
    with read() as db:
        row = get_import(db, current_actor(), code)
        view = import_view(db, row)
        if wants_json():
            told = {name: view[name] for name in ("state", "good", "handled", "added", "late")}
            return no_store(jsonify(told))
        faults, sitting = list_faults(db, row.id), place_page(db, Place(row.course, row.webinar), utc_now())
    page = render_template("people/import.html", view=view, faults=faults, sitting=sitting, nav="courses")
    return no_store(Response(page, mimetype="text/html"))


@blueprint.get("/manage/imports/<code>/rows.csv")
@requires(MANAGE)
def import_faults(code: str) -> Response:
    """Give the rows of a list that were left out as CSV, with the reason of each."""
    with read() as db:
        row = get_import(db, current_actor(), code)
        view, faults = import_view(db, row), list_faults(db, row.id, None)
    return as_file(faults_csv(view, faults), "text/csv; charset=utf-8", f"left-out-{code.lower()}.csv")


@blueprint.post("/manage/imports/<code>/start")
@requires(MANAGE)
def begin_import(code: str) -> Response:
    """Register the people of a list."""
    return _act(start_import, code)


@blueprint.post("/manage/imports/<code>/stop")
@requires(MANAGE)
def halt_import(code: str) -> Response:
    """Stop registering the people of a list."""
    return _act(stop_import, code)


def _act(act: Any, code: str) -> Response:
    try:
        write(act, current_actor(), code, key=sent_key(), now=utc_now())
    except Refused as refusal:
        flash(refusal.message, "error")
    return redirect(url_for("people.show_import", code=code), 303)


def _new(code: str = "", slug: str = "") -> Answer:
    actor, form, now = current_actor(), ImportForm(), utc_now()
    with read() as db:
        place = get_managed_place(db, actor, code=code, slug=slug)
        sitting, closed, last = place_page(db, place, now), closed_words(db, place, now), list_imports(db, place)

    def show() -> str:
        page = {"form": form, "sitting": sitting, "closed": closed, "last": last}
        return render_template("people/new_import.html", nav="courses", **page)

    if not form.is_submitted():
        return show()
    try:
        if closed:
            raise Refused("import.closed", closed)
        made = _taken(actor, form, code, slug)
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    return redirect(url_for("people.show_import", code=made), 303)


def _taken(actor: Actor, form: ImportForm, code: str, slug: str) -> str:
    if not form.validate():
        raise InvalidInput("import.form", "This form is incomplete. Reload the page and send it again.")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidInput("file.missing", CHOOSE, {"file": CHOOSE})
    data = sent.stream.read(MOST_BYTES + 1)
    name = one_line(re.split(r"[\\/]", sent.filename)[-1])[:120] or "list.csv"
    found = _dry_run(actor, code, slug, data, name)
    made: str = write(keep_import, actor, found, code=code, slug=slug, key=form.key, now=utc_now())
    return made


def _dry_run(actor: Actor, code: str, slug: str, data: bytes, name: str) -> Checked:
    """Check a list against what stands; what takes long runs beside the hub."""
    listed = in_real_thread(read_list, data)
    emails = [one_line(one.cells["email"]).lower() for one in listed.lines]
    with read() as db:
        place = get_managed_place(db, actor, code=code, slug=slug)
        standing, owners = standing_of(db, place, emails), owners_of(db, emails)
    entries, faults = in_real_thread(judge, listed.lines, standing)
    raw = {one.number: one.raw for one in listed.lines}
    return Checked(
        name=name, content=data, total=len(listed.lines), good=len(entries), **_shape(listed),
        known=sum(one.email in owners for one in entries),
        faults=tuple((one.line, raw[one.line], one.reasons, one.known or "") for one in faults),
    )  # fmt: skip


def _shape(listed: Listed) -> dict[str, Any]:
    return {name: getattr(listed, name) for name in ("encoding", "separator", "head", "unused")}
