"""Evaluation forms; who answered is known, who said what is not."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime


class EvaluationForm(Base):
    """The form of one sitting, its items frozen when it opens."""

    __tablename__ = "evaluation_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), unique=True)
    items: Mapped[list[Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EvaluationDone(Base):
    """That a registrant has answered: the day, and nothing of the answers."""

    __tablename__ = "evaluation_done"

    form_id: Mapped[int] = mapped_column(ForeignKey("evaluation_form.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    day: Mapped[date]


class EvaluationPending(Base):
    """Answers on their way, sealed; moved in random order once five wait."""

    __tablename__ = "evaluation_pending"
    __table_args__ = {"sqlite_with_rowid": False}  # a row's number would tell the order of arrival

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # random
    form_id: Mapped[int] = mapped_column(ForeignKey("evaluation_form.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class EvaluationResponse(Base):
    """One set of answers, without person, order or hour."""

    __tablename__ = "evaluation_response"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # random
    form_id: Mapped[int] = mapped_column(ForeignKey("evaluation_form.id"), index=True)
    day: Mapped[date]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
