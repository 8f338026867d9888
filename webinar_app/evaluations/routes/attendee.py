"""The attendee's side: answer once, then watch the certificate arrive on the same page."""

import hashlib
import json
from itertools import groupby
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.evaluations.forms import NameForm, asked
from webinar_app.evaluations.policy import find_own, get_own, may_read_results
from webinar_app.evaluations.queries import find_form, items_of, progress_of, standing_of
from webinar_app.evaluations.routes.blueprint import blueprint
from webinar_app.evaluations.rules import Standing
from webinar_app.evaluations.services.answering import SENT, correct_name, submit
from webinar_app.infra.db import read, write
from webinar_app.web.forms import Form
from webinar_app.web.http import current_actor
from webinar_app.web.security import joined

Page = Response | str | tuple[str, int]


@blueprint.route("/evaluations/<code>", methods=["GET", "POST"])
@joined
def form(code: str) -> Page:
    """Ask the questions, or say why there are none, or show how far the certificate is."""
    sent = Form()
    if not sent.is_submitted():
        return _page(code, sent)
    typed = {name: value for name, value in request.form.items() if name not in ("csrf_token", "_key")}
    if not sent.validate():
        sent.general_errors.append("This page was open for too long. Send it again.")
        return _page(code, sent, typed=typed)
    try:
        write(submit, current_actor(), code, typed, key=sent.key, now=utc_now())
    except InvalidInput as error:
        return _page(code, sent, typed=typed, error=error)
    except Refused as error:
        # Two tabs: what was sent from the first one counts, and this one shows the same page after it.
        if error.code != SENT:
            raise
    return redirect(url_for("evaluations.form", code=code), 303)


@blueprint.route("/evaluations/<code>/name", methods=["GET", "POST"], endpoint="name")
@joined
def change_name(code: str) -> Page:
    """Correct the name that will be printed.

    Its own page is for browsers without scripts: it opens beside the evaluation, whose answers are kept nowhere else
    until they are sent.
    """
    sent, is_alone = NameForm(), request.method == "GET" or request.args.get("alone") == "1"
    if sent.validate_on_submit():
        try:
            name = write(correct_name, current_actor(), code, sent.legal_name.data, key=sent.key, now=utc_now())
        except InvalidInput as error:
            sent.absorb(error)
        else:
            flash(f"Your certificate will be made out to {name}.", "success")
            return redirect(url_for("evaluations.name" if is_alone else "evaluations.form", code=code), 303)
    return _name_page(code, sent) if is_alone else _page(code, Form(), name_form=sent)


@blueprint.get("/evaluations/<code>/state")
@joined
def state(code: str) -> Response:
    """Give what is still missing for the certificate, and the certificate once it is there."""
    with read() as db:
        webinar, registration = get_own(db, current_actor(), code)
        stands = standing_of(db, registration, webinar, utc_now())
        told = {"standing": stands.value} | progress_of(db, registration, stands)
    response = make_response(told)
    response.set_etag(hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32])
    return response.make_conditional(request)


def _name_page(code: str, sent: NameForm) -> Page:
    shown = _load(code, {}, {})
    if shown["registration"] is None:
        return render_template("evaluations/outside.html", **shown), 403
    if not sent.is_submitted():
        sent.legal_name.data = shown["registration"]["legal_name"]
    page = render_template("evaluations/name.html", name_form=sent, **shown)
    return page, 422 if sent.errors or sent.general_errors else 200


def _page(
    code: str,
    sent: Form,
    *,
    typed: dict[str, str] | None = None,
    error: InvalidInput | None = None,
    name_form: NameForm | None = None,
) -> Page:
    shown = _load(code, typed or {}, error.fields if error else {})
    if shown["registration"] is None:
        return render_template("evaluations/outside.html", **shown), 403 if not shown["is_staff"] else 200
    name_form = name_form or NameForm(formdata=None, legal_name=shown["registration"]["legal_name"])
    errors = [*sent.general_errors]
    status = 422 if error or errors or name_form.errors else 200
    if shown["standing"] is Standing.OPEN:
        parts = [(name, list(few)) for name, few in groupby(shown["questions"], lambda one: one.item.section)]
        page = render_template(
            "evaluations/form.html", form=sent, name_form=name_form, errors=errors, sections=parts, **shown
        )
    else:
        page = render_template("evaluations/progress.html", **shown)
    return page, status


def _load(code: str, typed: dict[str, str], errors: Any) -> dict[str, Any]:
    now, actor = utc_now(), current_actor()
    with read() as db:
        webinar, own = find_own(db, actor, code)
        found = find_form(db, webinar.id)
        stands = standing_of(db, own, webinar, now) if own else Standing.NOT_OPEN
        names = ("code", "starts_at", "time_zone", "ended_at", "minutes")
        return {
            "sitting": {name: getattr(webinar, name) for name in names} | {
                "state": webinar.state.value, "title": webinar.title or webinar.course.title,
                "course": webinar.course.code or webinar.course.title, "slug": webinar.course.slug,
                "gives_certificate": webinar.course.gives_certificate,
            },
            "is_staff": may_read_results(db, actor, webinar),
            "registration": {"code": own.code, "legal_name": own.legal_name} if own else None,
            "standing": stands,
            "closes_at": found.closes_at if found else None,
            "questions": asked(items_of(found), typed, errors) if found else [],
            "progress": progress_of(db, own, stands) if own else None,
        }  # fmt: skip
