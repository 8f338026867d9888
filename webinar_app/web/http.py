"""What views need of a request: the actor, the cookie session, the idempotency key of a form."""

import uuid
from typing import Any, cast

from flask import g, request
from flask import session as web_session
from werkzeug.wrappers import Response

from webinar_app.core.actor import GUEST, Actor
from webinar_app.core.errors import InvalidInput

__all__ = ["current_actor", "form_key", "sent_key", "set_actor", "viewer_zone", "wants_json", "web_session"]
KEY_FIELD = "_key"


def current_actor() -> Actor:
    """Give who makes this request; a guest when nobody is signed in."""
    return cast(Actor, g.get("actor", GUEST))


def set_actor(actor: Actor) -> None:
    """Let the rest of this request be made by this actor."""
    g.actor = actor


def form_key() -> str:
    """Give the idempotency key for a form: the one that came in, so that sending again counts once, or a new one."""
    return request.form.get(KEY_FIELD) or uuid.uuid4().hex


def sent_key() -> str:
    """Give the key that came with a form or JSON body; without one the act is refused."""
    sent: Any = request.form.get(KEY_FIELD) or request.headers.get("Idempotency-Key")
    if not sent and request.is_json:
        sent = (request.get_json(silent=True) or {}).get("key")
    if not isinstance(sent, str) or not 8 <= len(sent) <= 64:
        raise InvalidInput("key_missing", "This form is incomplete. Reload the page and send it again.")
    return sent


def viewer_zone() -> str | None:
    """Give the IANA zone of the viewer: the profile's, else what the browser told in its cookie."""
    return current_actor().time_zone or request.cookies.get("zone") or None


def wants_json() -> bool:
    """Say whether the client asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def no_store(response: Response) -> Response:
    """Keep a personal answer out of every cache (reliability W-19)."""
    response.headers["Cache-Control"] = "no-store"
    return response
