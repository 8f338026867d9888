"""People and their presence, as rosters, rulers and lists show them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, or_, select

from webinar_app.attendance.models import AttendanceSummary, PresenceEvent
from webinar_app.attendance.queries import Measure, facts_by_registration, measure_of
from webinar_app.attendance.rules import AttendancePolicy, Facts, Summary, in_words, summary, verdict
from webinar_app.attendance.rules.outages import FEWEST, LOSS_MS, SHARE_PERCENT
from webinar_app.core.intervals import Span, total, union
from webinar_app.core.presence import intervals
from webinar_app.core.times import in_zone
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState


def is_measured(webinar: Webinar) -> bool:
    """Say whether a sitting has begun, so that there is something to measure."""
    return webinar.starts_at is not None and webinar.state in (WebinarState.LIVE, WebinarState.ENDED)


def presence_rows(db: Db, webinar: Webinar, registration_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Give what rosters and rulers show of these people's presence; nothing before the sitting has begun.

    `spans` are the credited minutes from the planned start, `stay` the first and last moment in the room.
    """
    if not is_measured(webinar):
        return {}
    measure = measure_of(db, webinar)
    found = facts_by_registration(db, measure, registration_ids)
    judged = {row.registration_id: row for row in _summaries(db, registration_ids)}
    is_over = webinar.state is WebinarState.ENDED
    return {key: _row(webinar, measure, found[key], judged.get(key), is_over) for key in registration_ids}


def _summaries(db: Db, registration_ids: Sequence[int]) -> list[AttendanceSummary]:
    query = select(AttendanceSummary).where(AttendanceSummary.registration_id.in_(registration_ids))
    return list(db.scalars(query))


def _row(
    webinar: Webinar, measure: Measure, facts: Facts, judged: AttendanceSummary | None, is_over: bool
) -> dict[str, Any]:
    attended, stays = summary(measure.policy, facts), union(intervals(facts.runs))
    word, kind, why = _verdict(measure, attended, judged, is_over)
    return {
        "spans": [
            [(first - measure.start_ms) / 60_000, (last - measure.start_ms) / 60_000] for first, last in attended.spans
        ],
        "total": webinar.minutes,
        "stay": stay_words(stays, webinar.time_zone),
        "joined_at": _moment(stays[0][0]) if stays else None,
        "left_at": _moment(stays[-1][1]) if stays else None,
        "minutes": attended.credited_s // 60,
        "evidenced": attended.evidenced_s // 60,
        "of": attended.total_s // 60,
        "bridged_s": total((bridge.start_ms, bridge.end_ms) for bridge in attended.bridges) // 1000,
        "verdict": [word, kind],
        "why": why,
    }


def _verdict(
    measure: Measure, attended: Summary, judged: AttendanceSummary | None, is_over: bool
) -> tuple[str, str, str]:
    """Give the word, its kind of mark, and the sentences that say why."""
    if not is_over:
        return "So far", "open", sentences(verdict(measure.policy, attended).reasons[:1])
    if judged is None:
        return "Being counted", "open", "The minutes are added up within a minute of the end."
    if judged.complete:
        return "Attended", "pass", sentences(judged.reasons)
    if not judged.evidenced_seconds:
        return "Not there", "open", "There is no evidence of this person in the room while it counted."
    return "Not enough", "stop", sentences(judged.reasons)


def sentences(reasons: Sequence[str]) -> str:
    """Give the reasons of a verdict as running text."""
    return " ".join(reason.rstrip(".") + "." for reason in reasons)


def stay_words(stays: Sequence[Span], zone: str) -> str:
    """Give the first and last moment of stays on the clock of a zone: `12:00 to 1:15`; empty for nobody."""
    if not stays:
        return ""
    first, last = (in_zone(_moment(at), zone) for at in (stays[0][0], stays[-1][1]))
    return f"{(first.hour + 11) % 12 + 1}:{first:%M} to {(last.hour + 11) % 12 + 1}:{last:%M}"


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def count_people(db: Db, webinar_id: int) -> dict[str, int]:
    """Count a sitting's registrants by verdict: `everyone`, `credit`, `short`, `absent`."""
    row = AttendanceSummary
    query = (
        select(
            func.count(Registration.id),
            func.count(Registration.id).filter(row.complete),
            func.count(Registration.id).filter(~row.complete, row.evidenced_seconds > 0),
            func.count(Registration.id).filter(row.evidenced_seconds == 0),
        )
        .join(row, row.registration_id == Registration.id, isouter=True)
        .where(Registration.webinar_id == webinar_id, Registration.state == RegistrationState.REGISTERED)
    )
    return dict(zip(("everyone", "credit", "short", "absent"), db.execute(query).one(), strict=True))


PAGE = 50


def list_on_page(db: Db, webinar_id: int, *, view: str, search: str, page: int) -> tuple[list[Registration], int]:
    """Give one page of a sitting's registrants by legal name, and how many there are on all pages."""
    row = AttendanceSummary
    views = {
        "credit": row.complete.is_(True),
        "short": row.complete.is_(False) & (row.evidenced_seconds > 0),
        "absent": row.evidenced_seconds == 0,
    }
    conditions = [Registration.webinar_id == webinar_id, Registration.state == RegistrationState.REGISTERED]
    conditions += [views[view]] if view in views else []
    if search:
        names = (Registration.legal_name, Registration.display_name)
        conditions.append(or_(*(func.lower(name).contains(search.lower(), autoescape=True) for name in names)))
    source = select(Registration).join(row, row.registration_id == Registration.id, isouter=True).where(*conditions)
    total = db.scalar(source.with_only_columns(func.count(Registration.id))) or 0
    order = source.order_by(func.lower(Registration.legal_name), Registration.id)
    return list(db.scalars(order.limit(PAGE).offset((page - 1) * PAGE))), total


def list_events(db: Db, registration: Registration) -> list[PresenceEvent]:
    """Give the ledger of one person in one sitting as it was written."""
    query = select(PresenceEvent).where(
        PresenceEvent.webinar_id == registration.webinar_id, PresenceEvent.registration_id == registration.id
    )
    return list(db.scalars(query.order_by(PresenceEvent.first_at, PresenceEvent.id)))


def person_evidence(db: Db, registration: Registration) -> dict[str, Any]:
    """Give everything behind one person's minutes: the rows as written, both figures, bridges, gaps and the policy."""
    webinar = registration.webinar
    if webinar is None or not is_measured(webinar):
        return {"events": [], "row": None, "figures": [], "bridges": [], "policy": [], "facts_hash": ""}
    measure = measure_of(db, webinar)
    facts = facts_by_registration(db, measure, [registration.id])[registration.id]
    attended, judged = summary(measure.policy, facts), db.get(AttendanceSummary, registration.id)
    return {
        "events": [_event(row) for row in list_events(db, registration)],
        "row": presence_rows(db, webinar, [registration.id])[registration.id],
        "figures": [
            ("Evidenced", in_words(attended.evidenced_s)),
            ("Credited", f"{in_words(attended.credited_s)} of {in_words(attended.total_s)}"),
            ("Largest gap", in_words(attended.largest_gap_s) if attended.largest_gap_s else "none"),
        ],
        "bridges": [
            {
                "from": _moment(bridge.start_ms),
                "seconds": (bridge.end_ms - bridge.start_ms) // 1000,
                "cause": bridge.cause,
            }
            for bridge in attended.bridges
        ],
        "policy": policy_words(measure.policy),
        "facts_hash": judged.facts_hash if judged else "",
    }


def policy_words(policy: AttendancePolicy) -> list[str]:
    """Say what counts as having attended, a sentence for each rule."""
    asked = f"{policy.min_percent} % of the minutes that bear credit"
    if policy.min_minutes is not None:
        asked = f"{policy.min_minutes} minutes"
    words = [f"At least {asked}."]
    if policy.latest_join_minutes is not None:
        words.append(f"Join at most {policy.latest_join_minutes} min after the start.")
    if policy.max_gap_s is not None:
        words.append(f"No absence above {in_words(policy.max_gap_s)} at a stretch.")
    if policy.checks_percent:
        words.append(f"Answer at least {policy.checks_percent} % of the attention checks that are shown.")
    words.append(f"Drops of the network up to {in_words(policy.grace_bridge_s)} count as present.")
    back = in_words(policy.server_gap_s)
    words.append(f"What the server takes counts in full for who is back within {back}.")
    words.append(
        f"When {SHARE_PERCENT} % of a room, and {FEWEST} people or more, are lost within {LOSS_MS // 1000} s, "
        f"it counts in full for everybody who is back within {back}."
    )
    return words


def _event(row: PresenceEvent) -> dict[str, Any]:
    names = ("id", "first_at", "last_at", "connection", "device", "reason", "boot")
    return {name: getattr(row, name) for name in names} | {"kind": row.kind.value}
