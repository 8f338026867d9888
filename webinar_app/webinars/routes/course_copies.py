"""A whole course once more: all dates are shown before anything is written."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.policy import get_course
from webinar_app.infra.db import read, write
from webinar_app.web.http import current_actor
from webinar_app.web.security import requires
from webinar_app.webinars.forms import CourseCopyForm, problems_of
from webinar_app.webinars.queries import list_sittings
from webinar_app.webinars.routes.blueprint import blueprint
from webinar_app.webinars.routes.copies import acted, choices_of, first_time, standing
from webinar_app.webinars.routes.sittings import Page, load_course
from webinar_app.webinars.services.copying import copy_whole_course, plan_course_copy


@blueprint.route("/manage/courses/<slug>/copy", methods=["GET", "POST"], endpoint="copy_course")
@requires(Permission.WEBINAR_SCHEDULE)
def copy(slug: str) -> Page:
    """Copy a course with all its sessions to other dates, as a draft."""
    course, sittings = load_course(slug), _repeated(slug)
    if request.method == "GET":
        return _page(course, sittings, CourseCopyForm(formdata=None, data={"title": course["title"]}))
    form = CourseCopyForm()
    form.left_out.choices = choices_of(sittings)
    if act := request.form.get("do"):
        return _page(course, sittings, acted(form, act))
    if not form.validate():
        return _page(course, sittings, form), 422
    asked = (slug, form.title.data or "", form.when())
    try:
        if form.confirm.data == "1":
            return _made(write(copy_whole_course, current_actor(), *asked, key=form.key, now=utc_now()))
        with read() as db:
            plan = plan_course_copy(db, current_actor(), *asked, now=utc_now())
    except InvalidInput as error:
        form.absorb(error)
        return _page(course, sittings, form), 422
    return render_template(
        "webinars/manage/course_copy_preview.html", nav="courses", course=course, form=form, plan=plan,
        **standing(plan),
    )  # fmt: skip


def _repeated(slug: str) -> list[dict[str, Any]]:
    """Give the sessions that would be copied: all but those that were cancelled."""
    with read() as db:
        course = get_course(db, current_actor(), slug, to=Permission.WEBINAR_SCHEDULE)
        return [one for one in list_sittings(db, course.id) if one["state"] != "cancelled"]


def _page(course: dict[str, Any], sittings: list[dict[str, Any]], form: CourseCopyForm) -> str:
    form.confirm.data = ""
    form.left_out.choices = choices_of(sittings)
    coming = [one for one in sittings if one["code"] not in (form.left_out.data or [])]
    return render_template(
        "webinars/manage/course_copy.html", nav="courses", course=course, form=form, sittings=sittings,
        problems=problems_of(form), **first_time(form, coming, course),
    )  # fmt: skip


def _made(made: dict[str, Any]) -> Any:
    number = made["sessions"]
    sessions = f" with {number} session{'' if number == 1 else 's'}" if number else ""
    flash(f"This is the copy{sessions}, a draft. Nobody sees it before you publish it.", "success")
    return redirect(url_for("courses.edit", slug=made["slug"]), 303)
