"""What the catalogue offers: courses, their outline, objectives, presenters and credit."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinar_app.courses.rules import CompletionRule, CourseKind, CourseState, ItemKind, Level
from webinar_app.infra.db import Base, UtcDateTime, choice


class Series(Base):
    """A row of courses that belong together, such as "Advanced Treatment Provider"."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text, default="")


class Course(Base):
    """One offer of the catalogue. `content` holds structured parts that only some kinds have."""

    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint(
            "slug", info={"refusal": ("course.slug_taken", "Another course has this address. Choose another one.")}
        ),
        CheckConstraint("length(title) between 1 and 250", name="title_length"),
        Index("ix_course_state", "provider_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    slug: Mapped[str] = mapped_column(String(120))
    seed: Mapped[str | None] = mapped_column(String(8), unique=True)  # demo data: "000" … "004"
    kind: Mapped[CourseKind] = mapped_column(choice(CourseKind))
    state: Mapped[CourseState] = mapped_column(choice(CourseState))
    title: Mapped[str] = mapped_column(String(250))
    subtitle: Mapped[str] = mapped_column(String(250), default="")
    code: Mapped[str] = mapped_column(String(20), default="")
    category: Mapped[str] = mapped_column(String(80), default="")
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    series_number: Mapped[int | None]
    summary: Mapped[str] = mapped_column(String(500), default="")
    description: Mapped[list[Any]] = mapped_column(JSON, default=list)  # paragraphs
    lead_in: Mapped[str] = mapped_column(String(200), default="")  # before the objectives
    level: Mapped[Level | None] = mapped_column(choice(Level))
    audience: Mapped[list[Any]] = mapped_column(JSON, default=list)  # groups of people
    prior_knowledge: Mapped[str] = mapped_column(String(500), default="")
    duration_text: Mapped[str] = mapped_column(String(80), default="")  # as people say it: "One day"
    regions: Mapped[list[Any]] = mapped_column(JSON, default=list)  # where it is delivered
    language: Mapped[str] = mapped_column(String(10), default="en-US")
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))  # none: on request; 0: free
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    refund_policy: Mapped[str] = mapped_column(String(1000), default="")
    approval_statement: Mapped[str] = mapped_column(String(1000), default="")
    disclosure: Mapped[str] = mapped_column(String(1000), default="")
    accommodations: Mapped[str] = mapped_column(String(1000), default="")
    completion_rule: Mapped[CompletionRule] = mapped_column(choice(CompletionRule))
    certificate_years: Mapped[int | None]  # validity of the certificate; none: no certificate expires
    gives_certificate: Mapped[bool] = mapped_column(Boolean, default=True)
    attendance_policy: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # attendance.rules.AttendancePolicy
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # faq, addons, standards, tips, sections …
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    series: Mapped[Series | None] = relationship()
    objectives: Mapped[list["Objective"]] = relationship(back_populates="course", order_by="Objective.position")
    units: Mapped[list["Unit"]] = relationship(back_populates="course", order_by="Unit.position")
    offers: Mapped[list["CreditOffer"]] = relationship(back_populates="course", order_by="CreditOffer.id")
    presenters: Mapped[list["CoursePresenter"]] = relationship(
        back_populates="course", order_by="CoursePresenter.position"
    )


class OldSlug(Base):
    """An address that a course had before; it redirects."""

    __tablename__ = "old_slug"

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))


class Objective(Base):
    """One learning objective, in order; reused by evaluation and certificate."""

    __tablename__ = "objective"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))

    course: Mapped[Course] = relationship(back_populates="objectives")


class Unit(Base):
    """One unit of the outline."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(250))
    minutes: Mapped[int | None]
    approximate: Mapped[bool] = mapped_column(Boolean, default=False)

    course: Mapped[Course] = relationship(back_populates="units")
    items: Mapped[list["Item"]] = relationship(back_populates="unit", order_by="Item.position")


class Item(Base):
    """One thing to attend, read, watch or answer. A webinar item is held in one or more sittings."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind))
    title: Mapped[str | None] = mapped_column(String(250))
    minutes: Mapped[int | None]
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # blocks of a reading, sections of a handout

    unit: Mapped[Unit] = relationship(back_populates="items")


class Presenter(Base):
    """A person who teaches, as the catalogue shows them; `person_id` when they sign in."""

    __tablename__ = "presenter"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    honorific: Mapped[str] = mapped_column(String(40), default="")  # Dr.
    name: Mapped[str] = mapped_column(String(120))
    postnominals: Mapped[str] = mapped_column(String(120), default="")
    affiliation: Mapped[str] = mapped_column(String(200), default="")
    bio: Mapped[list[Any]] = mapped_column(JSON, default=list)  # paragraphs
    expertise: Mapped[str] = mapped_column(String(500), default="")


class CoursePresenter(Base):
    """A presenter's part in a course."""

    __tablename__ = "course_presenter"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    presenter_id: Mapped[int] = mapped_column(ForeignKey("presenter.id"), primary_key=True)
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20), default="lead")  # lead, co-presenter, moderator, instructor

    course: Mapped[Course] = relationship(back_populates="presenters")
    presenter: Mapped[Presenter] = relationship()


class CreditOffer(Base):
    """Credit of one type that a course gives, with the statement that is printed unaltered."""

    __tablename__ = "credit_offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    variant: Mapped[str] = mapped_column(String(40), default="general")
    type: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(40), default="contact hours")
    amount: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    statement: Mapped[str] = mapped_column(String(1000), default="")
    valid_to: Mapped[date | None]

    course: Mapped[Course] = relationship(back_populates="offers")


class CourseDraft(Base):
    """What a coordinator typed and did not save yet, kept by the page every few seconds."""

    __tablename__ = "course_draft"
    __table_args__ = (UniqueConstraint("person_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place: Mapped[str] = mapped_column(String(160))  # "new", or slug and part
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
