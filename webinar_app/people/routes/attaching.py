"""Keep what was registered with another address of one's own: ask for a link there, and press its button."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webinar_app.accounts.queries import find_by_email, find_link, get_person, person_ids
from webinar_app.accounts.services.signing import digest
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.infra.db import Db, read, write
from webinar_app.people.forms import AddressForm, ConfirmForm
from webinar_app.people.queries.merging import merge_preview
from webinar_app.people.routes.blueprint import blueprint
from webinar_app.people.services.attaching import JOIN_ADDRESS, ask_other_address, attach_address
from webinar_app.registrations.routes.flow import Answer
from webinar_app.web.http import current_actor, no_store
from webinar_app.web.security import signed_in


@blueprint.route("/account/other-address", methods=["GET", "POST"])
@signed_in
def other_address() -> Answer:
    """Ask for a link at another address; the answer is the same for every address."""
    form, actor = AddressForm(), current_actor()

    def show() -> str:
        return render_template("people/other_address.html", form=form)

    if not form.is_submitted():
        return show()
    if not form.validate():
        return show(), 422
    try:
        email = write(ask_other_address, actor, form.email.data, key=form.key, now=utc_now())
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    flash(f"If somebody registered with {email}, a mail with a link is on its way there.", "success")
    return redirect(url_for("people.other_address"), 303)


@blueprint.route("/account/other-address/<token>", methods=["GET", "POST"])
@signed_in
def attach(token: str) -> Answer:
    """Show what is joined by a link, and join it."""
    form, actor = ConfirmForm(), current_actor()
    with read() as db:
        view = _view(db, token)

    def show(status: int = 200) -> Response:
        return no_store(make_response(render_template("people/attach.html", form=form, view=view), status))

    if view["trouble"]:
        return show(410 if view["trouble"] == "spent" else 403)
    if not form.validate_on_submit():
        return show()
    try:
        email = write(attach_address, actor, token, key=form.key, now=utc_now())
    except Refused as error:
        form.absorb(error)
        return show(error.status)
    flash(f"What was registered with {email} is yours now, and that address signs you in too.", "success")
    return redirect(url_for("portal.my_learning"), 303)


def _view(db: Db, token: str) -> dict[str, object]:
    """Give what a link joins; `trouble` is `spent`, or `other` where somebody else asked for it."""
    link = find_link(db, digest(token), utc_now())
    if link is None or link.purpose != JOIN_ADDRESS:
        return {"trouble": "spent"}
    me, gone = current_actor().person_id or 0, find_by_email(db, link.address)
    if link.person_id not in person_ids(db, me):
        return {"trouble": "other"}
    if gone is None or gone.merged_into_id is not None:
        return {"trouble": "spent"}
    return merge_preview(db, get_person(db, me), gone) | {"trouble": ""}
