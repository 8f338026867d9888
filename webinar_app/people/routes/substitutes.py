"""Name somebody who comes instead of oneself, and take the seat that one is asked to take."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webinar_app.config import settings
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.links import read_substitute_token
from webinar_app.core.times import describe_for
from webinar_app.infra.db import read, write
from webinar_app.people.forms import NameForm
from webinar_app.people.queries.substitutes import asked_view, find_substitution, own_view
from webinar_app.people.routes.blueprint import blueprint
from webinar_app.people.services.substitutes import (
    accept_substitution,
    decline_substitution,
    name_substitute,
    take_back,
)
from webinar_app.registrations.policy import get_own
from webinar_app.registrations.queries import place_of, place_page, registration_view
from webinar_app.registrations.routes.flow import Answer, Held, Where, register_page
from webinar_app.web.http import current_actor, no_store, sent_key, viewer_zone
from webinar_app.web.security import joined, public


@blueprint.route("/registrations/<code>/substitute", methods=["GET", "POST"])
@joined
def own_substitute(code: str) -> Answer:
    """Name somebody who comes instead, or see what became of that."""
    form, actor, now = NameForm(), current_actor(), utc_now()
    with read() as db:
        row = get_own(db, actor, code)
        view, own = own_view(db, row, now), registration_view(row)
        sitting = place_page(db, place_of(row), now)

    def show() -> Response:
        page = render_template("people/own_substitute.html", form=form, view=view, own=own, sitting=sitting)
        return no_store(make_response(page))

    if not form.is_submitted():
        return show()
    if not form.validate():
        return _with(show(), 422)
    try:
        named = write(name_substitute, actor, code, form.email.data, key=form.key, now=now)
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return _with(show(), error.status)
    flash(f"A mail asks {named['email']}. The place is yours until they accept it.", "success")
    return redirect(url_for("people.own_substitute", code=code), 303)


@blueprint.post("/registrations/<code>/substitute/take-back")
@joined
def keep_own(code: str) -> Response:
    """Ask nobody any more."""
    write(take_back, current_actor(), code, key=sent_key(), now=utc_now())
    flash("Taken back. The place is yours, and the link in that mail gives nothing any more.", "success")
    return redirect(url_for("people.own_substitute", code=code), 303)


@blueprint.route("/substitutes/<token>", methods=["GET", "POST"])
@public
def substitute(token: str) -> Answer:
    """Take the seat of who asked, on the form with which everybody registers."""
    code, actor, now = _code(token), current_actor(), utc_now()
    with read() as db:
        asked = find_substitution(db, code)
        if asked is None or asked.registration.webinar is None:
            raise _unknown()
        view, place = asked_view(db, asked, actor, now), place_of(asked.registration)
        sitting, webinar = place_page(db, place, now), asked.registration.webinar.code
    decline = url_for("people.refuse_substitute", token=token) if view["is_open"] else ""
    if view["trouble"]:
        page = render_template("people/substitute_over.html", view=view, sitting=sitting, decline=decline)
        return _private(make_response(page, 410))
    until = describe_for(view["ends_at"], viewer_zone() or sitting["time_zone"], sitting["time_zone"])
    ends = until[0] + (f" ({until[1]})" if until[1:] else "")
    words = f"{view['giver']} cannot come and gives it to you. Register until {ends}, and it is yours."
    answer = register_page(Where(code=webinar), Held(words, accept_substitution, code, view["email"], decline))
    return _private(make_response(answer))


@blueprint.post("/substitutes/<token>/decline")
@public
def refuse_substitute(token: str) -> Response:
    """Say no."""
    if write(decline_substitution, _code(token), key=sent_key(), scope="guest:substitute", now=utc_now()):
        flash("Thank you. Whoever asked you is told, and keeps the place.", "success")
    return _private(redirect(url_for("people.substitute", token=token), 303))


def _code(token: str) -> str:
    found = read_substitute_token(settings().link_secrets, token)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound("substitute.unknown", "There is no place at this address. Check the link in your mail.")


def _private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return no_store(response)


def _with(response: Response, status: int) -> Response:
    response.status_code = status
    return response
