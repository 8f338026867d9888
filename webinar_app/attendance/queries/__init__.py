"""Named reads of attendance: facts from rows, and what follows from them."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from webinar_app.attendance.models import SERVER_REASONS, AttendanceSummary, PresenceEvent
from webinar_app.attendance.queries.checks import Met, marks, met_by_registration
from webinar_app.attendance.queries.entries import granted_by_registration
from webinar_app.attendance.queries.incidents import list_incidents, reaches
from webinar_app.attendance.rules import AttendancePolicy, Facts, credit_window, meter, policy_of
from webinar_app.attendance.rules.checks import count
from webinar_app.attendance.rules.outages import FLUSH_MS, Incident
from webinar_app.core.intervals import Span, clip, subtract, to_ms
from webinar_app.core.presence import LEASE_MS, PresenceKind, PresenceRun, by_connection, first_close, fold
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.providers.rules import RulePack
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import get_registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import Segment
from webinar_app.webinars.rules import credit_window as planned_credit

LATER = 1 << 62  # a moment after every sitting: nothing waits any more


@dataclass(frozen=True, slots=True)
class Measure:
    """How a sitting is measured: the time that may count, its breaks, and what is asked for. `start_ms` is planned."""

    webinar_id: int
    item_id: int
    start_ms: int
    window: Span
    breaks: tuple[Span, ...]
    policy: AttendancePolicy
    incidents: tuple[Incident, ...] = ()
    is_over: bool = False  # only then there are outages and corrections: who joins is not made to wait for reading them


def measure_of(db: Db, webinar: Webinar) -> Measure:
    """Give how a sitting is measured, as it stands now."""
    if webinar.starts_at is None:
        return Measure(webinar.id, webinar.item_id, 0, (0, 0), (), policy_for(db, webinar))
    start = to_ms(webinar.starts_at)
    window = _window(webinar, start)
    breaks = tuple(clip(subtract([window], _credit(webinar)), window))
    is_over = webinar.ended_at is not None
    incidents = tuple(list_incidents(db, webinar.id)) if is_over else ()
    return Measure(webinar.id, webinar.item_id, start, window, breaks, policy_for(db, webinar), incidents, is_over)


def credit_seconds(webinar: Webinar) -> list[Span]:
    """Give the time of a sitting that bears credit, in whole seconds from its planned start."""
    assert webinar.starts_at is not None
    start = to_ms(webinar.starts_at)
    spans = clip(_credit(webinar), _window(webinar, start))
    return [(-((start - first) // 1000), (last - start) // 1000) for first, last in spans]


def _credit(webinar: Webinar) -> list[Span]:
    assert webinar.starts_at is not None
    segments = [Segment(row.title, row.start_minute, row.minutes, row.gives_credit) for row in webinar.segments]
    return planned_credit(segments, webinar.starts_at, webinar.minutes)


def _window(webinar: Webinar, start: int) -> Span:
    planned = (start, start + webinar.minutes * 60_000)
    began = to_ms(webinar.went_live_at) if webinar.went_live_at else None
    ended = to_ms(webinar.ended_at) if webinar.ended_at else None
    if ended is not None and began is None:
        return start, start  # it never took place, so that nothing of it counts
    return credit_window(planned, began_ms=began, ended_ms=ended)


def policy_for(db: Db, webinar: Webinar) -> AttendancePolicy:
    """Give what counts as having attended: the course's own rule, else that of the provider's rule pack."""
    if own := webinar.course.attendance_policy:
        return AttendancePolicy.from_json(own)
    provider = db.get_one(Provider, webinar.course.provider_id)
    return policy_of(RulePack.from_json(provider.rule_pack or {}))


def facts_of(db: Db, registration_id: int) -> Facts:
    """Give everything that is known about one person's attendance; raise NotFound for an unknown registration."""
    webinar = get_registration(db, registration_id).webinar
    if webinar is None:
        return Facts(window=(0, 0))
    return facts_by_registration(db, measure_of(db, webinar), [registration_id])[registration_id]


def facts_by_registration(
    db: Db,
    measure: Measure,
    registration_ids: Sequence[int],
    *,
    now_ms: int = LATER,
    met: Mapping[int, Sequence[Met]] | None = None,
) -> dict[int, Facts]:
    """Give the facts of several people of one sitting, in few reads; a check whose time goes on at `now_ms` waits."""
    met = met_by_registration(db, measure.webinar_id, registration_ids) if met is None else met
    runs: dict[int, list[PresenceRun]] = {registration_id: [] for registration_id in registration_ids}
    query = select(
        PresenceEvent.registration_id, PresenceEvent.connection, PresenceEvent.kind, PresenceEvent.first_at,
        PresenceEvent.last_at, PresenceEvent.reason,
    ).where(PresenceEvent.webinar_id == measure.webinar_id, PresenceEvent.registration_id.in_(runs))  # fmt: skip
    for registration_id, connection, kind, first_at, last_at, reason in db.execute(query):
        is_fault = kind is PresenceKind.CLOSE and reason in SERVER_REASONS
        runs[registration_id].append(PresenceRun(connection, kind, to_ms(first_at), to_ms(last_at), is_fault))
    granted = granted_by_registration(db, registration_ids) if measure.is_over else {}
    return {
        registration_id: _facts(measure, mine, met.get(registration_id, ()), granted.get(registration_id, ()), now_ms)
        for registration_id, mine in runs.items()
    }


def _facts(
    measure: Measure, runs: Iterable[PresenceRun], met: Sequence[Met], granted: Iterable[Span], now_ms: int
) -> Facts:
    shown, answered = count((one.record for one in met), now_ms, _outages(measure))
    return Facts(
        window=measure.window, breaks=measure.breaks, runs=tuple(runs), checks_shown=shown, checks_answered=answered,
        granted=tuple(granted), incidents=reaches(measure.incidents, measure.policy.server_gap_s),
    )  # fmt: skip


def _outages(measure: Measure) -> list[Span]:
    return [(one.start_ms, one.end_ms) for one in measure.incidents]


def facts_hash(policy: AttendancePolicy, facts: Facts) -> str:
    """Give a digest of all inputs of a verdict; the order and repetition of facts change nothing."""
    told = asdict(facts) | {"runs": sorted(fold(facts.runs)), "policy": policy.to_json()}
    if not facts.incidents:
        del told["incidents"]  # digests from before outages were known stay what they are
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def meters_for(
    db: Db,
    webinar_id: int,
    registration_ids: Sequence[int],
    now: datetime,
    more: Callable[[int], Iterable[PresenceRun]],
) -> dict[int, dict[str, Any]]:
    """Give the payload of `credit.meter` for each of these people of a sitting.

    `more(registration_id)` gives the runs that the calling process has not written yet.
    """
    return {number: told() for number, told in meters_to_come(db, webinar_id, registration_ids, now, more).items()}


def meters_to_come(
    db: Db,
    webinar_id: int,
    registration_ids: Sequence[int],
    now: datetime,
    more: Callable[[int], Iterable[PresenceRun]],
) -> dict[int, Callable[[], dict[str, Any]]]:
    """Read what `meters_for` needs; each payload is reckoned when it is called for, which needs no database."""
    measure = measure_of(db, db.get_one(Webinar, webinar_id))
    met = met_by_registration(db, webinar_id, registration_ids)
    facts = facts_by_registration(db, measure, registration_ids, now_ms=to_ms(now), met=met)
    return {
        number: partial(
            meter_payload, measure, replace(known, runs=(*known.runs, *more(number))), now, tuple(met.get(number, ()))
        )
        for number, known in facts.items()
    }


def meter_payload(measure: Measure, facts: Facts, now: datetime, met: Sequence[Met] = ()) -> dict[str, Any]:
    """Give the payload of `credit.meter` from what is known of one person; spans count from the start of credit."""
    now_ms = to_ms(now)
    told = meter(measure.policy, facts, now_ms)
    words = told.sentences
    if now_ms < measure.window[0]:
        words = (
            "Counting begins with the session.",
            f"{-(-told.needed_s // 60)} of {told.total_s // 60} min are needed.",
        )
    return {
        "counted_s": told.counted_s,
        "needed_s": told.needed_s,
        "total_s": told.total_s,
        "counting": _is_counting(facts, now_ms),
        "possible": told.still_possible,
        "words": list(words),
        "spans": spans_in_seconds(told.spans, measure.window[0]),
        "checks": marks(met, measure.window[0], now_ms, _outages(measure)),
        "as_of": stamp(now),
    }


def _is_counting(facts: Facts, now_ms: int) -> bool:
    """Say whether this moment counts: it bears credit, and a connection is open that was heard of lately."""
    if not any(start <= now_ms < end for start, end in subtract([facts.window], facts.breaks)):
        return False
    return any(
        first_close(mine) is None and max(run.last_ms for run in mine) > now_ms - LEASE_MS - FLUSH_MS
        for mine in by_connection(facts.runs).values()
    )


def spans_in_seconds(spans: Iterable[Span], start_ms: int) -> list[list[int]]:
    """Give spans as whole seconds from a moment, for drawing."""
    return [[(first - start_ms) // 1000, (last - start_ms) // 1000] for first, last in spans]


def list_registered(db: Db, webinar_id: int) -> list[int]:
    """Give the registrations that hold a seat in a sitting, oldest first."""
    query = select(Registration.id).where(
        Registration.webinar_id == webinar_id, Registration.state == RegistrationState.REGISTERED
    )
    return list(db.scalars(query.order_by(Registration.id)))


def known_hashes(db: Db, registration_ids: Sequence[int]) -> dict[int, str]:
    """Give the digest under which each of these people was judged before."""
    query = select(AttendanceSummary.registration_id, AttendanceSummary.facts_hash)
    return dict(db.execute(query.where(AttendanceSummary.registration_id.in_(registration_ids))).all())


def was_there(db: Db, registration: Registration) -> bool:
    """Say whether there is any evidence that the registrant was in the room."""
    query = select(PresenceEvent.id).where(
        PresenceEvent.webinar_id == registration.webinar_id, PresenceEvent.registration_id == registration.id
    )
    return db.scalars(query.limit(1)).first() is not None


def find_summary(db: Db, registration_id: int) -> AttendanceSummary | None:
    """Give the verdict on one person, or None while there is none."""
    return db.get(AttendanceSummary, registration_id)
