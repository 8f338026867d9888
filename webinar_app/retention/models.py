"""What is held back from forgetting, what has been forgotten, and who was erased."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.retention.rules import Record
from webinar_app.retention.rules.holds import Subject

_HELD = ("hold.exists", "This is held already. Its reason stands in the list.")
_STANDS = "lifted_at IS NULL"


class LegalHold(Base):
    """A sitting, a course or a person of which nothing is forgotten until the hold is lifted."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        CheckConstraint(
            "subject = case when webinar_id is not null and course_id is null and person_id is null then 'webinar'"
            " when course_id is not null and webinar_id is null and person_id is null then 'course'"
            " when person_id is not null and webinar_id is null and course_id is null then 'person' else '' end",
            name="one_subject",
        ),
        *(
            Index(
                f"uq_legal_hold_{name}", f"{name}_id", unique=True, info={"refusal": _HELD},
                sqlite_where=text(_STANDS), postgresql_where=text(_STANDS),
            )
            for name in ("webinar", "course", "person")
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    webinar_id: Mapped[int | None] = mapped_column(ForeignKey("webinar.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # none: by a command on the server
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lift_reason: Mapped[str] = mapped_column(String(300), default="")


class Forgotten(Base):
    """That one kind of record of a sitting is gone."""

    __tablename__ = "forgotten"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    what: Mapped[Record] = mapped_column(choice(Record), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Erasure(Base):
    """A person who was erased; what the record of credit keeps of them goes when its time is over."""

    __tablename__ = "erasure"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kept: Mapped[int]  # registrations with evidence of credit
    kept_until: Mapped[date | None]  # none: nothing was kept
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when that went too
