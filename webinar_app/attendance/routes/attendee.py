"""What attendees do and see: signing in and out, their own record, and disputing it."""

from typing import Any
from urllib.parse import urlsplit

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.attendance.forms import ClaimForm
from webinar_app.attendance.policy import get_attendee
from webinar_app.attendance.queries.timeline import record_of
from webinar_app.attendance.routes.blueprint import blueprint
from webinar_app.attendance.rules.signing import SignKind
from webinar_app.attendance.services.correcting import claim
from webinar_app.attendance.services.signing import sign
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db, read, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_own
from webinar_app.web.http import current_actor, sent_key, wants_json
from webinar_app.web.security import joined, requires

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
                write(claim, current_actor(), code, form.note.data or "", key=form.key, now=utc_now())
                flash("Your claim is with the organiser. The answer appears on this page.", "success")
                return redirect(url_for("attendance.own", code=code), 303)
            except InvalidInput as error:
                form.absorb(error)
            except DomainError as error:
                form.absorb(error)
                status = error.status
    with read() as db:
        shown = _shown(db, get_own(db, current_actor(), code))
    return render_template("attendance/own.html", form=form, **shown), status


@blueprint.get("/registrations/<code>/attendance/statement")
@joined
def statement(code: str) -> str:
    """Show the attendee's own record as a statement to print."""
    with read() as db:
        return render_template("attendance/statement.html", **_shown(db, get_own(db, current_actor(), code)))


@blueprint.get("/manage/webinars/<code>/attendance/<registration>/statement")
@requires(Permission.REPORT_READ)
def statement_of(code: str, registration: str) -> str:
    """Show one person's record as a statement to print."""
    with read() as db:
        found = get_attendee(db, current_actor(), code, registration)
        return render_template("attendance/statement.html", **_shown(db, found))


def _shown(db: Db, row: Registration) -> dict[str, Any]:
    webinar = row.webinar
    if webinar is None or webinar.starts_at is None:
        raise NotFound("attendance.none", "Nothing is measured in this course: it has no live session.")
    licence = row.licence or {}
    return {
        "person": {
            "code": row.code, "legal_name": row.legal_name, "profession": licence.get("profession") or "",
            "licence": licence.get("number") or "",
        },
        "sitting": {
            "code": webinar.code, "title": webinar.title or webinar.course.title, "course": webinar.course.code,
            "slug": webinar.course.slug, "starts_at": webinar.starts_at, "time_zone": webinar.time_zone,
            "minutes": webinar.minutes, "state": webinar.state.value,
        },
        "kept": record_of(db, row, utc_now()),
    }  # fmt: skip


def _kind(sent: str) -> SignKind:
    try:
        return SignKind(sent)
    except ValueError:
        raise InvalidInput("sign.kind", "This form is incomplete. Reload the page and send it again.") from None
