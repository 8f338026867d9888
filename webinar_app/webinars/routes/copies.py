"""Copies of sessions on other dates, and series of them; what would be made is shown before anything is written."""

from datetime import datetime, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.forms import options
from webinar_app.courses.policy import get_course
from webinar_app.courses.routes.times import reading_view
from webinar_app.infra.db import read, write
from webinar_app.providers.queries import brand
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires
from webinar_app.webinars.forms import RHYTHMS, CloneForm, SeriesForm, problems_of
from webinar_app.webinars.queries import list_sittings
from webinar_app.webinars.routes.blueprint import blueprint
from webinar_app.webinars.routes.editing import form_data
from webinar_app.webinars.routes.sittings import Page, load_course
from webinar_app.webinars.services.cloning import clone_sittings, plan_clones
from webinar_app.webinars.services.repeating import check_series, make_series, plan_series


@blueprint.route("/manage/courses/<slug>/sittings/clone", methods=["GET", "POST"], endpoint="clone")
@requires(Permission.WEBINAR_SCHEDULE)
def clone(slug: str) -> Page:
    """Copy sessions of a course with everything in them to other dates."""
    course, sittings = load_course(slug), _sittings(slug)
    if request.method == "GET":
        chosen = [one["code"] for one in sittings if one["code"] in request.args.getlist("code")]
        return _clone_page(course, sittings, CloneForm(formdata=None, data={"codes": chosen}))
    form = CloneForm()
    if act := request.form.get("do"):
        return _clone_page(course, sittings, acted(form, act))
    form.codes.choices = choices_of(sittings)
    if not form.validate():
        return _clone_page(course, sittings, form), 422
    asked = (slug, form.codes.data or [], form.when())
    try:
        if form.confirm.data == "1":
            made = write(clone_sittings, current_actor(), *asked, key=form.key, now=utc_now())
            return _made(slug, made["codes"], "copied")
        with read() as db:
            plan = plan_clones(db, current_actor(), *asked, now=utc_now())
    except InvalidInput as error:
        form.absorb(error)
        return _clone_page(course, sittings, form), 422
    return render_template(
        "webinars/manage/clone_preview.html", nav="courses", course=course, form=form, plan=plan, **standing(plan)
    )


@blueprint.route("/manage/courses/<slug>/sittings/series", methods=["GET", "POST"], endpoint="new_series")
@requires(Permission.WEBINAR_SCHEDULE)
def new_series(slug: str) -> Page:
    """Add sessions to a course that follow a rhythm."""
    course, sittings = load_course(slug), _sittings(slug)
    if request.method == "GET":
        return _series_page(course, sittings, SeriesForm(formdata=None, data=_series_data(sittings)))
    form = SeriesForm()
    if act := request.form.get("do"):
        return _series_page(course, sittings, acted(form, act))
    if not form.validate():
        return _series_page(course, sittings, form), 422
    try:
        if form.confirm.data == "1":
            made = write(make_series, current_actor(), slug, form.details(), key=form.key, now=utc_now())
            return _made(slug, made["codes"], "scheduled")
        with read() as db:
            plan = plan_series(db, current_actor(), slug, form.details(), now=utc_now())
    except InvalidInput as error:
        form.absorb(error)
        return _series_page(course, sittings, form), 422
    return render_template(
        "webinars/manage/series_preview.html", nav="courses", course=course, form=form, plan=plan, **standing(plan)
    )


@blueprint.get("/manage/courses/<slug>/sittings/series/check", endpoint="check_series")
@requires(Permission.WEBINAR_SCHEDULE)
def check_rhythm(slug: str) -> dict[str, Any]:
    """Say as JSON what stands against the dates of a rhythm, while it is typed."""
    return {"conflicts": _against(slug, SeriesForm(formdata=request.args))}


def _against(slug: str, form: SeriesForm) -> list[str]:
    try:
        details = form.details()
    except ValueError:  # no number yet, which the form says by itself
        return []
    if details["rhythm"] not in dict(RHYTHMS):
        return []
    with read() as db:
        return check_series(db, current_actor(), slug, details, now=utc_now())


def standing(plan: dict[str, Any]) -> dict[str, bool]:
    """Give whether a plan can be carried out, and whether a choice between two equal times is open."""
    open_rows = [row for row in plan["rows"] if row["problem"]]
    return {"is_clear": not open_rows, "asks": any(row["asks"] for row in open_rows)}


def _sittings(slug: str) -> list[dict[str, Any]]:
    with read() as db:
        return list_sittings(db, get_course(db, current_actor(), slug, to=Permission.WEBINAR_SCHEDULE).id)


def choices_of(sittings: list[dict[str, Any]]) -> Any:
    """Give sessions to choose from, each by its time and its own title."""
    return options((one["code"], _named(one)) for one in sittings)


def _named(sitting: dict[str, Any]) -> str:
    parts = [sitting["words"], sitting["own_title"], "cancelled" if sitting["state"] == "cancelled" else ""]
    return ", ".join(part for part in parts if part)


def _made(slug: str, codes: list[str], said: str) -> Any:
    flash(f"{len(codes)} session{'' if len(codes) == 1 else 's'} {said}.", "success")
    if len(codes) == 1:
        return redirect(url_for("webinars.manage", code=codes[0]), 303)
    return redirect(url_for("courses.edit", slug=slug, _anchor="part-schedule"), 303)


def _clone_page(course: dict[str, Any], sittings: list[dict[str, Any]], form: CloneForm) -> str:
    form.codes.choices = choices_of(sittings)
    form.confirm.data = ""
    chosen = [one for one in sittings if one["code"] in (form.codes.data or [])]
    return render_template(
        "webinars/manage/clone.html", nav="courses", course=course, form=form, sittings=sittings,
        problems=problems_of(form), **first_time(form, chosen, course),
    )  # fmt: skip


def first_time(form: Any, sittings: list[dict[str, Any]], course: dict[str, Any]) -> dict[str, Any]:
    """Give `{zone, reading, first}`: how the typed time of the first copy reads beside the session it is a copy of."""
    first = min((one for one in sittings if one["precision"] != "on_request"), key=_wall, default=None)
    zone = first["time_zone"] if first else brand().time_zone
    reading = reading_view(
        form.typed.data or "", zone, precision=first["precision"] if first else "exact", fold=form.fold.data,
        minutes=str(first["minutes"]) if first else None, titles=(course["title"],), now=utc_now(),
    )  # fmt: skip
    return {"zone": zone, "reading": reading, "first": first}


def _wall(sitting: dict[str, Any]) -> datetime:
    return sitting["local_start"] or datetime.combine(sitting["local_date"], time())


def _series_data(sittings: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the first values of a series: those of the session that it is made like, if one is asked for."""
    plain = {"time_zone": brand().time_zone, "minutes": "60"}
    like = next((one for one in sittings if one["code"] == request.args.get("like")), None)
    if like is None or like["precision"] != "exact":
        return plain
    return form_data(like) | {"typed": "", "registration_closes": "", "like": like["code"]}


def _series_page(course: dict[str, Any], sittings: list[dict[str, Any]], form: SeriesForm) -> str:
    form.item_id.choices = options((str(item["id"]), item["title"]) for item in course["items"])
    form.like.choices = options([("", "Nothing: only time and place"), *((s["code"], _named(s)) for s in sittings)])
    form.confirm.data = ""
    reading = reading_view(
        form.typed.data or "", form.time_zone.data or "", fold=form.fold.data, minutes=form.minutes.data,
        titles=(course["title"], course["subtitle"]), now=utc_now(),
    )  # fmt: skip
    return render_template(
        "webinars/manage/series.html", nav="courses", course=course, form=form, reading=reading,
        problems=form.problems(), is_exact=True, conflicts=_against(course["slug"], form),
        check_url=url_for("webinars.check_series", slug=course["slug"]),
    )  # fmt: skip


def acted(form: Any, act: str) -> Any:
    """Give a form of dates after one of its own buttons, everything else as typed."""
    data = dict(form.data)
    verb, _, value = act.partition(":")
    if verb == "time.use":
        data["typed"] = value
    return type(form)(formdata=None, data=data)
