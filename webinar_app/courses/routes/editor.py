"""The editor of a course: an empty form, the form of a course that exists, and the steps of its life."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses import queries
from webinar_app.courses.forms import CourseForm, NewCourseForm, ref_of
from webinar_app.courses.policy import get_course, own_provider
from webinar_app.courses.routes.blueprint import blueprint
from webinar_app.courses.routes.drafts import NEW, kept_at
from webinar_app.courses.routes.filling import EMPTY, EMPTY_UNITS, anchor_of, form_data, parts_of
from webinar_app.courses.routes.rows import rearranged
from webinar_app.courses.routes.times import reading_view
from webinar_app.courses.services import create_course, update_course
from webinar_app.courses.services.drafts import discard_draft
from webinar_app.courses.services.publishing import (
    archive_course,
    missing_of,
    publish_course,
    sittings_of,
    submit_for_review,
    unpublish_course,
)
from webinar_app.infra.db import read, write
from webinar_app.providers.queries import brand
from webinar_app.web.http import current_actor, sent_key, url_if_there
from webinar_app.web.security import requires

Page = Response | str | tuple[str, int]
PUBLISH_HELP = "Publishing shows it in the catalogue and opens registration. Nobody is mailed."


@blueprint.route("/manage/courses/new", methods=["GET", "POST"], endpoint="new")
@requires(Permission.COURSE_EDIT)
def create() -> Page:
    """Write a new course down, in one sitting."""
    if request.method == "GET":
        draft = kept_at(NEW)
        return _new_page(_from_draft(NewCourseForm, draft) if draft else _blank(), draft=draft)
    form = NewCourseForm()
    if act := request.form.get("do"):
        return _new_page(_acted(NewCourseForm, form, act))
    if not form.validate():
        return _new_page(form), 422
    try:
        made = write(create_course, current_actor(), form.details(), form.schedule(), key=form.key, now=utc_now())
    except InvalidInput as error:
        form.absorb(error)
        return _new_page(form), 422
    write(discard_draft, current_actor(), NEW)
    flash("The draft is saved. Nobody sees it before you publish it.", "success")
    return redirect(url_for("courses.edit", slug=made["slug"], created=1), 303)


@blueprint.route("/manage/courses/<slug>", methods=["GET", "POST"], endpoint="edit")
@requires(Permission.COURSE_EDIT)
def edit(slug: str) -> Page:
    """Show and change a course; an address it had before leads here."""
    page = _load(slug)
    if isinstance(page, str):
        return redirect(url_for("courses.edit", slug=page), 301)
    course = page["course"]
    if request.method == "GET":
        draft = kept_at(course["slug"])
        if draft and draft["saved_at"] <= course["updated_at"]:
            draft = None
        form = _from_draft(CourseForm, draft) if draft else CourseForm(formdata=None, data=form_data(course))
        return _edit_page(page, form, draft=draft)
    form = CourseForm()
    if act := request.form.get("do"):
        return _edit_page(page, _acted(CourseForm, form, act))
    if not form.validate():
        return _edit_page(page, form), 422
    try:
        saved = write(
            update_course, current_actor(), slug, form.details(), seen=form.seen.data, key=form.key, now=utc_now()
        )
    except InvalidInput as error:
        form.absorb(error)
        form.seen.data = course["updated_at"].isoformat()
        return _edit_page(page, form), 422
    write(discard_draft, current_actor(), slug)
    flash("Saved.", "success")
    for sentence in saved["warnings"]:
        flash(sentence, "warning")
    return redirect(url_for("courses.edit", slug=saved["slug"], saved=1), 303)


@blueprint.post("/manage/courses/<slug>/publish", endpoint="publish")
@requires(Permission.COURSE_PUBLISH)
def publish(slug: str) -> Page:
    """Put the course into the catalogue, or name what is missing."""
    key = sent_key()
    try:
        write(publish_course, current_actor(), slug, key=key, now=utc_now())
    except InvalidInput:
        page = _load(slug)
        assert not isinstance(page, str)  # the write above found the course at this address
        form = CourseForm(formdata=None, data=form_data(page["course"]))
        return _edit_page(page, form, refused=True), 422
    flash("Published. The course is in the catalogue.", "success")
    return redirect(url_for("courses.edit", slug=slug), 303)


@blueprint.post("/manage/courses/<slug>/review", endpoint="submit")
@requires(Permission.COURSE_EDIT)
def submit(slug: str) -> Page:
    """Hand the draft over for review."""
    return _step(submit_for_review, slug, "Submitted for review.")


@blueprint.post("/manage/courses/<slug>/unpublish", endpoint="unpublish")
@requires(Permission.COURSE_PUBLISH)
def unpublish(slug: str) -> Page:
    """Take the course back to draft."""
    return _step(unpublish_course, slug, "The course is a draft again and out of the catalogue.")


@blueprint.post("/manage/courses/<slug>/archive", endpoint="archive")
@requires(Permission.COURSE_PUBLISH)
def archive(slug: str) -> Page:
    """Put the course away."""
    return _step(archive_course, slug, "Archived. Its records and certificates stay.")


def _step(service: Callable[..., Any], slug: str, said: str) -> Response:
    try:
        write(service, current_actor(), slug, key=sent_key(), now=utc_now())
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(error.message, "error")
    else:
        flash(said, "success")
    return redirect(url_for("courses.edit", slug=slug), 303)


def _load(slug: str) -> dict[str, Any] | str:
    """Read what the editor shows, or the present address of a course that moved."""
    actor = current_actor()
    with read() as db:
        moved = None if queries.find_by_slug(db, slug) else queries.find_by_old_slug(db, slug)
        course = get_course(db, actor, moved.slug if moved else slug, to=Permission.COURSE_EDIT)
        if moved:
            return course.slug
        sittings = sittings_of(db, (course.id,)).get(course.id, [])
        return {
            "course": queries.course_view(db, course),
            "sittings": [one | {"manage_url": url_if_there("webinars.manage", code=one["code"])} for one in sittings],
            "missing": [one._asdict() | {"anchor": anchor_of(one.field)} for one in missing_of(db, course)],
            **_lists(db, course.provider_id),
        }


def _lists(db: Any, provider_id: int) -> dict[str, Any]:
    return {
        "all_series": queries.list_series(db, provider_id),
        "categories": queries.list_categories(db, provider_id),
        "known_presenters": queries.list_presenters(db, provider_id),
    }


def _new_page(form: NewCourseForm, *, draft: dict[str, Any] | None = None) -> str:
    with read() as db:
        lists = _lists(db, own_provider(current_actor(), to=Permission.COURSE_EDIT))
    reading = reading_view(
        form.typed.data or "", form.time_zone.data or "", precision=form.precision.data or "exact", fold=form.fold.data,
        minutes=form.minutes.data, titles=(form.title.data or "", form.subtitle.data or ""), now=utc_now(),
    )  # fmt: skip
    return render_template(
        "courses/manage/new.html", nav="courses", form=form, draft=draft, reading=reading,
        parts=parts_of(None), problems=form.problems(), place=NEW, **lists,
    )  # fmt: skip


def _edit_page(
    page: dict[str, Any], form: CourseForm, *, draft: dict[str, Any] | None = None, refused: bool = False
) -> str:
    actor, slug = current_actor(), page["course"]["slug"]
    return render_template(
        "courses/manage/edit.html", nav="courses", form=form, draft=draft, refused=refused,
        parts=parts_of(page["missing"]), problems=form.problems(), place=slug,
        preview_url=url_if_there("portal.course", slug=slug),
        new_sitting_url=url_if_there("webinars.new_sitting", slug=slug),
        series_url=url_if_there("webinars.new_series", slug=slug), clone_url=url_if_there("webinars.clone", slug=slug),
        copy_url=url_if_there("webinars.copy_course", slug=slug),
        saved=bool(request.args.get("saved")), created=bool(request.args.get("created")), publish_help=PUBLISH_HELP,
        can_publish=actor.may(Permission.COURSE_PUBLISH), can_schedule=actor.may(Permission.WEBINAR_SCHEDULE), **page,
    )  # fmt: skip


def _blank() -> NewCourseForm:
    data = EMPTY | {"units": EMPTY_UNITS, "time_zone": brand().time_zone, "objectives": [{}, {}, {}]}
    return NewCourseForm(formdata=None, data=data)


def _from_draft(kind: type[Any], draft: dict[str, Any]) -> Any:
    """Give the form as it was typed; the draft holds it as a browser sends it."""
    return kind(formdata=MultiDict([(name, value) for name, values in draft["fields"].items() for value in values]))


def _acted(kind: type[Any], form: Any, act: str) -> Any:
    """Give the form after one of its own buttons, everything else as typed."""
    data = dict(form.data)
    verb, _, value = act.partition(":")
    if verb == "time.use":
        data["typed"] = value
    elif verb == "presenters.link":
        data = _linked(data, request.form.get("link_presenter", ""))
    else:
        data = rearranged(data, act)
    return kind(formdata=None, data=data)


def _linked(data: dict[str, Any], ref: str) -> dict[str, Any]:
    provider_id = own_provider(current_actor(), to=Permission.COURSE_EDIT)
    wanted = ref_of(ref)
    with read() as db:
        found = queries.find_presenter(db, provider_id, wanted) if wanted else None
    if found is None:
        return data
    kept = [row for row in data["presenters"] if (row.get("name") or "").strip()]
    return data | {"presenters": [*kept, found]}
