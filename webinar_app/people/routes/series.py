"""Register for a series at once."""

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from wtforms.fields.choices import SelectChoice

from webinar_app.accounts.queries import Account, account_of
from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.infra.db import read, write
from webinar_app.people.forms import SeriesGuestForm, SeriesOwnForm
from webinar_app.people.queries.series import series_offer
from webinar_app.people.routes.blueprint import blueprint
from webinar_app.people.services.series import register_series
from webinar_app.registrations.forms import ANOTHER, NONE
from webinar_app.registrations.routes.flow import SCOPE, Answer, sheet_of
from webinar_app.registrations.services import Sheet
from webinar_app.web.http import current_actor, no_store, viewer_zone, web_session
from webinar_app.web.security import public

MAILED = "series_by_mail"


@blueprint.route("/series/<slug>/register", methods=["GET", "POST"])
@public
def series(slug: str) -> Answer:
    """Register for the sessions of a series; without being signed in the answer is the same for every address."""
    actor, now = current_actor(), utc_now()
    actor = actor if actor.is_full else GUEST
    with read() as db:
        offer = series_offer(db, actor, slug, now)
        account = account_of(db, actor, now) if actor.is_full else None
    form = _form(offer, account)

    def show() -> str:
        return render_template("people/series.html", form=form, series=offer, account=account, nav="catalogue")

    if not form.is_submitted():
        return show()
    if not form.validate():
        return show(), 422
    chosen, sheet = _chosen(form), _sheet(form, account)
    scope = None if account else SCOPE
    asked = sum(one["needs_approval"] for one in offer["open"] if one["code"] in chosen)
    try:
        made = write(register_series, actor, slug, chosen, sheet, key=form.key, scope=scope, now=now)
    except (InvalidInput, Refused) as error:
        form.absorb(error)
        return show(), error.status
    if account is None:
        web_session[MAILED] = {"slug": slug, "email": sheet.email, "sessions": made["sessions"], "asked": asked}
        return redirect(url_for("people.series_done", slug=slug), 303)
    if asked:
        flash("You are registered. Where a coordinator decides first, a mail tells you what was decided.", "success")
    else:
        flash(f"You have a place in {made['sessions']} sessions. Each has its own invite in your mail.", "success")
    return redirect(url_for("portal.my_learning"), 303)


@blueprint.get("/series/<slug>/registered")
@public
def series_done(slug: str) -> Answer:
    """Say where the links were mailed."""
    mailed = web_session.get(MAILED) or {}
    if mailed.get("slug") != slug:
        return redirect(url_for("people.series", slug=slug))
    with read() as db:
        offer = series_offer(db, GUEST, slug, utc_now())
    return no_store(make_response(render_template("people/series_mailed.html", series=offer, mailed=mailed)))


def _form(offer: dict[str, Any], account: Account | None) -> SeriesGuestForm | SeriesOwnForm:
    form: SeriesGuestForm | SeriesOwnForm
    if account:
        held = account.licences
        names = {"legal_name": account.legal_name, "display_name": account.display_name}
        form = SeriesOwnForm(data=names | {"licence": str(held[0]["id"]) if held else ANOTHER})
        form.offer_licences(held, offer["last_day"])
    else:
        form = SeriesGuestForm()
    form.leave_out_price()
    form.offer_zones(viewer_zone() or "", offer["time_zone"])
    form.sessions.choices = [SelectChoice(one["code"], _words(one)) for one in offer["open"]]
    if not form.is_submitted():
        form.sessions.data = [one["code"] for one in offer["open"]]
        form.time_zone.data = viewer_zone() or offer["time_zone"]
        form.policy_version.data = " ".join(f"{one['code']}:{one['policy']}" for one in offer["open"])
    return form


def _words(one: dict[str, Any]) -> str:
    asked = ", a coordinator decides" if one["needs_approval"] else ""
    price = f", {one['price']}" if one["price"] else ""
    return f"{one['title']}, {one['when']}{price}{asked}"


def _chosen(form: SeriesGuestForm | SeriesOwnForm) -> dict[str, str]:
    """Give the sessions that were ticked, each with the version of the policy that the page showed."""
    pairs = (pair.partition(":") for pair in (form.policy_version.data or "").split())
    shown = {code: version for code, _, version in pairs}
    return {code: shown.get(code, "") for code in form.sessions.data or []}


def _sheet(form: SeriesGuestForm | SeriesOwnForm, account: Account | None) -> Sheet:
    has_none = bool(form.has_no_licence.data)
    licence, last = (form.licence_profession.data, form.licence_region.data, form.licence_number.data), None
    if isinstance(form, SeriesOwnForm) and account and account.licences:
        has_none = form.licence.data == NONE
        if form.licence.data != ANOTHER:
            held = {str(one["id"]): one for one in account.licences}.get(form.licence.data or "", {})
            licence, last = (held.get("profession"), held.get("board"), held.get("number")), held.get("expires_on")
    return sheet_of(
        form, licence, email="" if isinstance(form, SeriesOwnForm) else form.email.data.strip().lower(),
        has_no_licence=has_none, expires_on=last.isoformat() if last else "", time_zone=form.time_zone.data or "",
        needs=(form.needs.data or "").strip(),
    )  # fmt: skip
