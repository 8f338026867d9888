"""Lists of people, blocks of seats, moved registrations, merged persons, and what people need to take part."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from webinar_app.accounts.models import Person
from webinar_app.courses.models import Course
from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.people.rules.moving import MoveKind
from webinar_app.people.rules.needs import NeedKind
from webinar_app.people.rules.rows import ImportState
from webinar_app.people.rules.substitutes import AskedState
from webinar_app.registrations.models import Registration
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
    known: Mapped[str] = mapped_column(String(12), default="", server_default="")  # where the person stands already


class SeatBlock(Base):
    """Seats of a sitting that are kept for the people of an agency until a deadline."""

    __tablename__ = "seat_block"
    __table_args__ = (CheckConstraint("seats between 1 and 1000", name="seats_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    seat: Mapped[str] = mapped_column(String(10))  # online, room
    seats: Mapped[int]
    agency: Mapped[str] = mapped_column(String(160))
    contact_name: Mapped[str] = mapped_column(String(120))
    contact_email: Mapped[str] = mapped_column(String(254))
    release_at: Mapped[datetime] = mapped_column(UtcDateTime)  # what is unclaimed then is free for all
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    webinar: Mapped[Webinar] = relationship()
    links: Mapped[list["ClaimLink"]] = relationship(back_populates="block", order_by="ClaimLink.id")


class ClaimLink(Base):
    """A link by which people of the agency take seats: one each, or as many as the block has."""

    __tablename__ = "claim_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("seat_block.id"), index=True)
    token: Mapped[str] = mapped_column(String(20), unique=True)  # 100 random bits; coordinators can show it again
    seats: Mapped[int]

    block: Mapped[SeatBlock] = relationship(back_populates="links")


class SeatClaim(Base):
    """A registration that holds a seat of a block; one that was cancelled gives the seat back to the block."""

    __tablename__ = "seat_claim"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("claim_link.id"), index=True)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    registration: Mapped[Registration] = relationship()


class SeatMove(Base):
    """A registration that was given to another date or another person: the old one ended, the new one began."""

    __tablename__ = "seat_move"

    from_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), unique=True)
    kind: Mapped[MoveKind] = mapped_column(choice(MoveKind))
    reason: Mapped[str] = mapped_column(String(300))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Substitution(Base):
    """Somebody whom a registrant asked to come instead; the seat stays with who has it until that is accepted."""

    __tablename__ = "substitution"
    __table_args__ = (
        Index(
            "uq_substitution_open", "registration_id", unique=True, sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
            info={"refusal": ("substitute.open", "You asked somebody already. Take that back first.")},
        ),
        Index("ix_substitution_email", "email", "asked_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))  # who was asked; empty once it is forgotten
    state: Mapped[AskedState] = mapped_column(choice(AskedState))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    registration: Mapped[Registration] = relationship()


class PersonMerge(Base):
    """Two entries of one person: the one that went points at the one that was kept; rows stay where they are."""

    __tablename__ = "person_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    moved: Mapped[dict[str, list[Any]]] = mapped_column(JSON)  # what undoing takes back: persons, licences, cancelled
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TwoPeople(Base):
    """Two entries that look like one person and are two, as somebody said; the lower id first."""

    __tablename__ = "two_people"

    first_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    said_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccommodationRequest(Base):
    """What a registrant needs to take part; read by themselves and by coordinators only, in no list of people."""

    __tablename__ = "accommodation_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[NeedKind] = mapped_column(choice(NeedKind))
    text: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who arranges it
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")  # of who arranges it, read by the registrant too
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
