"""Mails that are due: rendered here for each recipient, outside transactions, and written some at a time."""

from datetime import datetime
from typing import Any

from webinar_app.campaigns.queries import addressed, due_of, get_message, list_audience, plans_of
from webinar_app.campaigns.rules import SET, Anchor, Audience, Chosen, Plan, is_worth_sending, sending_of, stamp_of
from webinar_app.campaigns.services import (
    EXPIRY,
    MESSAGE,
    PLAN,
    REPLAN_PAPERS,
    SEND,
    finish_message,
    paper_due,
    plan_all,
    replan_papers,
    write_mails,
)
from webinar_app.certificates.queries import find_by_number
from webinar_app.core.clock import utc_now
from webinar_app.evaluations.queries import find_form
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.jobs import job
from webinar_app.mailing.emails import own_words_mail
from webinar_app.providers.queries import Brand, brand
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

CHUNK = 50


@job(PLAN)
def plan(payload: dict[str, Any]) -> None:
    """Plan the mails of sittings that were there before mails were planned."""
    write(plan_all, now=utc_now())


@job(REPLAN_PAPERS)
def replan(payload: dict[str, Any]) -> None:
    """Plan the mails about certificates of a course anew."""
    write(replan_papers, payload["course_id"], payload["after"], now=utc_now())


@job(SEND)
def send(payload: dict[str, Any]) -> None:
    """Write a planned mail to its people; nothing where it is due at another time by now, or turned off."""
    webinar_id, kind = payload["webinar_id"], payload["kind"]
    found = _still_due(webinar_id, kind, payload["due"])
    if found is None:
        return
    mail, sending = found
    follow = _write(kind, sending, webinar_id, Chosen(mail.audience), mail.subject, mail.text, payload["after"])
    if follow:
        write(write_mails, sending, kind, [], (SEND, {**payload, "after": follow}), now=utc_now())


def _still_due(webinar_id: int, kind: str, due: str) -> tuple[Plan, str] | None:
    """Give the mail, and the name of its sending, where it is due now and still helps."""
    now = utc_now()
    with read() as db:
        webinar = db.get(Webinar, webinar_id)
        if webinar is None or webinar.starts_at is None or not _may_send(db, webinar, kind, now):
            return None
        mail, starts_at, code = plans_of(db, webinar.course_id, webinar.id)[kind], webinar.starts_at, webinar.code
        at = due_of(webinar, mail)
    if at is None or not mail.is_on or stamp_of(at) != due or at > now:
        return None
    return (mail, sending_of(kind, code)) if is_worth_sending(mail, at, now, starts_at) else None


def _may_send(db: Db, webinar: Webinar, kind: str, now: datetime) -> bool:
    """Say whether a sitting stands where this mail makes sense; an end plans its mails anew."""
    if SET[kind].anchor is Anchor.START:
        return webinar.state in (WebinarState.SCHEDULED, WebinarState.LIVE)
    form = find_form(db, webinar.id) if SET[kind].audience is Audience.NOT_EVALUATED else None
    return webinar.state is WebinarState.ENDED and (form is None or form.closes_at > now)


@job(MESSAGE)
def message(payload: dict[str, Any]) -> None:
    """Write a message to its people."""
    code, after = payload["code"], payload["after"]
    with read() as db:
        row = get_message(db, code)
        webinar_id, chosen, subject, text = row.webinar_id, row.chosen, row.subject, row.text
    sending = sending_of("message", code)
    follow = _write("message", sending, webinar_id, chosen, subject, text, after)
    if follow:
        write(write_mails, sending, "message", [], (MESSAGE, {"code": code, "after": follow}), now=utc_now())
    else:
        write(finish_message, code, now=utc_now())


def _write(kind: str, sending: str, webinar_id: int, chosen: Chosen, subject: str, text: str, after: int) -> int:
    """Write the next mails of a sending and give the registration to go on after, 0 at the end."""
    own = brand()
    with read() as db:
        found = list_audience(db, webinar_id, chosen, after=after, limit=CHUNK)
        people = [told for one in found if (told := addressed(db, one))]
    letters = [(to, f"{sending}:{to.person_id}", own_words_mail(own, subject, text, to.values)) for to in people]
    write(write_mails, sending, kind, letters, None, now=utc_now())
    return found[-1] if len(found) == CHUNK else 0


@job(EXPIRY)
def tell_of_expiry(payload: dict[str, Any]) -> None:
    """Tell the holder of a certificate that it ends; nothing where it was replaced, withdrawn or planned anew."""
    number, own = payload["number"], brand()
    with read() as db:
        due, mail = paper_due(db, number)
        row = find_by_number(db, number)
        told = addressed(db, row.registration_id, number) if row else None
        ends = row.expires_on if row else None
    now = utc_now()
    if due is None or ends is None or told is None or not mail.is_on or stamp_of(due) != payload["due"] or due > now:
        return
    if now.date() <= ends:
        _tell_holder(own, mail, told, number)


def _tell_holder(own: Brand, mail: Plan, told: Any, number: str) -> None:
    made = own_words_mail(own, mail.subject, mail.text, told.values)
    write(write_mails, "expiry", "expiry", [(told, f"expiry:{number}", made)], None, now=utc_now())
