"""Reads of what people need to take part; for themselves and for coordinators only, never for lists of people."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from webinar_app.accounts.models import Person, RoleGrant
from webinar_app.core.permissions import Role
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.people.models import AccommodationRequest
from webinar_app.people.rules.needs import KIND_WORDS, is_overdue
from webinar_app.providers.models import Provider
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import place_of, title_of
from webinar_app.webinars.queries import when_words

VIEWS = ("open", "overdue", "mine", "closed")
MOST = 500


def find_need(db: Db, code: str) -> AccommodationRequest | None:
    """Give the request with this code, or None."""
    return db.scalars(select(AccommodationRequest).where(AccommodationRequest.code == code.upper())).one_or_none()


def list_own_needs(db: Db, registration_id: int) -> list[dict[str, Any]]:
    """Give what a registration asked for, the newest first, as its own page shows it."""
    query = select(AccommodationRequest).where(AccommodationRequest.registration_id == registration_id)
    rows = db.scalars(query.order_by(AccommodationRequest.id.desc()))
    return [_own(row) for row in rows]


def _own(row: AccommodationRequest) -> dict[str, Any]:
    state = "withdrawn" if row.withdrawn_at else "done" if row.done_at else "open"
    names = ("code", "text", "asked_at", "due_on", "note", "done_at")
    return {name: getattr(row, name) for name in names} | {
        "state": state, "kind": row.kind.value, "words": KIND_WORDS[row.kind],
    }  # fmt: skip


def count_open(db: Db, registration_id: int) -> int:
    """Count what a registration asked for and is not arranged yet."""
    query = select(AccommodationRequest.id).where(
        AccommodationRequest.registration_id == registration_id, AccommodationRequest.done_at.is_(None),
        AccommodationRequest.withdrawn_at.is_(None),
    )  # fmt: skip
    return len(list(db.scalars(query)))


def list_needs(db: Db, provider_id: int, me: int, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Give the requests of a provider's people by view, what is due first on top."""
    owner = aliased(Person)
    query = (
        select(AccommodationRequest, Registration, owner.display_name)
        .join(Registration, Registration.id == AccommodationRequest.registration_id)
        .join(Course, Course.id == Registration.course_id)
        .outerjoin(owner, owner.id == AccommodationRequest.owner_id)
        .where(Course.provider_id == provider_id)
        .order_by(AccommodationRequest.due_on.is_(None), AccommodationRequest.due_on, AccommodationRequest.id)
        .limit(MOST)
    )
    zone = db.get_one(Provider, provider_id).time_zone
    found: dict[str, list[dict[str, Any]]] = {view: [] for view in VIEWS}
    for row, registration, name in db.execute(query):
        view = need_view(row, registration, name or "", zone, now)
        is_open = view["state"] == "open"
        found["open" if is_open else "closed"].append(view)
        if view["is_overdue"]:
            found["overdue"].append(view)
        if is_open and row.owner_id == me:
            found["mine"].append(view)
    return found


def need_view(
    row: AccommodationRequest, registration: Registration, owner: str, zone: str, now: datetime
) -> dict[str, Any]:
    """Give a request as coordinators see it."""
    own, webinar = _own(row), registration.webinar
    here = webinar.time_zone if webinar else zone
    return own | {
        "name": registration.legal_name, "registration": registration.code, "owner": owner, "zone": here,
        "title": title_of(place_of(registration)), "when": when_words(webinar) if webinar else "At one's own pace",
        "is_overdue": is_overdue(row.due_on, here, now, is_open=own["state"] == "open"),
    }  # fmt: skip


def owners_for(db: Db, provider_id: int) -> list[tuple[str, str]]:
    """Give `(code, name)` of who can arrange something: the coordinators and admins of a provider."""
    roles = select(RoleGrant.person_id).where(
        RoleGrant.provider_id == provider_id, RoleGrant.role.in_((Role.COORDINATOR, Role.ADMIN))
    )
    query = select(Person.code, Person.display_name).where(Person.id.in_(roles)).order_by(Person.display_name)
    return [(code, name) for code, name in db.execute(query)]
