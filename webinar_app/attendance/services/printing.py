"""Statements as PDFs: asked for once for the same facts, made by the worker."""

from datetime import datetime
from typing import Any

from webinar_app.attendance.documents import facts_hash, printable
from webinar_app.attendance.models import AttendanceStatement
from webinar_app.attendance.policy import get_attendee
from webinar_app.attendance.queries.statements import find_statement, find_statement_by_code, record_page
from webinar_app.attendance.rules.entries import StatementState
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Refused
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_own

PRINT = "attendance.print"


def print_own(db: Db, actor: Actor, registration: str, *, now: datetime) -> dict[str, Any]:
    """Let one's own record be printed as it stands."""
    return _ask(db, actor, get_own(db, actor, registration, lock=True), now)


def print_for(db: Db, actor: Actor, code: str, registration: str, *, now: datetime) -> dict[str, Any]:
    """Let an attendee's record be printed as it stands."""
    return _ask(db, actor, get_attendee(db, actor, code, registration), now)


def _ask(db: Db, actor: Actor, row: Registration, now: datetime) -> dict[str, Any]:
    facts = printable(record_page(db, row, now))
    if facts is None:
        raise Refused("statement.early", "The record is not complete. Ask again a minute after the end of the session.")
    found = find_statement(db, row.id, facts_hash(facts))
    if found is None:
        found = AttendanceStatement(
            code=new_code(), registration_id=row.id, facts_hash=facts_hash(facts), facts=facts,
            state=StatementState.FAILED, asked_at=now,
        )  # fmt: skip
        db.add(found)
    if found.state is StatementState.FAILED:
        found.state, found.asked_at = StatementState.MAKING, now
        enqueue(db, PRINT, {"statement": found.code}, now=now)
        db.flush()  # the entry names its id
        record(db, actor.person_id, "attendance.printed", "attendance_statement", found.id, now=now)
    return {"state": found.state.value}


def keep_statement(db: Db, code: str, sha256: str | None, *, now: datetime) -> None:
    """Keep the hash of a PDF that lies in storage; None says that it could not be made."""
    row = find_statement_by_code(db, code)
    if row is not None and row.state is StatementState.MAKING:
        row.state, row.sha256 = (StatementState.READY if sha256 else StatementState.FAILED), sha256
