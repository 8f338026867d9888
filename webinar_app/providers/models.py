"""The organisation that offers courses."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime


class Provider(Base):
    """One organisation: its brand, address, policies and the signatory of its certificates."""

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    provider_number: Mapped[str] = mapped_column(String(60), default="")
    approval_statement: Mapped[str] = mapped_column(String(1000), default="")
    signatory_name: Mapped[str] = mapped_column(String(120), default="")
    signatory_title: Mapped[str] = mapped_column(String(120), default="")
    time_zone: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(10), default="en-US")
    paper: Mapped[str] = mapped_column(String(10), default="letter")
    policies: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # [{key, title, paragraphs}]
    rule_pack: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # providers.rules.RulePack as JSON
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
