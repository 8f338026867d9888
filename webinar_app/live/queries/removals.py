"""Who was removed from a sitting, by the codes of their registrations."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import RoomBan


class Removed(NamedTuple):
    """Somebody who may not come back for now."""

    code: str
    name: str
    reason: str
    at: datetime


def list_removed(db: Db, webinar_id: int) -> list[Removed]:
    """Give who is kept out of a sitting now, in the order in which they were removed."""
    query = (
        select(Registration.code, Registration.display_name, RoomBan.reason, RoomBan.at)
        .join(Registration, Registration.person_id == RoomBan.person_id)
        .where(
            RoomBan.webinar_id == webinar_id, RoomBan.lifted_at.is_(None), Registration.webinar_id == webinar_id,
            Registration.state == RegistrationState.REGISTERED,
        )
        .order_by(RoomBan.at, Registration.code)
    )  # fmt: skip
    return [Removed(*row) for row in db.execute(query)]


def codes_of(db: Db, registration_ids: Sequence[int]) -> dict[int, str]:
    """Give the codes of registrations by their ids."""
    query = select(Registration.id, Registration.code).where(Registration.id.in_(registration_ids))
    return {row[0]: row[1] for row in db.execute(query)}
