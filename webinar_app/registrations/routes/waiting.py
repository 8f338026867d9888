"""Where somebody stands who has no place yet, and the waiting lists for coordinators."""

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.registrations.forms.admission import AdmissionForm
from webinar_app.registrations.policy import get_managed_place, get_own
from webinar_app.registrations.queries import owner_view, place_of, place_page
from webinar_app.registrations.queries.prices import owed_words
from webinar_app.registrations.queries.waiting import admission_of, standing_of, waiting_page
from webinar_app.registrations.routes.blueprint import blueprint
from webinar_app.registrations.routes.flow import Answer, Where
from webinar_app.registrations.services.admission import set_admission
from webinar_app.registrations.services.waiting import (
    accept_offer,
    decline_offer,
    move_up,
    offer_by_hand,
)
from webinar_app.web.http import current_actor, no_store, sent_key
from webinar_app.web.security import joined, requires

MANAGE = Permission.REGISTRATION_MANAGE


@blueprint.get("/registrations/<code>")
@joined
def standing(code: str) -> Answer:
    """Show where somebody stands who has no place yet; who has one goes on to its page."""
    shown = _read_standing(code)
    own, sitting = shown["own"], shown["sitting"]
    if own["state"] == "registered" or sitting["is_course"]:
        where = Where(slug=sitting["key"]) if sitting["is_course"] else Where(code=sitting["key"])
        return redirect(where.url("done"), 303)
    return _standing_page(shown)


@blueprint.post("/registrations/<code>/accept")
@joined
def accept(code: str) -> Answer:
    """Take the place that is offered."""
    try:
        taken = write(accept_offer, current_actor(), code, key=sent_key(), now=utc_now())
    except Refused as error:
        return _refused(code, error)
    flash("The place is yours. The mail with your link and the invitation is on its way.", "success")
    return redirect(url_for("registrations.done", code=taken["webinar"]), 303)


@blueprint.post("/registrations/<code>/decline")
@joined
def decline(code: str) -> Answer:
    """Leave the offered place to the next person."""
    try:
        left = write(decline_offer, current_actor(), code, key=sent_key(), now=utc_now())
    except Refused as error:
        return _refused(code, error)
    flash(f"Thank you. The place in {left['title']} goes to the next person; a mail confirms it.", "success")
    return redirect(url_for("portal.course", slug=left["slug"]), 303)


@blueprint.get("/manage/webinars/<code>/waiting")
@requires(MANAGE)
def waiting(code: str) -> str:
    """Show who waits for a place in a sitting, in their order."""
    now = utc_now()
    with read() as db:
        place = get_managed_place(db, current_actor(), code=code)
        sitting, admission = place_page(db, place, now), admission_of(db, place.webinar.id if place.webinar else 0)
        lists = waiting_page(db, place.webinar, now) if place.webinar else []
    return render_template(
        "registrations/manage/waiting.html", sitting=sitting, admission=admission, lists=lists, code=code
    )


@blueprint.post("/manage/registrations/<code>/offer")
@requires(MANAGE)
def offer(code: str) -> Response:
    """Offer a free place to somebody, out of turn if need be."""
    return _moved(code, offer_by_hand, "A place is offered to {name}; the mail is on its way.")


@blueprint.post("/manage/registrations/<code>/move-up", endpoint="move_up")
@requires(MANAGE)
def put_up(code: str) -> Response:
    """Let somebody change places with who stands before them."""
    return _moved(code, move_up, "{name} is one place further up.")


@blueprint.route("/manage/webinars/<code>/registration", methods=["GET", "POST"])
@requires(MANAGE)
def admission(code: str) -> Answer:
    """Set how a sitting lets people in."""
    now = utc_now()
    with read() as db:
        place = get_managed_place(db, current_actor(), code=code)
        sitting, rules = place_page(db, place, now), admission_of(db, place.webinar.id if place.webinar else 0)
    form = AdmissionForm() if request.method == "POST" else AdmissionForm.of(rules)

    def show() -> str:
        return render_template("registrations/manage/admission.html", form=form, sitting=sitting, rules=rules)

    if not form.is_submitted():
        return show()
    if not form.validate():
        return show(), 422
    try:
        write(set_admission, current_actor(), code, form.details(), key=form.key, now=now)
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    flash("Saved. It holds from now on.", "success")
    return redirect(url_for("registrations.waiting", code=code), 303)


def _read_standing(code: str) -> dict[str, Any]:
    with read() as db:
        row = get_own(db, current_actor(), code)
        return {
            "own": owner_view(db, row), "sitting": place_page(db, place_of(row), utc_now()),
            "stands": standing_of(db, row), "owed": owed_words(db, row),
        }  # fmt: skip


def _standing_page(shown: dict[str, Any], said: str = "") -> Response:
    return no_store(make_response(render_template("registrations/standing.html", said=said, **shown)))


def _refused(code: str, error: Refused) -> Answer:
    answer = _standing_page(_read_standing(code), error.message)
    answer.status_code = error.status
    return answer


def _moved(code: str, act: Callable[..., Any], said: str) -> Response:
    try:
        done = write(act, current_actor(), code, key=sent_key(), now=utc_now())
        flash(said.format(name=done["name"]), "success")
    except Refused as error:
        flash(error.message, "error")
        return redirect(url_for("registrations.person", code=code), 303)
    return redirect(url_for("registrations.waiting", code=done["webinar"]), 303)
