"""Named reads: the planned mails of a course or sitting, who gets them, and what they say to one person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from webinar_app.accounts.models import Licence, Person
from webinar_app.attendance.models import AttendanceSummary
from webinar_app.calendars.queries import recipient_of, sitting_of
from webinar_app.campaigns.models import MailPlan, Message
from webinar_app.campaigns.rules import SET, Audience, Chosen, Plan, due_at
from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.config import links
from webinar_app.core.times import describe_for
from webinar_app.courses.models import Course
from webinar_app.evaluations.models import EvaluationDone, EvaluationForm
from webinar_app.evaluations.queries import find_form
from webinar_app.infra.db import Db
from webinar_app.mailing.models import Mail
from webinar_app.payments.models import Order
from webinar_app.people.models import ClaimLink, SeatBlock, SeatClaim
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar

WAITS = (RegistrationState.WAITLISTED, RegistrationState.OFFERED)
OWNER = aliased(Person)  # whom the mails of a registration go to
OWNER_ID = func.coalesce(Person.merged_into_id, Person.id)
HAS_ADDRESS = OWNER.email.is_not(None)
IN_FORCE = and_(Certificate.status == CertificateStatus.ISSUED, Certificate.revoked_at.is_(None))


def plans_of(db: Db, course_id: int, webinar_id: int | None = None) -> dict[str, Plan]:
    """Give the set as a course has it, or as a sitting of it has it."""
    is_here: ColumnElement[bool] = MailPlan.webinar_id.is_(None)
    if webinar_id is not None:
        is_here = or_(is_here, MailPlan.webinar_id == webinar_id)
    rows = db.scalars(select(MailPlan).where(MailPlan.course_id == course_id, is_here))
    own = {(row.kind, row.webinar_id is not None): row for row in rows}
    return {kind: _as_changed(plan, own.get((kind, True)) or own.get((kind, False))) for kind, plan in SET.items()}


def own_kinds(db: Db, course_id: int, webinar_id: int | None) -> set[str]:
    """Give the kinds that were changed for just this course, or just this sitting."""
    column = MailPlan.webinar_id
    is_here = column.is_(None) if webinar_id is None else column == webinar_id
    return set(db.scalars(select(MailPlan.kind).where(MailPlan.course_id == course_id, is_here)))


def find_plan(db: Db, course_id: int, webinar_id: int | None, kind: str) -> MailPlan | None:
    """Give the changed mail of just this course or sitting, to be changed again, or None."""
    column = MailPlan.webinar_id
    is_here = column.is_(None) if webinar_id is None else column == webinar_id
    query = select(MailPlan).where(MailPlan.course_id == course_id, MailPlan.kind == kind, is_here)
    return db.scalars(query.with_for_update()).one_or_none()


def _as_changed(plan: Plan, row: MailPlan | None) -> Plan:
    if row is None:
        return plan
    return replace(
        plan, is_on=row.is_on, way=row.way, amount=row.amount, clock=time.fromisoformat(row.clock),
        subject=row.subject, text=row.text,
    )  # fmt: skip


def due_of(webinar: Webinar, plan: Plan) -> datetime | None:
    """Give when a mail of a sitting is due, or None without an exact start."""
    if webinar.starts_at is None or webinar.local_start is None:
        return None
    return due_at(
        plan, local_start=webinar.local_start, zone=webinar.time_zone, starts_at=webinar.starts_at,
        minutes=webinar.minutes, ended_at=webinar.ended_at,
    )  # fmt: skip


def audience_query(db: Db, webinar_id: int, chosen: Chosen) -> Select[int]:
    """Give the registrations of some of a sitting's people, in order.

    Where entries of one person were merged, the person is asked: who was there by one of them was there.
    """
    query = _addressed_by(webinar_id, Registration.id).where(*_in(webinar_id, chosen.audience))
    for told, names in (
        (_told_professions(webinar_id), chosen.professions),
        (_told_agencies(webinar_id), chosen.agencies),
    ):
        if names:
            meant = [word for name in names for word in _spellings(db, told).get(name.casefold(), ())]
            query = query.where(Registration.id.in_(select(told.c.registration_id).where(told.c.word.in_(meant))))
    return query.order_by(Registration.id)


def _addressed_by(webinar_id: int, *columns: Any) -> Select[Any]:
    """Select from a sitting's registrations, each with whom its mails go to."""
    return (
        select(*columns)
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .join(OWNER, OWNER.id == OWNER_ID)
        .where(Registration.webinar_id == webinar_id)
    )


def _told_professions(webinar_id: int) -> Subquery:
    """Give (registration, word) for each profession that people registered with, or have a licence for."""
    told = Registration.licence["profession"].as_string()
    registered = select(Registration.id.label("registration_id"), told.label("word")).where(
        Registration.webinar_id == webinar_id, told.is_not(None)
    )
    held = _addressed_by(webinar_id, Registration.id, Licence.profession).join(Licence, Licence.person_id == OWNER_ID)
    return registered.union(held).subquery()


def _told_agencies(webinar_id: int) -> Subquery:
    """Give (registration, word) for each agency that keeps somebody's seat or pays for it."""
    kept = (
        select(SeatClaim.registration_id, SeatBlock.agency.label("word"))
        .join(ClaimLink, ClaimLink.id == SeatClaim.link_id)
        .join(SeatBlock, SeatBlock.id == ClaimLink.block_id)
        .where(SeatBlock.webinar_id == webinar_id)
    )
    paid = (
        select(Order.registration_id, Order.payer_organisation)
        .join(Registration, Registration.id == Order.registration_id)
        .where(Registration.webinar_id == webinar_id, Order.payer_organisation != "")
    )
    return kept.union(paid).subquery()


def _spellings(db: Db, told: Subquery) -> dict[str, list[str]]:
    """Give how each word is spelt, by the word without case: no database folds every letter."""
    found: dict[str, list[str]] = {}
    for word in db.scalars(select(told.c.word).where(told.c.word != "").distinct().order_by(told.c.word)):
        found.setdefault(word.casefold(), []).append(word)
    return found


def _in(webinar_id: int, audience: Audience) -> list[ColumnElement[bool]]:
    was_there = _of(
        webinar_id,
        AttendanceSummary,
        or_(AttendanceSummary.evidenced_seconds > 0, AttendanceSummary.complete.is_(True)),
    )
    answered = _of(webinar_id, EvaluationDone)
    asked = exists().where(EvaluationForm.webinar_id == Registration.webinar_id)
    has_place = Registration.state == RegistrationState.REGISTERED
    conditions: dict[Audience, list[ColumnElement[bool]]] = {
        Audience.REGISTERED: [has_place],
        Audience.WAITING: [Registration.state.in_(WAITS)],
        Audience.ATTENDED: [has_place, was_there],
        # Of people in a room without a connection of their own there is no evidence either way.
        Audience.ABSENT: [has_place, ~was_there, Registration.seat == "online"],
        Audience.NOT_EVALUATED: [has_place, was_there, asked, ~answered],
        Audience.CERTIFIED: [has_place, _of(webinar_id, Certificate, IN_FORCE)],
    }
    return conditions[audience]


def _of(webinar_id: int, table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say whether one of the person's registrations in the sitting has such a row."""
    query = _addressed_by(webinar_id, OWNER.id).join(table, table.registration_id == Registration.id)
    return OWNER_ID.in_(query.where(*conditions).correlate(None))


def list_audience(db: Db, webinar_id: int, chosen: Chosen, *, after: int = 0, limit: int | None = None) -> list[int]:
    """Give the registrations of those who have an address, after an id."""
    query = audience_query(db, webinar_id, chosen).where(HAS_ADDRESS, Registration.id > after).limit(limit)
    return list(db.scalars(query))


def count_audience(db: Db, webinar_id: int, chosen: Chosen, *, has_address: bool = True) -> int:
    """Count those who have an address, or have none; who is registered by two entries is one of them."""
    query = audience_query(db, webinar_id, chosen).order_by(None).where(HAS_ADDRESS if has_address else ~HAS_ADDRESS)
    return db.scalar(query.with_only_columns(func.count(OWNER.id.distinct()))) or 0


def list_recipients(db: Db, webinar_id: int, chosen: Chosen, limit: int) -> list[dict[str, str]]:
    """Give `{name, email}` of the first of these people by name, each once."""
    query = audience_query(db, webinar_id, chosen).where(HAS_ADDRESS).order_by(None).group_by(OWNER.id, OWNER.email)
    name = func.min(Registration.legal_name)
    rows = db.execute(query.with_only_columns(name, OWNER.email).order_by(func.lower(name), OWNER.id).limit(limit))
    return [{"name": row[0], "email": str(row[1])} for row in rows]


def list_professions(db: Db, webinar_id: int) -> list[str]:
    """Give the professions of a sitting's people, each once."""
    return _words(db, _told_professions(webinar_id))


def list_agencies(db: Db, webinar_id: int) -> list[str]:
    """Give the agencies of a sitting's people, each once."""
    return _words(db, _told_agencies(webinar_id))


def _words(db: Db, told: Subquery) -> list[str]:
    """Give each word in the spelling that reads best: `Nurse` before `nurse`, and `NURSE` last."""
    found = sorted(_spellings(db, told).items())
    return [min(words, key=lambda word: (word.isupper(), word.islower(), word)) for _, words in found]


def list_named(db: Db, webinar_id: int, limit: int = 200) -> list[tuple[str, str]]:
    """Give (code, name) of people of a sitting, as whom a mail can be looked at."""
    query = (
        select(Registration.code, Registration.legal_name)
        .where(Registration.webinar_id == webinar_id, Registration.state == RegistrationState.REGISTERED)
        .order_by(Registration.legal_name, Registration.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """One person whom a mail goes to, and what its placeholders say."""

    person_id: int
    registration_id: int
    legal_name: str
    address: str
    provider_id: int
    webinar_id: int | None
    reply_to: str
    values: dict[str, str]


def addressed(db: Db, registration_id: int, number: str = "") -> Addressed | None:
    """Give what a mail says to a registrant, of a certificate where a number is given; None without an address."""
    row = db.get_one(Registration, registration_id)
    if row.webinar is None:
        return None
    to, sitting = recipient_of(db, row, row.webinar), sitting_of(db, row.webinar)
    if to is None:
        return None
    own = links().join(to.code, to.link_version)
    form = find_form(db, row.webinar.id)
    values = {
        "evaluation_until": _until(form, to.zone, row.webinar.time_zone),
        "name": to.display_name, "legal_name": to.legal_name, "title": sitting.title,
        "when": _own_first(to.when), "minutes": str(sitting.minutes),
        "presenters": sitting.presenters, "place": sitting.place, "credit": sitting.credit,
        "organisation": sitting.provider_name, "join_link": own, "cancel_link": f"{own}?to=cancel",
        "evaluation_link": f"{own}?to=evaluation", "course_link": links().course(sitting.course_slug),
    }  # fmt: skip
    return Addressed(
        person_id=to.person_id, registration_id=row.id, legal_name=to.legal_name, address=to.email,
        provider_id=sitting.provider_id, webinar_id=sitting.id, reply_to=sitting.reply_to,
        values=values | paper_values(db, number),
    )  # fmt: skip


def _until(form: EvaluationForm | None, own_zone: str, zone: str) -> str:
    """Say until when an evaluation is open; in general while there is none yet."""
    return _own_first(describe_for(form.closes_at, own_zone, zone)) if form else "the day it closes"


def _own_first(said: Sequence[str]) -> str:
    return said[0] + (f" ({said[1]})" if len(said) > 1 else "")


def paper_values(db: Db, number: str) -> dict[str, str]:
    """Give what placeholders say of a certificate; examples without a number."""
    paper = db.scalars(select(Certificate).where(Certificate.number == number)).one_or_none() if number else None
    if paper is None:
        number, ends = "XXXX-XXXX-XXXX-XXXX", "31 December 2030"
    else:
        ends = f"{paper.expires_on.day} {paper.expires_on:%B %Y}" if paper.expires_on else ""
    return {"certificate_number": number, "certificate_link": links().certificate(number), "expires_on": ends}


def example_of(db: Db, webinar: Webinar, registration_code: str) -> dict[str, str]:
    """Give the values of a named registrant, or of nobody in particular, without links that are somebody's alone."""
    query = select(Registration.id).where(Registration.webinar_id == webinar.id, Registration.code == registration_code)
    found = db.scalar(query)
    told = addressed(db, found) if found is not None else None
    room = links().room(webinar.code)
    safe = {"join_link": room, "cancel_link": room, "evaluation_link": links().evaluation(webinar.code)}
    if told is not None:
        return told.values | safe
    sitting = sitting_of(db, webinar)
    nobody = {
        "name": "Ada", "legal_name": "Ada Example", "title": sitting.title, "when": sitting.words,
        "minutes": str(sitting.minutes), "presenters": sitting.presenters, "place": sitting.place,
        "credit": sitting.credit, "organisation": sitting.provider_name,
        "course_link": links().course(sitting.course_slug),
        "evaluation_until": _until(find_form(db, webinar.id), webinar.time_zone, webinar.time_zone),
    }  # fmt: skip
    return nobody | safe | paper_values(db, "")


def first_sitting(db: Db, course: Course) -> Webinar | None:
    """Give a sitting of a course that its mails can be looked at with."""
    query = select(Webinar).where(Webinar.course_id == course.id, Webinar.rehearsal_of_id.is_(None))
    return db.scalars(query.order_by(Webinar.starts_at.desc().nulls_last(), Webinar.id.desc()).limit(1)).first()


def count_written(db: Db, webinar_id: int) -> dict[str, int]:
    """Count the mails of a sitting that were written, by the sending they belong to."""
    query = select(Mail.sending, func.count()).where(Mail.webinar_id == webinar_id, Mail.sending.is_not(None))
    return {str(row[0]): row[1] for row in db.execute(query.group_by(Mail.sending))}


def list_messages(db: Db, webinar_id: int) -> Sequence[Message]:
    """Give the messages to people of a sitting, newest first."""
    return db.scalars(select(Message).where(Message.webinar_id == webinar_id).order_by(Message.id.desc())).all()


def get_message(db: Db, code: str) -> Message:
    """Give a message by its code."""
    return db.scalars(select(Message).where(Message.code == code)).one()
