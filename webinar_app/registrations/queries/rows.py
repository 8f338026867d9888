"""Reads of registrations and of the completion ledger, as rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from webinar_app.accounts.queries import find_by_email, person_ids
from webinar_app.core.errors import NotFound
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.registrations.events import SeatsHeldAsked
from webinar_app.registrations.models import ItemCompletion, Registration
from webinar_app.registrations.rules import LIVE, RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL
from webinar_app.webinars.rules import WebinarState

SEATED = (RegistrationState.REGISTERED, RegistrationState.OFFERED, RegistrationState.PENDING)
LINK_KEPT = timedelta(days=60)
"""How long after a sitting its join link is still mailed again: evaluation and certificate wait behind it."""


def get_registration(db: Db, registration_id: int) -> Registration:
    """Give the registration, or raise NotFound."""
    found = db.get(Registration, registration_id)
    if found is None:
        raise NotFound
    return found


def seats_held(db: Db, registration_ids: Iterable[int]) -> set[tuple[int, int | None]]:
    """Give those of these registrations that hold a seat, each with its sitting."""
    held = Registration.state == RegistrationState.REGISTERED
    query = select(Registration.id, Registration.webinar_id).where(Registration.id.in_(set(registration_ids)), held)
    return {(row[0], row[1]) for row in db.execute(query)}


def find_by_code(db: Db, code: str) -> Registration | None:
    """Give the registration with this code, or None."""
    return db.scalars(select(Registration).where(Registration.code == code.upper())).one_or_none()


def find_live(db: Db, person_ids: list[int], webinar_id: int) -> Registration | None:
    """Give the person's registration in a sitting that holds a seat, or None."""
    query = select(Registration).where(
        Registration.person_id.in_(person_ids),
        Registration.webinar_id == webinar_id,
        Registration.state == RegistrationState.REGISTERED,
    )
    return db.scalars(query).first()


def find_current(db: Db, ids: list[int], webinar_id: int) -> Registration | None:
    """Give the person's registration in a sitting that was neither cancelled nor rejected, or None."""
    query = select(Registration).where(
        Registration.person_id.in_(ids), Registration.webinar_id == webinar_id, Registration.state.in_(LIVE)
    )
    return db.scalars(query).first()


def find_in_course(db: Db, ids: list[int], course_id: int) -> Registration | None:
    """Give the person's registration in a course itself that was neither cancelled nor rejected, or None."""
    query = select(Registration).where(
        Registration.person_id.in_(ids), Registration.course_id == course_id, Registration.webinar_id.is_(None),
        Registration.state.in_(LIVE),
    )  # fmt: skip
    return db.scalars(query).first()


def count_taken(db: Db, webinar_id: int, seat: str = "online") -> int:
    """Count the seats of a sitting that are taken, or kept for somebody."""
    query = select(func.count()).where(
        Registration.webinar_id == webinar_id, Registration.seat == seat, Registration.state.in_(SEATED)
    )
    return (db.scalar(query) or 0) + sum(ask(db, SeatsHeldAsked(webinar_id, seat)))


def list_completions(db: Db, registration_id: int) -> list[ItemCompletion]:
    """Give what a registrant finished and was not withdrawn."""
    query = select(ItemCompletion).where(
        ItemCompletion.registration_id == registration_id, ItemCompletion.withdrawn_at.is_(None)
    )
    return list(db.scalars(query))


def count_people_by_item(db: Db, item_ids: Iterable[int]) -> dict[int, int]:
    """Count, by item, the registrations whose ledger names it, withdrawn or not."""
    query = select(ItemCompletion.item_id, func.count()).where(ItemCompletion.item_id.in_(list(item_ids)))
    return dict(db.execute(query.group_by(ItemCompletion.item_id)).all())


def list_to_mail(db: Db, email: str, now: datetime) -> list[Registration]:
    """Give the registrations whose links are mailed to this address again, the next sitting first.

    Also what waits for a place, a decision or a fee, while it can still come to something.
    """
    person = find_by_email(db, email)
    if person is None:
        return []
    query = (
        select(Registration)
        .outerjoin(Webinar, Webinar.id == Registration.webinar_id)
        .where(
            Registration.person_id.in_(person_ids(db, person.id)),
            Registration.state.in_(LIVE),
            or_(
                Registration.state == RegistrationState.REGISTERED,
                Registration.webinar_id.is_(None),
                Webinar.state == WebinarState.SCHEDULED,
            ),
            REAL,  # true as well where there is no sitting
            or_(
                Registration.webinar_id.is_(None),
                Webinar.state.in_((WebinarState.SCHEDULED, WebinarState.LIVE, WebinarState.ENDED)),
            ),
            or_(Webinar.ended_at.is_(None), Webinar.ended_at > now - LINK_KEPT),
        )
        .order_by(
            Registration.webinar_id.is_(None), Webinar.ended_at.is_not(None), Webinar.starts_at, Registration.id.desc()
        )
        .limit(20)
    )
    return list(db.scalars(query))
