"""Chat and announcements of a sitting."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.chat.rules import ChatAudience, ChatMode, LinkRule
from webinar_app.infra.db import Base, UtcDateTime, choice


class ChatMessage(Base):
    """One message; a hidden one stays for the record."""

    __tablename__ = "chat_message"
    __table_args__ = (Index("ix_chat_message_webinar", "webinar_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)  # none for hosts
    audience: Mapped[ChatAudience] = mapped_column(choice(ChatAudience), server_default="all")
    author: Mapped[str] = mapped_column(String(80))  # display name at the time
    is_host: Mapped[bool] = mapped_column(Boolean, default=False)
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChatRoom(Base):
    """How chat works in one sitting; no row means: everybody writes to everybody."""

    __tablename__ = "chat_room"
    __table_args__ = (CheckConstraint("slow_seconds between 0 and 600", name="slow_seconds_range"),)

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    mode: Mapped[ChatMode] = mapped_column(choice(ChatMode))
    slow_seconds: Mapped[int] = mapped_column(default=0)  # between two messages of an attendee
    links: Mapped[LinkRule] = mapped_column(choice(LinkRule))
    pinned_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"))


class ChatMute(Base):
    """One attendee whose messages are paused; the row goes when they may write again."""

    __tablename__ = "chat_mute"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Announcement(Base):
    """A line above the room for everybody, until it is withdrawn or its time is over; the row stays."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    is_draft: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # written, not shown yet
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of a draft when written, else when shown last
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: until somebody takes it down
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
