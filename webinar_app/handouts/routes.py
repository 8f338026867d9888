"""Handouts: their page, and the files themselves."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.uploads import MEDIA_TYPES, FileKind
from webinar_app.handouts.forms import HandoutForm
from webinar_app.handouts.messages import staff_value
from webinar_app.handouts.queries import count_downloads, list_downloads, list_handouts
from webinar_app.handouts.services import add_handout, fetch_handout, remove_handout, switch_handout
from webinar_app.infra.db import read, write
from webinar_app.infra.runtime import in_real_thread
from webinar_app.infra.storage import storage
from webinar_app.web.http import current_actor, sent_key, wants_json
from webinar_app.web.security import joined, signed_in
from webinar_app.web.uploads import as_file, receive_file
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries import sitting_head

blueprint = Blueprint("handouts", __name__)
CHOOSE = "Choose a file first."


@blueprint.get("/manage/webinars/<code>/handouts")
@signed_in
def manage(code: str) -> str:
    """List the handouts of a session and who fetched them."""
    return _page(code, HandoutForm(formdata=None))


@blueprint.post("/manage/webinars/<code>/handouts")
@signed_in
def upload(code: str) -> Response | tuple[str, int]:
    """Take a file for everybody in a session."""
    form = HandoutForm()
    with read() as db:
        get_webinar(db, current_actor(), code, to=Permission.STAGE_CONTROL)
    if form.validate():
        try:
            return _taken(code, form)
        except DomainError as error:
            if wants_json():
                raise
            form.absorb(error)
    elif wants_json():
        raise InvalidInput("handout.form", " ".join(one for errors in form.errors.values() for one in errors))
    return _page(code, form), 422


def _taken(code: str, form: HandoutForm) -> Response:
    received = receive_file(tuple(FileKind), CHOOSE)
    told = (form.title.data or "", received.name, received.kind, received.sha256, received.size)
    made = write(add_handout, current_actor(), code, *told, minute=form.minute.data, key=form.key, now=utc_now())
    if wants_json():
        return jsonify(made)
    flash("The file is here. Nobody sees it before it is opened.", "success")
    return redirect(url_for("handouts.manage", code=code), code=303)


@blueprint.post("/manage/webinars/<code>/handouts/<handout>/open")
@signed_in
def switch(code: str, handout: str) -> Response:
    """Open a handout to everybody, or close it again."""
    is_open = request.form.get("open") == "1"
    try:
        write(switch_handout, current_actor(), code, handout, is_open, key=sent_key(), now=utc_now())
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash("Everybody can fetch it now." if is_open else "It is closed again.", "success")
    return redirect(url_for("handouts.manage", code=code), code=303)


@blueprint.post("/manage/webinars/<code>/handouts/<handout>/remove")
@signed_in
def remove(code: str, handout: str) -> Response:
    """Remove a handout."""
    try:
        write(remove_handout, current_actor(), code, handout, key=sent_key(), now=utc_now())
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        flash("The file is removed.", "success")
    return redirect(url_for("handouts.manage", code=code), code=303)


@blueprint.get("/files/<code>/handouts/<handout>")
@joined
def download(code: str, handout: str) -> Response:
    """Send a handout to a member, and write it down."""
    found = write(fetch_handout, current_actor(), code, handout, now=utc_now())
    data = in_real_thread(storage().get, found["sha256"])
    return as_file(data, MEDIA_TYPES[FileKind(found["kind"])], found["name"])


def _page(code: str, form: HandoutForm) -> str:
    with read() as db:
        webinar = get_webinar(db, current_actor(), code, to=Permission.STAGE_CONTROL)
        rows: list[dict[str, Any]] = [staff_value(row) for row in list_handouts(db, webinar.id)]
        head, counts, fetched = sitting_head(webinar), count_downloads(db, webinar.id), list_downloads(db, webinar.id)
        zone = webinar.time_zone
    return render_template(
        "handouts/manage/list.html", form=form, sitting=head, handouts=rows, counts=counts, fetched=fetched,
        time_zone=zone, nav="courses",
    )  # fmt: skip
