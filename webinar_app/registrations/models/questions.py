"""What a course asks whoever registers, and what they answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.core.uploads import FileKind
from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.registrations.rules.questions import AnswerFileState, FieldKind


class FormQuestion(Base):
    """One question of a course's registration form; one that was answered is archived, never deleted."""

    __tablename__ = "form_question"
    __table_args__ = (
        UniqueConstraint("course_id", "code"),
        Index("ix_form_question_order", "course_id", "position"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str] = mapped_column(String(8))
    position: Mapped[int]
    kind: Mapped[FieldKind] = mapped_column(choice(FieldKind))
    prompt: Mapped[str] = mapped_column(String(200))
    help: Mapped[str] = mapped_column(String(300), default="")
    options: Mapped[list[Any]] = mapped_column(JSON, default=list)
    is_required: Mapped[bool] = mapped_column(Boolean, default=False)
    is_kept: Mapped[bool] = mapped_column(Boolean, default=False)  # the answer is offered again in other courses
    shown_on: Mapped[str] = mapped_column(String(8), default="")  # code of the question that decides on it
    shown_value: Mapped[str] = mapped_column(String(120), default="")  # the answer that lets it be asked; empty: any
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FormAnswer(Base):
    """What somebody answered when they registered."""

    __tablename__ = "form_answer"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("form_question.id"), primary_key=True, index=True)
    value: Mapped[Any] = mapped_column(JSON)


class AnswerFile(Base):
    """The file that somebody sent with their registration; the answer beside it holds its name."""

    __tablename__ = "answer_file"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("form_question.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(120))  # under which it is saved
    kind: Mapped[FileKind] = mapped_column(choice(FileKind))
    sha256: Mapped[str] = mapped_column(String(64))  # in storage before this row; of a picture, as it was written anew
    size: Mapped[int]
    state: Mapped[AnswerFileState] = mapped_column(choice(AnswerFileState))
    refusal: Mapped[str] = mapped_column(String(200), default="")


class KeptAnswer(Base):
    """An answer that a person gave and is offered again where the same is asked."""

    __tablename__ = "kept_answer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    memory: Mapped[str] = mapped_column(String(230), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
