"""The stage, set before a session, and the slides for it."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.uploads import FileKind
from webinar_app.infra.db import read, write
from webinar_app.stage.forms import DeckForm, StageForm
from webinar_app.stage.messages import deck_value
from webinar_app.stage.queries import list_decks, stage_setting
from webinar_app.stage.routes.blueprint import blueprint
from webinar_app.stage.rules import DeckState, StageKind
from webinar_app.stage.services import prepare_stage
from webinar_app.stage.services.decks import add_deck, remove_deck
from webinar_app.web.http import current_actor, sent_key, wants_json
from webinar_app.web.security import signed_in
from webinar_app.web.uploads import receive_file
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.queries import sitting_head

CHOOSE = "Choose a PDF of your slides first."


@blueprint.route("/manage/webinars/<code>/stage", methods=["GET", "POST"])
@signed_in
def edit(code: str) -> Response | str | tuple[str, int]:
    """Say what will stand on the stage."""
    head, setting, decks = _read(code)
    form = _stage_form(setting, decks)
    if form.validate_on_submit():
        told = (StageKind(form.kind.data), form.address.data or "", form.text.data or "", form.deck.data or "")
        try:
            write(prepare_stage, current_actor(), code, *told, key=form.key, now=utc_now())
        except DomainError as error:
            form.absorb(error)
        else:
            flash("The stage is saved.", "success")
            return redirect(url_for("stage.edit", code=code), code=303)
    page = _page(form, DeckForm(formdata=None), head, setting, decks)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/manage/webinars/<code>/slides")
@signed_in
def upload(code: str) -> Response | tuple[str, int]:
    """Take a PDF of slides; the worker draws its pages."""
    head, setting, decks = _read(code)
    try:
        received = receive_file((FileKind.PDF,), CHOOSE)
        told = (received.name, received.sha256)
        made = write(add_deck, current_actor(), code, *told, key=sent_key(), now=utc_now())
    except DomainError as error:
        if wants_json() or not isinstance(error, InvalidInput):
            raise
        form = DeckForm()
        form.absorb(error)
        return _page(_stage_form(setting, decks, is_fresh=True), form, head, setting, decks), 422
    if wants_json():
        return jsonify(made)
    flash("The slides are here. Their pages are being drawn.", "success")
    return redirect(url_for("stage.edit", code=code), code=303)


@blueprint.get("/manage/webinars/<code>/slides")
@signed_in
def progress(code: str) -> Response:
    """Tell how far the drawing is."""
    return jsonify({"decks": _read(code)[2]})


@blueprint.post("/manage/webinars/<code>/slides/<deck>/remove")
@signed_in
def remove(code: str, deck: str) -> Response:
    """Remove slides."""
    write(remove_deck, current_actor(), code, deck, key=sent_key(), now=utc_now())
    flash("The slides are removed.", "success")
    return redirect(url_for("stage.edit", code=code), code=303)


def _read(code: str) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    with read() as db:
        webinar = get_webinar(db, current_actor(), code, to=Permission.STAGE_CONTROL)
        decks = [deck_value(deck) for deck in list_decks(db, webinar.id)]
        return sitting_head(webinar), stage_setting(db, webinar.id), decks


def _stage_form(setting: dict[str, Any], decks: list[dict[str, Any]], *, is_fresh: bool = False) -> StageForm:
    """Give the form of the stage; a fresh one holds what is saved, whatever was sent."""
    form = StageForm(formdata=None, data=setting) if is_fresh else StageForm(data=setting)
    ready = [deck for deck in decks if deck["state"] == DeckState.READY.value]
    form.deck.choices = [SelectChoice(deck["code"], f"{deck['name']}, {deck['pages']} slides") for deck in ready]
    if not ready:
        form.deck.choices = [SelectChoice("", "None yet: send a PDF below")]
    return form


def _page(
    form: StageForm, upload_form: DeckForm, head: dict[str, Any], setting: dict[str, Any], decks: list[dict[str, Any]]
) -> str:
    is_moving = any(deck["state"] in (DeckState.WAITING.value, DeckState.DRAWING.value) for deck in decks)
    return render_template(
        "stage/manage/edit.html", form=form, upload_form=upload_form, sitting=head, decks=decks, is_moving=is_moving,
        shown=setting["deck"], nav="courses",
    )  # fmt: skip
