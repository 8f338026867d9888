"""The office's corrections: a time that is confirmed, an entry that is taken back, a claim that is answered."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webinar_app.attendance.forms import AnswerForm, ReverseForm, TimeForm
from webinar_app.attendance.policy import get_correctable
from webinar_app.attendance.queries.entries import claim_views, entry_views
from webinar_app.attendance.queries.people import presence_rows
from webinar_app.attendance.routes.blueprint import blueprint
from webinar_app.attendance.services.claim_files import fetch_claim_file
from webinar_app.attendance.services.correcting import (
    answer_claim,
    enter_time,
    give_more_time,
    preview_time,
    reverse_entry,
)
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.core.uploads import MEDIA_TYPES, FileKind
from webinar_app.infra.db import read, write
from webinar_app.infra.runtime import in_real_thread
from webinar_app.infra.storage import storage
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import requires
from webinar_app.web.uploads import as_file

Answer = str | Response | tuple[str, int]
PLACE = "/manage/webinars/<code>/attendance/<registration>"


@blueprint.route(f"{PLACE}/time", methods=["GET", "POST"])
@requires(Permission.REGISTRATION_MANAGE)
def add_time(code: str, registration: str) -> Answer:
    """Show what a confirmed time would change, then enter it."""
    form, shown = TimeForm(), _shown(code, registration)
    if not form.is_submitted():
        return render_template("attendance/add_time.html", form=form, preview=None, **shown)
    preview, status = None, 422
    if form.validate():
        actor, span, reason = current_actor(), form.span, form.reason.data or ""
        try:
            if form.confirm.data == "1":
                evidence = form.evidence.data or ""
                write(enter_time, actor, code, registration, span, reason, evidence, key=form.key, now=utc_now())
                return _back(code, registration, "The time is entered. The verdict and the certificate follow.")
            with read() as db:
                preview, status = preview_time(db, actor, code, registration, span, reason), 200
            form.confirm.data = "1"
        except InvalidInput as error:
            form.absorb(error)
    if status == 422:
        form.confirm.data = ""
    return render_template("attendance/add_time.html", form=form, preview=preview, **shown), status


@blueprint.route(f"{PLACE}/entries/<entry>/reverse", methods=["GET", "POST"])
@requires(Permission.REGISTRATION_MANAGE)
def reverse(code: str, registration: str, entry: str) -> Answer:
    """Take an entry back, with a reason."""
    form, shown = ReverseForm(), _shown(code, registration)
    found = next((one for one in shown["entries"] if one["code"] == entry.upper() and one["kind"] == "time"), None)
    if found is None:
        raise NotFound
    if form.validate_on_submit():
        try:
            reason = form.reason.data or ""
            write(reverse_entry, current_actor(), code, registration, entry, reason, key=form.key, now=utc_now())
            return _back(code, registration, "The entry is taken back by a new one. The verdict follows.")
        except DomainError as error:
            form.absorb(error)
    status = 422 if form.is_submitted() else 200
    return render_template("attendance/reverse.html", form=form, entry=found, **shown), status


@blueprint.route(f"{PLACE}/claim", methods=["GET", "POST"])
@requires(Permission.REGISTRATION_MANAGE)
def answer(code: str, registration: str) -> Answer:
    """Answer a claim; accepting shows first what it would change."""
    form, shown = AnswerForm(), _shown(code, registration)
    claim = next((one for one in shown["claims"] if one["state"] == "open"), None)
    if claim is None:
        raise NotFound("claim.answered", "No claim waits here. The answers stand in the person's record.")
    if not form.is_submitted():
        return render_template("attendance/answer.html", form=form, claim=claim, preview=None, **shown)
    preview, status = None, 422
    if form.validate():
        actor, span, said = current_actor(), form.span, form.answer.data or ""
        try:
            if span is None or form.confirm.data == "1":
                write(answer_claim, actor, code, registration, said, span, key=form.key, now=utc_now())
                return _back(code, registration, "The claim is answered. Both of you see it in the record.")
            with read() as db:
                preview, status = preview_time(db, actor, code, registration, span, said), 200
            form.confirm.data = "1"
        except InvalidInput as error:
            form.absorb(error)
    if status == 422:
        form.confirm.data = ""
    return render_template("attendance/answer.html", form=form, claim=claim, preview=preview, **shown), status


@blueprint.get("/files/<code>/claims/<claim>")
@requires(Permission.REGISTRATION_MANAGE)
def claim_file(code: str, claim: str) -> Response:
    """Send what came with a claim to those who answer it, and write that down."""
    found = write(fetch_claim_file, current_actor(), code, claim, now=utc_now())
    data = in_real_thread(storage().get, found["sha256"])
    return as_file(data, MEDIA_TYPES[FileKind(found["kind"])], found["name"])


@blueprint.post(f"{PLACE}/more-time")
@requires(Permission.REGISTRATION_MANAGE)
def more_time(code: str, registration: str) -> Response:
    """Give somebody more time for attention checks, or take it back: each press is the other one."""
    with read() as db:
        row, _ = get_correctable(db, current_actor(), code, registration, is_ended=False)
        is_given = not row.more_time
    write(give_more_time, current_actor(), code, registration, is_given, key=sent_key(), now=utc_now())
    words = "More time for checks is given." if is_given else "Checks have their usual time again."
    return _back(code, registration, words)


def _back(code: str, registration: str, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("attendance.person", code=code, registration=registration), 303)


def _shown(code: str, registration: str) -> dict[str, Any]:
    with read() as db:
        row, webinar = get_correctable(db, current_actor(), code, registration)
        return {
            "person": {"code": row.code, "legal_name": row.legal_name},
            "sitting": {
                "code": webinar.code, "course": webinar.course.code or webinar.course.title,
                "title": webinar.title or webinar.course.title, "slug": webinar.course.slug,
                "time_zone": webinar.time_zone, "minutes": webinar.minutes, "starts_at": webinar.starts_at,
            },
            "seen": presence_rows(db, webinar, [row.id])[row.id],
            "entries": entry_views(db, row.id),
            "claims": claim_views(db, row.id),
        }  # fmt: skip
