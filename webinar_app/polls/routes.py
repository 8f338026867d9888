"""Polls prepared before a session."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.infra.db import read, write
from webinar_app.polls.documents import results_file
from webinar_app.polls.forms import KIND_WORDS, BankForm, PollForm, form_data
from webinar_app.polls.policy import get_managed, get_prepared
from webinar_app.polls.queries import bank_rows, poll_rows, poll_view
from webinar_app.polls.services import editing, running
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import signed_in
from webinar_app.webinars.queries import sitting_head

blueprint = Blueprint("polls", __name__)
Page = Response | str | tuple[str, int]
STEPS = {"up": -1, "down": 1}


@blueprint.get("/manage/webinars/<code>/polls")
@signed_in
def manage_list(code: str) -> Page:
    """List a session's polls in their order."""
    with read() as db:
        webinar = get_prepared(db, current_actor(), code)
        head, polls = sitting_head(webinar), poll_rows(db, webinar.id)
    return render_template("polls/manage/list.html", sitting=head, polls=polls, kinds=KIND_WORDS, nav="courses")


@blueprint.route("/manage/webinars/<code>/polls/new", methods=["GET", "POST"])
@signed_in
def new(code: str) -> Page:
    """Write a poll."""
    form = PollForm()
    head = _head(code)
    if form.validate_on_submit():
        try:
            saved = write(editing.create_poll, current_actor(), code, form.draft(), key=form.key, now=utc_now())
        except InvalidInput as error:
            form.absorb(error)
        else:
            flash("The poll is saved as a draft.", "success")
            _warn(saved)
            return redirect(url_for("polls.manage_list", code=code), code=303)
    return _form_page(form, head, None)


@blueprint.route("/manage/webinars/<code>/polls/<poll>/edit", methods=["GET", "POST"])
@signed_in
def edit(code: str, poll: str) -> Page:
    """Change a poll that has not been opened."""
    with read() as db:
        known = poll_view(get_managed(db, current_actor(), code, poll, lock=False))
    head = _head(code)
    form = PollForm(data=form_data(known))
    if form.validate_on_submit():
        try:
            saved = write(editing.edit_poll, current_actor(), code, poll, form.draft(), key=form.key, now=utc_now())
        except (InvalidInput, Refused) as error:
            form.absorb(error)
        else:
            flash("The poll is changed.", "success")
            _warn(saved)
            return redirect(url_for("polls.manage_list", code=code), code=303)
    return _form_page(form, head, known)


def _warn(saved: dict[str, Any]) -> None:
    for sentence in saved["warnings"]:
        flash(sentence, "warning")


@blueprint.post("/manage/webinars/<code>/polls/<poll>/delete")
@signed_in
def delete(code: str, poll: str) -> Page:
    """Remove a poll that has not been opened."""
    return _done(editing.delete_poll, code, poll, said="The poll is removed.")


@blueprint.post("/manage/webinars/<code>/polls/<poll>/move")
@signed_in
def move(code: str, poll: str) -> Page:
    """Move a poll up or down by one place."""
    to = request.form.get("to", "")
    if to not in STEPS:
        raise InvalidInput("poll.move", "Use the arrows beside the poll: up or down.")
    return _done(editing.move_poll, code, poll, STEPS[to])


@blueprint.post("/manage/webinars/<code>/polls/<poll>/archive")
@signed_in
def archive(code: str, poll: str) -> Page:
    """Put a closed poll away, or bring it back."""
    away = request.form.get("archived", "") == "1"
    said = "The poll is put away; the room does not show it." if away else "The poll is back."
    return _done(running.archive_managed, code, poll, away, said=said)


@blueprint.route("/manage/webinars/<code>/polls/bank", methods=["GET", "POST"])
@signed_in
def bank(code: str) -> Page:
    """Copy polls of other sittings of the same course."""
    form = BankForm()
    if form.validate_on_submit():
        try:
            made = write(
                editing.copy_polls, current_actor(), code, list(form.polls.data or []), key=form.key, now=utc_now()
            )
        except InvalidInput as error:
            form.absorb(error)
        else:
            count = len(made["polls"])
            flash("The poll is copied as a draft." if count == 1 else f"{count} polls are copied as drafts.", "success")
            return redirect(url_for("polls.manage_list", code=code), code=303)
    with read() as db:
        webinar = get_prepared(db, current_actor(), code)
        head, sittings = sitting_head(webinar), bank_rows(db, webinar)
    page = render_template(
        "polls/manage/bank.html", form=form, sitting=head, sittings=sittings, kinds=KIND_WORDS, nav="courses"
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/manage/webinars/<code>/polls/export")
@signed_in
def export(code: str) -> Response:
    """Give the results as a file; who took it is written down."""
    with read() as db:
        webinar = get_prepared(db, current_actor(), code)
        made = results_file(db, webinar.id, webinar.code, webinar.time_zone, request.args.get("as", "totals"))
    if made is None:
        raise NotFound
    write(editing.note_export, current_actor(), code, now=utc_now())
    response = Response(made.content, content_type=made.kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


def _done(service: Any, code: str, *args: Any, said: str = "") -> Response:
    try:
        write(service, current_actor(), code, *args, key=sent_key(), now=utc_now())
    except (InvalidInput, Refused) as refusal:
        flash(refusal.message, "error")
    else:
        if said:
            flash(said, "success")
    return redirect(url_for("polls.manage_list", code=code), code=303)


def _head(code: str) -> dict[str, Any]:
    with read() as db:
        return sitting_head(get_prepared(db, current_actor(), code))


def _form_page(form: PollForm, head: dict[str, Any], poll: dict[str, Any] | None) -> Page:
    page = render_template("polls/manage/form.html", form=form, sitting=head, poll=poll, nav="courses")
    return (page, 422) if form.is_submitted() else page
