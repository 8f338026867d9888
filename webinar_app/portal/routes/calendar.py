"""The coordinator's day and calendar."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, request

from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.core.times import in_zone, settle
from webinar_app.courses.policy import own_provider
from webinar_app.infra.db import read
from webinar_app.portal.queries import calendar_page, day_page
from webinar_app.portal.routes.blueprint import blueprint
from webinar_app.portal.rules import hours_shown, lanes, monday_of, month_sheet, place
from webinar_app.providers.queries import brand
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires

VIEWS = ("week", "month", "list")
FIRST, LAST = date(2000, 1, 3), date(2100, 12, 1)


def _zone() -> str:
    return current_actor().time_zone or brand().time_zone


@blueprint.get("/manage")
@requires(Permission.COURSE_EDIT)
def day() -> str:
    """Show the coordinator's day: sittings of today and soon, and what needs them."""
    now, zone = utc_now(), _zone()
    provider_id = own_provider(current_actor(), to=Permission.COURSE_EDIT)
    with read() as db:
        page = day_page(db, provider_id, zone, now)
    return render_template("portal/day.html", page=page, links=links(), zone=zone, today=in_zone(now, zone), nav="day")


@blueprint.get("/manage/calendar")
@requires(Permission.WEBINAR_SCHEDULE)
def calendar() -> str:
    """Show all sittings of a week or month in the coordinator's zone; day and view stand in the address."""
    zone, provider_id = _zone(), own_provider(current_actor(), to=Permission.WEBINAR_SCHEDULE)
    today = in_zone(utc_now(), zone).date()
    on, view = _asked_day(today), request.args.get("view", "")
    view = view if view in VIEWS else "week"
    days = month_sheet(on) if view != "week" else [monday_of(on) + timedelta(days=n) for n in range(7)]
    with read() as db:
        page = calendar_page(db, provider_id, zone, days[0], days[-1])
    shown = {"on": on, "today": today, "view": view, "days": days, "zone": zone, **_around(on, view)}
    if view == "week":
        shown |= _week(days, page["days"], zone)
    return render_template("portal/calendar.html", page=page, nav="calendar", **shown)


def _asked_day(today: date) -> date:
    try:
        asked = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today
    return min(max(asked, FIRST), LAST)


def _around(on: date, view: str) -> dict[str, date]:
    """Give the days that the links to earlier and later lead to."""
    if view == "week":
        return {"earlier": on - timedelta(days=7), "later": on + timedelta(days=7)}
    first = on.replace(day=1)
    return {"earlier": (first - timedelta(days=1)).replace(day=1), "later": (first + timedelta(days=32)).replace(day=1)}


def _week(days: list[date], by_day: dict[date, list[dict[str, Any]]], zone: str) -> dict[str, Any]:
    """Place each sitting of a week, and give the hours that are shown on two clocks."""
    rows = [row for one in days for row in by_day.get(one, [])]
    for row in rows:
        row["placed"] = place(row["local"], row["minutes"])
    for one in days:
        listed = by_day.get(one, [])
        spans = [(r["placed"].hour * 60 + r["placed"].minute, _end(r)) for r in listed]
        for row, lane in zip(listed, lanes(spans), strict=True):
            row["lane"] = lane
    first, hours = hours_shown(row["placed"] for row in rows)
    beside = _other_zone(zone, rows)
    return {"first_hour": first, "hours": hours, "beside": beside, "clock": _clock(days[0], first, hours, zone, beside)}


def _end(row: dict[str, Any]) -> int:
    placed = row["placed"]
    return int(placed.hour * 60 + placed.minute + placed.length)


def _other_zone(zone: str, rows: list[dict[str, Any]]) -> str:
    """Give the zone that stands beside: the organisation's, one of the week's sittings, or UTC."""
    wanted = [brand().time_zone, *(row["time_zone"] for row in rows)]
    return next((name for name in wanted if name != zone), "UTC")


def _clock(monday: date, first: int, hours: int, zone: str, beside: str) -> list[tuple[str, str]]:
    """Give the words of each hour on both clocks, as they stand at the week's Wednesday noon."""
    noon = datetime.combine(monday + timedelta(days=2), datetime.min.time()).replace(hour=12)
    words = []
    for hour in range(first, first + hours):
        there = in_zone(settle(noon.replace(hour=hour), zone), beside)
        words.append((f"{(hour + 11) % 12 + 1} {'a.m.' if hour < 12 else 'p.m.'}", f"{there:%H:%M}"))
    return words
