"""Files to claims: in storage before a row names them, looked into by the worker, fetched by those who answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webinar_app.attendance.models import AttendanceClaim, AttendanceClaimFile
from webinar_app.attendance.policy import get_correctable
from webinar_app.attendance.queries.entries import claim_owner, find_claim_file
from webinar_app.attendance.rules.entries import ClaimFileState
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import NotFound
from webinar_app.core.uploads import FileKind, upload_fault
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue

CHECK_FILE = "attendance.check_claim_file"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that lies in storage."""

    name: str
    kind: FileKind
    sha256: str
    size: int


def add_claim_file(db: Db, claim: AttendanceClaim, file: SentFile, *, now: datetime) -> None:
    """Take a file with a claim, to be looked into by the worker."""
    db.add(
        AttendanceClaimFile(
            claim_id=claim.id, name=file.name, kind=file.kind, sha256=file.sha256, size=file.size,
            state=ClaimFileState.CHECKING, refusal="",
        )
    )  # fmt: skip
    enqueue(db, CHECK_FILE, {"claim": claim.code}, now=now, unique=f"{CHECK_FILE}:{claim.code}")


def keep_claim_file(db: Db, claim: str, sha256: str, size: int, *, now: datetime) -> None:
    """Let a file be fetched, with the bytes that came out of the check."""
    row = find_claim_file(db, claim)
    if row is not None and row.state is ClaimFileState.CHECKING:
        row.state, row.sha256, row.size = ClaimFileState.READY, sha256, size


def refuse_claim_file(db: Db, claim: str, reason: str, *, now: datetime) -> None:
    """Say of a file why it cannot be used."""
    row = find_claim_file(db, claim)
    if row is not None and row.state is ClaimFileState.CHECKING:
        row.state, row.refusal = ClaimFileState.REFUSED, upload_fault(reason)


def fetch_claim_file(db: Db, actor: Actor, code: str, claim: str, *, now: datetime) -> dict[str, Any]:
    """Write down that somebody fetches the file to a claim, and give `{sha256, kind, name}`."""
    row, owner = find_claim_file(db, claim), claim_owner(db, claim)
    get_correctable(db, actor, code, owner or "")
    if row is None or row.state is not ClaimFileState.READY:
        raise NotFound("claim.no_file", "This file is not there. Reload the page to see what became of it.")
    record(db, actor.person_id, "attendance.claim_file", "attendance_claim", row.claim_id, now=now)
    return {"sha256": row.sha256, "kind": row.kind.value, "name": row.name}
