"""One person's record of a sitting as a timeline: what happened, what counted, and why."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from webinar_app.attendance.queries import Measure, facts_by_registration, measure_of
from webinar_app.attendance.queries.checks import Met, met_by_registration
from webinar_app.attendance.queries.entries import claim_views, entry_views, find_open_claim
from webinar_app.attendance.queries.incidents import moment
from webinar_app.attendance.queries.people import is_measured, policy_words, presence_rows
from webinar_app.attendance.queries.signing import list_attestations
from webinar_app.attendance.rules import Facts, Summary, in_words, summary
from webinar_app.attendance.rules.checks import Stand
from webinar_app.attendance.rules.entries import claim_until
from webinar_app.attendance.rules.outages import Cause
from webinar_app.attendance.rules.signing import SignKind
from webinar_app.core.intervals import Span, clip, intersect, subtract, to_ms, union
from webinar_app.core.presence import intervals
from webinar_app.core.times import stamp
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.webinars.queries import list_bans

CAUSES = {"network": "a short drop of the network", "outage": "an outage of the room", "server": "taken by the server"}
CHECK_WORDS = {
    Stand.ANSWERED: ("Attention check answered", "pass"),
    Stand.MISSED: ("Attention check not answered", "stop"),
    Stand.WAITING: ("Attention check, still open", "open"),
    Stand.NOT_SHOWN: ("Attention check, not shown to you: it does not count", "open"),
    Stand.CUT_SHORT: ("Attention check with too little time to answer: it does not count", "open"),
    Stand.EXCUSED: ("Attention check in an outage: it does not count", "open"),
}
CAUSE_WORDS = {
    Cause.MASS: "Outage of the room: {lost} of {present} people were lost within seconds",
    Cause.SERVER: "Outage of the server: {lost} of {present} people were lost",
}


class Line(NamedTuple):
    """One line of a timeline; `mark` is how it counted: pass, stop or open. A moment ends where it begins."""

    at: datetime
    until: datetime
    words: str
    more: str
    mark: str


def record_of(db: Db, registration: Registration, now: datetime) -> dict[str, Any]:
    """Give everything of one person's record that pages and statements show, as plain values."""
    webinar = registration.webinar
    if webinar is None or not is_measured(webinar):
        return {"row": None, "lines": [], "policy": [], "checks": ([], []), "claims": [], "entries": []}
    measure = measure_of(db, webinar)
    met = met_by_registration(db, webinar.id, [registration.id])
    facts = facts_by_registration(db, measure, [registration.id], now_ms=to_ms(now), met=met)[registration.id]
    mine, attended = met.get(registration.id, []), summary(measure.policy, facts)
    entries = entry_views(db, registration.id)
    lines = [
        *_signing(db, registration.id), *_presence(facts, attended, measure.window),
        *_checks(mine, measure, intervals(facts.runs), to_ms(now)), *_incidents(measure), *_corrections(entries),
        *_removals(db, registration),
    ]  # fmt: skip
    minutes = {stand: [_minute(one, measure) for one in mine if _stands(one, measure, now) is stand] for stand in Stand}
    told = {
        "row": presence_rows(db, webinar, [registration.id])[registration.id],
        "lines": [line._asdict() for line in sorted(lines, key=lambda line: (line.at, line.until))],
        "policy": policy_words(measure.policy),
        "checks": (minutes[Stand.ANSWERED], minutes[Stand.MISSED]),
        "claims": claim_views(db, registration.id),
        "entries": entries,
        "claim_until": claim_until(webinar.ended_at) if webinar.ended_at else None,
        "may_claim": _may_claim(db, registration, now),
    }
    return told | {"digest": digest_of(registration.code, webinar.code, told)}


def digest_of(registration: str, webinar: str, told: dict[str, Any]) -> str:
    """Give the digest of a statement: it covers the person's code, every line, the rules and the verdict."""
    said = {"registration": registration, "session": webinar} | {
        name: told[name] for name in ("lines", "policy", "row")
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> str:
    return stamp(value) if isinstance(value, datetime) else str(value)


def _may_claim(db: Db, registration: Registration, now: datetime) -> bool:
    ended = registration.webinar.ended_at if registration.webinar else None
    return ended is not None and now <= claim_until(ended) and find_open_claim(db, registration.id) is None


def _signing(db: Db, registration_id: int) -> list[Line]:
    words = {SignKind.IN: "Signed in", SignKind.OUT: "Signed out"}
    return [
        Line(row.signed_at, row.signed_at, words[kind], f"{row.words} (version {row.version})", "open")
        for kind, row in list_attestations(db, registration_id).items()
    ]


def _presence(facts: Facts, attended: Summary, window: Span) -> list[Line]:
    stays = union(intervals(facts.runs))
    inside = clip(stays, window)
    lines = [_line(span, "In the room", "", "pass") for span in inside]
    for (_, begin), (end, _) in pairwise(inside):
        causes = {bridge.cause for bridge in attended.bridges if intersect([bridge[:2]], [(begin, end)])}
        lost = subtract([(begin, end)], [*attended.spans, *facts.breaks])
        why = "; ".join(CAUSES[cause] for cause in sorted(causes))
        more = f"{why}: credited" if why and not lost else (f"partly credited: {why}" if why else "")
        if not lost and not why:
            more = "in a break, or confirmed by the organiser"
        words = f"Away for {in_words((end - begin) // 1000)}"
        lines.append(_line((begin, end), words, more or "not credited", "stop" if lost else "pass"))
    return lines


def _line(span: Span, words: str, more: str, mark: str) -> Line:
    return Line(moment(span[0]), moment(span[1]), words, more, mark)


def _stands(one: Met, measure: Measure, now: datetime) -> Stand:
    return one.stand(to_ms(now), [(incident.start_ms, incident.end_ms) for incident in measure.incidents])


def _minute(one: Met, measure: Measure) -> float:
    return (one.record.opened_ms - measure.start_ms) / 60_000


def _checks(met: Sequence[Met], measure: Measure, stays: Sequence[Span], now_ms: int) -> list[Line]:
    """Give the checks; one that a connected page never showed is worth a look (reliability A-10)."""
    lines = []
    for one in met:
        stand = _stands(one, measure, moment(now_ms))
        words, mark = CHECK_WORDS[stand]
        more = ""
        if one.response is not None and one.response.answered_at is not None:
            seconds = (to_ms(one.response.answered_at) - one.record.opened_ms) // 1000
            more = f"after {in_words(max(1, seconds))}"
        elif one.response is not None and one.response.given:
            more = f"the last answer was “{one.response.given}”"
        elif stand is Stand.NOT_SHOWN and not subtract([(one.record.opened_ms, one.record.due_ms)], stays):
            more = "the connection was there all the time, and its page never showed the check"
        lines.append(_line((one.record.opened_ms, one.record.opened_ms), words, more, mark))
    return lines


def _incidents(measure: Measure) -> list[Line]:
    return [
        _line(
            (one.start_ms, one.end_ms), CAUSE_WORDS[one.cause].format(lost=one.lost, present=one.present),
            "credited to everybody who was back in time", "open",
        )
        for one in measure.incidents
    ]  # fmt: skip


def _removals(db: Db, registration: Registration) -> list[Line]:
    assert registration.webinar_id is not None  # it is measured
    return [
        Line(ban.at, ban.lifted_at or ban.at, "Removed from the session by its hosts", ban.reason, "open")
        for ban in list_bans(db, registration.webinar_id, registration.person_id)
    ]


def _corrections(entries: Sequence[dict[str, Any]]) -> list[Line]:
    lines = []
    for entry in entries:
        words = "Confirmed by the organiser" if entry["kind"] == "time" else "Confirmation taken back"
        why = f"{entry['reason']} ({entry['by']})" + (", taken back later" if entry["is_reversed"] else "")
        mark = "pass" if entry["kind"] == "time" and not entry["is_reversed"] else "open"
        lines.append(Line(entry["first_at"], entry["last_at"], words, why, mark))
    return lines
