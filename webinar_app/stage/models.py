"""What stands on the stage of a sitting."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webinar_app.infra.db import Base, choice
from webinar_app.stage.rules import StageKind


class StageSource(Base):
    """The stage of one sitting; without a row there is a poster only."""

    __tablename__ = "stage_source"

    webinar_id: Mapped[int] = mapped_column(ForeignKey("webinar.id"), primary_key=True)
    kind: Mapped[StageKind] = mapped_column(choice(StageKind))
    address: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(String(1000), default="")  # "join by this link or phone"
