"""Questions of a sitting and their up-votes."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.questions.rules import QuestionState


class Question(Base):
    """One question of an attendee."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_webinar", "webinar_id", "state"),
        Index(
            "uq_question_answering", "webinar_id", unique=True,
            sqlite_where=text("state = 'answering'"), postgresql_where=text("state = 'answering'"),
            info={"refusal": ("question.moved", "Somebody else has just taken a question. Look at the list again.")},
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    anonymous: Mapped[bool] = mapped_column(Boolean, default=False)  # to the audience, never to staff
    state: Mapped[QuestionState] = mapped_column(choice(QuestionState))
    state_before: Mapped[str | None] = mapped_column(String(24))  # what the last move left
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)  # of a duplicate
    objective_id: Mapped[int | None] = mapped_column(ForeignKey("objective.id", ondelete="SET NULL"))
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # the moderator who is on it
    claimed_name: Mapped[str | None] = mapped_column(String(80))  # display name at the time
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    dismissed_reason: Mapped[str | None] = mapped_column(String(300))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuestionVote(Base):
    """One registration's up-vote."""

    __tablename__ = "question_vote"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RaisedHand(Base):
    """One time that an attendee asked to speak, until the hand went down."""

    __tablename__ = "raised_hand"
    __table_args__ = (
        Index(
            "uq_raised_hand_up", "registration_id", unique=True,
            sqlite_where=text("lowered_at IS NULL"), postgresql_where=text("lowered_at IS NULL"),
            info={"refusal": ("hand.up", "Your hand is up already. The hosts see it.")},
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a host asked the person to speak
    lowered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
