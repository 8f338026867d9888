"""Named reads of attention checks. Nothing here gives the time of a check to come to a page."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from webinar_app.attendance.models import AttentionCheck, CheckResponse
from webinar_app.attendance.rules.checks import CheckRecord, CheckState, Stand, stand
from webinar_app.core.intervals import Span, to_ms
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.polls.models import Poll
from webinar_app.polls.rules import PollState
from webinar_app.registrations.models import Registration
from webinar_app.webinars.models import Webinar

HAPPENED = (CheckState.OPEN, CheckState.CLOSED)


class Met(NamedTuple):
    """One check as one person met it; `record` is what rules judge."""

    check: AttentionCheck
    response: CheckResponse | None
    record: CheckRecord

    def stand(self, now_ms: int, incidents: Sequence[Span] = ()) -> Stand:
        """Give what became of it."""
        return stand(self.record, now_ms, incidents)


def find_by_code(db: Db, code: str, *, lock: bool = False) -> AttentionCheck | None:
    """Give the check with this code, or None; `lock` holds off opening and closing until the commit."""
    query = select(AttentionCheck).where(AttentionCheck.code == code.upper())
    return db.scalars(query.with_for_update(of=AttentionCheck, key_share=True) if lock else query).one_or_none()


def find_open(db: Db, webinar_id: int, *, lock: bool = False) -> AttentionCheck | None:
    """Give the check that is open in a sitting, or None."""
    query = select(AttentionCheck).where(
        AttentionCheck.webinar_id == webinar_id, AttentionCheck.state == CheckState.OPEN
    )
    return db.scalars(query.with_for_update(of=AttentionCheck, key_share=True) if lock else query).one_or_none()


def list_planned(db: Db, webinar_id: int) -> list[AttentionCheck]:
    """Give the checks of a sitting that are still to come, for planning only."""
    query = select(AttentionCheck).where(
        AttentionCheck.webinar_id == webinar_id, AttentionCheck.state == CheckState.PLANNED
    )
    return list(db.scalars(query.order_by(AttentionCheck.planned_second)))


def list_happened(db: Db, webinar_id: int) -> list[AttentionCheck]:
    """Give the checks of a sitting that have been opened, in order."""
    query = select(AttentionCheck).where(AttentionCheck.webinar_id == webinar_id, AttentionCheck.state.in_(HAPPENED))
    return list(db.scalars(query.order_by(AttentionCheck.opened_at, AttentionCheck.id)))


def is_poll_open(db: Db, webinar_id: int) -> bool:
    """Say whether people are voting now."""
    query = select(Poll.id).where(Poll.webinar_id == webinar_id, Poll.state == PollState.OPEN)
    return db.scalars(query.limit(1)).first() is not None


def due_at(check: AttentionCheck, *, more_time: bool) -> datetime:
    """Give the end of somebody's time to answer a check that has been opened."""
    assert check.opened_at is not None
    return check.opened_at + timedelta(seconds=check.long_window_seconds if more_time else check.window_seconds)


def planned_at(webinar: Webinar, second: int) -> datetime:
    """Give the instant of a second of a sitting's plan."""
    assert webinar.starts_at is not None
    return webinar.starts_at + timedelta(seconds=second)


def met_by_registration(db: Db, webinar_id: int, registration_ids: Sequence[int]) -> dict[int, list[Met]]:
    """Give every check of a sitting as each of these people met it, in order, in at most three reads."""
    checks = list_happened(db, webinar_id)
    found: dict[int, list[Met]] = defaultdict(list)
    if not checks:
        return found
    query = select(Registration.id, Registration.more_time).where(Registration.id.in_(registration_ids))
    slow = dict(db.execute(query).all())
    rows = select(CheckResponse).where(
        CheckResponse.check_id.in_([check.id for check in checks]), CheckResponse.registration_id.in_(registration_ids)
    )
    known = {(row.check_id, row.registration_id): row for row in db.scalars(rows)}
    for registration_id in registration_ids:
        for check in checks:
            response = known.get((check.id, registration_id))
            more_time = bool(slow.get(registration_id))
            found[registration_id].append(Met(check, response, _record(check, response, more_time=more_time)))
    return found


def own_checks(db: Db, webinar_id: int, registration_ids: Sequence[int]) -> dict[int, dict[str, str | None]]:
    """Give the codes of the checks that each person was shown in a sitting, with the stamp of the right answer."""
    query = (
        select(CheckResponse.registration_id, AttentionCheck.code, CheckResponse.answered_at)
        .join(CheckResponse, CheckResponse.check_id == AttentionCheck.id)
        .where(AttentionCheck.webinar_id == webinar_id, CheckResponse.registration_id.in_(registration_ids))
    )
    found: dict[int, dict[str, str | None]] = defaultdict(dict)
    for registration_id, code, at in db.execute(query):
        found[registration_id][code] = stamp(at) if at else None
    return found


def marks(met: Sequence[Met], start_ms: int, now_ms: int, incidents: Sequence[Span] = ()) -> list[dict[str, Any]]:
    """Give the checks that count for somebody as places on their ruler, in seconds from a moment."""
    stands = {Stand.ANSWERED: True, Stand.MISSED: False}
    return [
        {"at_s": (one.record.opened_ms - start_ms) // 1000, "answered": stands[one.stand(now_ms, incidents)]}
        for one in met
        if one.stand(now_ms, incidents) in stands
    ]


def _record(check: AttentionCheck, response: CheckResponse | None, *, more_time: bool) -> CheckRecord:
    assert check.opened_at is not None
    return CheckRecord(
        opened_ms=to_ms(check.opened_at),
        due_ms=to_ms(due_at(check, more_time=more_time)),
        closed_ms=to_ms(check.closed_at) if check.closed_at else None,
        seen_ms=to_ms(response.seen_at) if response else None,
        answered_ms=to_ms(response.answered_at) if response and response.answered_at else None,
    )
