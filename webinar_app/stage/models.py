"""What stands on the stage of a sitting, and the slides that may."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.stage.rules import DeckState, StageKind


class StageSource(Base):
    """The stage of one sitting; without a row there is a poster only."""

    __tablename__ = "stage_source"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    kind: Mapped[StageKind] = mapped_column(choice(StageKind))
    address: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(String(1000), default="")  # "join by this link or phone"
    deck_id: Mapped[int | None] = mapped_column(ForeignKey("deck.id"))  # the slides, while they stand there


class Deck(Base):
    """A PDF of slides for one sitting."""

    __tablename__ = "deck"
    __table_args__ = (CheckConstraint("page between 0 and pages and furthest between page and pages", name="pages"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))  # of the PDF, in storage before this row
    state: Mapped[DeckState] = mapped_column(choice(DeckState), default=DeckState.WAITING)
    pages: Mapped[int] = mapped_column(default=0)  # 0 until they are counted
    drawn: Mapped[int] = mapped_column(default=0)
    page: Mapped[int] = mapped_column(default=0)  # the one that is shown, or was when the deck left the stage
    furthest: Mapped[int] = mapped_column(default=0)  # how far the audience may look
    refusal: Mapped[str] = mapped_column(String(200), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Slide(Base):
    """One drawn page; its pictures are in storage before this row."""

    __tablename__ = "slide"

    deck_id: Mapped[int] = mapped_column(ForeignKey("deck.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    picture: Mapped[str] = mapped_column(String(64))  # SHA-256 of the WebP
    thumb: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    links: Mapped[list[str]] = mapped_column(JSON)


class CaptionLine(Base):
    """One line of captions; kept for the recording and as WebVTT."""

    __tablename__ = "caption_line"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(String(300))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # none: it came by the feed's address


class CaptionFeed(Base):
    """The address by which captions come from outside: which of its versions is good. Without a row none is."""

    __tablename__ = "caption_feed"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    version: Mapped[int]
    is_open: Mapped[bool]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # good while they may caption
