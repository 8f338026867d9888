"""Questions for coordinators, as a file."""

from flask import Blueprint, Response

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.questions.documents import questions_csv
from webinar_app.questions.policy import get_reported
from webinar_app.questions.services.exporting import note_export
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires

blueprint = Blueprint("questions", __name__)


@blueprint.get("/manage/webinars/<code>/questions.csv")
@requires(Permission.REPORT_READ)
def export(code: str) -> Response:
    """Give every question of a sitting as a file; that it was taken is written down."""
    with read() as db:
        webinar = get_reported(db, current_actor(), code)
        name, made = f"questions-{webinar.code}.csv", questions_csv(db, webinar)
    write(note_export, current_actor(), code, now=utc_now())
    response = Response(made, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
