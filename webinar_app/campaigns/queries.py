"""Named reads: the planned mails of a course or sitting, who gets them, and what they say to one person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from webinar_app.accounts.models import Person
from webinar_app.attendance.models import AttendanceSummary
from webinar_app.calendars.queries import recipient_of, sitting_of
from webinar_app.campaigns.models import MailPlan, Message
from webinar_app.campaigns.rules import SET, Audience, Plan, due_at
from webinar_app.certificates.models import Certificate, CertificateStatus
from webinar_app.config import links
from webinar_app.courses.models import Course
from webinar_app.evaluations.models import EvaluationDone, EvaluationForm
from webinar_app.infra.db import Db
from webinar_app.mailing.models import Mail
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar

WAITS = (RegistrationState.WAITLISTED, RegistrationState.OFFERED)
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


def audience_query(webinar_id: int, audience: Audience, profession: str = "") -> Select[int]:
    """Give the registrations of some of a sitting's people who have an address, in order."""
    query = (
        select(Registration.id)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.webinar_id == webinar_id, Person.email.is_not(None), *_in(audience))
        .order_by(Registration.id)
    )
    if profession:
        query = query.where(Registration.licence["profession"].as_string() == profession)
    return query


def _in(audience: Audience) -> list[ColumnElement[bool]]:
    was_there = exists().where(
        AttendanceSummary.registration_id == Registration.id,
        or_(AttendanceSummary.evidenced_seconds > 0, AttendanceSummary.complete.is_(True)),
    )
    answered = exists().where(
        EvaluationForm.webinar_id == Registration.webinar_id, EvaluationDone.form_id == EvaluationForm.id,
        EvaluationDone.registration_id == Registration.id,
    )  # fmt: skip
    asked = exists().where(EvaluationForm.webinar_id == Registration.webinar_id)
    paper = exists().where(Certificate.registration_id == Registration.id, IN_FORCE)
    has_place = Registration.state == RegistrationState.REGISTERED
    conditions: dict[Audience, list[ColumnElement[bool]]] = {
        Audience.REGISTERED: [has_place],
        Audience.WAITING: [Registration.state.in_(WAITS)],
        Audience.ATTENDED: [has_place, was_there],
        # Of people in a room without a connection of their own there is no evidence either way.
        Audience.ABSENT: [has_place, ~was_there, Registration.seat == "online"],
        Audience.NOT_EVALUATED: [has_place, was_there, asked, ~answered],
        Audience.CERTIFIED: [has_place, paper],
    }
    return conditions[audience]


def list_audience(
    db: Db, webinar_id: int, audience: Audience, profession: str = "", *, after: int = 0, limit: int | None = None
) -> list[int]:
    """Give these registrations after an id."""
    query = audience_query(webinar_id, audience, profession).where(Registration.id > after).limit(limit)
    return list(db.scalars(query))


def count_audience(db: Db, webinar_id: int, audience: Audience, profession: str = "") -> int:
    """Count these people."""
    query = audience_query(webinar_id, audience, profession).order_by(None)
    return db.scalar(select(func.count()).select_from(query.subquery())) or 0


def list_professions(db: Db, webinar_id: int) -> list[str]:
    """Give the professions of a sitting's people, as their licences name them."""
    profession = Registration.licence["profession"].as_string()
    query = select(profession).where(Registration.webinar_id == webinar_id, profession.is_not(None)).distinct()
    return sorted(filter(None, db.scalars(query)))


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
    values = {
        "name": to.display_name, "legal_name": to.legal_name, "title": sitting.title,
        "when": to.when[0] + (f" ({to.when[1]})" if len(to.when) > 1 else ""), "minutes": str(sitting.minutes),
        "presenters": sitting.presenters, "place": sitting.place, "credit": sitting.credit,
        "organisation": sitting.provider_name, "join_link": own, "cancel_link": f"{own}?to=cancel",
        "evaluation_link": f"{own}?to=evaluation", "course_link": links().course(sitting.course_slug),
    }  # fmt: skip
    return Addressed(
        person_id=to.person_id, registration_id=row.id, legal_name=to.legal_name, address=to.email,
        provider_id=sitting.provider_id, webinar_id=sitting.id, reply_to=sitting.reply_to,
        values=values | paper_values(db, number),
    )  # fmt: skip


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
