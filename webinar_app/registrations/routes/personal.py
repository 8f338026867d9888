"""Personal join links: entering by one, and asking for it again."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.accounts.queries import get_person, person_ids
from webinar_app.accounts.routes import device_name, start_web_session
from webinar_app.accounts.routes.web_session import remote_address
from webinar_app.accounts.rules import TooManyTries
from webinar_app.config import links, settings
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput
from webinar_app.core.links import read_join_token
from webinar_app.infra.db import read, write
from webinar_app.registrations.forms import ConfirmForm, ResendForm
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import find_by_code
from webinar_app.registrations.routes.blueprint import blueprint
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.services import ask_for_links, enter, is_entrance
from webinar_app.web.http import current_actor, no_store, web_session
from webinar_app.web.security import public
from webinar_app.webinars.rules import WebinarState

ASKED = "asked_join_link_for"
Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Target:
    """What a join link leads to; `trouble` says why it leads nowhere, where it does.

    `unknown`, `old`, `rejected`, `called_off` (the session) or `cancelled` (the registration, by anybody).

    `is_waiting`: there is no place yet, and it leads to where one stands.
    """

    trouble: str = ""
    code: str = ""
    version: int = 0
    registration_id: int = 0
    person_ids: tuple[int, ...] = ()
    name: str = ""
    webinar_code: str = ""  # empty in a course without a sitting
    slug: str = ""
    is_waiting: bool = False

    @property
    def again(self) -> str:
        """Give the address at which one registers anew."""
        if self.webinar_code:
            return url_for("registrations.register", code=self.webinar_code)
        return url_for("registrations.register_course", slug=self.slug) if self.slug else ""


@blueprint.route("/join/<token>", methods=["GET", "POST"])
@public
def join(token: str) -> Response:
    """Sign in for one registration by its personal link and go on to room or course, without the token in the address.

    A mail scanner that only looks (HEAD, prefetch) changes nothing. Whoever is signed in as somebody else is asked.
    """
    if request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return _private(make_response("", 204))
    target, actor = _target(token), current_actor()
    if target.trouble:
        return _void(target, target.trouble)
    is_own = actor.person_id in target.person_ids
    if actor.limited_to == target.registration_id or (actor.is_full and is_own):
        return _go_on(target)
    form = ConfirmForm()
    if actor.is_full and not form.validate_on_submit():
        page = render_template("registrations/link_other.html", form=form, name=target.name)
        return _private(make_response(page))
    given = write(enter, target.code, target.version, device=device_name(), replaces=actor.sign_in_id, now=utc_now())
    if given is None:
        return _void(target, "old")
    start_web_session(given)
    return _go_on(target)


@blueprint.route("/join-link", methods=["GET", "POST"])
@public
def resend() -> Answer:
    """Ask for one's own join links; the answer is the same for every address."""
    form = ResendForm()
    if not form.is_submitted():
        return render_template("registrations/resend.html", form=form)
    if not form.validate():
        return render_template("registrations/resend.html", form=form), 422
    email = form.email.data.strip().lower()
    try:
        write(ask_for_links, email, remote_address(), key=form.key, scope="guest:join_link", now=utc_now())
    except (InvalidInput, TooManyTries) as error:
        form.absorb(error)
        return render_template("registrations/resend.html", form=form), error.status
    web_session[ASKED] = email
    return redirect(url_for("registrations.resent"), 303)


@blueprint.get("/join-link/sent")
@public
def resent() -> Answer:
    """Say that the links are on their way, if this address has any."""
    email = web_session.get(ASKED)
    if not email:
        return redirect(url_for("registrations.resend"))
    return no_store(make_response(render_template("registrations/resent.html", email=email)))


def _target(token: str) -> _Target:
    known = read_join_token(settings().link_secrets, token)
    if known is None:
        return _Target("unknown")
    with read() as db:
        row = find_by_code(db, known[0])
        if row is None:
            return _Target("unknown")
        webinar_code, slug = row.webinar.code if row.webinar else "", row.course.slug
        is_waiting = row.state is not RegistrationState.REGISTERED
        if not is_entrance(row):
            return _Target(_trouble(row), webinar_code=webinar_code, slug=slug)
        if row.link_version != known[1]:
            return _Target("old", webinar_code=webinar_code, slug=slug)
        name = get_person(db, row.person_id).display_name
        ids = tuple(person_ids(db, row.person_id))
        return _Target("", row.code, row.link_version, row.id, ids, name, webinar_code, slug, is_waiting)


def _void(target: _Target, trouble: str) -> Response:
    page = render_template("registrations/link_void.html", trouble=trouble, target=target)
    return _private(make_response(page, 404 if trouble == "unknown" else 410))


def _trouble(row: Registration) -> str:
    """Say why the link of a registration that holds and awaits nothing leads nowhere."""
    if row.webinar is not None and row.webinar.state is WebinarState.CANCELLED:
        return "called_off"
    return "rejected" if row.state is RegistrationState.REJECTED else "cancelled"


def _go_on(target: _Target) -> Response:
    onward = {
        "cancel": url_for("registrations.cancel", code=target.code),
        "payment": urlsplit(links().payment(target.code)).path,
    }
    if target.webinar_code and not target.is_waiting:
        onward |= {
            "calendar": url_for("calendars.own", code=target.code),
            "evaluation": f"/evaluations/{target.webinar_code}",
            "substitute": url_for("people.own_substitute", code=target.code),
        }
    usual = f"/room/{target.webinar_code}" if target.webinar_code else urlsplit(links().course(target.slug)).path
    if target.is_waiting:
        standing = url_for("registrations.standing", code=target.code)
        usual = standing if target.webinar_code else url_for("registrations.done_course", slug=target.slug)
    return _private(redirect(onward.get(request.args.get("to", ""), usual), 303))


def _private(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return no_store(response)
