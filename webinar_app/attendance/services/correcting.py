"""Corrections as new entries, and claims: the record as it was written stays, the verdict follows."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from webinar_app.attendance.models import AttendanceClaim, AttendanceEntry
from webinar_app.attendance.policy import get_correctable
from webinar_app.attendance.queries import facts_by_registration, measure_of
from webinar_app.attendance.queries.entries import find_entry, find_open_claim, last_seal
from webinar_app.attendance.rules import Verdict, summary, verdict
from webinar_app.attendance.rules.entries import (
    ClaimState,
    EntryKind,
    check_claiming,
    check_note,
    check_reason,
    check_span,
    seal,
)
from webinar_app.attendance.services.claim_files import SentFile, add_claim_file
from webinar_app.attendance.services.summaries import summarise
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import NotFound, Refused
from webinar_app.core.intervals import to_ms
from webinar_app.core.text import one_line
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_own
from webinar_app.registrations.rules import HAD_PLACE
from webinar_app.webinars.models import Webinar


def preview_time(
    db: Db, actor: Actor, code: str, registration: str, span: tuple[int | None, int | None], reason: str
) -> dict[str, Any]:
    """Give `{before, after, first_at, last_at}` of a time that is not entered yet; the verdicts are words."""
    row, webinar = get_correctable(db, actor, code, registration)
    check_reason(reason)
    first_at, last_at = _moments(webinar, span)
    measure = measure_of(db, webinar)
    facts = facts_by_registration(db, measure, [row.id])[row.id]
    granted = (*facts.granted, (to_ms(first_at), to_ms(last_at)))
    before = verdict(measure.policy, summary(measure.policy, facts))
    after = verdict(measure.policy, summary(measure.policy, replace(facts, granted=granted)))
    return {"before": _told(before), "after": _told(after), "first_at": first_at, "last_at": last_at}


def enter_time(
    db: Db,
    actor: Actor,
    code: str,
    registration: str,
    span: tuple[int | None, int | None],
    reason: str,
    evidence: str,
    *,
    now: datetime,
) -> dict[str, Any]:
    """Confirm that somebody was there from one minute of a session to another; verdict and certificate follow."""
    row, webinar = get_correctable(db, actor, code, registration, lock=True)
    entry = _enter(db, actor, row, EntryKind.TIME, _moments(webinar, span), reason, evidence, now)
    summarise(db, webinar.id, [row.id], now=now)
    return {"entry": entry.code}


def reverse_entry(
    db: Db, actor: Actor, code: str, registration: str, entry: str, reason: str, *, now: datetime
) -> dict[str, Any]:
    """Take an earlier entry back by a new one; verdict and certificate follow."""
    row, webinar = get_correctable(db, actor, code, registration, lock=True)
    known = find_entry(db, row.id, entry)
    if known is None or known.kind is not EntryKind.TIME:
        raise NotFound
    made = _enter(db, actor, row, EntryKind.REVERSAL, (known.first_at, known.last_at), reason, "", now, known.id)
    summarise(db, webinar.id, [row.id], now=now)
    return {"entry": made.code}


def claim(
    db: Db, actor: Actor, registration: str, note: str, file: SentFile | None = None, *, now: datetime
) -> dict[str, Any]:
    """Dispute one's own record while that is possible; a file that is in storage may come with it."""
    row = get_own(db, actor, registration, lock=True)
    if row.webinar is None:
        raise NotFound
    told = check_note(note)
    has_open, had_place = find_open_claim(db, row.id) is not None, row.state in HAD_PLACE
    check_claiming(row.webinar.ended_at, now, has_open=has_open, had_place=had_place)
    made = AttendanceClaim(
        code=new_code(), registration_id=row.id, webinar_id=row.webinar.id, state=ClaimState.OPEN, note=told,
        made_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()  # its id goes into the audit
    if file is not None:
        add_claim_file(db, made, file, now=now)
    record(db, actor.person_id, "attendance.claim", "attendance_claim", made.id, now=now)
    return {"claim": made.code}


def answer_claim(
    db: Db,
    actor: Actor,
    code: str,
    registration: str,
    answer: str,
    span: tuple[int | None, int | None] | None,
    *,
    now: datetime,
) -> dict[str, Any]:
    """Answer an open claim: with a span the time is entered, without one the claim is declined."""
    row, webinar = get_correctable(db, actor, code, registration, lock=True)
    found = find_open_claim(db, row.id, lock=True)
    if found is None:
        raise Refused("claim.answered", "This claim has been answered. Reload the page to see the answer.")
    found.answer, found.answered_by_id, found.answered_at = check_reason(answer, "answer"), actor.person_id, now
    found.state = ClaimState.DECLINED if span is None else ClaimState.ACCEPTED
    if span is not None:
        evidence = f"Claim {found.code}"
        entry = _enter(db, actor, row, EntryKind.TIME, _moments(webinar, span), answer, evidence, now)
        found.entry_id = entry.id
        summarise(db, webinar.id, [row.id], now=now)
    record(db, actor.person_id, "attendance.answer", "attendance_claim", found.id, now=now, state=found.state.value)
    return {"state": found.state.value}


def give_more_time(db: Db, actor: Actor, code: str, registration: str, is_given: bool, *, now: datetime) -> str:
    """Give somebody more time for attention checks, or no more of it, and return their name."""
    row, _ = get_correctable(db, actor, code, registration, lock=True, is_ended=False)
    row.more_time = is_given
    record(db, actor.person_id, "attendance.more_time", "registration", row.id, now=now, given=is_given)
    return row.legal_name


def _told(decision: Verdict) -> dict[str, Any]:
    return {"complete": decision.complete, "reasons": list(decision.reasons)}


def _moments(webinar: Webinar, span: tuple[int | None, int | None]) -> tuple[datetime, datetime]:
    assert webinar.starts_at is not None  # a sitting that ended had a time
    first, last = check_span(*span, webinar.minutes)
    return webinar.starts_at + timedelta(minutes=first), webinar.starts_at + timedelta(minutes=last)


def _enter(
    db: Db,
    actor: Actor,
    row: Registration,
    kind: EntryKind,
    moments: tuple[datetime, datetime],
    reason: str,
    evidence: str,
    now: datetime,
    reverses_id: int | None = None,
) -> AttendanceEntry:
    assert row.webinar_id is not None
    assert actor.person_id is not None
    said = {
        "registration": row.code, "kind": kind.value, "first_at": stamp(moments[0]), "last_at": stamp(moments[1]),
        "reverses": reverses_id, "reason": check_reason(reason), "evidence": one_line(evidence),
        "by": actor.person_id, "at": stamp(now),
    }  # fmt: skip
    entry = AttendanceEntry(
        code=new_code(), registration_id=row.id, webinar_id=row.webinar_id, kind=kind, first_at=moments[0],
        last_at=moments[1], reverses_id=reverses_id, reason=said["reason"], evidence=said["evidence"],
        made_by_id=actor.person_id, made_at=now, seal=seal(last_seal(db, row.id), said),
    )  # fmt: skip
    db.add(entry)
    db.flush()  # its id goes into the audit, and the verdict reads it
    record(db, actor.person_id, "attendance.entry", "attendance_entry", entry.id, now=now, kind=kind.value)
    return entry
