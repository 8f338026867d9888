"""What was sent to whose calendar."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.calendars.rules import DEFAULT_ALARM
from webinar_app.infra.db import Base, UtcDateTime


class Invite(Base):
    """The last calendar entry sent for a registration (UID stays for the life of the sitting)."""

    __tablename__ = "invite"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(120))
    sequence: Mapped[int]
    method: Mapped[str] = mapped_column(String(10))  # REQUEST or CANCEL
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # what the entry says
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InviteReply(Base):
    """What somebody's calendar program answered to the invitation last. It changes nothing of the registration."""

    __tablename__ = "invite_reply"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(10))  # ACCEPTED, DECLINED, TENTATIVE
    sequence: Mapped[int]  # of the version that was answered
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CrewInvite(Base):
    """The last calendar entry sent to somebody who presents or hosts a sitting; it stays when their role ends."""

    __tablename__ = "crew_invite"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    sequence: Mapped[int]
    method: Mapped[str] = mapped_column(String(10))  # REQUEST or CANCEL
    version: Mapped[int]  # `webinar.sequence` of what the entry says
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the sitting, as the entry was written
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonalCalendar(Base):
    """What a person chose for their own calendar. No row: nothing yet, and the usual reminder."""

    __tablename__ = "personal_calendar"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    feed_version: Mapped[int] = mapped_column(default=0)  # raised to make older addresses void
    is_feed_open: Mapped[bool] = mapped_column(Boolean, default=False)
    alarm_minutes: Mapped[int] = mapped_column(default=DEFAULT_ALARM, server_default=text("10"))  # 0: no alarm
    feed_opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when this address was made
    feed_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to the hour
