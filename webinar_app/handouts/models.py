"""Handouts of a sitting, and who fetched them when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.core.uploads import FileKind
from webinar_app.handouts.rules import HandoutState
from webinar_app.infra.db import Base, UtcDateTime, choice


class Handout(Base):
    """One file for everybody in a sitting."""

    __tablename__ = "handout"
    __table_args__ = (CheckConstraint("minute is null or minute between 0 and 720", name="minute_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(120))  # under which it is saved
    kind: Mapped[FileKind] = mapped_column(choice(FileKind))
    sha256: Mapped[str] = mapped_column(String(64))  # in storage before this row; of a picture, as it was written anew
    size: Mapped[int]
    state: Mapped[HandoutState] = mapped_column(choice(HandoutState))
    refusal: Mapped[str] = mapped_column(String(200), default="")
    minute: Mapped[int | None]  # of the session, at which it opens by itself
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HandoutDownload(Base):
    """One person fetched one handout once."""

    __tablename__ = "handout_download"

    id: Mapped[int] = mapped_column(primary_key=True)
    handout_id: Mapped[int] = mapped_column(ForeignKey("handout.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
