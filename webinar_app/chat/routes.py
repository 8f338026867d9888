"""Chat for coordinators, as a file."""

from flask import Blueprint, Response

from webinar_app.chat.documents import chat_csv
from webinar_app.chat.policy import get_reported
from webinar_app.chat.services.exporting import note_export
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires

blueprint = Blueprint("chat", __name__)


@blueprint.get("/manage/webinars/<code>/chat.csv")
@requires(Permission.REPORT_READ)
def export(code: str) -> Response:
    """Give every message of a sitting as a file; that it was taken is written down."""
    with read() as db:
        webinar = get_reported(db, current_actor(), code)
        name, made = f"chat-{webinar.code}.csv", chat_csv(db, webinar)
    write(note_export, current_actor(), code, now=utc_now())
    response = Response(made, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
