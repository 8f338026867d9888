"""Certificates: frozen facts, stored bytes, and their hash."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinar_app.infra.db import Base, UtcDateTime, choice
from webinar_app.registrations.models import Registration


class CertificateStatus(StrEnum):
    """Where the paper stands; expiry and supersession follow from dates and links."""

    PENDING = "pending"
    ISSUED = "issued"
    FAILED = "failed"


class Certificate(Base):
    """One certificate of one registration and credit variant; a correction is a new revision with a new number."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("registration_id", "variant", "revision"),
        Index(
            "uq_certificate_current", "registration_id", "variant", unique=True,
            sqlite_where=text("superseded_by_id IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("superseded_by_id IS NULL AND revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    number: Mapped[str] = mapped_column(String(19), unique=True)  # 80 random bits
    variant: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int]
    status: Mapped[CertificateStatus] = mapped_column(choice(CertificateStatus))
    facts_hash: Mapped[str] = mapped_column(String(64))  # of what was reviewed: same facts, same certificate
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the paper says
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str | None] = mapped_column(String(300))
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    sha256: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the PDF, in storage
    size: Mapped[int | None]

    registration: Mapped[Registration] = relationship()
