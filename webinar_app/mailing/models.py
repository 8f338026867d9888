"""Outgoing mail as rows of final bytes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime, choice


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # our server did not take it
    BOUNCED = "bounced"  # taken, and sent back by the recipient's server later


class Mail(Base):
    """One message to one person, as it leaves."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("uq_mail_unique_key", "unique_key", unique=True),
        Index("ix_mail_created_at", "created_at"),
        Index("ix_mail_state_due_at", "state", "due_at"),
        Index("ix_mail_to_address", "to_address", "state"),
        Index("ix_mail_message_id", "message_id"),
        Index("ix_mail_sending", "sending", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    webinar_id: Mapped[int | None] = mapped_column(ForeignKey("webinar.id"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    kind: Mapped[str] = mapped_column(String(40))  # confirmation, sign_in_link, certificate …
    sending: Mapped[str | None] = mapped_column(String(60))  # the sending to many that it belongs to
    unique_key: Mapped[str | None] = mapped_column(String(120))  # one mail of this key, ever
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(400))
    message_id: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)  # the whole message, RFC 5322
    state: Mapped[MailState] = mapped_column(choice(MailState))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # not tried before; none: at once
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # whoever sends it has it until then
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
