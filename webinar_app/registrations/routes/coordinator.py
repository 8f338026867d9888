"""The people of a sitting, or of a course without one, for coordinators."""

from dataclasses import replace
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.registrations.documents import course_csv, roster_csv
from webinar_app.registrations.forms import AddForm
from webinar_app.registrations.forms.questions import asking
from webinar_app.registrations.policy import get_managed_place
from webinar_app.registrations.queries import (
    PAGE,
    ROSTER_STATES,
    RosterQuery,
    count_roster,
    list_items,
    list_roster,
    place_page,
)
from webinar_app.registrations.queries.questions import list_questions
from webinar_app.registrations.routes.blueprint import blueprint
from webinar_app.registrations.routes.files import carry_files, has_files, receive_files, restore_files, sent_files
from webinar_app.registrations.routes.flow import Answer, Where, answers_of, sheet_of
from webinar_app.registrations.services import note_export, register_by_hand, register_in_course_by_hand
from webinar_app.web.http import asked_search, current_actor
from webinar_app.web.security import requires

SORTS = ("name", "-name", "registered", "-registered")
MANAGE = Permission.REGISTRATION_MANAGE


@blueprint.get("/manage/webinars/<code>/people")
@requires(MANAGE)
def people(code: str) -> Answer:
    """Show who is registered for a sitting and what is known of each."""
    return _people(Where(code=code))


@blueprint.get("/manage/courses/<slug>/people")
@requires(MANAGE)
def people_course(slug: str) -> Answer:
    """Show who is registered for a course without a sitting, and what each has finished."""
    return _people(Where(slug=slug))


@blueprint.get("/manage/webinars/<code>/people.csv")
@requires(MANAGE)
def export(code: str) -> Response:
    """Give the people of this view as CSV; `bom=1` helps Excel to read it as UTF-8."""
    return _export(Where(code=code))


@blueprint.get("/manage/courses/<slug>/people.csv")
@requires(MANAGE)
def export_course(slug: str) -> Response:
    """Give the people of this view as CSV, with the day on which each part was finished."""
    return _export(Where(slug=slug))


@blueprint.route("/manage/webinars/<code>/people/add", methods=["GET", "POST"])
@requires(MANAGE)
def add(code: str) -> Answer:
    """Register somebody for a sitting by hand."""
    return _add(Where(code=code))


@blueprint.route("/manage/courses/<slug>/people/add", methods=["GET", "POST"])
@requires(MANAGE)
def add_course(slug: str) -> Answer:
    """Register somebody for a course without a sitting by hand."""
    return _add(Where(slug=slug))


def _people(where: Where) -> str:
    wanted = _wanted()
    with read() as db:
        place = get_managed_place(db, current_actor(), code=where.code, slug=where.slug)
        sitting = place_page(db, place, utc_now())
        counts = count_roster(db, place, wanted.search)
        pages = max(1, -(-counts[wanted.state] // PAGE))
        wanted = replace(wanted, page=min(wanted.page, pages))
        rows = list_roster(db, place, wanted)
        items = list_items(db, place.course.id) if where.slug else []
    name = "people_course" if where.slug else "people"
    return render_template(
        f"registrations/manage/{name}.html", sitting=sitting, rows=rows, counts=counts, wanted=wanted, pages=pages,
        address=_address(where, wanted), items=items,
    )  # fmt: skip


def _export(where: Where) -> Response:
    actor, wanted, has_mark = current_actor(), _wanted(), request.args.get("bom") == "1"
    with read() as db:
        place = get_managed_place(db, actor, code=where.code, slug=where.slug)
        zone = place_page(db, place, utc_now())["time_zone"]
        rows, items = list_roster(db, place, wanted, limit=None), list_items(db, place.course.id)
    write(note_export, actor, code=where.code, slug=where.slug, rows=len(rows), now=utc_now())
    made = course_csv(rows, items, zone, bom=has_mark) if where.slug else roster_csv(rows, zone, bom=has_mark)
    response = make_response(made)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = where.slug or where.code.lower()
    response.headers["Content-Disposition"] = f'attachment; filename="people-{name}.csv"'
    return response


def _add(where: Where) -> Answer:
    now = utc_now()
    with read() as db:
        place = get_managed_place(db, current_actor(), code=where.code, slug=where.slug)
        sitting, questions = place_page(db, place, now), list_questions(db, place.course.id)
    form = asking(AddForm, questions, needs_all=False)()

    def show() -> str:
        carry_files(form)
        shown = {"form": form, "sitting": sitting, "has_files": has_files(form)}
        return render_template("registrations/manage/add.html", **shown)

    if not form.is_submitted():
        return show()
    restore_files(form)
    is_right = form.validate()
    if not receive_files(form) or not is_right:
        return show(), 422
    licence = (form.licence_profession.data, form.licence_region.data, form.licence_number.data)
    told = {"answers": answers_of(form), "files": sent_files(form)}
    sheet = sheet_of(form, licence, email=form.email.data.strip().lower(), **told)
    act, key = (register_in_course_by_hand, where.slug) if where.slug else (register_by_hand, where.code)
    try:
        added = write(act, current_actor(), key, sheet, key=form.key, now=now)
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    said = (
        "is on the waiting list; a mail says so."
        if added["state"] == "waitlisted"
        else "is registered. The mail with their link is on its way."
    )
    flash(f"{added['name']} {said}", "success")
    return redirect(where.url("people"), 303)


def _wanted() -> RosterQuery:
    state, sort = request.args.get("state", ""), request.args.get("sort", "")
    page = request.args.get("page", "1")
    return RosterQuery(
        state=state if state in ROSTER_STATES else "registered",
        search=asked_search(),
        sort=sort if sort in SORTS else "name",
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def _address(where: Where, wanted: RosterQuery) -> Any:
    """Give a function that makes addresses of this view with something else in them."""
    kept = {"state": wanted.state, "q": wanted.search or None, "sort": wanted.sort}

    def address(endpoint: str = "people", **changes: Any) -> str:
        if where.slug:
            return url_for(f"registrations.{endpoint}_course", slug=where.slug, **(kept | changes))
        return url_for(f"registrations.{endpoint}", code=where.code, **(kept | changes))

    return address
