"""Pages to read within a course."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import read, write
from webinar_app.learning.queries import reading_page
from webinar_app.learning.services import mark_as_read
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import joined

blueprint = Blueprint("learning", __name__)
PLACE = "/courses/<slug>/units/<int(max=9999):unit>/<int(max=9999):number>"


@blueprint.get(PLACE)
@joined
def show(slug: str, unit: int, number: int) -> str:
    """Show a reading or a handout."""
    with read() as db:
        page = reading_page(db, current_actor(), slug, unit, number)
    return render_template("learning/reading.html", page=page, lang=page["language"], nav="learning")


@blueprint.post(PLACE)
@joined
def mark(slug: str, unit: int, number: int) -> Response:
    """Mark a page as read."""
    done = write(mark_as_read, current_actor(), slug, unit, number, key=sent_key(), now=utc_now())
    flash(f"“{done['title']}” is marked as read.", "success")
    return redirect(url_for("learning.show", slug=slug, unit=unit, number=number, _anchor="read"), 303)
