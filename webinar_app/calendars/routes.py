"""Calendar files, and links that open somebody's calendar."""

import hashlib

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from webinar_app.calendars.documents import add_links, file_name, has_date, invite_file, public_file, sequence_for
from webinar_app.calendars.queries import find_addressed, sitting_of
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import NotFound
from webinar_app.infra.db import read
from webinar_app.infra.ics import content_type
from webinar_app.registrations.policy import get_own, get_public_webinar
from webinar_app.registrations.rules import RegistrationState
from webinar_app.web.http import current_actor, no_store
from webinar_app.web.security import joined, public

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/webinars/<code>/calendar.ics")
@public
def download(code: str) -> Response:
    """Give the calendar file of a sitting, without anything personal."""
    with read() as db:
        sitting = sitting_of(db, get_public_webinar(db, code))
    if not has_date(sitting):
        raise NotFound("calendar.undated", "This session has no date yet, so there is nothing to add to a calendar.")
    data = public_file(sitting)
    response = _file(data, file_name(sitting), "PUBLISH")
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    return response.make_conditional(request)


@blueprint.get("/webinars/<code>/calendar/<where>")
@public
def add(code: str, where: str) -> Response:
    """Go on to a calendar on the web with the entry filled in."""
    with read() as db:
        found = add_links(sitting_of(db, get_public_webinar(db, code)))
    if where not in found:
        raise NotFound
    return redirect(found[where], 303)


@blueprint.get("/registrations/<code>/calendar.ics")
@joined
def own(code: str) -> Response:
    """Give the signed-in person's own entry, with their join link."""
    now = utc_now()
    with read() as db:
        row = get_own(db, current_actor(), code)
        found = find_addressed(db, row.id) if row.state is RegistrationState.REGISTERED else None
    if found is None or not has_date(found[0]):
        raise NotFound
    sequence = sequence_for(*found, is_material=False)
    return no_store(_file(invite_file(*found, sequence, now, "REQUEST"), file_name(found[0]), "REQUEST"))


def _file(data: bytes, name: str, method: str) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = content_type(method)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
