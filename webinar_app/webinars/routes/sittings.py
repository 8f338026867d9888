"""Coordinator pages of a session: its hub, agenda, staff, rehearsals, and cancelling."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.courses.policy import get_course
from webinar_app.courses.routes.rows import rearranged
from webinar_app.infra.db import read, write
from webinar_app.web.http import current_actor, sent_key, url_if_there
from webinar_app.web.security import requires, signed_in
from webinar_app.webinars.forms import ROLE_HINTS, AgendaForm, StaffForm, problems_of
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries import list_staff, sitting_view, webinar_items
from webinar_app.webinars.queries.changes import last_move
from webinar_app.webinars.queries.recomputed import list_recomputed
from webinar_app.webinars.routes.blueprint import blueprint
from webinar_app.webinars.services.checking import text_warnings
from webinar_app.webinars.services.rehearsing import remove_rehearsal, report, set_audience, start_rehearsal
from webinar_app.webinars.services.scheduling import (
    add_staff,
    cancel_sitting,
    delete_draft,
    remove_staff,
    set_agenda,
    who_is_told,
)

Page = Response | str | tuple[str, int]
# What a session leads to, before, during and after it: (endpoint, what takes the session's code, icon, words).
# Features that are not installed are left out.
LINKS = (
    ("registrations.people", "code", "people", "People"),
    ("registrations.admission", "code", "bell", "How people get in"),
    ("registrations.waiting", "code", "list", "Waiting list"),
    ("propagation.board", "code", "send", "Who has which time"),
    ("polls.manage_list", "code", "poll", "Polls"),
    ("stage.edit", "code", "screen", "Stage and slides"),
    ("handouts.manage", "code", "file", "Files for everybody"),
    ("stage.captions", "code", "captions", "Captions"),
    ("live.room", "code", "door", "The room"),
    ("live.desk", "code", "mic", "Presenter’s desk"),
    ("attendance.log", "code", "clock", "Attendance"),
    ("evaluations.results", "code", "pen", "Evaluation results"),
    ("questions.export", "code", "question", "Questions as a file"),
    ("chat.export", "code", "chat", "Chat as a file"),
    ("certificates.register", "webinar", "seal", "Certificates"),
    ("campaigns.plan", "code", "mail", "Mails"),
)


@blueprint.get("/manage/webinars/<code>", endpoint="manage")
@requires(Permission.WEBINAR_SCHEDULE)
def manage(code: str) -> Page:
    """Show everything of a session, and where it leads."""
    return _hub(code, StaffForm(formdata=None))


@blueprint.route("/manage/webinars/<code>/cancel", methods=["GET", "POST"], endpoint="cancel")
@requires(Permission.WEBINAR_SCHEDULE)
def cancel(code: str) -> Page:
    """Cancel a session, after saying who is told."""
    page = load(code)
    if request.method == "GET":
        with read() as db:
            told = who_is_told(db, page["sitting"]["id"], is_cancelled=True)
        return render_template("webinars/manage/cancel.html", nav="courses", told=told, **page)
    return _done(cancel_sitting, code, said="The session is cancelled.")


@blueprint.post("/manage/webinars/<code>/remove", endpoint="remove")
@requires(Permission.WEBINAR_SCHEDULE)
def remove(code: str) -> Page:
    """Remove a draft session."""
    gone = write(delete_draft, current_actor(), code, key=sent_key(), now=utc_now())
    flash("The draft session is removed.", "success")
    return redirect(url_for("courses.edit", slug=gone["slug"]), 303)


@blueprint.route("/manage/webinars/<code>/agenda", methods=["GET", "POST"], endpoint="agenda")
@requires(Permission.WEBINAR_SCHEDULE)
def agenda(code: str) -> Page:
    """Edit the agenda: parts, minutes, and which of them give credit."""
    page = load(code)
    if request.method == "GET":
        parts = page["sitting"]["segments"]
        rows = [one | {name: str(one[name]) for name in ("start_minute", "minutes")} for one in parts]
        return _agenda_page(page, AgendaForm(formdata=None, data={"segments": rows or [{"gives_credit": True}]}))
    form = AgendaForm()
    if act := request.form.get("do"):
        return _agenda_page(page, AgendaForm(formdata=None, data=_reordered(dict(form.data), act)))
    if not form.validate():
        return _agenda_page(page, form), 422
    try:
        saved = write(set_agenda, current_actor(), code, form.parts(), key=form.key, now=utc_now())
    except InvalidInput as error:
        form.place_errors(error)
        return _agenda_page(page, form), 422
    flash("The agenda is saved.", "success")
    for sentence in saved["warnings"]:
        flash(sentence, "warning")
    return redirect(url_for("webinars.manage", code=code), 303)


@blueprint.post("/manage/webinars/<code>/staff", endpoint="add_staff")
@requires(Permission.WEBINAR_SCHEDULE)
def put_staff(code: str) -> Page:
    """Give somebody with an account a role in the session."""
    form = StaffForm()
    if not form.validate():
        return _hub(code, form), 422
    try:
        added = write(add_staff, current_actor(), code, form.email.data, form.role.data, key=form.key, now=utc_now())
    except InvalidInput as error:
        form.absorb(error)
        return _hub(code, form), 422
    flash(f"{added['name']} is {form.role.data} of this session now.", "success")
    return redirect(url_for("webinars.manage", code=code), 303)


@blueprint.post("/manage/webinars/<code>/staff/remove", endpoint="remove_staff")
@requires(Permission.WEBINAR_SCHEDULE)
def take_staff(code: str) -> Page:
    """Take a role in the session back."""
    sent = request.form.get("staff", "")
    staff_id = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    return _done(remove_staff, code, staff_id, said="Removed.")


@blueprint.post("/manage/webinars/<code>/rehearse", endpoint="rehearse")
@signed_in
def rehearse(code: str) -> Page:
    """Make a rehearsal of a session and go to its desk."""
    made = write(start_rehearsal, current_actor(), code, key=sent_key(), now=utc_now())
    return redirect(url_if_there("live.desk", code=made["code"]) or "/", 303)


@blueprint.get("/room/<code>/rehearsal", endpoint="rehearsal")
@signed_in
def rehearsal(code: str) -> Page:
    """Show what was launched when in a rehearsal, against the plan."""
    with read() as db:
        told = report(db, current_actor(), code)
    return render_template("webinars/rehearsal.html", report=told)


@blueprint.post("/room/<code>/rehearsal/audience", endpoint="rehearsal_audience")
@signed_in
def rehearsal_audience(code: str) -> Page:
    """Let synthetic attendees come, or send them away."""
    sent = request.form.get("people", "")
    people = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 5 else -1
    try:
        write(set_audience, current_actor(), code, people, key=sent_key(), now=utc_now())
    except InvalidInput as error:
        flash(error.message, "error")
    return redirect(url_if_there("live.desk", code=code) or "/", 303)


@blueprint.post("/room/<code>/rehearsal/remove", endpoint="rehearsal_remove")
@signed_in
def rehearsal_remove(code: str) -> Page:
    """End a rehearsal and have all of it removed."""
    real = write(remove_rehearsal, current_actor(), code, key=sent_key(), now=utc_now())
    flash("The rehearsal is over. Within a minute nothing is left of it.", "success")
    return redirect(url_if_there("live.desk", code=real["code"]) or "/", 303)


def _done(service: Any, code: str, *more: Any, said: str) -> Response:
    try:
        write(service, current_actor(), code, *more, key=sent_key(), now=utc_now())
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(error.message, "error")
    else:
        flash(said, "success")
    return redirect(url_for("webinars.manage", code=code), 303)


def load_course(slug: str) -> dict[str, Any]:
    """Give what pages say of a course to who may schedule its sessions."""
    with read() as db:
        course = get_course(db, current_actor(), slug, to=Permission.WEBINAR_SCHEDULE)
        return {
            "slug": course.slug, "title": course.title, "code": course.code, "subtitle": course.subtitle,
            "state": course.state.value, "items": webinar_items(db, course.id),
        }  # fmt: skip


def load(code: str) -> dict[str, Any]:
    """Give `{sitting, course, staff}` to who may schedule the session."""
    with read() as db:
        webinar = get_webinar(db, current_actor(), code, to=Permission.WEBINAR_SCHEDULE)
        sitting, slug = sitting_view(webinar), webinar.course.slug
        staff = list_staff(db, webinar.id)
        moved = list_recomputed(db, webinar.course.provider_id, utc_now(), webinar_id=webinar.id)
        is_open = sitting["state"] in ("draft", "scheduled")
        wording = text_warnings(db, webinar) if is_open else []
        came_from = last_move(db, webinar) if is_open else None
    return {
        "sitting": sitting, "course": load_course(slug), "staff": staff, "recomputed": moved, "wording": wording,
        "came_from": came_from,
    }  # fmt: skip


def _hub(code: str, form: StaffForm) -> str:
    page = load(code)
    has_room = page["sitting"]["starts_at"] is not None
    links = [
        {"href": href, "icon": icon, "words": words}
        for endpoint, taker, icon, words in LINKS
        if (has_room or not endpoint.startswith("live."))
        and (href := url_if_there(endpoint, **{taker: page["sitting"]["code"]}))
    ]
    return render_template(
        "webinars/manage/hub.html",
        nav="courses",
        form=form,
        problems=problems_of(form),
        links=links,
        role_hints=ROLE_HINTS,
        **page,
    )


def _reordered(data: dict[str, Any], act: str) -> dict[str, Any]:
    """Give the agenda after one of its buttons; parts that moved follow each other without gaps."""
    changed = rearranged(data, act)
    if act.endswith((".up", ".down")):
        first = data["segments"][0]["start_minute"] or "0"
        for at, row in enumerate(changed["segments"]):
            row["start_minute"] = first if at == 0 else ""
    return changed


def _agenda_page(page: dict[str, Any], form: AgendaForm) -> str:
    return render_template("webinars/manage/agenda.html", nav="courses", form=form, problems=problems_of(form), **page)
