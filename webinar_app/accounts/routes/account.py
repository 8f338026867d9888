"""The own account: names, time zone, licences, address, password, devices."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.accounts.forms import ConfirmForm, LicenceForm, NewEmailForm, PasswordForm, ProfileForm
from webinar_app.accounts.queries import Account, account_of, find_link, password_state
from webinar_app.accounts.routes.blueprint import blueprint
from webinar_app.accounts.routes.web_session import remote_address
from webinar_app.accounts.rules import check_password, needs_current_password
from webinar_app.accounts.services.links import NEW_EMAIL, OLD_EMAIL, ask_for_new_email, confirm_new_email
from webinar_app.accounts.services.profile import (
    add_licence,
    change_profile,
    choose_zone,
    remove_licence,
    set_password,
)
from webinar_app.accounts.services.signing import count_try, digest, end_device, end_others, forget_tries
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput, NotFound, Refused
from webinar_app.core.times import zone_info
from webinar_app.infra.db import read, write
from webinar_app.infra.passwords import make_hash, matches
from webinar_app.web.http import current_actor, sent_key
from webinar_app.web.security import public, signed_in

METHODS = {
    "password": "Signed in with a password", "email_link": "Signed in by an e-mail link",
    "join_link": "Opened a join link; reaches that session only", "demo": "Signed in by a demo link",
}  # fmt: skip
YEAR = 365 * 24 * 3600
Answer = Response | str | tuple[str, int]


def _account() -> Account:
    with read() as db:
        return account_of(db, current_actor(), utc_now())


@blueprint.route("/account", methods=["GET", "POST"])
@signed_in
def profile() -> Answer:
    """Show the own account, and change names and time zone."""
    account = _account()
    form = ProfileForm(data={
        "legal_name": account.legal_name, "display_name": account.display_name, "time_zone": account.time_zone or ""
    })  # fmt: skip
    page = {"account": account, "form": form, "methods": METHODS}
    if not form.is_submitted():
        return render_template("accounts/profile.html", **page)
    if form.validate():
        details = {name: form[name].data for name in ("legal_name", "display_name", "time_zone")}
        try:
            write(change_profile, current_actor(), key=form.key, now=utc_now(), **details)
        except InvalidInput as error:
            form.absorb(error)
        else:
            flash("Saved.", "success")
            return redirect(url_for("accounts.profile"), 303)
    return render_template("accounts/profile.html", **page), 422


@blueprint.route("/account/licences/new", methods=["GET", "POST"])
@signed_in
def new_licence() -> Answer:
    """Add a licence."""
    form = LicenceForm()
    if not form.is_submitted():
        return render_template("accounts/licence.html", form=form)
    if form.validate():
        details = {name: form[name].data for name in ("profession", "board", "number", "expires_on")}
        try:
            write(add_licence, current_actor(), key=form.key, now=utc_now(), **details)
        except DomainError as error:
            form.absorb(error)
        else:
            flash("Licence added.", "success")
            return redirect(url_for("accounts.profile", _anchor="licences"), 303)
    return render_template("accounts/licence.html", form=form), 422


@blueprint.post("/account/licences/remove")
@signed_in
def drop_licence() -> Response:
    """Remove a licence."""
    write(remove_licence, current_actor(), _number("licence"), key=sent_key(), now=utc_now())
    flash("Licence removed. Registrations that you made with it keep it.", "success")
    return redirect(url_for("accounts.profile", _anchor="licences"), 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> Answer:
    """Set or change the password."""
    actor, now, form = current_actor(), utc_now(), PasswordForm()
    with read() as db:
        state = password_state(db, actor)
    asks = needs_current_password(state.password_hash is not None, state.method, state.signed_in_at, now)
    page = {"form": form, "asks_current": asks, "has_password": state.password_hash is not None, "email": state.email}
    if not form.is_submitted():
        return render_template("accounts/password.html", **page)
    if not form.validate():
        return render_template("accounts/password.html", **page), 422
    try:
        if asks:
            _check_current(state.email, state.password_hash, form.current.data or "")
        check_password(form.password.data, email=state.email)
    except Refused as error:
        form.absorb(error)
        return render_template("accounts/password.html", **page), error.status
    except InvalidInput as error:
        form.absorb(error)
        return render_template("accounts/password.html", **page), 422
    ended = write(set_password, actor, make_hash(form.password.data), now=now)
    flash("Password saved." + (" Every other device is signed out." if ended else ""), "success")
    return redirect(url_for("accounts.profile", _anchor="sign-in"), 303)


def _check_current(email: str, stored: str | None, typed: str) -> None:
    write(count_try, email, remote_address(), now=utc_now())
    if not matches(stored, typed):
        words = "This is not your current password."
        raise InvalidInput("password.wrong", words, {"current": words})
    write(forget_tries, email, now=utc_now())


@blueprint.route("/account/email", methods=["GET", "POST"])
@signed_in
def email() -> Answer:
    """Ask to change the address."""
    form = NewEmailForm()
    page = {"form": form, "email": current_actor().email}
    if not form.is_submitted():
        return render_template("accounts/email.html", **page)
    if not form.validate():
        return render_template("accounts/email.html", **page), 422
    try:
        write(ask_for_new_email, current_actor(), form.email.data, key=form.key, now=utc_now())
    except DomainError as error:
        form.absorb(error)
        return render_template("accounts/email.html", **page), error.status
    flash("Open the links in both mails to finish the change.", "success")
    return redirect(url_for("accounts.profile", _anchor="sign-in"), 303)


@blueprint.route("/account/email/<token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> Answer:
    """Confirm one end of a change of address; the page works in any browser."""
    form = ConfirmForm()
    with read() as db:
        link = find_link(db, digest(token), utc_now())
        found = {"purpose": link.purpose, "address": link.address} if link else {}
    if found.get("purpose") not in (NEW_EMAIL, OLD_EMAIL):
        return render_template("accounts/email_spent.html"), 410
    if not form.is_submitted():
        return render_template("accounts/confirm_email.html", form=form, **found)
    try:
        outcome = write(confirm_new_email, token, now=utc_now())
    except Refused:
        return render_template("accounts/email_spent.html"), 410
    return render_template("accounts/email_confirmed.html", **outcome)


@blueprint.post("/account/devices/end")
@signed_in
def drop_device() -> Response:
    """Sign out one other browser."""
    write(end_device, current_actor(), _number("device"), key=sent_key(), now=utc_now())
    flash("That device is signed out.", "success")
    return redirect(url_for("accounts.profile", _anchor="devices"), 303)


@blueprint.post("/account/devices/end-others")
@signed_in
def drop_others() -> Response:
    """Sign out every other browser."""
    ended = write(end_others, current_actor(), key=sent_key(), now=utc_now())
    flash("1 device is signed out." if ended == 1 else f"{ended} devices are signed out.", "success")
    return redirect(url_for("accounts.profile", _anchor="devices"), 303)


@blueprint.post("/account/zone")
@public
def zone() -> Response:
    """Keep the time zone that was chosen on a page: in this browser, and on the profile of who is signed in."""
    chosen = request.form.get("zone", "")[:60]
    zone_info(chosen)
    actor = current_actor()
    if actor.is_full:
        write(choose_zone, actor, chosen, now=utc_now())
    response = Response(status=204)
    response.set_cookie("zone", chosen, max_age=YEAR, secure=request.is_secure, samesite="Lax")
    return response


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    if not typed.isascii() or not typed.isdigit() or len(typed) > 12:
        raise NotFound
    return int(typed)
