"""Sittings: when an item is held live, by whom, and the numbered events of its room."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinar_app.core.permissions import SittingRole
from webinar_app.courses.models import Course, Item
from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.webinars.rules import DatePrecision, Delivery, WebinarState


class Webinar(Base):
    """One sitting of one item. Wall time and zone are the truth, `starts_at` follows from them."""

    __tablename__ = "webinar"
    __table_args__ = (
        CheckConstraint("minutes between 0 and 720", name="minutes_range"),
        CheckConstraint("precision <> 'exact' or (minutes >= 5 and starts_at is not null)", name="exact_is_whole"),
        CheckConstraint("capacity_online is null or capacity_online >= 0", name="capacity_online_range"),
        Index("ix_webinar_starts_at", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    title: Mapped[str] = mapped_column(String(250), default="")  # of this sitting, where the course's does not do
    state: Mapped[WebinarState] = mapped_column(choice(WebinarState))
    delivery: Mapped[Delivery] = mapped_column(choice(Delivery))
    precision: Mapped[DatePrecision] = mapped_column(choice(DatePrecision))
    typed: Mapped[str] = mapped_column(String(120), default="")  # as the coordinator wrote it
    local_start: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))  # wall clock in `time_zone`
    local_date: Mapped[date | None]  # date only, where the hour is not known
    time_zone: Mapped[str] = mapped_column(String(60))
    fold: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int]  # 0 where nobody has stated a length (a day, or on request)
    lobby_minutes: Mapped[int] = mapped_column(default=15)
    overrun_minutes: Mapped[int] = mapped_column(default=30)
    tzdata: Mapped[str] = mapped_column(String(20), default="", server_default="")  # by which `starts_at` was found
    capacity_online: Mapped[int | None]  # none: no limit
    capacity_room: Mapped[int | None]
    venue: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # name, address, access
    registration_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(default=0)  # of calendar entries, RFC 5545 §3.8.7.4
    went_live_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rehearsal_of_id: Mapped[int | None] = mapped_column(ForeignKey("webinar.id"), index=True)  # none: a real sitting
    rehearsal_people: Mapped[int] = mapped_column(default=0, server_default="0")  # synthetic attendees wanted now
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    course: Mapped[Course] = relationship()
    item: Mapped[Item] = relationship()
    segments: Mapped[list["AgendaSegment"]] = relationship(
        back_populates="webinar", order_by="AgendaSegment.start_minute"
    )
    staff: Mapped[list["Staff"]] = relationship(back_populates="webinar")


class AgendaSegment(Base):
    """A part of a sitting; only credit-bearing parts count."""

    __tablename__ = "agenda_segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    start_minute: Mapped[int]
    minutes: Mapped[int]
    gives_credit: Mapped[bool] = mapped_column(Boolean, default=True)

    webinar: Mapped[Webinar] = relationship(back_populates="segments")


class Staff(Base):
    """A person's role in one sitting."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("webinar_id", "person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[SittingRole] = mapped_column(choice(SittingRole))

    webinar: Mapped[Webinar] = relationship(back_populates="staff")


class RoomBan(Base):
    """Somebody was removed from a sitting; their evidence stays. It stands until somebody lifts it."""

    __tablename__ = "room_ban"
    __table_args__ = (
        Index(
            "uq_room_ban_standing", "webinar_id", "person_id", unique=True,
            sqlite_where=text("lifted_at IS NULL"), postgresql_where=text("lifted_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300))  # the person reads it
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoomStream(Base):
    """The last number of one audience of a room; its row lock makes numbers and commits one order."""

    __tablename__ = "room_stream"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(8), primary_key=True)  # all, staff
    last: Mapped[int] = mapped_column(default=0)


class RoomEvent(Base):
    """One numbered line that everybody of an audience gets once, in order."""

    __tablename__ = "room_event"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
