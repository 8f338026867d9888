"""Drafts that save themselves: the page sends what is typed every few seconds."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.queries import find_draft
from webinar_app.courses.routes.blueprint import blueprint
from webinar_app.courses.services.drafts import discard_draft, keep_draft
from webinar_app.infra.db import read, write
from webinar_app.web.http import current_actor, sent_json
from webinar_app.web.security import requires

NEW = "new"


@blueprint.post("/manage/drafts", endpoint="keep_draft")
@requires(Permission.COURSE_EDIT)
def keep() -> dict[str, Any]:
    """Keep what is typed at a place, `new` or a slug; the newest wins."""
    sent = sent_json()
    place, fields = sent.get("place"), sent.get("fields")
    if not isinstance(place, str) or not place or not _is_record(fields):
        raise InvalidInput("draft.shape", "This draft could not be read. Save the course instead.")
    answer: dict[str, Any] = write(keep_draft, current_actor(), place, fields, now=utc_now())
    return answer


def _is_record(fields: object) -> bool:
    return isinstance(fields, dict) and all(
        isinstance(name, str) and isinstance(values, list) and all(isinstance(value, str) for value in values)
        for name, values in fields.items()
    )


@blueprint.post("/manage/drafts/discard", endpoint="discard_draft")
@requires(Permission.COURSE_EDIT)
def discard() -> Response:
    """Forget what was typed at a place and show it as it was saved."""
    place = request.form.get("place", NEW)
    write(discard_draft, current_actor(), place)
    return redirect(url_for("courses.new") if place == NEW else url_for("courses.edit", slug=place), 303)


def kept_at(place: str) -> dict[str, Any] | None:
    """Give the actor's draft at a place, or None."""
    person_id = current_actor().person_id
    if person_id is None:
        return None
    with read() as db:
        return find_draft(db, person_id, place)
