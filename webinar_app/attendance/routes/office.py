"""The coordinator's pages of attendance: verdicts, the evidence behind each, and the list as a file."""

from typing import Any

from flask import Response, render_template, request

from webinar_app.attendance.policy import get_attendee, get_measured
from webinar_app.attendance.queries import list_registered, policy_for
from webinar_app.attendance.queries.entries import open_claims
from webinar_app.attendance.queries.people import (
    PAGE,
    count_people,
    is_measured,
    list_on_page,
    person_evidence,
    policy_words,
    presence_rows,
)
from webinar_app.attendance.queries.timeline import record_of
from webinar_app.attendance.routes.blueprint import blueprint
from webinar_app.attendance.services.exporting import note_export
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.spreadsheets import csv_file
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import get_registration
from webinar_app.web.http import asked_page, asked_search, current_actor
from webinar_app.web.security import requires
from webinar_app.webinars.models import Webinar

VIEWS = ("everyone", "credit", "short", "absent")
CSV_HEAD = (
    "Legal name", "Display name", "Profession", "Licence", "First in the room (UTC)", "Last in the room (UTC)",
    "Minutes evidenced", "Minutes credited", "Minutes that bear credit", "Seconds bridged", "Verdict", "Why",
)  # fmt: skip
CSV_AT_ONCE = 100


@blueprint.get("/manage/webinars/<code>/attendance")
@requires(Permission.REPORT_READ)
def log(code: str) -> str:
    """List who was there, for how long, and what it came to."""
    view = request.args.get("view", "everyone")
    search = asked_search()
    page = asked_page()
    with read() as db:
        webinar = get_measured(db, current_actor(), code)
        people, total = list_on_page(db, webinar.id, view=view, search=search, page=page)
        found = presence_rows(db, webinar, [person.id for person in people])
        shown: dict[str, Any] = {
            "sitting": _sitting(db, webinar), "counts": count_people(db, webinar.id),
            "claims": open_claims(db, webinar.id),
            "rows": [_person(person) | {"presence": found.get(person.id)} for person in people],
        }  # fmt: skip
    shown |= {"view": view if view in VIEWS else "everyone", "search": search, "page": page, "total": total}
    return render_template("attendance/log.html", pages=max(1, -(-total // PAGE)), **shown)


@blueprint.get("/manage/webinars/<code>/attendance/<registration>")
@requires(Permission.REPORT_READ)
def person(code: str, registration: str) -> str:
    """Show everything behind one person's minutes, as it was written down."""
    with read() as db:
        found = get_attendee(db, current_actor(), code, registration)
        assert found.webinar is not None  # it belongs to the sitting of this address
        shown = {"sitting": _sitting(db, found.webinar), "person": _person(found), "more_time": found.more_time}
        evidence, kept = person_evidence(db, found), record_of(db, found, utc_now())
    may_correct = current_actor().may(Permission.REGISTRATION_MANAGE)
    return render_template("attendance/person.html", evidence=evidence, kept=kept, may_correct=may_correct, **shown)


@blueprint.get("/manage/webinars/<code>/attendance.csv")
@requires(Permission.REPORT_READ)
def export(code: str) -> Response:
    """Give everybody's attendance as a file; that it was taken is written down."""
    with read() as db:
        webinar = get_measured(db, current_actor(), code)
        webinar_id, name = webinar.id, f"attendance-{webinar.code}.csv"
        everybody = list_registered(db, webinar_id)
    lines: list[tuple[object, ...]] = []
    for at in range(0, len(everybody), CSV_AT_ONCE):
        with read() as db:
            lines += _lines(db, db.get_one(Webinar, webinar_id), everybody[at : at + CSV_AT_ONCE])
    write(note_export, current_actor(), code, now=utc_now())
    response = Response(csv_file(CSV_HEAD, lines, bom=True), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(db: Db, webinar: Webinar, registration_ids: list[int]) -> list[tuple[object, ...]]:
    found = presence_rows(db, webinar, registration_ids)
    lines: list[tuple[object, ...]] = []
    for registration_id in registration_ids:
        row, who = found.get(registration_id), _person(get_registration(db, registration_id))
        told = (who["legal_name"], who["display_name"], who["profession"], who["licence"])
        lines.append((*told, *(_figures(row) if row else ("", "", 0, 0, 0, 0, "Not begun", ""))))
    return lines


def _figures(row: dict[str, Any]) -> tuple[object, ...]:
    moments = [row[name].isoformat(timespec="seconds") if row[name] else "" for name in ("joined_at", "left_at")]
    return (*moments, row["evidenced"], row["minutes"], row["of"], row["bridged_s"], row["verdict"][0], row["why"])


def _person(row: Registration) -> dict[str, str]:
    licence = row.licence or {}
    return {
        "code": row.code, "legal_name": row.legal_name, "display_name": row.display_name,
        "profession": licence.get("profession") or "", "licence": licence.get("number") or "",
    }  # fmt: skip


def _sitting(db: Db, webinar: Webinar) -> dict[str, Any]:
    names = ("code", "starts_at", "time_zone", "minutes", "went_live_at", "ended_at", "overrun_minutes")
    return {name: getattr(webinar, name) for name in names} | {
        "state": webinar.state.value,
        "title": webinar.title or webinar.course.title,
        "course": webinar.course.code or webinar.course.title,
        "slug": webinar.course.slug,
        "is_measured": is_measured(webinar),
        "policy": policy_words(policy_for(db, webinar)),
    }
