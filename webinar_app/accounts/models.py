"""People and how they sign in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinar_app.core.permissions import Role
from webinar_app.infra.db import Base, UtcDateTime, choice


class Person(Base):
    """A human being, with or without a way to sign in."""

    __tablename__ = "person"
    __table_args__ = (
        Index(
            "uq_person_email",
            "email",
            unique=True,
            sqlite_where=text("email IS NOT NULL"),
            postgresql_where=text("email IS NOT NULL"),
            info={"refusal": ("person.email_taken", "Somebody already uses this e-mail address.")},
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))  # lower case
    legal_name: Mapped[str] = mapped_column(String(120))  # printed on certificates
    display_name: Mapped[str] = mapped_column(String(80))  # shown in the room
    time_zone: Mapped[str | None] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(10), default="en-US")
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    licences: Mapped[list["Licence"]] = relationship(back_populates="person", order_by="Licence.id")
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person")
    merged_into: Mapped["Person | None"] = relationship(remote_side=[id])

    @property
    def current(self) -> "Person":
        """Give the entry that this one is part of since they were merged, or itself: mail and notices go there."""
        return self.merged_into or self


class Licence(Base):
    """A professional licence of a person."""

    __tablename__ = "licence"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    profession: Mapped[str] = mapped_column(String(80))
    board: Mapped[str] = mapped_column(String(80))  # state or licensing board
    number: Mapped[str] = mapped_column(String(40))
    expires_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="licences")


class RoleGrant(Base):
    """A role that a person holds at a provider."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "provider_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    role: Mapped[Role] = mapped_column(choice(Role))

    person: Mapped[Person] = relationship(back_populates="grants")


class Credential(Base):
    """A person's password, as an argon2id hash."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignIn(Base):
    """One signed-in browser; the cookie holds the token, the row its SHA-256."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))  # a join link's limit
    method: Mapped[str] = mapped_column(String(20))  # password, email_link, join_link, demo
    device: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EmailLink(Base):
    """A one-time link sent by mail: sign-in, proof of a new address, or of another one that is somebody's too."""

    __tablename__ = "email_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))  # sign_in, new_email, old_email, join_address
    address: Mapped[str] = mapped_column(String(254))
    next_path: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInTry(Base):
    """A failed attempt, counted per account and address (reliability W-21); deleted after a day."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("ix_sign_in_try_subject", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))  # SHA-256 of account or address
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RevocationCause(StrEnum):
    """Why open connections must close."""

    SIGN_OUT = "sign_out"
    PASSWORD = "password"
    ROLE = "role"
    CANCELLED = "cancelled"
    REMOVED = "removed"


class Revocation(Base):
    """A right that ended: every process closes what matches within a second."""

    __tablename__ = "revocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    sign_in_id: Mapped[int | None]
    registration_id: Mapped[int | None]
    cause: Mapped[RevocationCause] = mapped_column(choice(RevocationCause))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Notice(Base):
    """A line for one person: certificate ready, mail bounced. Numbered within the person (`me` stream)."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("person_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen: Mapped[bool] = mapped_column(Boolean, default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
