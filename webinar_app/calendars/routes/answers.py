"""Answers that hold a calendar."""

import hashlib
from datetime import datetime

from flask import make_response, request
from werkzeug.wrappers import Response

from webinar_app.infra.ics import content_type


def attached(data: bytes, name: str, method: str) -> Response:
    """Give a calendar file to save under this name."""
    response = make_response(data)
    response.headers["Content-Type"] = content_type(method)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def tagged(response: Response, changed: datetime | None = None) -> Response:
    """Let an answer be asked for again by its ETag; who has it gets 304 and nothing more.

    `changed` is told and not asked by: what leaves a calendar raises no date in it.
    """
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    response.last_modified = changed
    return response
