"""Coordinator pages: which mails go out around a session and when, their words, and messages to some people."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webinar_app.campaigns.forms import NOBODY, MessageForm, PlanForm
from webinar_app.campaigns.queries import (
    count_audience,
    count_written,
    due_of,
    example_of,
    first_sitting,
    list_agencies,
    list_messages,
    list_named,
    list_professions,
    list_recipients,
    own_kinds,
    plans_of,
)
from webinar_app.campaigns.rules import (
    AUDIENCE_WORDS,
    CLOCK,
    SET,
    Anchor,
    Audience,
    Chosen,
    check_words,
    sending_of,
    timing_words,
)
from webinar_app.campaigns.services import (
    checked,
    place_of,
    plan_at,
    reset_plan,
    send_message,
    send_test,
    set_plan,
)
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError, InvalidInput, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.placeholders import fill, paragraphs
from webinar_app.courses.forms import options
from webinar_app.infra.db import Db, read, write
from webinar_app.mailing.emails import own_words_mail
from webinar_app.mailing.rules import BUTTONS, LINKS, kind_words
from webinar_app.providers.queries import brand
from webinar_app.web.http import current_actor, forget_key, sent_key
from webinar_app.web.security import requires
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import when_words
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.checking import check_clock_words

blueprint = Blueprint("campaigns", __name__)
Page = Response | str | tuple[str, int]
SHOWN_NAMES = 200
Where = tuple[str, str]  # (slug of a course, ""), or ("", code of a session)


@blueprint.get("/manage/webinars/<code>/mail", endpoint="plan")
@requires(Permission.WEBINAR_SCHEDULE)
def plan(code: str) -> str:
    """List the mails of a session and when each goes out."""
    return _plan_page(("", code))


@blueprint.get("/manage/courses/<slug>/mail", endpoint="course_plan")
@requires(Permission.WEBINAR_SCHEDULE)
def course_plan(slug: str) -> str:
    """List the mails of a course, as each of its sessions begins with."""
    return _plan_page((slug, ""))


@blueprint.route("/manage/webinars/<code>/mail/<kind>", methods=["GET", "POST"], endpoint="edit")
@requires(Permission.WEBINAR_SCHEDULE)
def edit(code: str, kind: str) -> Page:
    """Change one mail of a session."""
    return _edit(("", code), kind)


@blueprint.route("/manage/courses/<slug>/mail/<kind>", methods=["GET", "POST"], endpoint="course_edit")
@requires(Permission.WEBINAR_SCHEDULE)
def course_edit(slug: str, kind: str) -> Page:
    """Change one mail of a course."""
    return _edit((slug, ""), kind)


def _plan_page(where: Where) -> str:
    now = utc_now()
    with read() as db:
        page = _place(db, where)
        course_id, webinar = page["course_id"], page.pop("webinar")
        plans = plans_of(db, course_id, webinar.id if webinar else None)
        own = own_kinds(db, course_id, webinar.id if webinar else None)
        written = count_written(db, webinar.id) if webinar else {}
        lines = [
            {
                "plan": one, "name": kind_words(one.kind), "timing": timing_words(one), "is_own": one.kind in own,
                "audience": AUDIENCE_WORDS[one.audience],
                "due": due_of(webinar, one) if webinar and one.anchor in (Anchor.START, Anchor.END) else None,
                "sending": sending_of(one.kind, webinar.code) if webinar else "",
                "written": written.get(sending_of(one.kind, webinar.code), 0) if webinar else 0,
            }
            for one in plans.values()
        ]  # fmt: skip
        messages = [
            {
                "code": one.code, "subject": one.subject, "total": one.total, "created_at": one.created_at,
                "audience": one.chosen.words, "written": written.get(sending_of("message", one.code), 0),
            }
            for one in (list_messages(db, webinar.id) if webinar else [])
        ]  # fmt: skip
        is_off = webinar is not None and webinar.state is WebinarState.CANCELLED
    return render_template("campaigns/plan.html", lines=lines, messages=messages, at=now, is_off=is_off, **page)


def _place(db: Db, where: Where) -> dict[str, Any]:
    course, webinar = place_of(db, current_actor(), where)
    sitting = None
    if webinar is not None:
        sitting = {"code": webinar.code, "words": when_words(webinar), "zone": webinar.time_zone}
    crumbs = [
        ("Courses", url_for("courses.manage_list")),
        (course.code or course.title, url_for("courses.edit", slug=course.slug)),
    ]
    if sitting:
        crumbs.append((sitting["words"], url_for("webinars.manage", code=sitting["code"])))
    return {
        "course_id": course.id, "webinar": webinar, "sitting": sitting, "crumbs": crumbs,
        "course": {"slug": course.slug, "code": course.code, "title": course.title},
    }  # fmt: skip


def _edit(where: Where, kind: str) -> Page:
    with read() as db:
        page = _place(db, where)
        course, webinar = place_of(db, current_actor(), where)
        mail = plan_at(db, course, webinar, kind)
        shown = webinar or first_sitting(db, course)
        people = list_named(db, shown.id) if shown else []
        page |= {"kind": kind, "name": kind_words(kind), "known": mail.placeholders, "plan": mail}
        page["is_own"] = kind in own_kinds(db, course.id, webinar.id if webinar else None)
        page["shown_id"] = shown.id if shown else None
    slug, code = where
    page["back"] = url_for("campaigns.plan", code=code) if code else url_for("campaigns.course_plan", slug=slug)
    form = PlanForm() if request.method == "POST" else PlanForm(formdata=None, data=PlanForm.data_of(mail))
    if mail.anchor is Anchor.EVENT:
        form.leave_timing()
    form.as_whom.choices = options([NOBODY, *people])
    if request.method == "GET":
        return _edit_page(page, form)
    act = request.form.get("do", "")
    if act == "reset":
        write(reset_plan, current_actor(), where, kind, key=sent_key(), now=utc_now())
        flash("The mail is as it was again.", "success")
        return redirect(page["back"], 303)
    try:
        return _keep(where, page, form, act)
    except InvalidInput as error:
        form.absorb(error)
        return _edit_page(page, form), 422


def _keep(where: Where, page: dict[str, Any], form: PlanForm, act: str) -> Page:
    """Keep a mail, or show or test it as it is typed."""
    if not form.validate():
        return _edit_page(page, form), 422
    details, actor = form.details(), current_actor()
    if act in ("preview", "test"):
        given = {name: details[name] for name in ("way", "amount", "clock", "subject", "text")}
        subject, text, _ = checked(page["plan"], **given)
        values = _values(page["shown_id"], form.as_whom.data)
        if act == "test":
            return _tested(where, page, form, own_words_mail(brand(), subject, text, values))
        return _edit_page(page, form, _preview(subject, text, values))
    write(set_plan, actor, where, page["kind"], **details, key=form.key, now=utc_now())
    flash("Saved.", "success")
    return redirect(page["back"], 303)


def _tested(where: Where, page: dict[str, Any], form: Any, mail: tuple[str, str, str]) -> Page:
    try:
        address = write(send_test, current_actor(), where, mail, brand().email, key=form.key, now=utc_now())
    except Refused as error:
        form.general_errors.append(error.message)
        return _edit_page(page, form), 422
    forget_key()  # the next act of this page is another one
    flash(f"A test is on its way to {address}. What you typed is not saved yet.", "success")
    return _edit_page(page, form)


def _values(shown_id: int | None, as_whom: str | None) -> dict[str, str]:
    """Give what placeholders say in a preview."""
    with read() as db:
        webinar = db.get(Webinar, shown_id) if shown_id else None
        if webinar is None:
            raise InvalidInput("mail.no_session", "Add a session first: a mail is shown with its time and title.")
        return example_of(db, webinar, (as_whom or "")[:20])


def _preview(subject: str, text: str, values: dict[str, str]) -> dict[str, Any]:
    return {"subject": fill(subject, values), "paragraphs": paragraphs(text, values, LINKS), "buttons": BUTTONS}


def _edit_page(page: dict[str, Any], form: PlanForm, preview: dict[str, Any] | None = None) -> str:
    shown = {name: value for name, value in page.items() if name not in ("webinar", "shown_id")}
    return render_template("campaigns/edit.html", form=form, preview=preview, **shown)


@blueprint.route("/manage/webinars/<code>/message", methods=["GET", "POST"], endpoint="message")
@requires(Permission.WEBINAR_SCHEDULE)
def message(code: str) -> Page:
    """Write to some of a session's people: who and what, then a look at one mail and the number, then off."""
    with read() as db:
        page = _place(db, ("", code))
        webinar = page.pop("webinar")
        counts = {one: count_audience(db, webinar.id, Chosen(one)) for one in Audience}
        page |= {"webinar_id": webinar.id, "known": SET["reminder_day"].placeholders}
        narrowed = list_professions(db, webinar.id), list_agencies(db, webinar.id)
        people = list_named(db, webinar.id)
    page["back"] = url_for("campaigns.plan", code=code)
    form = MessageForm() if request.method == "POST" else MessageForm(formdata=None)
    form.offer(counts, *narrowed)
    form.as_whom.choices = options([NOBODY, *people])
    if request.method == "GET":
        return _message_page(page, form)
    if not form.validate():
        return _message_page(page, form), 422
    try:
        return _send(code, page, form)
    except InvalidInput as error:
        form.absorb(error)
        return _message_page(page, form), 422
    except DomainError as error:
        form.general_errors.append(error.message)
        return _message_page(page, form), error.status


def _send(code: str, page: dict[str, Any], form: MessageForm) -> Page:
    details, act = form.details(), request.form.get("do", "")
    subject, text = check_words(details["subject"], details["text"], page["known"])
    if not details["keeps_clock"]:
        with read() as db:
            check_clock_words(db, page["course_id"], page["webinar_id"], {"subject": subject, "text": text}, CLOCK)
    if act == "send" and form.confirm.data != form.digest:
        flash("The message has changed. Look at it and at the number once more, then send it.", "warning")
    elif act == "send":
        made = write(send_message, current_actor(), code, form.chosen, **details, key=form.key, now=utc_now())
        who = "1 person" if made["total"] == 1 else f"{made['total']} people"
        flash(f"The message is on its way to {who}. This page shows how far it is.", "success")
        return redirect(url_for("mailing.outbox", sending=sending_of("message", made["code"]), webinar=code), 303)
    values = _values(page["webinar_id"], form.as_whom.data)
    if act == "test":
        mail = own_words_mail(brand(), subject, text, values)
        address = write(send_test, current_actor(), ("", code), mail, brand().email, key=form.key, now=utc_now())
        forget_key()  # the next act of this page is another one
        flash(f"A test is on its way to {address}. Nobody else has got it.", "success")
    form.confirm.data = form.digest
    with read() as db:
        number = count_audience(db, page["webinar_id"], form.chosen)
        names = list_recipients(db, page["webinar_id"], form.chosen, SHOWN_NAMES)
        mute = count_audience(db, page["webinar_id"], form.chosen, has_address=False)
    told = {"number": number, "names": names, "who": form.chosen.words, "mute": mute}
    return _message_page(page, form, _preview(subject, text, values) | told)


def _message_page(page: dict[str, Any], form: MessageForm, preview: dict[str, Any] | None = None) -> str:
    return render_template("campaigns/message.html", form=form, preview=preview, **page)
