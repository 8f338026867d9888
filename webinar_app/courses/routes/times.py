"""How a typed time is read back while it is typed, and on pages without scripts."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.read_back import Reading, instant_words, read_date, read_typed, title_warnings
from webinar_app.core.times import zone_info
from webinar_app.courses.routes.blueprint import blueprint
from webinar_app.providers.queries import brand
from webinar_app.web.http import viewer_zone
from webinar_app.web.security import requires


@blueprint.get("/manage/time", endpoint="read_time")
@requires(Permission.COURSE_EDIT)
def read_back() -> dict[str, Any] | Response:
    """Say as JSON what a typed date and time means."""
    sent = request.args
    return reading_view(
        sent.get("typed", "")[:200],
        sent.get("time_zone", ""),
        precision=sent.get("precision", "exact"),
        fold=sent.get("fold"),
        minutes=sent.get("minutes"),
        titles=tuple(sent.getlist("title")),
        now=utc_now(),
    )


def reading_view(
    typed: str,
    zone: str,
    *,
    precision: str = "exact",
    fold: str | None = None,
    minutes: str | None = None,
    titles: tuple[str, ...] = (),
    now: datetime,
) -> dict[str, Any]:
    """Give what stands under the field: words, the instant in UTC and for the viewer, warnings, problem, choices."""
    if precision not in ("exact", "date") or not typed.strip():
        return _empty()
    home = _known(zone) or brand().time_zone
    chosen = int(fold) if fold in ("0", "1") else None
    length = int(minutes) if minutes and minutes.isascii() and minutes.isdigit() and len(minutes) < 5 else 0
    if precision == "date":
        reading = read_date(typed, now=now)
    else:
        reading = read_typed(typed, home, fold=chosen, minutes=length, now=now)
    wrong = title_warnings(titles, reading.starts_at, reading.zone or home)
    return _view(reading, wrong)


def _view(reading: Reading, wrong: tuple[str, ...]) -> dict[str, Any]:
    viewer = _known(viewer_zone()) or brand().time_zone
    return {
        "words": reading.words,
        **instant_words(reading, viewer),
        "warnings": list(dict.fromkeys((*reading.warnings, *wrong))),
        "problem": reading.problem,
        "field": reading.field,
        "choices": [asdict(choice) for choice in reading.choices],
    }


def _empty() -> dict[str, Any]:
    return {
        "words": "", "utc": "", "yours": "", "helper": "", "warnings": [], "problem": "", "field": "typed",
        "choices": [],
    }  # fmt: skip


def _known(zone: str | None) -> str | None:
    try:
        return zone if zone and zone_info(zone) else None
    except InvalidInput:
        return None
