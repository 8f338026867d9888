"""Files with a registration: kept when the form is refused for something else, and fetched by coordinators."""

from typing import Any

from flask import request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.uploads import MEDIA_TYPES, FileKind
from webinar_app.infra.db import write
from webinar_app.infra.runtime import in_real_thread
from webinar_app.infra.storage import storage
from webinar_app.registrations.routes.blueprint import blueprint
from webinar_app.registrations.rules.questions import MOST_FILE_BYTES, FieldKind, Question
from webinar_app.registrations.services import SentFile, fetch_answer_file
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires
from webinar_app.web.uploads import as_file, keep_token, kept_file, receive_file

FILES = parse("40 per hour")  # from one address, of people who are not signed in
TOO_MANY = "Too many files came from your network. Try again in an hour."
_limiter = MovingWindowRateLimiter(MemoryStorage())


@blueprint.get("/files/registrations/<registration>/<question>")
@requires(Permission.REGISTRATION_MANAGE)
def answer_file(registration: str, question: str) -> Response:
    """Send the file of an answer to a coordinator, and write that down."""
    found = write(fetch_answer_file, current_actor(), registration, question, now=utc_now())
    data = in_real_thread(storage().get, found["sha256"])
    return as_file(data, MEDIA_TYPES[FileKind(found["kind"])], found["name"])


def restore_files(form: Any) -> None:
    """Take up the files that came with the form before, except those that the person does without."""
    for one in _file_questions(form):
        token = request.form.get(f"{one.name}-kept", "")
        if token and not request.form.get(f"{one.name}-drop") and (file := kept_file(one.name, token)):
            form.files[one.code] = file


def receive_files(form: Any) -> bool:
    """Keep the files that came with the form, whatever else is wrong with it, and say whether each can be used."""
    if "csrf_token" in form.errors:
        return False
    is_right = True
    for one in _file_questions(form):
        try:
            if form[one.name].data:
                form.files[one.code] = _receive(one)
        except InvalidInput as error:
            form.absorb(error)
            is_right = False
        form[one.name].data = None  # the page says what is kept, not that a file has to be chosen again
    return is_right


def carry_files(form: Any) -> None:
    """Let the page carry what is kept."""
    for one in _file_questions(form):
        if (file := form.files.get(one.code)) is not None:
            form.kept[one.code] = {"name": file.name, "token": keep_token(one.name, file)}


def sent_files(form: Any) -> tuple[tuple[str, SentFile], ...]:
    """Give the files of a form, by the code of their question, as a service takes them."""
    files = getattr(form, "files", {})
    return tuple((code, SentFile(one.name, one.kind, one.sha256, one.size)) for code, one in files.items())


def has_files(form: Any) -> bool:
    """Say whether a form asks for a file."""
    return bool(_file_questions(form))


def _file_questions(form: Any) -> list[Question]:
    return [one for one in getattr(form, "asked", ()) if one.kind is FieldKind.FILE]


def _receive(question: Question) -> Any:
    if not current_actor().is_full and not _limiter.hit(FILES, "register", request.remote_addr or ""):
        raise InvalidInput("file.many", TOO_MANY, {question.name: TOO_MANY})
    return receive_file(tuple(FileKind), "Choose a file.", field=question.name, most=MOST_FILE_BYTES)
