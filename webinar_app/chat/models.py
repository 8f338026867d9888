"""Chat and announcements of a sitting."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime


class ChatMessage(Base):
    """One message; a hidden one stays for the record."""

    __tablename__ = "chat_message"
    __table_args__ = (Index("ix_chat_message_webinar", "webinar_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    author: Mapped[str] = mapped_column(String(80))  # display name at the time
    is_host: Mapped[bool] = mapped_column(Boolean, default=False)
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Announcement(Base):
    """A line above the room for everybody, until it is withdrawn."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
