"""Entries that may be one person: the list, the preview, the merge and its undoing."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.people.forms import ConfirmForm
from webinar_app.people.queries.merging import find_person, list_merges, list_pairs, merge_preview
from webinar_app.people.routes.blueprint import blueprint
from webinar_app.people.rules.merging import check_merge
from webinar_app.people.services.merging import merge_people, say_two, undo_merge
from webinar_app.registrations.routes.flow import Answer
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import requires

MANAGE = Permission.PERSON_MANAGE


@blueprint.get("/manage/duplicates")
@requires(MANAGE)
def duplicates() -> str:
    """List the entries that may be one person, and the merges that can be undone."""
    with read() as db:
        pairs, number = list_pairs(db)
        merges = list_merges(db, utc_now())
    return render_template("people/duplicates.html", pairs=pairs, number=number, merges=merges, nav="people")


@blueprint.route("/manage/duplicates/<kept>/<gone>", methods=["GET", "POST"])
@requires(MANAGE)
def merge(kept: str, gone: str) -> Answer:
    """Show what a merge moves, and make it."""
    form, actor = ConfirmForm(), current_actor()
    with read() as db:
        one, other = find_person(db, kept), find_person(db, gone)
        if one is None or other is None:
            raise NotFound
        is_merged = one.merged_into_id is not None or other.merged_into_id is not None
        check_merge(is_same=one.id == other.id, is_merged=is_merged, gone_runs_things=False)
        preview = merge_preview(db, one, other)

    def show() -> str:
        return render_template("people/merge.html", form=form, view=preview, nav="people")

    if not form.validate_on_submit():
        return show()
    try:
        write(merge_people, actor, kept, gone, key=form.key, now=utc_now())
    except Refused as error:
        form.absorb(error)
        return show(), error.status
    flash(f"{preview['kept']['legal_name']} is one entry now. It can be undone below for 30 days.", "success")
    return redirect(url_for("people.duplicates"), 303)


@blueprint.post("/manage/duplicates/two")
@requires(MANAGE)
def two_people() -> Response:
    """Write down that two entries are two people."""
    one, other = request.form.get("one", "")[:20], request.form.get("other", "")[:20]
    write(say_two, current_actor(), one, other, key=sent_key(), now=utc_now())
    flash("Noted: these are two people. They are not suggested again.", "success")
    return redirect(url_for("people.duplicates"), 303)


@blueprint.post("/manage/merges/<code>/undo")
@requires(MANAGE)
def undo(code: str) -> Response:
    """Take a merge apart again."""
    try:
        done = write(undo_merge, current_actor(), code, key=sent_key(), now=utc_now())
    except Refused as refusal:
        flash(refusal.message, "error")
    else:
        lost = done["lost"]
        more = f" {lost} of their places could not be given back: the session is full or has begun." if lost else ""
        flash(f"{done['kept']} and {done['gone']} are two entries again.{more}", "success")
    return redirect(url_for("people.duplicates"), 303)
