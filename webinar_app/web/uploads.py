"""Files on their way in and out: taken by content, safe on disk before a row names them, sent as nothing but files."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from flask import make_response, request
from werkzeug.wrappers import Response

from webinar_app.core.errors import InvalidInput
from webinar_app.core.uploads import MOST_BYTES, FileKind, check_upload, file_name
from webinar_app.infra.runtime import in_real_thread
from webinar_app.infra.storage import storage


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies in storage."""

    name: str
    kind: FileKind
    sha256: str
    size: int


def receive_file(allowed: Collection[FileKind], missing: str) -> Received:
    """Check the file of the field `file`, keep it, and give what a row needs; raise InvalidInput.

    `missing`: what to say when no file was chosen.
    """
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidInput("file.missing", missing, {"file": missing})
    data = sent.stream.read(MOST_BYTES + 1)
    kind = check_upload(data, allowed)
    digest = in_real_thread(storage().put, data)
    return Received(file_name(sent.filename, kind), kind, digest, len(data))


def as_file(data: bytes, media_type: str, name: str, cache: str = "no-store") -> Response:
    """Give bytes that somebody uploaded, or that were made of them, as a download that can do nothing in a page."""
    response = make_response(data)
    response.headers["Content-Type"] = media_type
    plain = "".join(one if one.isascii() else "_" for one in name)
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = told
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = cache
    return response
