"""The stage, set before a session."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.stage.forms import StageForm
from webinar_app.stage.queries import stage_setting
from webinar_app.stage.rules import StageKind
from webinar_app.stage.services import prepare_stage
from webinar_app.web.http import current_actor
from webinar_app.web.security import signed_in
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries import sitting_head

blueprint = Blueprint("stage", __name__)


@blueprint.route("/manage/webinars/<code>/stage", methods=["GET", "POST"])
@signed_in
def edit(code: str) -> Response | str | tuple[str, int]:
    """Say what will stand on the stage."""
    with read() as db:
        webinar = get_webinar(db, current_actor(), code, to=Permission.STAGE_CONTROL)
        head, setting = sitting_head(webinar), stage_setting(db, webinar.id)
    form = StageForm(data=setting)
    if form.validate_on_submit():
        told = (StageKind(form.kind.data), form.address.data or "", form.text.data or "")
        try:
            write(prepare_stage, current_actor(), code, *told, key=form.key, now=utc_now())
        except InvalidInput as error:
            form.absorb(error)
        else:
            flash("The stage is saved.", "success")
            return redirect(url_for("stage.edit", code=code), code=303)
    page = render_template("stage/manage/edit.html", form=form, sitting=head, nav="courses")
    return (page, 422) if form.is_submitted() else page
