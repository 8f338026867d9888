"""The form of a session: a new one, and one that is changed, also by two people at once."""

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.times import in_zone
from webinar_app.courses.forms import options
from webinar_app.courses.routes.times import reading_view
from webinar_app.infra.db import read, write
from webinar_app.providers.queries import brand
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires
from webinar_app.webinars.forms import SittingForm
from webinar_app.webinars.queries.changes import last_change
from webinar_app.webinars.routes.blueprint import blueprint
from webinar_app.webinars.routes.sittings import Page, load, load_course
from webinar_app.webinars.services.checking import check_time
from webinar_app.webinars.services.scheduling import change_sitting, preview_change, schedule_sitting


@blueprint.route("/manage/courses/<slug>/sittings/new", methods=["GET", "POST"], endpoint="new_sitting")
@requires(Permission.WEBINAR_SCHEDULE)
def new_sitting(slug: str) -> Page:
    """Add a session to a course."""
    course = load_course(slug)
    if request.method == "GET":
        form = SittingForm(formdata=None, data={"time_zone": brand().time_zone, "minutes": "60"})
        return _sitting_page(course, form, None)
    form = SittingForm()
    if act := request.form.get("do"):
        return _sitting_page(course, _acted(form, act), None)
    if not form.validate():
        return _sitting_page(course, form, None), 422
    try:
        made = write(schedule_sitting, current_actor(), slug, form.details(), key=form.key, now=utc_now())
    except InvalidInput as error:
        form.absorb(error)
        return _sitting_page(course, form, None), 422
    for sentence in made["warnings"]:
        flash(sentence, "warning")
    flash("The session is saved.", "success")
    return redirect(url_for("webinars.manage", code=made["code"]), 303)


@blueprint.route("/manage/webinars/<code>/edit", methods=["GET", "POST"], endpoint="edit")
@requires(Permission.WEBINAR_SCHEDULE)
def edit(code: str) -> Page:
    """Change a session; a move says first who is told."""
    page = load(code)
    if page["sitting"]["state"] not in ("draft", "scheduled"):
        flash("This session is settled; its time and agenda are part of the record.", "warning")
        return redirect(url_for("webinars.manage", code=code), 303)
    stands = form_data(page["sitting"])
    if request.method == "GET":
        seen = {"seen": page["sitting"]["updated_at"].isoformat(), "base": json.dumps(stands)}
        return _sitting_page(page["course"], SittingForm(formdata=None, data=stands | seen), page)
    form = SittingForm()
    form.stood(stands)
    if act := request.form.get("do"):
        return _sitting_page(page["course"], _acted(form, act), page)
    if not form.validate():
        return _sitting_page(page["course"], form, page), 422
    try:
        return _change(code, form, page)
    except InvalidInput as error:
        if error.code != "webinar.changed":
            form.absorb(error)
            return _sitting_page(page["course"], form, page), 422
    return _meet(code, form)


def _change(code: str, form: SittingForm, page: dict[str, Any]) -> Response | str:
    """Make the change, or show first what a move means."""
    details = form.details()
    if form.confirm.data != "1":
        with read() as db:
            preview = preview_change(db, current_actor(), code, details, seen=form.seen.data, now=utc_now())
        if preview["moved"]:
            sent = {field.name: field.data or "" for field in form if field.name not in ("csrf_token", "confirm")}
            return render_template(
                "webinars/manage/move.html", nav="courses", preview=preview, sent=sent,
                action=url_for("webinars.edit", code=code), **page,
            )  # fmt: skip
    changed = write(change_sitting, current_actor(), code, details, seen=form.seen.data, key=form.key, now=utc_now())
    for sentence in changed["warnings"]:
        flash(sentence, "warning")
    flash("Saved.", "success")
    return redirect(url_for("webinars.manage", code=code), 303)


def _meet(code: str, form: SittingForm) -> Page:
    """Put together what two people typed, say what the other one did, and ask once more."""
    page = load(code)
    with read() as db:
        who = last_change(db, page["sitting"]["id"])["who"]
    form.seen.data = page["sitting"]["updated_at"].isoformat()
    if form.meet(form_data(page["sitting"]), who):
        return _sitting_page(page["course"], form, page), 422
    return _change(code, form, page)  # what the other one changed stands on another page


def _sitting_page(course: dict[str, Any], form: SittingForm, page: dict[str, Any] | None) -> str:
    form.item_id.choices = options((str(item["id"]), item["title"]) for item in course["items"])
    form.confirm.data = ""
    reading = reading_view(
        form.typed.data or "", form.time_zone.data or "", precision=form.precision.data or "exact", fold=form.fold.data,
        minutes=form.minutes.data, titles=(course["title"], course["subtitle"]), now=utc_now(),
    )  # fmt: skip
    owner = {"webinar": page["sitting"]["code"]} if page else {"course": course["slug"]}
    return render_template(
        "webinars/manage/sitting.html", nav="courses", form=form, course=course, reading=reading,
        problems=form.problems(), sitting=page["sitting"] if page else None, conflicts=_conflicts(form, owner),
        check_url=url_for("webinars.check_time", **owner),
    )  # fmt: skip


def _conflicts(form: SittingForm, owner: dict[str, str]) -> list[str]:
    """Give what stands against the time in a form, for pages without scripts."""
    minutes = (form.minutes.data or "").strip()
    details = {
        "typed": form.typed.data or "", "time_zone": form.time_zone.data or "", "precision": form.precision.data,
        "fold": {"0": 0, "1": 1}.get(form.fold.data or ""), "venue_name": form.venue_name.data or "",
        "minutes": int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 4 else 0,
    }  # fmt: skip
    with read() as db:
        return check_time(
            db, current_actor(), details, slug=owner.get("course", ""), code=owner.get("webinar", ""), now=utc_now()
        )


def _acted(form: SittingForm, act: str) -> SittingForm:
    data = dict(form.data)
    verb, _, value = act.partition(":")
    if verb == "time.use":
        data["typed"] = value
    return SittingForm(formdata=None, data=data)


def form_data(sitting: dict[str, Any]) -> dict[str, Any]:
    """Give the fields of a session as text."""
    closes = sitting["registration_closes_at"]
    last = in_zone(closes, sitting["time_zone"]) if closes else None
    venue = sitting["venue"] or {}
    return {
        "precision": sitting["precision"], "typed": sitting["typed"] or sitting["words"],
        "time_zone": sitting["time_zone"], "fold": str(sitting["fold"]), "minutes": _text(sitting["minutes"] or None),
        "delivery": sitting["delivery"],
        "capacity_online": _text(sitting["capacity_online"]), "capacity_room": _text(sitting["capacity_room"]),
        "item_id": str(sitting["item_id"]), "lobby_minutes": str(sitting["lobby_minutes"]),
        "registration_closes": f"{last.day} {last:%B} {last.year}" if last else "",
        **{f"venue_{name}": venue.get(name, "") for name in ("name", "address", "access")},
    }  # fmt: skip


def _text(value: object) -> str:
    return "" if value is None else str(value)
