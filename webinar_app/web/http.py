"""What views need of a request: the actor, the cookie session, the idempotency key of a form."""

import re
import uuid
from typing import Any, cast
from urllib.parse import unquote

from flask import Request, current_app, flash, g, make_response, request, url_for
from flask import Response as FlaskResponse
from flask import session as web_session
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webinar_app.core.actor import GUEST, Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.text import one_line
from webinar_app.core.zones import zone_info
from webinar_app.infra.runtime import in_real_thread
from webinar_app.infra.storage import storage

__all__ = [
    "TypedRequest", "asked_page", "asked_search", "current_actor", "forget_key", "form_key", "sent_json", "sent_key",
    "set_actor", "stored_pdf", "viewer_zone", "wants_json", "web_session",
]  # fmt: skip
KEY_FIELD = "_key"
LAST_PAGE = 10_000
SEARCH_LONGEST = 100
_KEY = re.compile(r"[ -~]{8,64}")
# What no keyboard types and no database keeps: NUL, and halves of a surrogate pair.
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_DEEPEST = 8


class _Typed(ImmutableMultiDict[str, Any]):
    """Fields of a query or form, without the characters that no database keeps; files pass as they are."""

    def __init__(self, mapping: Any = None) -> None:
        plain = ImmutableMultiDict(mapping)
        super().__init__([(_fit(name), _fit(value)) for name, value in plain.items(multi=True)])


class TypedRequest(Request):
    """A request whose fields can be stored as they are."""

    parameter_storage_class = _Typed


def _fit(value: Any, depth: int = 0) -> Any:
    """Give a value without unfit characters, everything in it included."""
    if isinstance(value, str):
        return _UNFIT.sub("", value)
    if depth > _DEEPEST:
        raise InvalidInput("json.deep", "This message could not be read. Reload the page and try again.")
    if isinstance(value, dict):
        return {_fit(name, depth + 1): _fit(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_fit(inner, depth + 1) for inner in value]
    return value


def sent_json() -> dict[str, Any]:
    """Give the JSON object that came as the body; anything else, or one that is nested too deeply, is refused."""
    try:
        sent: Any = request.get_json(silent=True)
    except RecursionError:
        sent = None
    if not isinstance(sent, dict):
        raise InvalidInput("json.shape", "This message could not be read. Reload the page and try again.")
    found: dict[str, Any] = _fit(sent)
    return found


def asked_search() -> str:
    """Give the text that a list is searched for, on one line; what is too long is cut, and a page says so."""
    typed = one_line(request.args.get("q", ""))
    if len(typed) > SEARCH_LONGEST and not request.path.endswith(".csv"):
        flash(f"Only the first {SEARCH_LONGEST} characters are searched for.", "warning")
    return typed[:SEARCH_LONGEST].rstrip()


def asked_page() -> int:
    """Give the number of the page of a list that the address asks for, from 1 on."""
    return max(1, min(request.args.get("page", 1, type=int), LAST_PAGE))


def current_actor() -> Actor:
    """Give who makes this request; a guest when nobody is signed in."""
    return cast(Actor, g.get("actor", GUEST))


def set_actor(actor: Actor) -> None:
    """Let the rest of this request be made by this actor."""
    g.actor = actor


def form_key() -> str:
    """Give the idempotency key for a form: the one that came in, so that sending again counts once, or a new one."""
    try:
        sent = request.form.get(KEY_FIELD, "")
    except HTTPException:  # a body that is too large: its error page has forms too
        sent = ""
    return sent if _KEY.fullmatch(sent) and not g.get("key_is_used") else uuid.uuid4().hex


def forget_key() -> None:
    """Let the forms of this answer carry a new key: the one that came in belongs to another act."""
    g.key_is_used = True


def sent_key() -> str:
    """Give the key that came with a form or JSON body; without one the act is refused."""
    sent: Any = request.form.get(KEY_FIELD) or request.headers.get("Idempotency-Key")
    if not sent and request.is_json:
        sent = sent_json().get("key")
    if not isinstance(sent, str) or not _KEY.fullmatch(sent):
        raise InvalidInput("key_missing", "This form is incomplete. Reload the page and send it again.")
    return sent


def viewer_zone() -> str | None:
    """Give the IANA zone of the viewer: the profile's, else what the browser told in its cookie."""
    return current_actor().time_zone or _told_zone()


def _told_zone() -> str | None:
    told = unquote(request.cookies.get("zone", ""))
    try:
        return zone_info(told).key
    except InvalidInput:
        return None


def wants_json() -> bool:
    """Say whether the client asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def no_store(response: Response) -> Response:
    """Keep a personal answer out of every cache (reliability W-19)."""
    response.headers["Cache-Control"] = "no-store"
    return response


def stored_pdf(digest: str, name: str) -> FlaskResponse:
    """Send a kept PDF to who may read it: it runs nothing, and stays in no cache."""
    response = make_response(in_real_thread(storage().get, digest))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    no_store(response)
    return response


def url_if_there(endpoint: str, **values: Any) -> str | None:
    """Give the address of an endpoint that this installation may not have, or None."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
