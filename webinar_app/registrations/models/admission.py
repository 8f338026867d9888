"""How a sitting lets people in, and who waits for a place in it."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, false, true
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.registrations.rules.admission import DEFAULT_OFFER_HOURS, Outcome, WaitingMode


class AdmissionRule(Base):
    """What a coordinator has set for a sitting; a sitting without a row has the defaults."""

    __tablename__ = "admission_rule"
    __table_args__ = (CheckConstraint("offer_hours between 1 and 336", name="offer_hours_range"),)

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    waiting: Mapped[WaitingMode] = mapped_column(choice(WaitingMode), default=WaitingMode.FIRST)
    offer_hours: Mapped[int] = mapped_column(default=DEFAULT_OFFER_HOURS)
    opens_typed: Mapped[str] = mapped_column(String(120), default="", server_default="")  # as the coordinator wrote it
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_minutes: Mapped[int | None]  # after the start; none: registering is possible until it closes or ends
    cancel_hours: Mapped[int | None]  # before the start, until which people give their places back; none: the start
    needs_approval: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    substitutes: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())  # named by registrants


class WaitingPlace(Base):
    """Somebody's place on the waiting list of a sitting, and the offer that was made to them last."""

    __tablename__ = "waiting_place"
    __table_args__ = (Index("ix_waiting_place_order", "webinar_id", "seat", "rank"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    seat: Mapped[str] = mapped_column(String(10))  # online, room: each has a list of its own
    rank: Mapped[int]  # the order; coordinators may change it
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offers: Mapped[int] = mapped_column(default=0)  # how many were made; a job and a page name the one they mean
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_by_hours: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its end, if nothing of the sitting cuts it
    offer_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Approval(Base):
    """A registration that a coordinator had to approve, and what became of it."""

    __tablename__ = "approval"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    reason: Mapped[str] = mapped_column(String(300), default="")  # as the person reads it
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
