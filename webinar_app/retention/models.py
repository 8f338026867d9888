"""What is held back from forgetting, and what has been forgotten."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.retention.rules import Record


class LegalHold(Base):
    """A sitting of which nothing is forgotten while the row stands."""

    __tablename__ = "legal_hold"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Forgotten(Base):
    """That one kind of record of a sitting is gone."""

    __tablename__ = "forgotten"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    what: Mapped[Record] = mapped_column(choice(Record), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
