"""What people's feeds served."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, UtcDateTime


class FeedSight(Base):
    """The version of a sitting that a person's feed served last, to the hour."""

    __tablename__ = "feed_sight"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True, index=True)
    sequence: Mapped[int]
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
