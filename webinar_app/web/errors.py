"""Refusals and faults as pages, problem documents (RFC 9457) and socket acknowledgements."""

import logging
import re
import secrets
from typing import Any

from flask import Flask, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from webinar_app.core.codes import new_code
from webinar_app.core.errors import DomainError
from webinar_app.web.http import KEY_FIELD, forget_key, wants_json

log = logging.getLogger("webinar.web")
TITLES = {
    400: "This request could not be read",
    403: "Not allowed",
    404: "Nothing is here",
    405: "Not possible at this address",
    409: "Not possible now",
    413: "That is too large",
    422: "Something needs correcting",
    429: "Too many tries",
    500: "The fault is ours",
    503: "The server is busy",
}
WORDS = {
    400: "The request was incomplete or damaged. Go back, reload the page and try again.",
    403: "You do not have the right to see this. Ask a coordinator if you should.",
    404: "This page does not exist, or it is not yours to see. Check the address, or start from the catalogue.",
    405: "Go back and use the page's own buttons.",
    413: "Send a smaller file or a shorter text.",
    429: "Wait a few minutes, then try again.",
    500: "Something failed on our side. What you saved before is safe. Try again, and tell us the reference if it "
    "happens twice.",
    503: "Try again in a moment; nothing was lost.",
}
# The field of a course's own question is named by its code.
_CODED = re.compile(r"q_[0-9A-Z]{8}")
# Refusals after which the same form may be sent once more.
SENT_AGAIN = frozenset({"signed_out", "key_missing", "key_reused", "busy", "try_again", "outcome_unknown"})


def acknowledgement(error: DomainError) -> dict[str, Any]:
    """Give the socket acknowledgement of a refusal."""
    told: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.fields:
        told["fields"] = error.fields
    if (wait := getattr(error, "retry_after", None)) is not None:
        told["retry_after"] = wait
    if error.fresh is not None:
        told["fresh"] = error.fresh
    return {"ok": False, "error": told}


def install(app: Flask) -> None:
    """Answer every error of this app in the product's words."""

    app.register_error_handler(DomainError, _refused)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Response:
        if typed := _typed():
            return _offer_again(403, "This page was open for too long, or in another sign-in.", typed)
        return _answer(403, "This page was open for too long, or in another sign-in. Reload it and send it again.")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        return _answer(error.code or 500, WORDS.get(error.code or 500, WORDS[400]))

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        reference = new_code(6)
        log.error("request failed reference=%s", reference, exc_info=error)
        return _answer(500, WORDS[500], reference=reference)


def _refused(error: DomainError) -> Response:
    typed = _typed() if error.code in SENT_AGAIN else []
    if typed and error.code == "key_reused":
        forget_key()
    response = (
        _offer_again(error.status, error.message, typed)
        if typed
        else _answer(error.status, error.message, code=error.code)
    )
    if (wait := getattr(error, "retry_after", None)) is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def _typed() -> list[tuple[str, str]]:
    """Give what a form of our own page sent, as it may be sent again; empty where it must be typed once more.

    Without an `Origin` (`security` has compared it) the form may be another site's, and nothing is offered.
    """
    has_file = any(file.filename for file in request.files.values())
    is_form = request.method == "POST" and request.form and not has_file and not wants_json()
    if not is_form or not request.headers.get("Origin") or any("password" in name for name in request.form):
        return []
    hidden = ("csrf_token", KEY_FIELD)
    return [(name, value) for name, value in request.form.items(multi=True) if name not in hidden]


def _written() -> list[tuple[str, str]]:
    """Give what a form sent when somebody wrote in it, to be copied where its page is gone; buttons send one word."""
    try:
        typed = [(name, value) for name, value in _typed() if value.strip()]
    except HTTPException:  # a body that is too large to be read
        return []
    return typed if any(len(value.split()) > 1 for _, value in typed) else []


def _shown(typed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give what was typed as people know it: without what the form said of itself, a ticked box as yes."""
    said = [(name, value) for name, value in typed if value and not name.endswith("_version")]
    return [
        ("Answer" if _CODED.fullmatch(name) else name.replace("_", " ").capitalize(), "Yes" if value == "y" else value)
        for name, value in said
    ]


def _offer_again(status: int, message: str, typed: list[tuple[str, str]]) -> Response:
    """Show what was typed, and a button that sends it once more with this page's token."""
    address = request.full_path.rstrip("?")
    page = render_template(
        "errors/again.html", title="Send this once more", message=message, typed=typed, address=address,
        written=_shown(typed),
    )  # fmt: skip
    return make_response(page, status)


def _answer(status: int, message: str, *, code: str | None = None, reference: str | None = None) -> Response:
    title = TITLES.get(status, TITLES[400])
    if wants_json():
        problem = {"type": "about:blank", "title": title, "status": status, "detail": message}
        if code:
            problem["code"] = code
        if reference:
            problem["reference"] = reference
        response = make_response(problem, status)
        response.content_type = "application/problem+json"
        return response
    page = render_template(
        "errors/error.html", status=status, title=title, message=message, reference=reference,
        written=_shown(_written()),
    )  # fmt: skip
    return make_response(page, status)


def fault_acknowledgement(error: Exception, event: str) -> dict[str, Any]:
    """Log an unknown error of a socket event and give an acknowledgement that tells nothing of it."""
    reference = secrets.token_hex(3).upper()
    log.error("event failed event=%s reference=%s", event, reference, exc_info=error)
    message = f"Something failed on our side (reference {reference}). Try again."
    return {"ok": False, "error": {"code": "internal", "message": message}}
