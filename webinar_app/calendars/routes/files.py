"""Calendar files, and links that open somebody's calendar."""

from flask import redirect
from werkzeug.wrappers import Response

from webinar_app.calendars.documents import add_links, file_name, has_date, invite_file, public_file, sequence_for
from webinar_app.calendars.queries import Sitting, find_addressed, list_public_sittings, sitting_of
from webinar_app.calendars.routes.answers import attached, tagged
from webinar_app.calendars.routes.blueprint import blueprint
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import NotFound
from webinar_app.courses.queries import get_series
from webinar_app.infra.db import read
from webinar_app.registrations.policy import get_own, get_public_place, get_public_webinar
from webinar_app.registrations.rules import RegistrationState
from webinar_app.web.http import current_actor, no_store
from webinar_app.web.security import joined, public


@blueprint.get("/webinars/<code>/calendar.ics")
@public
def download(code: str) -> Response:
    """Give the calendar file of a sitting, without anything personal."""
    with read() as db:
        sitting = sitting_of(db, get_public_webinar(db, code))
    if not has_date(sitting):
        raise NotFound("calendar.undated", "This session has no date yet, so there is nothing to add to a calendar.")
    return tagged(attached(public_file([sitting]), file_name(sitting), "PUBLISH"))


@blueprint.get("/series/<slug>/sessions.ics")
@public
def series_file(slug: str) -> Response:
    """Give the sessions of a series as one file, an entry each."""
    now = utc_now()
    with read() as db:
        sittings = list_public_sittings(db, now, series_id=get_series(db, slug).id)
    return _together(sittings, slug)


@blueprint.get("/courses/<slug>/sessions.ics")
@public
def course_file(slug: str) -> Response:
    """Give the sessions, or the days, of a course as one file, an entry each."""
    now = utc_now()
    with read() as db:
        place = get_public_place(db, slug=slug)
        sittings = list_public_sittings(db, now, course_id=place.course.id)
    return _together(sittings, slug)


def _together(sittings: list[Sitting], slug: str) -> Response:
    if not sittings:
        raise NotFound("calendar.undated", "No session has a date yet, so there is nothing to add to a calendar.")
    return tagged(attached(public_file(sittings), f"{slug[:60]}.ics", "PUBLISH"))


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
    sitting, recipient = found
    sequence = sequence_for(sitting, recipient.sent, is_material=False)
    return no_store(attached(invite_file(*found, sequence, now, "REQUEST"), file_name(sitting), "REQUEST"))
