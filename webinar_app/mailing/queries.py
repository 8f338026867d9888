"""Named reads of outgoing mail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, defer

from webinar_app.infra.db import Base, Db
from webinar_app.mailing.models import Mail, MailState

PAGE = 50
OPEN = (MailState.QUEUED, MailState.SENDING)


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail in the outbox, without its bytes."""

    code: str
    kind: str
    to_address: str
    subject: str
    state: MailState
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    bounced_at: datetime | None
    person: str = ""  # the name of who it is to, where we know them
    sitting: str = ""  # the course of the session that it is about, and its code


def find_by_unique_key(db: Db, unique: str) -> str | None:
    """Give the code of the mail with this key, or None."""
    return db.scalars(select(Mail.code).where(Mail.unique_key == unique)).one_or_none()


@dataclass(frozen=True, slots=True)
class ToDeliver:
    """One mail on its way out."""

    code: str
    to_address: str
    body: bytes


def deliverable(now: datetime) -> ColumnElement[bool]:
    """Give the condition of mails that may leave now: due or left behind, and the first open one of their address."""
    earlier = aliased(Mail)
    is_due = and_(Mail.state == MailState.QUEUED, or_(Mail.due_at.is_(None), Mail.due_at <= now))
    is_left = and_(Mail.state == MailState.SENDING, Mail.lease_until < now)
    is_behind = exists().where(earlier.to_address == Mail.to_address, earlier.id < Mail.id, earlier.state.in_(OPEN))
    return and_(or_(is_due, is_left), ~is_behind)


def has_mail_due(db: Db, now: datetime) -> bool:
    """Say whether a mail may leave; asked before a write turn is taken."""
    return db.scalar(select(Mail.id).where(deliverable(now)).limit(1)) is not None


def list_to_deliver(db: Db, codes: Sequence[str]) -> list[ToDeliver]:
    """Give these mails as they leave, in this order."""
    query = select(Mail.code, Mail.to_address, Mail.body).where(Mail.code.in_(codes))
    found = {row.code: ToDeliver(*row) for row in db.execute(query)}
    return [found[code] for code in codes]


@dataclass(frozen=True, slots=True)
class MailQuery:
    """What of an organisation's mail is asked for; `search` looks in address and subject, codes name one of each."""

    provider_id: int
    state: MailState | None = None
    search: str = ""
    person: str = ""
    webinar: str = ""
    sending: str = ""


def count_mails(db: Db, asked: MailQuery) -> dict[MailState, int]:
    """Count mails by state, whatever state is asked for."""
    query = select(Mail.state, func.count()).where(*_matching(replace(asked, state=None))).group_by(Mail.state)
    counted: dict[MailState, int] = dict.fromkeys(MailState, 0)
    counted.update((state, number) for state, number in db.execute(query))
    return counted


def list_mails(db: Db, asked: MailQuery, *, page: int = 1, limit: int = PAGE) -> list[MailLine]:
    """Give one page of mails, newest first."""
    # People and sittings are above mail on the ladder: their tables are named, not imported.
    person, webinar, course = (Base.metadata.tables[name] for name in ("person", "webinar", "course"))
    query = (
        select(Mail, person.c.legal_name, course.c.title, webinar.c.code)
        .outerjoin(person, person.c.id == Mail.person_id)
        .outerjoin(webinar, webinar.c.id == Mail.webinar_id)
        .outerjoin(course, course.c.id == webinar.c.course_id)
        .where(*_matching(asked))
        .options(defer(Mail.body))
    )
    rows = db.execute(query.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(limit).offset((page - 1) * limit))
    return [
        replace(line_of(row), person=name or "", sitting=f"{title} ({code})" if code else "")
        for row, name, title, code in rows
    ]


def log_of(db: Db, asked: MailQuery) -> str:
    """Give the name of whose log this is: a person's, or a session's course and start; nothing for other lists.

    A person is named to who sends mail to them alone, a session to its own organisation.
    """
    if asked.person and any(count_mails(db, asked).values()):
        person = Base.metadata.tables["person"]
        return db.scalar(select(person.c.legal_name).where(person.c.code == asked.person)) or ""
    if asked.webinar:
        webinar, course = Base.metadata.tables["webinar"], Base.metadata.tables["course"]
        query = select(course.c.title, webinar.c.typed).join(course, course.c.id == webinar.c.course_id)
        is_own = course.c.provider_id == asked.provider_id
        found = db.execute(query.where(webinar.c.code == asked.webinar, is_own)).first()
        return ", ".join(filter(None, found)) if found else ""
    return ""


def find_bounced(db: Db, message_id: str) -> Mail | None:
    """Give the mail of this Message-ID, to be changed, or None."""
    return db.scalars(select(Mail).where(Mail.message_id == message_id).with_for_update()).first()


def line_of(mail: Mail) -> MailLine:
    """Give a mail as the outbox shows it."""
    return MailLine(
        mail.code, mail.kind, mail.to_address, mail.subject, mail.state, mail.attempts, mail.last_error,
        mail.created_at, mail.sent_at, mail.due_at, mail.bounced_at,
    )  # fmt: skip


def _matching(asked: MailQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Mail.provider_id == asked.provider_id]
    if asked.state is not None:
        conditions.append(Mail.state == asked.state)
    if asked.search:
        words = asked.search.lower()
        found = [func.lower(column).contains(words, autoescape=True) for column in (Mail.to_address, Mail.subject)]
        conditions.append(or_(*found))
    if asked.sending:
        conditions.append(Mail.sending == asked.sending)
    if asked.webinar:
        table = Base.metadata.tables["webinar"]
        conditions.append(Mail.webinar_id.in_(select(table.c.id).where(table.c.code == asked.webinar)))
    if asked.person:
        conditions.append(_to_person(asked.person))
    return conditions


def _to_person(code: str) -> ColumnElement[bool]:
    """Say whether a mail went to a person: also under an entry that was merged, or before the address was known."""
    table = Base.metadata.tables["person"]
    owner = func.coalesce(table.c.merged_into_id, table.c.id)
    own = select(owner).where(table.c.code == code).scalar_subquery()
    entries = select(table.c.id).where(owner == own)
    addresses = select(table.c.email).where(owner == own, table.c.email.is_not(None))
    return or_(Mail.person_id.in_(entries), Mail.to_address.in_(addresses))
