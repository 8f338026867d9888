"""From the ledger of presence to the ledger of completion."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from webinar_app.attendance.models import AttendanceSummary
from webinar_app.attendance.queries import (
    Measure,
    facts_by_registration,
    facts_hash,
    known_hashes,
    measure_of,
    spans_in_seconds,
)
from webinar_app.attendance.rules import Summary, Verdict, summary, verdict
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import enqueue
from webinar_app.registrations.services import complete_item, withdraw_item
from webinar_app.webinars.events import WebinarEnded
from webinar_app.webinars.models import Webinar

SUMMARISE = "attendance.summarise"
LOOKS_S = (3, 20, 60)
"""Seconds after the end: when the closing flushes should be there, and twice for those that come late."""


def plan_summaries(db: Db, event: WebinarEnded, now: datetime) -> None:
    """Write the jobs that judge everybody's attendance."""
    for seconds in LOOKS_S:
        run_at = now + timedelta(seconds=seconds)
        unique = f"{SUMMARISE}:{event.webinar_id}:{seconds}"
        enqueue(db, SUMMARISE, {"webinar_id": event.webinar_id}, now=now, run_at=run_at, unique=unique)


def list_to_judge(db: Db, webinar_id: int, registration_ids: Sequence[int]) -> list[int]:
    """Give those whose facts differ from the ones that they were judged by."""
    measure = measure_of(db, db.get_one(Webinar, webinar_id))
    found, known = facts_by_registration(db, measure, registration_ids), known_hashes(db, registration_ids)
    return [key for key in registration_ids if known.get(key) != facts_hash(measure.policy, found[key])]


def summarise(db: Db, webinar_id: int, registration_ids: list[int], *, now: datetime) -> int:
    """Judge the attendance of these people and tell the ledger; same facts again change nothing.

    Returns how many of them were judged anew.
    """
    measure = measure_of(db, db.get_one(Webinar, webinar_id))
    found, known = facts_by_registration(db, measure, registration_ids), known_hashes(db, registration_ids)
    judged = 0
    for registration_id in registration_ids:
        digest = facts_hash(measure.policy, found[registration_id])
        if known.get(registration_id) != digest:
            _judge(db, measure, registration_id, summary(measure.policy, found[registration_id]), digest, now)
            judged += 1
    return judged


def _judge(db: Db, measure: Measure, registration_id: int, attended: Summary, digest: str, now: datetime) -> None:
    decision = verdict(measure.policy, attended)
    row = db.get(AttendanceSummary, registration_id)
    was_complete = row is not None and row.complete
    if row is None:
        row = AttendanceSummary(registration_id=registration_id, webinar_id=measure.webinar_id)
        db.add(row)
    row.evidenced_seconds, row.credited_seconds = attended.evidenced_s, attended.credited_s
    row.complete, row.reasons = decision.complete, list(decision.reasons)
    row.spans = spans_in_seconds(attended.spans, measure.start_ms)
    row.policy, row.facts_hash, row.computed_at = measure.policy.to_json(), digest, now
    if decision.complete:
        complete_item(db, registration_id, measure.item_id, _evidence(measure, attended, decision, digest), now=now)
    elif was_complete:
        withdraw_item(db, registration_id, measure.item_id, now=now)


def _evidence(measure: Measure, attended: Summary, decision: Verdict, digest: str) -> dict[str, Any]:
    """Give what the ledger keeps; `summary` is read back by `Summary.from_json`."""
    told = {
        "minutes": attended.credited_s // 60,
        "of_minutes": attended.total_s // 60,
        "verdict": decision.reasons,
        "policy": measure.policy.to_json(),
        "summary": attended.to_json(),
        "facts_hash": digest,
    }
    plain: dict[str, Any] = json.loads(json.dumps(told))  # the ledger compares it with what it reads back
    return plain
