"""Signing in by link or password, and signing out."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.accounts.forms import ConfirmForm, LinkForm, PasswordSignInForm
from webinar_app.accounts.queries import find_link, find_login, roles_of
from webinar_app.accounts.routes.blueprint import blueprint
from webinar_app.accounts.routes.web_session import (
    device_name,
    end_web_session,
    remote_address,
    start_web_session,
)
from webinar_app.accounts.rules import TooManyTries, clean_email
from webinar_app.accounts.services.links import SIGN_IN, ask_for_link, use_sign_in_link
from webinar_app.accounts.services.signing import count_try, digest, sign_in_by_password, sign_out
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Refused
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.infra.passwords import matches
from webinar_app.web.http import current_actor, web_session
from webinar_app.web.security import public, safe_next

WRONG = "The e-mail address or the password is wrong. You can ask for a link instead."
ASKED = "asked_link_for"


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@public
def ask() -> Response | str | tuple[str, int]:
    """Ask for a link to sign in; the answer is the same for every address."""
    form = LinkForm(next=_next())
    if not form.is_submitted():
        return render_template("accounts/sign_in.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    email = clean_email(form.email.data)
    try:
        write(ask_for_link, email, remote_address(), _next(), key=form.key, scope="guest:link", now=utc_now())
    except TooManyTries as error:
        form.absorb(error)
        return render_template("accounts/sign_in.html", form=form), error.status
    web_session[ASKED] = email
    return redirect(url_for("accounts.link_sent"), 303)


@blueprint.get("/sign-in/sent")
@public
def link_sent() -> Response | str:
    """Say that a link is on its way, if anybody here uses the address."""
    email = web_session.get(ASKED)
    if not email:
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/link_sent.html", email=email)


@blueprint.route("/sign-in/password", methods=["GET", "POST"], endpoint="password_sign_in")
@public
def use_password() -> Response | str | tuple[str, int]:
    """Sign in with a password; every wrong answer looks the same and takes as long."""
    form = PasswordSignInForm(next=_next())
    if not form.is_submitted():
        return render_template("accounts/sign_in_password.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_in_password.html", form=form), 422
    email = clean_email(form.email.data)
    try:
        write(count_try, email, remote_address(), now=utc_now())
        person_id = _checked(email, form.password.data)
    except Refused as error:
        form.absorb(error)
        return render_template("accounts/sign_in_password.html", form=form), _status(error)
    details: dict[str, Any] = {"device": device_name(), "replaces": current_actor().sign_in_id}
    start_web_session(write(sign_in_by_password, person_id, email, now=utc_now(), **details))
    return redirect(_onward(person_id, _next()), 303)


def _checked(email: str, password: str) -> int:
    with read() as db:
        login = find_login(db, email)
    if not matches(login.password_hash, password) or login.person_id is None:
        raise Refused("sign_in.wrong", WRONG)
    return login.person_id


def _status(error: Refused) -> int:
    return 422 if error.code == "sign_in.wrong" else error.status


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"], endpoint="use_link")
@public
def use_link(token: str) -> Response | str | tuple[str, int]:
    """Show the button of a sign-in link; only pressing it spends the link, for mail scanners open addresses."""
    form = ConfirmForm()
    if not form.is_submitted():
        with read() as db:
            link = find_link(db, digest(token), utc_now())
            is_good = link is not None and link.purpose == SIGN_IN
        return (render_template("accounts/use_link.html", form=form), 200) if is_good else _spent()
    try:
        details: dict[str, Any] = {"device": device_name(), "replaces": current_actor().sign_in_id}
        browser, person_id, path = write(use_sign_in_link, token, now=utc_now(), **details)
    except Refused:
        return _spent()
    start_web_session(browser)
    return redirect(_onward(person_id, path), 303)


def _spent() -> tuple[str, int]:
    return render_template("accounts/link_spent.html", form=LinkForm(formdata=None)), 410


@blueprint.post("/sign-out", endpoint="sign_out")
@public
def leave() -> Response:
    """Sign out on this browser; its open rooms close."""
    write(sign_out, current_actor(), now=utc_now())
    end_web_session()
    flash("You are signed out.", "success")
    return redirect(url_for("portal.catalogue"), 303)


def _next() -> str:
    return safe_next(request.values.get("next"), "")


def _onward(person_id: int, path: str) -> str:
    with read() as db:
        _, roles = roles_of(db, person_id)
        runs_things = bool(roles & {Role.ADMIN, Role.COORDINATOR})
    return safe_next(path, url_for("portal.day" if runs_things else "portal.my_learning"))
