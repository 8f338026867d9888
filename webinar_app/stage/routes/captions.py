"""Captions: the captioner's page, the address for those who send them from outside, and the file afterwards."""

import json

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.config import links, settings
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput, NotFound, Refused
from webinar_app.core.links import read_captions_token
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.infra.limits import Bucket
from webinar_app.stage.queries import feed_version, list_captions
from webinar_app.stage.routes.blueprint import blueprint
from webinar_app.stage.rules import web_vtt
from webinar_app.stage.services.captions import push_captions, renew_feed
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import public, signed_in
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries import sitting_head

BODY_BYTES = 4096
A_SECOND, BURST = 4, 12
MOST_FEEDS = 1000
_buckets: dict[str, Bucket] = {}


@blueprint.get("/manage/webinars/<code>/captions")
@signed_in
def captions(code: str) -> str:
    """Offer to send captions from outside, and the file of what was captioned."""
    with read() as db:
        webinar = get_webinar(db, current_actor(), code, to=Permission.CAPTIONS_WRITE)
        head, version = sitting_head(webinar), feed_version(db, webinar.id)
        count, has_room = len(list_captions(db, webinar.id)), webinar.starts_at is not None
    address = links().captions(code, version) if version else None
    return render_template(
        "stage/manage/captions.html", sitting=head, address=address, count=count, room=links().room(code),
        has_room=has_room, nav="courses",
    )  # fmt: skip


@blueprint.post("/manage/webinars/<code>/captions")
@signed_in
def feed(code: str) -> Response:
    """Make a new address, or take it back."""
    is_open = request.form.get("open") == "1"
    write(renew_feed, current_actor(), code, is_open, key=sent_key(), now=utc_now())
    flash("Here is the new address." if is_open else "The address takes nothing any more.", "success")
    return redirect(url_for("stage.captions", code=code), code=303)


@blueprint.get("/manage/webinars/<code>/captions.vtt")
@signed_in
def captions_file(code: str) -> Response:
    """Send the captions of a session as WebVTT."""
    with read() as db:
        webinar = get_webinar(db, current_actor(), code, to=Permission.CAPTIONS_WRITE)
        began = webinar.went_live_at or webinar.starts_at or webinar.created_at
        text = web_vtt(list_captions(db, webinar.id), began)
    response = make_response(text)
    response.headers["Content-Type"] = "text/vtt; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="captions-{code}.vtt"'
    return response


@blueprint.post("/captions/<token>")
@public
def push(token: str) -> Response:
    """Take captions from outside: plain text, or JSON lines with `text`; `?seq=` makes sending again harmless."""
    try:
        found = read_captions_token(settings().link_secrets, token)
        if found is None:
            raise NotFound("captions.unknown", "This address takes no captions. Ask the organiser for a new one.")
        _check_rate(token)
        (code, version), text, sequence = found, _sent_text(), request.args.get("seq", "")[:40]
        key = f"seq:{sequence}" if sequence else None
        told = write(push_captions, code, version, text, key=key, scope=f"captions:{code}:{version}", now=utc_now())
    except DomainError as error:
        response = make_response({"code": error.code, "detail": error.message}, error.status)
        if (wait := getattr(error, "retry_after", None)) is not None:
            response.headers["Retry-After"] = str(wait)
        return response
    return make_response(told)


def _check_rate(token: str) -> None:
    """Refuse what comes faster than anybody speaks."""
    if token not in _buckets and len(_buckets) >= MOST_FEEDS:
        _buckets.clear()
    if not _buckets.setdefault(token, Bucket(A_SECOND, BURST)).take():
        raise TooFast


class TooFast(Refused):
    """The sender is to slow down."""

    status = 429
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("too_fast", "That was too fast. Send at most four times a second.")


def _sent_text() -> str:
    body = request.stream.read(BODY_BYTES + 1)
    if len(body) > BODY_BYTES:
        raise InvalidInput("captions.large", "Send at most 4 KB at once.")
    text = body.decode("utf-8", "replace").replace("\x00", "")
    if "json" not in (request.mimetype or ""):
        return text
    try:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
        return "\n".join(str(one["text"]) for one in found)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InvalidInput("captions.json", 'Send one object a line, such as {"text": "Good evening."}.') from None
