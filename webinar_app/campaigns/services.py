"""Use cases of mails in coordinators' words: plan, change, write when due, send a message, test."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from webinar_app.accounts.queries import get_person
from webinar_app.audit.services import record
from webinar_app.campaigns.models import MailPlan, Message
from webinar_app.campaigns.queries import (
    Addressed,
    addressed,
    count_audience,
    count_written,
    due_of,
    find_plan,
    get_message,
    own_kinds,
    plans_of,
)
from webinar_app.campaigns.rules import (
    CLOCK,
    SET,
    Anchor,
    Audience,
    Chosen,
    Plan,
    check_timing,
    check_words,
    expiry_due_at,
    sending_of,
    stamp_of,
)
from webinar_app.certificates.events import CertificateIssued
from webinar_app.certificates.models import Certificate
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.text import counted
from webinar_app.courses.events import Carried, CarriedAsked, CourseCloned
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.infra.db import Db
from webinar_app.infra.jobs import drop_planned, enqueue
from webinar_app.mailing.events import WordsAsked
from webinar_app.mailing.rules import kind_words
from webinar_app.mailing.services import post
from webinar_app.providers.models import Provider
from webinar_app.webinars.events import (
    MoveAsked,
    TextsAsked,
    WebinarCancelled,
    WebinarCloned,
    WebinarEnded,
    WebinarPublished,
    WebinarRescheduled,
)
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.checking import check_clock_words

PLAN, SEND, EXPIRY, MESSAGE = "campaigns.plan", "campaigns.send", "campaigns.expiry", "campaigns.message"
REPLAN_PAPERS = "campaigns.replan_papers"


def plan_sitting(
    db: Db, event: WebinarPublished | WebinarRescheduled | WebinarEnded | WebinarCancelled, now: datetime
) -> None:
    """Have the mails of a sitting written when they are due, and none at another time or of a cancelled one."""
    plan_mails(db, event.webinar_id, now=now)


def plan_mails(db: Db, webinar_id: int, *, now: datetime) -> None:
    """Write a job for each mail of a sitting that is still to come, in place of those that were planned before."""
    webinar = db.get_one(Webinar, webinar_id)
    drop_planned(db, SEND, f"{SEND}:{webinar.id}:", now=now)
    if webinar.rehearsal_of_id is not None or webinar.state in (WebinarState.DRAFT, WebinarState.CANCELLED):
        return
    for plan in plans_of(db, webinar.course_id, webinar.id).values():
        due = due_of(webinar, plan) if plan.anchor in (Anchor.START, Anchor.END) else None
        if plan.is_on and due is not None and due > now:
            payload = {"webinar_id": webinar.id, "kind": plan.kind, "due": stamp_of(due), "after": 0}
            unique = f"{SEND}:{webinar.id}:{plan.kind}:{stamp_of(due)}"
            enqueue(db, SEND, payload, now=now, run_at=due, unique=unique)


def copy_plans(db: Db, event: WebinarCloned, now: datetime) -> None:
    """Give the copy of a sitting the mails that were planned for it alone; a rehearsal tells nobody anything."""
    for old, new in event.ids.items():
        copy = db.get_one(Webinar, new)
        if copy.rehearsal_of_id is None:
            _copy_plans(db, MailPlan.webinar_id == old, copy.course_id, new, now)


def copy_course_plans(db: Db, event: CourseCloned, now: datetime) -> None:
    """Give the copy of a course the mails that were planned for all its sittings."""
    for old, new in event.ids.items():
        _copy_plans(db, and_(MailPlan.course_id == old, MailPlan.webinar_id.is_(None)), new, None, now)


def _copy_plans(db: Db, which: ColumnElement[bool], course_id: int, webinar_id: int | None, now: datetime) -> None:
    for row in db.scalars(select(MailPlan).where(which)).all():
        own = {name: getattr(row, name) for name in ("kind", "is_on", "way", "amount", "clock", "subject", "text")}
        db.add(MailPlan(course_id=course_id, webinar_id=webinar_id, updated_at=now, **own))


def what_goes_along(db: Db, question: CarriedAsked) -> list[Carried]:
    """Give how many mails that were changed would go along with copies."""
    which: ColumnElement[bool] = MailPlan.webinar_id.in_(question.webinar_ids)
    if question.course_id is not None:
        which = or_(which, and_(MailPlan.course_id == question.course_id, MailPlan.webinar_id.is_(None)))
    number = db.scalar(select(func.count()).select_from(MailPlan).where(which)) or 0
    return [Carried(f"{counted(number, 'planned mail')} in words or times of its own")] if number else []


def what_moves(db: Db, question: MoveAsked) -> list[str]:
    """Say which planned mails would move with a sitting, or fall away with it."""
    webinar = db.get_one(Webinar, question.webinar_id)
    if not count_audience(db, webinar.id, Chosen(Audience.REGISTERED)):
        return []
    written = count_written(db, webinar.id)
    names = [
        kind_words(plan.kind)
        for plan in plans_of(db, webinar.course_id, webinar.id).values()
        if plan.is_on
        and plan.anchor in (Anchor.START, Anchor.END)
        and sending_of(plan.kind, webinar.code) not in written
    ]
    if not names:
        return []
    count = "1 planned mail" if len(names) == 1 else f"{len(names)} planned mails"
    if question.is_cancelled:
        return [f"{count} will not be sent: {'; '.join(names)}."]
    return [f"{count} {'moves' if len(names) == 1 else 'move'} with it: {'; '.join(names)}."]


def texts_of(db: Db, question: TextsAsked) -> list[tuple[str, str]]:
    """Give what a sitting's mails say where a coordinator changed them."""
    webinar = db.get_one(Webinar, question.webinar_id)
    own = own_kinds(db, webinar.course_id, None) | own_kinds(db, webinar.course_id, webinar.id)
    plans = plans_of(db, webinar.course_id, webinar.id)
    return [(f"Mail “{kind_words(kind)}”", text) for kind in own for text in (plans[kind].subject, plans[kind].text)]


def own_words(db: Db, question: WordsAsked) -> dict[str, Any] | None:
    """Give a coordinator's own words for a mail that an event sends, or None where nobody changed them."""
    told = addressed(db, question.registration_id, question.number)
    if told is None or told.webinar_id is None:
        return None
    webinar = db.get_one(Webinar, told.webinar_id)
    if question.kind not in own_kinds(db, webinar.course_id, None) | own_kinds(db, webinar.course_id, webinar.id):
        return None
    plan = plans_of(db, webinar.course_id, webinar.id)[question.kind]
    return {"subject": plan.subject, "text": plan.text, "values": told.values}


def plan_all(db: Db, *, now: datetime) -> None:
    """Plan the mails of every sitting that is still to come; doing it again changes nothing."""
    for webinar_id in db.scalars(select(Webinar.id).where(Webinar.state == WebinarState.SCHEDULED)).all():
        plan_mails(db, webinar_id, now=now)


def plan_expiry(db: Db, event: CertificateIssued, now: datetime) -> None:
    """Have the holder of a certificate told before it ends."""
    plan_paper(db, event.number, now=now)


def plan_paper(db: Db, number: str, *, now: datetime) -> None:
    """Write the job that tells the holder, where the certificate ends and that time is still to come."""
    due, plan = paper_due(db, number)
    if due is not None and plan.is_on and due > now:
        unique = f"{EXPIRY}:{number}:{stamp_of(due)}"
        enqueue(db, EXPIRY, {"number": number, "due": stamp_of(due)}, now=now, run_at=due, unique=unique)


def paper_due(db: Db, number: str) -> tuple[datetime | None, Plan]:
    """Give when the holder of a certificate in force is told that it ends, or None; and the mail."""
    row = db.scalars(select(Certificate).where(Certificate.number == number)).one()
    plan = plans_of(db, row.registration.course_id, row.registration.webinar_id)["expiry"]
    if row.expires_on is None or row.revoked_at is not None or row.superseded_by_id is not None:
        return None, plan
    return expiry_due_at(plan, row.expires_on, db.get_one(Provider, row.provider_id).time_zone), plan


def set_plan(
    db: Db,
    actor: Actor,
    where: tuple[str, str],
    kind: str,
    *,
    is_on: bool,
    way: str,
    amount: int | None,
    clock: time | None,
    subject: str,
    text: str,
    keeps_clock: bool = False,
    now: datetime,
) -> None:
    """Change one mail of the set for a course or a sitting; `where` is (slug, "") or ("", code).

    Words that name the clock of a session wrongly are refused, unless `keeps_clock` says that they mean another day.
    """
    course, webinar = place_of(db, actor, where)
    plan = plan_at(db, course, webinar, kind)
    subject, text, plan = checked(plan, way, amount, clock, subject, text)
    webinar_id = webinar.id if webinar else None
    if not keeps_clock:
        check_clock_words(db, course.id, webinar_id, {"subject": subject, "text": text}, CLOCK)
    row = find_plan(db, course.id, webinar_id, kind)
    if row is None:
        row = MailPlan(course_id=course.id, webinar_id=webinar_id, kind=kind)
        db.add(row)
    row.is_on, row.way, row.amount, row.clock = is_on, plan.way, plan.amount, f"{plan.clock:%H:%M}"
    row.subject, row.text, row.updated_at = subject, text, now
    db.flush()  # planning reads it
    _replan(db, course, webinar, kind, now)
    record(db, actor.person_id, "mail.planned", "course", course.id, now=now, kind=kind, is_on=is_on)


def reset_plan(db: Db, actor: Actor, where: tuple[str, str], kind: str, *, now: datetime) -> None:
    """Take a mail of the set back to what the course, or the set itself, says."""
    course, webinar = place_of(db, actor, where)
    plan_at(db, course, webinar, kind)
    row = find_plan(db, course.id, webinar.id if webinar else None, kind)
    if row is not None:
        db.delete(row)
        db.flush()  # planning reads what is left
        _replan(db, course, webinar, kind, now)
    record(db, actor.person_id, "mail.planned", "course", course.id, now=now, kind=kind, is_own=False)


def checked(
    plan: Plan, way: str, amount: int | None, clock: time | None, subject: str, text: str
) -> tuple[str, str, Plan]:
    """Give subject, text and plan as they are kept; raise InvalidInput for everything that is wrong at once."""
    wrong: dict[str, str] = {}
    try:
        plan = check_timing(plan, way, amount, clock)
    except InvalidInput as error:
        wrong |= error.fields
    try:
        subject, text = check_words(subject, text, plan.placeholders)
    except InvalidInput as error:
        wrong |= error.fields
    if wrong:
        raise InvalidInput("mail.plan", "This mail cannot be kept yet.", wrong)
    return subject, text, plan


def _replan(db: Db, course: Course, webinar: Webinar | None, kind: str, now: datetime) -> None:
    if SET[kind].anchor is Anchor.EVENT:
        return
    if SET[kind].anchor is Anchor.EXPIRY:
        enqueue(db, REPLAN_PAPERS, {"course_id": course.id, "after": 0}, now=now)
        return
    query = select(Webinar.id).where(Webinar.course_id == course.id)
    for webinar_id in db.scalars(query if webinar is None else query.where(Webinar.id == webinar.id)).all():
        plan_mails(db, webinar_id, now=now)


def place_of(db: Db, actor: Actor, where: tuple[str, str]) -> tuple[Course, Webinar | None]:
    """Give course and sitting whose mails the actor plans; raise NotFound or Forbidden."""
    slug, code = where
    if not code:
        return get_course(db, actor, slug, to=Permission.WEBINAR_SCHEDULE), None
    webinar = get_webinar(db, actor, code, to=Permission.WEBINAR_SCHEDULE)
    if webinar.rehearsal_of_id is not None:
        raise NotFound
    return webinar.course, webinar


def plan_at(db: Db, course: Course, webinar: Webinar | None, kind: str) -> Plan:
    """Give one mail of the set as it stands here; raise NotFound."""
    found = plans_of(db, course.id, webinar.id if webinar else None).get(kind)
    if found is None:
        raise NotFound
    return found


def send_message(
    db: Db,
    actor: Actor,
    code: str,
    chosen: Chosen,
    *,
    subject: str,
    text: str,
    keeps_clock: bool = False,
    now: datetime,
) -> dict[str, Any]:
    """Send a message to some of a sitting's people and return `{code, total}`; the mails are written by a job.

    `keeps_clock` as for `set_plan`.
    """
    course, webinar = place_of(db, actor, ("", code))
    assert webinar is not None  # a code was given
    subject, text = check_words(subject, text, SET["reminder_day"].placeholders)
    if not keeps_clock:
        check_clock_words(db, course.id, webinar.id, {"subject": subject, "text": text}, CLOCK)
    total = count_audience(db, webinar.id, chosen)
    if not total:
        raise Refused("message.nobody", "Nobody would get this message. Choose other people.")
    row = Message(
        webinar_id=webinar.id, code=new_code(), audience=chosen.audience, professions=list(chosen.professions),
        agencies=list(chosen.agencies), subject=subject, text=text, total=total, created_by_id=actor.person_id,
        created_at=now,
    )  # fmt: skip
    db.add(row)
    enqueue(db, MESSAGE, {"code": row.code, "after": 0}, now=now, unique=f"{MESSAGE}:{row.code}:0")
    db.flush()  # the audit names it
    record(db, actor.person_id, "message.sent", "message", row.id, now=now, people=total)
    return {"code": row.code, "total": total}


def send_test(
    db: Db, actor: Actor, where: tuple[str, str], mail: tuple[str, str, str], reply_to: str, *, now: datetime
) -> str:
    """Send a rendered mail to the actor alone and return the address; `mail` is (subject, text, HTML)."""
    course, _ = place_of(db, actor, where)
    assert actor.person_id is not None  # guests plan no mail
    person = get_person(db, actor.person_id)
    if not person.email:
        raise Refused("mail.no_address", "Your account has no address. Add one to your profile first.")
    post(
        db, provider_id=course.provider_id, kind="test", to_name=person.legal_name, to_address=person.email,
        subject=f"Test: {mail[0]}", text=mail[1], html=mail[2], person_id=person.id, reply_to=reply_to, now=now,
    )  # fmt: skip
    return person.email


def write_mails(
    db: Db,
    sending: str,
    kind: str,
    letters: Sequence[tuple[Addressed, str, tuple[str, str, str]]],
    follow: tuple[str, dict[str, object]] | None,
    *,
    now: datetime,
) -> None:
    """Write rendered mails, each once: a letter is (whom, unique key, mail). `follow` is the job that goes on."""
    for to, unique, (subject, text, html) in letters:
        post(
            db, provider_id=to.provider_id, kind=kind, to_name=to.legal_name, to_address=to.address, subject=subject,
            text=text, html=html, person_id=to.person_id, webinar_id=to.webinar_id, reply_to=to.reply_to,
            unique=unique, sending=sending, now=now,
        )  # fmt: skip
    if follow is not None:
        enqueue(db, follow[0], follow[1], now=now, unique=f"{follow[0]}:{sending}:{follow[1]['after']}")


def finish_message(db: Db, code: str, *, now: datetime) -> None:
    """Write down that every mail of a message is written."""
    get_message(db, code).finished_at = now


def replan_papers(db: Db, course_id: int, after: int, *, now: datetime) -> None:
    """Plan the mails about certificates of a course anew, some at a time."""
    query = (
        select(Certificate.id, Certificate.number)
        .where(Certificate.registration.has(course_id=course_id), Certificate.id > after)
        .order_by(Certificate.id)
        .limit(100)
    )
    rows = db.execute(query).all()
    for row in rows:
        plan_paper(db, row.number, now=now)
    if len(rows) == 100:
        enqueue(db, REPLAN_PAPERS, {"course_id": course_id, "after": rows[-1].id}, now=now)
