"""The statement of attendance as a document: plain words frozen first, then the HTML that becomes its PDF."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from webinar_app.attendance.queries.statements import find_statement, is_complete
from webinar_app.core.times import in_zone
from webinar_app.infra.db import Db
from webinar_app.infra.templates import render
from webinar_app.infra.templates_filters import when_in, zone_label

COUNTED = {"pass": "Counts", "stop": "Does not count", "open": "Noted"}
_INK = "#12211f"


def statement_facts(person: Mapping[str, Any], sitting: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a statement says, as words and plain numbers; the same record gives the same facts.

    `person`, `sitting`, `kept`: what the page of the statement shows.
    """
    row, zone = kept["row"], sitting["time_zone"]
    titled = sitting["title"]
    if sitting["course"] and sitting["course"] not in titled:
        titled = f"{titled} ({sitting['course']})"
    return {
        "name": person["legal_name"],
        "provider": sitting["provider"],
        "facts": [
            ["Session", titled],
            ["When", f"{when_in(sitting['starts_at'], zone)}, {sitting['minutes']} min"],
            *([["Licence", person["licence"]]] if person["licence"] else []),
            ["Registration", person["code"]],
        ],
        "verdict": row["verdict"][0],
        "why": row["why"],
        "minutes": f"{row['minutes']} of {row['of']} credit-bearing minutes are credited, {row['evidenced']} are "
        "evidenced by the connection or by staff.",
        "checks": [len(kept["checks"][0]), len(kept["checks"][1])],
        "spans": row["spans"],
        "total": row["total"],
        "zone": zone_label(sitting["starts_at"], zone),
        "lines": [
            {
                "when": _when(line["at"], line["until"], zone), "words": line["words"], "more": line["more"],
                "counts": COUNTED[line["mark"]],
            }
            for line in kept["lines"]
        ],
        "policy": kept["policy"],
        "corrections": [
            {
                "words": f"{when_in(entry['made_at'], zone)}, {entry['by']}: {entry['reason']}",
                "evidence": entry["evidence"], "seal": entry["seal"],
            }
            for entry in kept["entries"]
        ],
        "digest": kept["digest"],
    }  # fmt: skip


def facts_hash(facts: Mapping[str, Any]) -> str:
    """Give the hash by which the same facts are known again."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def printable(page: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the facts of a record that is complete, or None; `page`: what the page of the statement shows."""
    return statement_facts(page["person"], page["sitting"], page["kept"]) if is_complete(page) else None


def paper_of(db: Db, registration_id: int, page: Mapping[str, Any]) -> tuple[str, str | None]:
    """Say where the PDF of a record stands (`early`, `none`, `making`, `ready` or `failed`), and give its hash."""
    facts = printable(page)
    if facts is None:
        return "early", None
    found = find_statement(db, registration_id, facts_hash(facts))
    return (found.state.value, found.sha256) if found else ("none", None)


def statement_html(facts: Mapping[str, Any], drawn_up: datetime) -> str:
    """Give the whole HTML document of a statement; `drawn_up`: aware, when it was asked for."""
    told = {**facts, "ruler": _ruler(facts["spans"], facts["total"]), "drawn_up": f"{drawn_up:%Y-%m-%d %H:%M} UTC"}
    return render("attendance/paper.html", page=told)


def _when(at: datetime, until: datetime, zone: str) -> str:
    first, last = (f"{in_zone(one, zone):%H:%M:%S}" for one in (at, until))
    return first if first == last else f"{first} to {last}"


def _ruler(spans: Sequence[Sequence[float]], minutes: int) -> str:
    """Draw one bar a minute, tall where the minute counted; what it shows stands beside it in words."""
    bars = "".join(
        f"M{at * 10 + 5} {0 if any(first <= at < last for first, last in spans) else 20}V26" for at in range(minutes)
    )
    marks = "".join(f"M{at * 10 + 1} 30V38" for at in range(0, minutes + 1, 15))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {minutes * 10 + 2} 38" preserveAspectRatio="none"'
        f' stroke="{_INK}"><path stroke-width="8" d="{bars}"/><path stroke-width="2" d="{marks}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
