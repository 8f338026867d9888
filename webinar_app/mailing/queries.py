"""Named reads of outgoing mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import defer

from webinar_app.infra.db import Db
from webinar_app.mailing.models import Mail, MailState

PAGE = 50


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


def find_by_unique_key(db: Db, unique: str) -> str | None:
    """Give the code of the mail with this key, or None."""
    return db.scalars(select(Mail.code).where(Mail.unique_key == unique)).one_or_none()


def find_to_deliver(db: Db, code: str) -> tuple[str, bytes] | None:
    """Give (address, bytes) of a mail that still waits, or None."""
    query = select(Mail.to_address, Mail.body).where(Mail.code == code, Mail.state == MailState.QUEUED)
    found = db.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def count_mails(db: Db, provider_id: int, *, search: str = "") -> dict[MailState, int]:
    """Count a provider's mails by state."""
    query = select(Mail.state, func.count()).where(*_matching(provider_id, None, search)).group_by(Mail.state)
    counted: dict[MailState, int] = dict.fromkeys(MailState, 0)
    counted.update((state, number) for state, number in db.execute(query))
    return counted


def list_mails(db: Db, provider_id: int, *, state: MailState | None, search: str, page: int) -> list[MailLine]:
    """Give one page of a provider's mails, newest first; `search` looks in address and subject."""
    query = select(Mail).where(*_matching(provider_id, state, search)).options(defer(Mail.body))
    rows = db.scalars(query.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(PAGE).offset((page - 1) * PAGE))
    return [line_of(row) for row in rows]


def line_of(mail: Mail) -> MailLine:
    """Give a mail as the outbox shows it."""
    return MailLine(
        mail.code, mail.kind, mail.to_address, mail.subject, mail.state, mail.attempts, mail.last_error,
        mail.created_at, mail.sent_at,
    )  # fmt: skip


def _matching(provider_id: int, state: MailState | None, search: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Mail.provider_id == provider_id]
    if state is not None:
        conditions.append(Mail.state == state)
    if search:
        conditions.append(
            or_(
                func.lower(Mail.to_address).contains(search.lower(), autoescape=True),
                func.lower(Mail.subject).contains(search.lower(), autoescape=True),
            )
        )
    return conditions
