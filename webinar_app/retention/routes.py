"""How long records are kept, and what is held back, for admins."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.accounts.policy import get_managed_person
from webinar_app.accounts.queries import person_line
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import read, write
from webinar_app.retention.forms import EraseForm, HoldForm, LiftForm
from webinar_app.retention.policy import get_hold
from webinar_app.retention.queries import what_is_due
from webinar_app.retention.queries.erasing import entries_of, erasure_view, find_erasure, list_erasures
from webinar_app.retention.queries.held import list_holds
from webinar_app.retention.rules import next_night
from webinar_app.retention.rules.erasure import KEPT_WORDS
from webinar_app.retention.rules.holds import Subject
from webinar_app.retention.services.erasing import erase_person
from webinar_app.retention.services.holding import lift_hold, put_hold
from webinar_app.web.http import current_actor, no_store
from webinar_app.web.security import requires

blueprint = Blueprint("retention", __name__)
MANAGE = Permission.RECORD_MANAGE
Answer = Response | str | tuple[str, int]
GONE_WORDS = {"talk": "what was said in its rooms", "devices": "the browsers of its people"}


@blueprint.get("/manage/records")
@requires(MANAGE)
def report() -> Response:
    """Show for each class of record how long it is kept and why, what is due now, and what is held."""
    now = utc_now()
    with read() as db:
        due = what_is_due(db, now)
        lifted, erased = list_holds(db, are_standing=False), list_erasures(db)
    page = render_template("retention/report.html", due=due, lifted=lifted, erased=erased, night=next_night(now))
    return no_store(Response(page, mimetype="text/html"))


@blueprint.route("/manage/holds/new", methods=["GET", "POST"])
@requires(MANAGE)
def hold() -> Answer:
    """Keep everything of a session, a course or a person."""
    form = HoldForm(data=_asked())
    if not form.is_submitted():
        return render_template("retention/hold.html", form=form)
    if form.validate():
        told = (form.subject.data, form.name.data or "", form.reason.data or "")
        try:
            done = write(put_hold, current_actor(), *told, key=form.key, now=utc_now())
        except (InvalidInput, Refused) as error:
            form.absorb(error)
        else:
            gone = [GONE_WORDS[what] for what in done["forgotten"]]
            flash("Held. Nothing of it is forgotten until the hold is lifted.", "success")
            if gone:
                flash(f"Gone before it was held: {' and '.join(gone)}.", "warning")
            return redirect(url_for("retention.report"), 303)
    return render_template("retention/hold.html", form=form), 422


@blueprint.route("/manage/holds/<code>/lift", methods=["GET", "POST"])
@requires(MANAGE)
def lift(code: str) -> Answer:
    """Let what is held be forgotten in its time again."""
    form = LiftForm()
    with read() as db:
        get_hold(db, current_actor(), code)
        held = next((one for one in list_holds(db) if one.code == code.upper()), None)
    if held is None:
        raise NotFound
    page = {"form": form, "held": held}
    if not form.is_submitted():
        return render_template("retention/lift.html", **page)
    if form.validate():
        try:
            write(lift_hold, current_actor(), code, form.reason.data or "", key=form.key, now=utc_now())
        except (InvalidInput, Refused) as error:
            form.absorb(error)
        else:
            flash("Lifted. It is forgotten in its time again.", "success")
            return redirect(url_for("retention.report"), 303)
    return render_template("retention/lift.html", **page), 422


@blueprint.route("/manage/people/<code>/erase", methods=["GET", "POST"])
@requires(MANAGE)
def erase(code: str) -> Answer:
    """Show what erasing a person removes and what the record of credit keeps, and do it."""
    form, actor = EraseForm(), current_actor()
    with read() as db:
        person = get_managed_person(db, actor, code)
        view = erasure_view(db, entries_of(db, person.id), actor.person_id)
        line, is_erased = person_line(person), find_erasure(db, person.id) is not None
    page = {"form": form, "line": line, "view": view, "is_erased": is_erased, "kept_words": KEPT_WORDS}
    if not form.is_submitted():
        return no_store(Response(render_template("retention/erase.html", **page), mimetype="text/html"))
    if form.validate():
        try:
            done = write(erase_person, actor, code, form.reason.data or "", key=form.key, now=utc_now())
        except (InvalidInput, Refused) as error:
            form.absorb(error)
        else:
            left = f" The record of credit stays until {done['until']}." if done["kept"] else ""
            flash(f"Erased.{left}", "success")
            return redirect(url_for("retention.report"), 303)
    return render_template("retention/erase.html", **page), 422


def _asked() -> dict[str, str]:
    """Give what a link to the form names already, such as the session that somebody came from."""
    named = next((kind for kind in Subject if request.args.get(kind.value)), None)
    return {"subject": named.value, "name": request.args[named.value][:254]} if named else {}
