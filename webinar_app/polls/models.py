"""Polls of a sitting and their ballots."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.polls.rules import PollKind, PollState, Privacy, ResultVisibility, Setup, Shape


class Poll(Base):
    """One question with its options. A vote never updates this row; closing locks it."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_webinar", "webinar_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    position: Mapped[int]
    kind: Mapped[PollKind] = mapped_column(choice(PollKind))
    question: Mapped[str] = mapped_column(String(300))
    min_choices: Mapped[int] = mapped_column(default=1)
    max_choices: Mapped[int] = mapped_column(default=1)
    state: Mapped[PollState] = mapped_column(choice(PollState))
    visibility: Mapped[ResultVisibility] = mapped_column(choice(ResultVisibility))
    privacy: Mapped[Privacy] = mapped_column(choice(Privacy))  # fixed once opened
    results_shown: Mapped[bool] = mapped_column(Boolean, default=False)
    planned_minute: Mapped[int | None]
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    final: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # the count at closing
    setup: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # `rules.Setup` of its kind
    planned_slide: Mapped[int | None]  # the desk offers it first while this slide is on
    open_seconds: Mapped[int | None]  # the timer that opening starts
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # where the running timer ends
    pinned: Mapped[bool] = mapped_column(Boolean, default=False)  # at most one in a room
    repeats: Mapped[str | None] = mapped_column(String(8))  # the code of the poll that it copies; that may be gone
    earlier: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what that one said, at opening

    options: Mapped[list["PollOption"]] = relationship(back_populates="poll", order_by="PollOption.position")

    @property
    def shape(self) -> Shape:
        """What decides whether a ballot fits."""
        setup = Setup.from_json(self.setup)
        return Shape(self.kind, len(self.options), self.min_choices, self.max_choices, setup)


class PollOption(Base):
    """One option, numbered from 0 within its poll."""

    __tablename__ = "poll_option"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200))

    poll: Mapped[Poll] = relationship(back_populates="options")


class Ballot(Base):
    """The one ballot of a registration in a named poll; replaced while the poll is open."""

    __tablename__ = "ballot"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    choices: Mapped[str] = mapped_column(String(600))  # `rules.encode`: positions joined by commas, or texts
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waited_ms: Mapped[int | None]  # from the opening to the ballot as it is now


class PollMark(Base):
    """That a registration has voted in a secret poll; what was chosen is only counted."""

    __tablename__ = "poll_mark"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)


class PollCount(Base):
    """How often an option or cell of a secret poll was chosen (`rules.cells`)."""

    __tablename__ = "poll_count"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(default=0)


class PollText(Base):
    """A text that was written in a poll: how often in a secret one, and whether staff hide it from the audience."""

    __tablename__ = "poll_text"
    # No hidden row number: the order of writing would match that of the marks and tell who wrote what.
    __table_args__ = {"sqlite_with_rowid": False}

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    folded: Mapped[str] = mapped_column(String(600), primary_key=True)  # without capitals: what counts as the same
    text: Mapped[str] = mapped_column(String(200))
    n: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)
