"""The steps of registering, the same for a sitting and for a course without one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.accounts.queries import Account, account_of, person_ids
from webinar_app.core.actor import GUEST, Actor
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.core.times import in_zone
from webinar_app.infra.db import Db, read, write
from webinar_app.registrations.forms import ANOTHER, NONE, GuestForm, OwnForm, RegisterForm, SheetForm
from webinar_app.registrations.forms.questions import asking, kept_data
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_public_place, own_at, standing_at
from webinar_app.registrations.queries import owner_view, place_page
from webinar_app.registrations.queries.questions import files_of, kept_answers, list_questions
from webinar_app.registrations.routes.files import carry_files, has_files, receive_files, restore_files, sent_files
from webinar_app.registrations.routes.prices import is_refused_unread, price_shown
from webinar_app.registrations.rules import COURSE_OPENING_WORDS, OPENING_WORDS
from webinar_app.registrations.rules.questions import Question, Value
from webinar_app.registrations.services import Sheet, register, register_in_course
from webinar_app.web.http import current_actor, no_store, viewer_zone, web_session

MAILED = "registered_by_mail"
SCOPE = "guest:register"
Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Where:
    """What is registered for, as it stands in the address: the code of a sitting, or the slug of a course."""

    code: str = ""
    slug: str = ""

    def url(self, page: str) -> str:
        """Give the address of one of the pages `register`, `done` and `people` of this."""
        if self.slug:
            return url_for(f"registrations.{page}_course", slug=self.slug)
        return url_for(f"registrations.{page}", code=self.code)


@dataclass(frozen=True, slots=True)
class Held:
    """A seat that is kept for whoever opens a page: what it says, and the act that takes it by this key.

    `email`: the only address that takes it without being signed in. `decline`: where one says no.
    """

    words: str
    act: Callable[..., Any]
    key: str
    email: str = ""
    decline: str = ""


@dataclass(frozen=True, slots=True)
class _Page:
    where: Where
    sitting: dict[str, Any]
    own: dict[str, Any] | None
    account: Account | None
    questions: tuple[Question, ...] = ()
    kept: dict[str, Value] = field(default_factory=dict)
    standing: str = ""  # the code of a registration that has no place yet
    held: Held | None = None
    price: dict[str, Any] | None = None
    code_error: InvalidInput | None = None  # why the discount code that was typed does not count


def register_page(where: Where, held: Held | None = None) -> Answer:
    """Show the form of registration, and take what it brings; with `held` it gives a seat that was kept."""
    page = replace(_read(where), held=held)
    if page.own is not None or (page.standing and held is None):
        return redirect(_own_url(page), 303)
    if not page.sitting["is_open"] and held is None:
        return _closed(page)
    form = _form(page)
    return _answer(form, page) if form.is_submitted() else _show(form, page)


def _answer(form: RegisterForm, page: _Page) -> Answer:
    restore_files(form)
    if request.form.get("do") == "price":
        is_right = form.csrf_token.validate(form) if "csrf_token" in form else True
        is_right = is_right and receive_files(form)
        return _show(form, page), 422 if page.code_error or not is_right else 200
    is_right = form.validate()
    if not receive_files(form) or not is_right or is_refused_unread(page.code_error):
        return _show(form, page), 422
    try:
        return _register(form, page)
    except InvalidInput as error:
        form.absorb(error)
        return _show(form, replace(page, code_error=None)), 422
    except Refused as error:
        if not error.code.startswith("registration."):
            raise
        return _closed(_read(page.where), error)


def done_page(where: Where, policy_error: str = "") -> Answer:
    """Say what happens next: to who is registered in full, to everybody else where the link was mailed."""
    page, mailed = _read(where), web_session.get(MAILED) or {}
    name = "_course" if where.slug else ""
    if page.standing:
        return redirect(_own_url(page), 303)
    if page.own is not None:
        return render_template(
            f"registrations/done{name}.html", sitting=page.sitting, own=page.own, policy_error=policy_error
        )
    if mailed.get("code") == page.sitting["key"]:
        told = render_template(
            f"registrations/mailed{name}.html", sitting=page.sitting, email=mailed["email"],
            state=mailed.get("state", "registered"),
        )  # fmt: skip
        return no_store(make_response(told))
    return redirect(where.url("register"))


def _own_url(page: _Page) -> str:
    if page.standing:
        return url_for("registrations.standing", code=page.standing)
    return page.where.url("done")


def _registrant() -> Actor:
    """Give who registers: somebody signed in for good, or a guest; a join link stands for one registration only."""
    return current_actor() if current_actor().is_full else GUEST


def _read(where: Where) -> _Page:
    actor, now = current_actor(), utc_now()
    with read() as db:
        place = get_public_place(db, code=where.code, slug=where.slug)
        own, stands = own_at(db, actor, place), standing_at(db, actor, place)
        account = account_of(db, actor, now) if actor.is_full else None
        standing = stands.code if stands is not None and own is None else ""
        questions = list_questions(db, place.course.id)
        kept = kept_answers(db, person_ids(db, actor.person_id), questions) if account and actor.person_id else {}
        price, code_error = price_shown(db, place, actor.person_id if account else None, now)
        return _Page(
            where, place_page(db, place, now), _own_view(db, own), account, tuple(questions), kept,
            standing, price=price, code_error=code_error,
        )  # fmt: skip


def _own_view(db: Db, row: Registration | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return owner_view(db, row) | {"refused": [one for one in files_of(db, row.id) if one["state"] == "refused"]}


def _form(page: _Page) -> RegisterForm:
    form: RegisterForm
    if page.account:
        known = _profile(page.account, _day(page.sitting)) | kept_data(page.questions, page.kept)
        form = asking(OwnForm, page.questions)(data=known)
    else:
        form = asking(GuestForm, page.questions)()
        if page.held and page.held.email:
            form.email.data = page.held.email
    form.offer_zones(viewer_zone() or "", page.sitting["time_zone"])
    if page.account and isinstance(form, OwnForm):
        form.offer_licences(page.account.licences, _day(page.sitting))
    if page.price is None:
        form.leave_out_price()
    if page.sitting["is_course"]:
        form.leave_out_policy()
    elif not form.is_submitted():
        form.policy_version.data = page.sitting["policy_version"]
    if not form.is_submitted():
        form.time_zone.data = viewer_zone() or page.sitting["time_zone"]
    return form


def _day(sitting: dict[str, Any]) -> date:
    """Give the day on which a licence has to hold."""
    at = sitting["starts_at"]
    return in_zone(at, sitting["time_zone"]).date() if at else utc_now().date()


def _profile(account: Account, day: date) -> dict[str, Any]:
    valid = [one for one in account.licences if one["expires_on"] is None or one["expires_on"] >= day]
    first = str([*valid, *account.licences][0]["id"]) if account.licences else ANOTHER
    return {"legal_name": account.legal_name, "display_name": account.display_name, "licence": first}


def _register(form: RegisterForm, page: _Page) -> Response:
    actor, where = _registrant(), page.where
    sheet = _sheet(form, page)
    scope = SCOPE if actor is GUEST else None
    act, key = (register_in_course, where.slug) if where.slug else (register, where.code)
    if page.held is not None:
        act, key = page.held.act, page.held.key
    outcome = write(act, actor, key, sheet, key=form.key, scope=scope, now=utc_now())
    if actor is GUEST:
        web_session[MAILED] = {"code": page.sitting["key"], "email": sheet.email, "state": outcome["state"]}
    elif not outcome["is_new"]:
        flash("You are registered already." if where.slug else "You have a place already.", "message")
    return redirect(where.url("done"), 303)


def _sheet(form: RegisterForm, page: _Page) -> Sheet:
    has_none = form.has_no_licence.data
    licence, last = (form.licence_profession.data, form.licence_region.data, form.licence_number.data), None
    if isinstance(form, OwnForm) and page.account and page.account.licences:
        has_none = form.licence.data == NONE
        if form.licence.data != ANOTHER:
            held = {str(one["id"]): one for one in page.account.licences}.get(form.licence.data or "", {})
            licence, last = (held.get("profession"), held.get("board"), held.get("number")), held.get("expires_on")
    return sheet_of(
        form, licence, email=form.email.data.strip().lower() if isinstance(form, GuestForm) else "",
        has_no_licence=has_none, expires_on=last.isoformat() if last else "", time_zone=form.time_zone.data or "",
        policy=form.accepted_policy, answers=answers_of(form),
        files=sent_files(form), needs=(form.needs.data or "").strip(),
        discount=form.typed_discount, price_seen=form.shown_price,
    )  # fmt: skip


def answers_of(form: SheetForm) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give what was typed to the course's own questions, by their code."""
    return tuple(getattr(form, "typed", {}).items())


def sheet_of(form: SheetForm, licence: tuple[str | None, ...], **details: Any) -> Sheet:
    """Give what was typed as a plain value; `licence` is profession, board and number."""
    profession, region, number = (part or "" for part in licence)
    return Sheet(
        legal_name=form.legal_name.data or "", display_name=form.display_name.data or "", profession=profession,
        region=region, number=number, seat=form.seat.data or "", **details,
    )  # fmt: skip


def _show(form: RegisterForm, page: _Page) -> str:
    if page.code_error is not None:
        form.absorb(page.code_error)
    if form.price_seen:
        form.price_seen.data = page.price["amount"] if page.price else ""
    carry_files(form)
    shown = {
        "has_files": has_files(form),
        "sitting": page.sitting,
        "account": page.account,
        "held": page.held,
        "price": page.price,
    }
    return render_template("registrations/register.html", form=form, **shown)


def _closed(page: _Page, error: Refused | None = None) -> Answer:
    found = page.sitting["opening"]
    known = COURSE_OPENING_WORDS if page.where.slug else OPENING_WORDS
    words = error.message if error else known[found]
    body = render_template("registrations/closed.html", sitting=page.sitting, words=words, opening=found)
    return (body, 409) if error else body
