"""Legal holds: put with a reason, lifted with a reason, both in the audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from webinar_app.accounts.models import Person
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.retention.models import Forgotten, LegalHold
from webinar_app.retention.policy import check_manages, check_own_provider, get_hold
from webinar_app.retention.queries.held import is_course_held, is_held, stands
from webinar_app.retention.rules.holds import NAME_WORDS, Subject, check_reason
from webinar_app.webinars.events import HoldAsked
from webinar_app.webinars.models import Webinar


def put_hold(db: Db, actor: Actor | None, subject: str, name: str, reason: str, *, now: datetime) -> dict[str, Any]:
    """Keep everything of a session, a course or a person until the hold is lifted, and return `{code, forgotten}`.

    `actor` None: by a command on the server. `forgotten` lists what of it was gone before.
    """
    check_manages(actor)
    kind = _subject(subject)
    found, told = _named(db, actor, kind, name), _reason(reason)
    row = LegalHold(code=new_code(), subject=kind, reason=told, at=now, by_id=actor.person_id if actor else None)
    setattr(row, f"{kind.value}_id", found)
    if db.scalars(select(LegalHold.id).where(stands, getattr(LegalHold, f"{kind.value}_id") == found)).first():
        sentence = "This is held already. Its reason stands in the list."
        raise Refused("hold.exists", sentence, {"name": sentence})
    db.add(row)
    record(db, row.by_id, "retention.hold", kind.value, found, now=now)
    return {"code": row.code, "forgotten": _gone(db, kind, found)}


def lift_hold(db: Db, actor: Actor | None, code: str, reason: str, *, now: datetime) -> str:
    """Let what was held be forgotten in its time again, and return what it was: session, course or person."""
    row = get_hold(db, actor, code, lock=True)
    row.lift_reason, row.lifted_at, row.lifted_by_id = _reason(reason), now, actor.person_id if actor else None
    subject_id = row.webinar_id or row.course_id or row.person_id or 0
    record(db, row.lifted_by_id, "retention.release", row.subject.value, subject_id, now=now)
    return row.subject.value


def tell_held(db: Db, question: HoldAsked) -> bool:
    """Say whether a hold keeps what belongs to a sitting, or to a course."""
    if question.webinar_id is not None:
        return is_held(db, question.webinar_id)
    return is_course_held(db, question.course_id)


def _subject(typed: str) -> Subject:
    try:
        return Subject(typed)
    except ValueError:
        sentence = "Choose what is held: a session, a course or a person."
        raise InvalidInput("hold.subject", sentence, {"subject": sentence}) from None


def _reason(typed: str) -> str:
    return check_reason(typed)


def _named(db: Db, actor: Actor | None, kind: Subject, name: str) -> int:
    """Give the id of what is meant; raise InvalidInput where there is none."""
    typed = name.strip()
    if kind is Subject.WEBINAR:
        query = select(Webinar.id, Course.provider_id).join(Course, Course.id == Webinar.course_id)
        query = query.where(Webinar.code == typed.upper(), Webinar.rehearsal_of_id.is_(None))
    elif kind is Subject.COURSE:
        query = select(Course.id, Course.provider_id).where(Course.slug == typed)
    else:
        known = or_(Person.email == typed.lower(), Person.code == typed.upper())
        person_id = db.scalars(select(Person.id).where(known)).first() if typed else None
        if person_id is not None:
            return person_id
        raise _unknown(kind)
    found = db.execute(query).one_or_none()
    if found is None or not check_own_provider(actor, found[1]):
        raise _unknown(kind)
    return int(found[0])


def _unknown(kind: Subject) -> InvalidInput:
    sentence = f"Nothing has this name. Write {NAME_WORDS[kind]}."
    return InvalidInput("hold.unknown", sentence, {"name": sentence})


def _gone(db: Db, kind: Subject, found: int) -> list[str]:
    query = select(Forgotten.what).distinct()
    if kind is Subject.WEBINAR:
        query = query.where(Forgotten.webinar_id == found)
    elif kind is Subject.COURSE:
        query = query.where(Forgotten.webinar_id.in_(select(Webinar.id).where(Webinar.course_id == found)))
    else:
        return []
    return sorted(what.value for what in db.scalars(query))
