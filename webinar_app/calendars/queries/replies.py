"""Reads of what people's calendar programs answered."""

from collections.abc import Iterable

from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import person_ids
from webinar_app.calendars.models import InviteReply
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.webinars.models import Webinar


def find_answering(db: Db, webinar_code: str, address: str) -> int | None:
    """Give the registration of the person with this address (all merged ids) in a sitting, the newest one, or None."""
    person_id = db.scalar(select(Person.id).where(func.lower(Person.email) == address))
    if person_id is None:
        return None
    query = (
        select(Registration.id)
        .join(Webinar, Webinar.id == Registration.webinar_id)
        .where(Webinar.code == webinar_code, Registration.person_id.in_(person_ids(db, person_id)))
        .order_by(Registration.cancelled_at.is_not(None), Registration.id.desc())
        .limit(1)
    )
    return db.scalar(query)


def answers_of(db: Db, registration_ids: Iterable[int]) -> dict[int, InviteReply]:
    """Give the last answers by registration."""
    query = select(InviteReply).where(InviteReply.registration_id.in_(list(registration_ids)))
    return {row.registration_id: row for row in db.scalars(query)}
