"""Who takes part in what, and the one ledger of what they finished."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinar_app.accounts.models import Person
from webinar_app.courses.models import Course
from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.registrations.models.admission import AdmissionRule, Approval, WaitingPlace
from webinar_app.registrations.models.questions import AnswerFile, FormAnswer, FormQuestion, KeptAnswer
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar

__all__ = [
    "AdmissionRule", "AnswerFile", "Approval", "FormAnswer", "FormQuestion", "ItemCompletion", "KeptAnswer",
    "Registration", "WaitingPlace",
]  # fmt: skip

_LIVE = "state NOT IN ('cancelled', 'rejected')"
_NUMBERED = f"seat_number IS NOT NULL AND {_LIVE} AND state <> 'waitlisted'"
_TWICE = ("registration.exists", "You are already registered. Your join link is in your mail and under My learning.")


class Registration(Base):
    """A person's place in a sitting, or in a course without one; with its own copy of name and licence."""

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_sitting", "person_id", "webinar_id", unique=True, info={"refusal": _TWICE},
            sqlite_where=text(f"webinar_id IS NOT NULL AND {_LIVE}"),
            postgresql_where=text(f"webinar_id IS NOT NULL AND {_LIVE}"),
        ),
        Index(
            "uq_registration_course", "person_id", "course_id", unique=True, info={"refusal": _TWICE},
            sqlite_where=text(f"webinar_id IS NULL AND {_LIVE}"),
            postgresql_where=text(f"webinar_id IS NULL AND {_LIVE}"),
        ),
        Index(
            "uq_registration_seat", "webinar_id", "seat", "seat_number", unique=True,
            info={"refusal": ("registration.seat_taken", "Somebody else took this place just now. Send it again.")},
            sqlite_where=text(_NUMBERED), postgresql_where=text(_NUMBERED),
        ),
        Index("ix_registration_webinar", "webinar_id", "state"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    webinar_id: Mapped[int | None] = mapped_column(ForeignKey("webinar.id"))
    state: Mapped[RegistrationState] = mapped_column(choice(RegistrationState))
    seat: Mapped[str] = mapped_column(String(10), default="online")  # online, room
    seat_number: Mapped[int | None]  # where places are limited: nobody else who holds one has it
    legal_name: Mapped[str] = mapped_column(String(120))  # as it will be printed
    display_name: Mapped[str] = mapped_column(String(80))
    licence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # profession, board, number
    time_zone: Mapped[str | None] = mapped_column(String(60))
    policy_version: Mapped[str] = mapped_column(String(20), default="")  # attendance policy acknowledged
    policy_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link_version: Mapped[int] = mapped_column(default=1)  # raised to make old join links void
    more_time: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # to answer checks
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    course: Mapped[Course] = relationship()
    webinar: Mapped[Webinar | None] = relationship()


class ItemCompletion(Base):
    """One item that a registrant finished, with its evidence. Rows are withdrawn, never deleted."""

    __tablename__ = "item_completion"
    __table_args__ = (UniqueConstraint("registration_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    completed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
