"""What attendees do and see: signing in and out."""

from urllib.parse import urlsplit

from flask import flash, jsonify, redirect, request
from werkzeug.wrappers import Response

from webinar_app.attendance.routes.blueprint import blueprint
from webinar_app.attendance.rules.signing import SignKind
from webinar_app.attendance.services.signing import sign
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.infra.db import write
from webinar_app.web.http import current_actor, sent_key, wants_json
from webinar_app.web.security import joined

LONGEST_VERSION = 20


@blueprint.post("/room/<code>/sign")
@joined
def sign_statement(code: str) -> Response:
    """Sign in, or sign out and go on to the evaluation."""
    kind = _kind(request.form.get("kind", ""))
    version = request.form.get("version", "")[:LONGEST_VERSION]
    device = request.cookies.get("device", "")
    told = write(sign, current_actor(), code, kind, version, device, key=sent_key(), now=utc_now())
    if wants_json():
        return jsonify(told)
    if kind is SignKind.OUT:
        flash("You are signed out. The evaluation is the last step.", "success")
        return redirect(urlsplit(links().evaluation(code)).path, 303)
    return redirect(f"/room/{code}", 303)


def _kind(sent: str) -> SignKind:
    try:
        return SignKind(sent)
    except ValueError:
        raise InvalidInput("sign.kind", "This form is incomplete. Reload the page and send it again.") from None
