"""Pictures and words of slides: from a path of their own, to members of the sitting only."""

from typing import Any

from flask import abort, make_response
from werkzeug.wrappers import Response

from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read
from webinar_app.infra.storage import storage
from webinar_app.stage.policy import slide_to_read, slide_to_see
from webinar_app.stage.queries import get_deck, list_words
from webinar_app.stage.routes.blueprint import blueprint
from webinar_app.web.http import current_actor
from webinar_app.web.security import joined, signed_in
from webinar_app.web.uploads import as_file
from webinar_app.webinars.policy import get_webinar

KEPT = "private, max-age=604800, immutable"  # a page of a deck never changes
SIZES = ("picture", "thumb")


@blueprint.get("/files/<code>/slides/<deck>/<int:page>/<size>.webp")
@joined
def slide(code: str, deck: str, page: int, size: str) -> Response:
    """Give a picture of a slide."""
    if size not in SIZES:
        abort(404)
    with read() as db:
        found = slide_to_see(db, current_actor(), code, deck, page)
        digest = found.picture if size == "picture" else found.thumb
    return as_file(storage().get(digest), "image/webp", f"slide-{page}.webp", KEPT)


@blueprint.get("/files/<code>/slides/<deck>/<int:page>/words")
@joined
def words(code: str, deck: str, page: int) -> Response:
    """Give the words and links of a slide that was shown."""
    with read() as db:
        found = slide_to_read(db, current_actor(), code, deck, page)
        told = {"text": found.text, "links": found.links}
    response = make_response(told)
    response.headers["Cache-Control"] = KEPT
    return response


@blueprint.get("/files/<code>/slides/<deck>/words")
@signed_in
def deck_words(code: str, deck: str) -> dict[str, Any]:
    """Give staff the words of all slides, to search in."""
    with read() as db:
        webinar = get_webinar(db, current_actor(), code, to=Permission.ROOM_PRESENT)
        return {"slides": list_words(db, get_deck(db, webinar.id, deck))}
