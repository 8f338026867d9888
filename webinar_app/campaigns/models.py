"""What coordinators changed of the planned mails, and messages to some people of a sitting."""

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.campaigns.rules import Audience, Chosen, Way
from webinar_app.infra.db import Base, UtcDateTime, choice


class MailPlan(Base):
    """One mail of the set as a course or a sitting has it; without a row the set's own words and time count."""

    __tablename__ = "mail_plan"
    __table_args__ = (
        Index(
            "uq_mail_plan_course", "course_id", "kind", unique=True,
            sqlite_where=text("webinar_id IS NULL"), postgresql_where=text("webinar_id IS NULL"),
        ),
        Index("uq_mail_plan_webinar", "webinar_id", "kind", unique=True),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    webinar_id: Mapped[int | None] = mapped_column(ForeignKey("webinar.id"))  # none: of every sitting of the course
    kind: Mapped[str] = mapped_column(String(40))
    is_on: Mapped[bool] = mapped_column(Boolean)
    way: Mapped[Way] = mapped_column(choice(Way))
    amount: Mapped[int]
    clock: Mapped[str] = mapped_column(String(5))  # "09:00", in the sitting's zone
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Base):
    """One message to some people of a sitting; its mails carry its code."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    audience: Mapped[Audience] = mapped_column(choice(Audience))
    professions: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # none: any
    agencies: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # none: any, or none at all
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    total: Mapped[int]  # people when it was sent off
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # every mail is written

    @property
    def chosen(self) -> Chosen:
        """Give who gets it."""
        return Chosen(self.audience, tuple(self.professions), tuple(self.agencies))
