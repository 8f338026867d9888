"""Files of answers: in storage before a row names them, looked into by the worker, fetched by coordinators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput, NotFound
from webinar_app.core.uploads import FileKind, upload_fault
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.registrations.models import AnswerFile, FormQuestion, Registration
from webinar_app.registrations.policy import get_managed
from webinar_app.registrations.queries.questions import find_answer_file
from webinar_app.registrations.rules.questions import AnswerFileState

CHECK_FILE = "registrations.check_file"
AGAIN = "Choose the file again."


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that lies in storage."""

    name: str
    kind: FileKind
    sha256: str
    size: int


def add_answer_file(
    db: Db, row: Registration, question: FormQuestion, files: Mapping[str, SentFile], now: datetime
) -> None:
    """Take the file of an answer, to be looked into by the worker."""
    file = files.get(question.code)
    if file is None:
        raise InvalidInput("registration.file", AGAIN, {f"q_{question.code}": AGAIN})
    db.add(
        AnswerFile(
            registration_id=row.id, question_id=question.id, name=file.name, kind=file.kind, sha256=file.sha256,
            size=file.size, state=AnswerFileState.CHECKING, refusal="",
        )
    )  # fmt: skip
    names = {"registration": row.code, "question": question.code}
    enqueue(db, CHECK_FILE, names, now=now, unique=f"{CHECK_FILE}:{row.code}:{question.code}")


def keep_answer_file(db: Db, code: str, question: str, sha256: str, size: int, *, now: datetime) -> None:
    """Let a file be fetched, with the bytes that came out of the check."""
    row = find_answer_file(db, code, question)
    if row is not None and row.state is AnswerFileState.CHECKING:
        row.state, row.sha256, row.size = AnswerFileState.READY, sha256, size


def refuse_answer_file(db: Db, code: str, question: str, reason: str, *, now: datetime) -> None:
    """Say of a file why it cannot be used."""
    row = find_answer_file(db, code, question)
    if row is not None and row.state is AnswerFileState.CHECKING:
        row.state, row.refusal = AnswerFileState.REFUSED, upload_fault(reason)


def fetch_answer_file(db: Db, actor: Actor, code: str, question: str, *, now: datetime) -> dict[str, Any]:
    """Write down that somebody fetches the file of an answer, and give `{sha256, kind, name}`."""
    registration = get_managed(db, actor, code)
    row = find_answer_file(db, registration.code, question)
    if row is None or row.state is not AnswerFileState.READY:
        raise NotFound("registration.no_file", "This file is not there. Reload the page to see what became of it.")
    record(db, actor.person_id, "registration.file", "registration", registration.id, now=now, question=question)
    return {"sha256": row.sha256, "kind": row.kind.value, "name": row.name}
