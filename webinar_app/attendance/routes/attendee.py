"""What attendees do and see: signing in and out, their own record, and disputing it."""

from urllib.parse import urlsplit

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.attendance.forms import ClaimForm
from webinar_app.attendance.queries.statements import record_page
from webinar_app.attendance.routes.blueprint import blueprint
from webinar_app.attendance.rules.signing import SignKind
from webinar_app.attendance.services.claim_files import SentFile
from webinar_app.attendance.services.correcting import claim
from webinar_app.attendance.services.signing import sign
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput
from webinar_app.core.uploads import FileKind
from webinar_app.infra.db import read, write
from webinar_app.registrations.policy import get_own
from webinar_app.web.http import current_actor, sent_key, wants_json
from webinar_app.web.security import joined
from webinar_app.web.uploads import receive_file

LONGEST_VERSION = 20
Answer = str | Response | tuple[str, int]


@blueprint.post("/room/<code>/sign")
@joined
def sign_statement(code: str) -> Response:
    """Sign in, or sign out and go on to the evaluation."""
    kind = _kind(request.form.get("kind", ""))
    version = request.form.get("version", "")[:LONGEST_VERSION]
    device = request.cookies.get("device", "")
    told = write(sign, current_actor(), code, kind, version, device, key=sent_key(), now=utc_now())
    if wants_json():
        return jsonify(told)
    if kind is SignKind.OUT:
        flash("You are signed out. The evaluation is the last step.", "success")
        return redirect(urlsplit(links().evaluation(code)).path, 303)
    return redirect(f"/room/{code}", 303)


@blueprint.route("/registrations/<code>/attendance", methods=["GET", "POST"])
@joined
def own(code: str) -> Answer:
    """Show the attendee's own record, and take a claim."""
    form, status = ClaimForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                file = _sent_file()
                write(claim, current_actor(), code, form.note.data or "", file, key=form.key, now=utc_now())
                flash("Your claim is with the organiser. The answer appears on this page.", "success")
                return redirect(url_for("attendance.own", code=code), 303)
            except InvalidInput as error:
                form.absorb(error)
            except DomainError as error:
                form.absorb(error)
                status = error.status
    with read() as db:
        shown = record_page(db, get_own(db, current_actor(), code), utc_now())
    return render_template("attendance/own.html", form=form, **shown), status


def _sent_file() -> SentFile | None:
    if not request.files.get("file"):
        return None
    received = receive_file(tuple(FileKind), "Choose a file first.")
    return SentFile(received.name, received.kind, received.sha256, received.size)


def _kind(sent: str) -> SignKind:
    try:
        return SignKind(sent)
    except ValueError:
        raise InvalidInput("sign.kind", "This form is incomplete. Reload the page and send it again.") from None
