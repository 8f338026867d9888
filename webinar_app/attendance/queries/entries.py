"""Named reads of corrections and claims."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.attendance.models import AttendanceClaim, AttendanceClaimFile, AttendanceEntry
from webinar_app.attendance.rules.entries import ClaimState, EntryKind
from webinar_app.core.intervals import Span, to_ms
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration


def granted_by_registration(db: Db, registration_ids: Sequence[int]) -> dict[int, list[Span]]:
    """Give the times that staff confirmed and nobody took back, by registration."""
    reversed_ids = select(AttendanceEntry.reverses_id).where(AttendanceEntry.reverses_id.is_not(None))
    query = select(AttendanceEntry.registration_id, AttendanceEntry.first_at, AttendanceEntry.last_at).where(
        AttendanceEntry.registration_id.in_(registration_ids), AttendanceEntry.kind == EntryKind.TIME,
        AttendanceEntry.id.not_in(reversed_ids),
    )  # fmt: skip
    found: dict[int, list[Span]] = defaultdict(list)
    for registration_id, first_at, last_at in db.execute(query.order_by(AttendanceEntry.id)):
        found[registration_id].append((to_ms(first_at), to_ms(last_at)))
    return found


def list_entries(db: Db, registration_id: int) -> list[AttendanceEntry]:
    """Give every correction of somebody's record, oldest first."""
    query = select(AttendanceEntry).where(AttendanceEntry.registration_id == registration_id)
    return list(db.scalars(query.order_by(AttendanceEntry.id)))


def find_entry(db: Db, registration_id: int, code: str) -> AttendanceEntry | None:
    """Give one correction of somebody's record, or None."""
    query = select(AttendanceEntry).where(
        AttendanceEntry.code == code.upper(), AttendanceEntry.registration_id == registration_id
    )
    return db.scalars(query).one_or_none()


def entry_views(db: Db, registration_id: int) -> list[dict[str, Any]]:
    """Give corrections as pages show them; `is_reversed` says that a later entry took one back."""
    rows = list_entries(db, registration_id)
    gone = {row.reverses_id for row in rows}
    names = _names(db, [row.made_by_id for row in rows])
    columns = ("code", "first_at", "last_at", "reason", "evidence", "made_at", "seal")
    return [
        {name: getattr(row, name) for name in columns}
        | {"kind": row.kind.value, "by": names.get(row.made_by_id, ""), "is_reversed": row.id in gone}
        for row in rows
    ]


def find_open_claim(db: Db, registration_id: int, *, lock: bool = False) -> AttendanceClaim | None:
    """Give the claim of somebody that waits for its answer, or None."""
    query = select(AttendanceClaim).where(
        AttendanceClaim.registration_id == registration_id, AttendanceClaim.state == ClaimState.OPEN
    )
    return db.scalars(query.with_for_update() if lock else query).one_or_none()


def claim_views(db: Db, registration_id: int) -> list[dict[str, Any]]:
    """Give the claims of somebody as pages show them, oldest first."""
    query = select(AttendanceClaim).where(AttendanceClaim.registration_id == registration_id)
    rows = list(db.scalars(query.order_by(AttendanceClaim.id)))
    names = _names(db, [row.answered_by_id for row in rows if row.answered_by_id])
    files = _files(db, [row.id for row in rows])
    return [
        {
            "code": row.code, "state": row.state.value, "note": row.note, "made_at": row.made_at, "answer": row.answer,
            "answered_at": row.answered_at, "by": names.get(row.answered_by_id or 0, ""),
            "file": files.get(row.id),
        }
        for row in rows
    ]  # fmt: skip


def find_claim_file(db: Db, claim: str) -> AttendanceClaimFile | None:
    """Give what was sent with a claim, or None."""
    query = select(AttendanceClaimFile).join(AttendanceClaim, AttendanceClaim.id == AttendanceClaimFile.claim_id)
    return db.scalars(query.where(AttendanceClaim.code == claim.upper())).one_or_none()


def claim_owner(db: Db, claim: str) -> str | None:
    """Give the code of the registration whose record a claim disputes, or None."""
    query = select(Registration.code).join(AttendanceClaim, AttendanceClaim.registration_id == Registration.id)
    return db.scalars(query.where(AttendanceClaim.code == claim.upper())).one_or_none()


def _files(db: Db, claim_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    query = select(AttendanceClaimFile).where(AttendanceClaimFile.claim_id.in_(claim_ids))
    return {
        row.claim_id: {"name": row.name, "size": row.size, "state": row.state.value, "refusal": row.refusal}
        for row in db.scalars(query)
    }


def open_claims(db: Db, webinar_id: int) -> list[dict[str, Any]]:
    """Give the claims of a sitting that wait for an answer, the oldest first."""
    query = (
        select(AttendanceClaim.note, AttendanceClaim.made_at, Registration.code, Registration.legal_name)
        .join(Registration, Registration.id == AttendanceClaim.registration_id)
        .where(AttendanceClaim.webinar_id == webinar_id, AttendanceClaim.state == ClaimState.OPEN)
        .order_by(AttendanceClaim.id)
    )
    return [
        {"note": note, "made_at": made_at, "registration": code, "legal_name": name}
        for note, made_at, code, name in db.execute(query)
    ]


def last_seal(db: Db, registration_id: int) -> str:
    """Give the seal of somebody's last correction; empty before the first."""
    query = select(AttendanceEntry.seal).where(AttendanceEntry.registration_id == registration_id)
    return db.scalars(query.order_by(AttendanceEntry.id.desc()).limit(1)).first() or ""


def _names(db: Db, person_ids: Sequence[int]) -> dict[int, str]:
    query = select(Person.id, func.coalesce(func.nullif(Person.legal_name, ""), Person.display_name))
    return dict(db.execute(query.where(Person.id.in_(person_ids))).all())
