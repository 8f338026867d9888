"""Statements of attendance: the page, and the PDF beside it."""

from typing import Any

from flask import jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webinar_app.attendance.documents import paper_of
from webinar_app.attendance.policy import get_attendee
from webinar_app.attendance.queries.statements import record_page
from webinar_app.attendance.routes.blueprint import blueprint
from webinar_app.attendance.services.printing import print_for, print_own
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db, read, write
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_own
from webinar_app.web.http import current_actor, sent_key, stored_pdf, wants_json
from webinar_app.web.security import joined, requires

OWN = "/registrations/<code>/attendance/statement"
THEIRS = "/manage/webinars/<code>/attendance/<registration>/statement"


@blueprint.get(OWN)
@joined
def statement(code: str) -> str | Response:
    """Show the attendee's own record as a statement, or say as JSON where its PDF stands."""
    with read() as db:
        shown = _shown(db, get_own(db, current_actor(), code))
    return _page(shown, url_for("attendance.statement", code=code), url_for("attendance.statement_file", code=code))


@blueprint.post(OWN)
@joined
def print_statement(code: str) -> Response:
    """Make a PDF of one's own record as it stands."""
    write(print_own, current_actor(), code, key=sent_key(), now=utc_now())
    return redirect(url_for("attendance.statement", code=code), 303)


@blueprint.get(f"{OWN}.pdf")
@joined
def statement_file(code: str) -> Response:
    """Send the PDF of one's own record as it stands."""
    with read() as db:
        shown = _shown(db, get_own(db, current_actor(), code))
    return _file(shown["sha256"], code)


@blueprint.get(THEIRS)
@requires(Permission.REPORT_READ)
def statement_of(code: str, registration: str) -> str | Response:
    """Show one person's record as a statement, or say as JSON where its PDF stands."""
    with read() as db:
        shown = _shown(db, get_attendee(db, current_actor(), code, registration))
    page = url_for("attendance.statement_of", code=code, registration=registration)
    return _page(shown, page, url_for("attendance.statement_file_of", code=code, registration=registration))


@blueprint.post(THEIRS)
@requires(Permission.REPORT_READ)
def print_statement_of(code: str, registration: str) -> Response:
    """Make a PDF of one person's record as it stands."""
    write(print_for, current_actor(), code, registration, key=sent_key(), now=utc_now())
    return redirect(url_for("attendance.statement_of", code=code, registration=registration), 303)


@blueprint.get(f"{THEIRS}.pdf")
@requires(Permission.REPORT_READ)
def statement_file_of(code: str, registration: str) -> Response:
    """Send the PDF of one person's record as it stands."""
    with read() as db:
        shown = _shown(db, get_attendee(db, current_actor(), code, registration))
    return _file(shown["sha256"], registration)


def _shown(db: Db, row: Registration) -> dict[str, Any]:
    page = record_page(db, row, utc_now())
    state, sha256 = paper_of(db, row.id, page)
    return page | {"state": state, "sha256": sha256}


def _page(shown: dict[str, Any], page: str, file: str) -> str | Response:
    if wants_json():
        return jsonify({"state": shown["state"]})
    return render_template("attendance/statement.html", addresses={"page": page, "file": file}, **shown)


def _file(digest: str | None, registration: str) -> Response:
    if digest is None:
        raise NotFound("statement.none", "This PDF is not there yet. Open the statement and make it there.")
    return stored_pdf(digest, f"attendance-{registration.upper()}.pdf")
