"""Files on their way in and out: taken by content, safe on disk before a row names them, sent as nothing but files."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from flask import current_app, make_response, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from webinar_app.core.errors import InvalidInput
from webinar_app.core.uploads import MOST_BYTES, FileKind, check_upload, file_name
from webinar_app.infra.runtime import in_real_thread
from webinar_app.infra.storage import storage

KEPT_SECONDS = 12 * 3600  # files that no row names are swept after a day


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies in storage."""

    name: str
    kind: FileKind
    sha256: str
    size: int


def receive_file(
    allowed: Collection[FileKind], missing: str, *, field: str = "file", most: int = MOST_BYTES
) -> Received:  # fmt: skip
    """Check the file of a field, keep it, and give what a row needs; raise InvalidInput beside that field.

    `missing`: what to say when no file was chosen.
    """
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        raise InvalidInput("file.missing", missing, {field: missing})
    data = sent.stream.read(most + 1)
    try:
        kind = check_upload(data, allowed, most)
    except InvalidInput as error:
        raise InvalidInput(error.code, error.message, {field: error.message}) from None
    digest = in_real_thread(storage().put, data)
    return Received(file_name(sent.filename, kind), kind, digest, len(data))


def keep_token(field: str, file: Received) -> str:
    """Give what a form carries so that a file that came with a refused one need not be chosen again."""
    return _signer(field).dumps([file.name, file.kind.value, file.sha256, file.size])


def kept_file(field: str, token: str) -> Received | None:
    """Give the file of such a token, or None where it is not ours, of another field, or too old to lie here still."""
    try:
        name, kind, digest, size = _signer(field).loads(token, max_age=KEPT_SECONDS)
    except BadData:
        return None
    return Received(name, FileKind(kind), digest, size)


def _signer(field: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"kept-file:{field}")


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
