"""Outgoing mail as rows of final bytes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime, choice


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Mail(Base):
    """One message to one person, as it leaves."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("uq_mail_unique_key", "unique_key", unique=True),
        Index("ix_mail_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    webinar_id: Mapped[int | None] = mapped_column(ForeignKey("webinar.id"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    kind: Mapped[str] = mapped_column(String(40))  # confirmation, sign_in_link, certificate …
    unique_key: Mapped[str | None] = mapped_column(String(120))  # one mail of this key, ever
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(400))
    message_id: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)  # the whole message, RFC 5322
    state: Mapped[MailState] = mapped_column(choice(MailState))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
