"""What a legal hold keeps: a session, a course with its sessions, or a person with the sessions they took part in."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from webinar_app.accounts.models import Person
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.retention.models import LegalHold
from webinar_app.retention.rules.holds import Subject
from webinar_app.webinars.models import Staff, Webinar

stands = LegalHold.lifted_at.is_(None)
known_as = func.coalesce(Person.merged_into_id, Person.id)


class Held(NamedTuple):
    """A hold as reports name it: of what, under which code or address, why, since when and by whom."""

    code: str
    subject: Subject
    name: str
    title: str
    reason: str
    at: datetime
    by: str
    lifted_at: datetime | None
    lifted_by: str
    lift_reason: str


def held_people() -> Select[int]:
    """Give the ids of the persons who are held, under every entry that was merged with theirs."""
    named = select(known_as).where(Person.id.in_(select(LegalHold.person_id).where(stands)))
    return select(Person.id).where(known_as.in_(named))


def held_courses() -> Select[int | None]:
    """Give the ids of the courses that are held."""
    return select(LegalHold.course_id).where(stands, LegalHold.course_id.is_not(None))


def held_webinars() -> Select[int]:
    """Give the ids of the sittings that are held: by themselves, by their course, or by somebody who took part.

    What others said there stays too: a talk cannot be understood by the words of one person.
    """
    people = held_people()
    return select(Webinar.id).where(
        or_(
            Webinar.id.in_(select(LegalHold.webinar_id).where(stands)),
            Webinar.course_id.in_(held_courses()),
            Webinar.id.in_(select(Registration.webinar_id).where(Registration.person_id.in_(people))),
            Webinar.id.in_(select(Staff.webinar_id).where(Staff.person_id.in_(people))),
        )
    )


def held_registrations() -> ColumnElement[bool]:
    """Give the condition for registrations that are held: their sitting is, their course, or the person."""
    return or_(
        and_(Registration.webinar_id.is_not(None), Registration.webinar_id.in_(held_webinars())),
        Registration.course_id.in_(held_courses()),
        Registration.person_id.in_(held_people()),
    )


def is_held(db: Db, webinar_id: int) -> bool:
    """Say whether nothing of a sitting may be forgotten."""
    return db.scalar(held_webinars().where(Webinar.id == webinar_id)) is not None


def is_course_held(db: Db, course_id: int) -> bool:
    """Say whether nothing of a course may be forgotten."""
    return db.scalar(held_courses().where(LegalHold.course_id == course_id).limit(1)) is not None


def holds_on(db: Db, person_id: int) -> int:
    """Count the registrations and the entry of a person that a hold keeps: of themselves, or where they took part."""
    own = select(func.count()).where(Person.id.in_(held_people()), known_as == person_id).select_from(Person)
    ids = select(Person.id).where(known_as == person_id)
    theirs = select(func.count()).where(held_registrations(), Registration.person_id.in_(ids)).select_from(Registration)
    return (db.scalar(own) or 0) + (db.scalar(theirs) or 0)


def list_holds(db: Db, *, are_standing: bool = True) -> list[Held]:
    """Give the holds that stand, the oldest first; or those that were lifted, the last one first."""
    by, lifter, who = aliased(Person), aliased(Person), aliased(Person)
    columns: list[Any] = [
        LegalHold, Webinar.code, Webinar.title, Course.slug, Course.title, who.code, who.legal_name, by.legal_name,
        lifter.legal_name,
    ]  # fmt: skip
    query = (
        select(*columns)
        .outerjoin(Webinar, Webinar.id == LegalHold.webinar_id)
        .outerjoin(Course, Course.id == func.coalesce(LegalHold.course_id, Webinar.course_id))
        .outerjoin(who, who.id == LegalHold.person_id)
        .outerjoin(by, by.id == LegalHold.by_id)
        .outerjoin(lifter, lifter.id == LegalHold.lifted_by_id)
    )
    if are_standing:
        query = query.where(stands).order_by(LegalHold.at, LegalHold.id)
    else:
        query = query.where(LegalHold.lifted_at.is_not(None)).order_by(LegalHold.lifted_at.desc(), LegalHold.id.desc())
    return [_held(*row) for row in db.execute(query)]


def find_hold(db: Db, code: str, *, lock: bool = False) -> LegalHold | None:
    """Give the hold with this code that stands, or None."""
    query = select(LegalHold).where(LegalHold.code == code.upper(), stands)
    return db.scalars(query.with_for_update() if lock else query).one_or_none()


def _held(
    row: LegalHold, webinar: str, own_title: str, slug: str, title: str, person: str, name: str, by: str, lifter: str
) -> Held:
    told = {
        Subject.WEBINAR: (webinar, own_title or title), Subject.COURSE: (slug, title), Subject.PERSON: (person, name),
    }[row.subject]  # fmt: skip
    return Held(
        row.code, row.subject, *told, row.reason, row.at, by or "", row.lifted_at, lifter or "", row.lift_reason
    )
