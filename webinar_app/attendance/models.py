"""The ledger of presence, append-only, and what follows from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.attendance.rules.checks import CheckKind, CheckState
from webinar_app.attendance.rules.entries import ClaimFileState, ClaimState, EntryKind, StatementState
from webinar_app.attendance.rules.outages import Cause
from webinar_app.attendance.rules.signing import SignKind
from webinar_app.core.presence import PresenceKind
from webinar_app.core.uploads import FileKind
from webinar_app.infra.db import Base, UtcDateTime, choice

SERVER_FAULT = "server_fault"
SERVER_RESTART = "server_restart"
SERVER_REASONS = frozenset({SERVER_FAULT, SERVER_RESTART})
"""Reasons of a close that are not the person's: what they took is given back when the person returns in time."""


class PresenceEvent(Base):
    """A fact about one connection. A proof row is a run: proofs from first to last without a silence above 15 s."""

    __tablename__ = "presence_event"
    __table_args__ = (Index("ix_presence_event_webinar", "webinar_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    connection: Mapped[str] = mapped_column(String(40))
    device: Mapped[str] = mapped_column(String(40))  # a browser; its tabs are one device
    kind: Mapped[PresenceKind] = mapped_column(choice(PresenceKind))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    monotonic_ms: Mapped[int] = mapped_column(BigInteger)  # of the process, at `last_at`
    boot: Mapped[str] = mapped_column(String(16))  # the process that wrote it
    reason: Mapped[str | None] = mapped_column(String(40))


class AttendanceSummary(Base):
    """What a registrant's presence came to when the sitting ended, with the facts it was computed from."""

    __tablename__ = "attendance_summary"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    evidenced_seconds: Mapped[int]
    credited_seconds: Mapped[int]
    complete: Mapped[bool] = mapped_column(Boolean)
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    spans: Mapped[list[Any]] = mapped_column(JSON)  # [[start, end)] in seconds from the start
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_hash: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attestation(Base):
    """That a registrant signed in or out, once, with the words they read."""

    __tablename__ = "attestation"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    kind: Mapped[SignKind] = mapped_column(choice(SignKind), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), index=True)
    version: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(120))  # legal name at the time
    device: Mapped[str] = mapped_column(String(40))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AttendanceIncident(Base):
    """An outage that hit many at once, recognised after the end and credited by the written rule."""

    __tablename__ = "attendance_incident"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)  # the first loss
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the last return
    cause: Mapped[Cause] = mapped_column(choice(Cause))
    lost: Mapped[int]
    present: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AttentionCheck(Base):
    """One moment at which everybody in the room is asked whether they are there. Times to come are shown to nobody."""

    __tablename__ = "attention_check"
    __table_args__ = (
        Index("ix_attention_check_webinar", "webinar_id", "state"),
        Index(
            "uq_attention_check_open", "webinar_id", unique=True,
            info={"refusal": ("check.open", "A check is open already. Wait until it closes.")},
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    state: Mapped[CheckState] = mapped_column(choice(CheckState))
    kind: Mapped[CheckKind] = mapped_column(choice(CheckKind))
    options: Mapped[list[Any]] = mapped_column(JSON)  # words to choose from
    answer: Mapped[str] = mapped_column(String(40))  # the right word; empty where a press is enough
    planned_second: Mapped[int | None]  # from the planned start; none for one that a presenter called
    latest_second: Mapped[int | None]  # to which it may be put off
    window_seconds: Mapped[int]
    long_window_seconds: Mapped[int]  # for people with more time
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CheckResponse(Base):
    """That a check was shown to a registrant, and what they answered; seen and never answered is a miss."""

    __tablename__ = "check_response"

    check_id: Mapped[int] = mapped_column(ForeignKey("attention_check.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True, index=True)
    device: Mapped[str] = mapped_column(String(40))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given: Mapped[str] = mapped_column(String(40), default="")  # the last answer, also a wrong one
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was first right


class AttendanceEntry(Base):
    """A correction by staff: a time that is confirmed, or an earlier entry taken back. Entries are never changed."""

    __tablename__ = "attendance_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_entry.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(300))
    evidence: Mapped[str] = mapped_column(String(300))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seal: Mapped[str] = mapped_column(String(64))  # covers this entry and the seal of the registrant's one before


class AttendanceClaim(Base):
    """An attendee disputes the record; staff answer, and both see the outcome."""

    __tablename__ = "attendance_claim"
    __table_args__ = (
        Index("ix_attendance_claim_webinar", "webinar_id", "state"),
        Index(
            "uq_attendance_claim_open", "registration_id", unique=True,
            info={"refusal": ("claim.open", "Your claim is with the organiser already. Its answer appears here.")},
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"))
    state: Mapped[ClaimState] = mapped_column(choice(ClaimState))
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(300), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_entry.id"))


class AttendanceClaimFile(Base):
    """What an attendee sent with a claim, for those who answer it."""

    __tablename__ = "attendance_claim_file"

    claim_id: Mapped[int] = mapped_column(ForeignKey("attendance_claim.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))  # under which it is saved
    kind: Mapped[FileKind] = mapped_column(choice(FileKind))
    sha256: Mapped[str] = mapped_column(String(64))  # in storage before this row; of a picture, as it was written anew
    size: Mapped[int]
    state: Mapped[ClaimFileState] = mapped_column(choice(ClaimFileState))
    refusal: Mapped[str] = mapped_column(String(200), default="")


class AttendanceStatement(Base):
    """A statement of somebody's record as a PDF; the same facts are printed once."""

    __tablename__ = "attendance_statement"
    __table_args__ = (UniqueConstraint("registration_id", "facts_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    facts_hash: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the paper says
    state: Mapped[StatementState] = mapped_column(choice(StatementState))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the PDF, in storage
