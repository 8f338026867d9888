"""Lists of people that were sent as files."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from webinar_app.courses.models import Course
from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.people.rules.rows import ImportState
from webinar_app.webinars.models import Webinar


class PeopleImport(Base):
    """A list that a coordinator sent: checked first, then registered slice by slice, at last forgotten."""

    __tablename__ = "people_import"
    __table_args__ = (Index("ix_people_import_webinar_id", "webinar_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    webinar_id: Mapped[int | None] = mapped_column(ForeignKey("webinar.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ImportState] = mapped_column(choice(ImportState))
    name: Mapped[str] = mapped_column(String(120))  # of the file
    encoding: Mapped[str] = mapped_column(String(20))
    separator: Mapped[str] = mapped_column(String(20))
    head: Mapped[list[str]] = mapped_column(JSON)
    unused: Mapped[list[str]] = mapped_column(JSON)  # columns that say nothing to us
    total: Mapped[int]  # rows of the file
    good: Mapped[int]  # rows that the dry run found right
    known: Mapped[int]  # of these, people who are in the register already
    added: Mapped[int] = mapped_column(default=0)
    handled: Mapped[int] = mapped_column(default=0)  # good rows that were gone through
    last_line: Mapped[int] = mapped_column(default=0)
    run: Mapped[int] = mapped_column(default=0)  # how often it was begun: each has jobs of its own
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # the file, until it is forgotten
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    course: Mapped[Course] = relationship()
    webinar: Mapped[Webinar | None] = relationship()


class ImportFault(Base):
    """A row of such a list that was left out, and why."""

    __tablename__ = "import_fault"

    import_id: Mapped[int] = mapped_column(ForeignKey("people_import.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[str]] = mapped_column(JSON)  # as they stood in the file, each cut at a thousand characters
    reason: Mapped[str] = mapped_column(Text)
    is_late: Mapped[bool]  # found while people were registered, not in the dry run
