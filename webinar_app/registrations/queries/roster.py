"""Reads of lists of people, for coordinators."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import joinedload

from webinar_app.accounts.models import Person
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.registrations.events import RosterAsked
from webinar_app.registrations.models import ItemCompletion, Registration
from webinar_app.registrations.queries.places import Place, registration_view
from webinar_app.registrations.queries.questions import with_answers
from webinar_app.registrations.rules import RegistrationState

PAGE = 50


@dataclass(frozen=True, slots=True)
class RosterQuery:
    """What a roster shows: `state` (one of ROSTER_STATES), words, order and page."""

    state: str = "registered"
    search: str = ""
    sort: str = "name"
    page: int = 1


_ORDERS: dict[str, Any] = {"name": func.lower(Registration.legal_name), "registered": Registration.created_at}
ROSTER_STATES = {
    "registered": (RegistrationState.REGISTERED, RegistrationState.PENDING, RegistrationState.OFFERED),
    "pending": (RegistrationState.PENDING,),
    "cancelled": (RegistrationState.CANCELLED, RegistrationState.REJECTED),
    "waitlisted": (RegistrationState.WAITLISTED,),
    "all": tuple(RegistrationState),
}


def count_roster(db: Db, place: Place, search: str) -> dict[str, int]:
    """Count the people of a sitting, or of a course itself, by the states that a roster offers."""
    query = (
        select(Registration.state, func.count())
        .join(Person, Person.id == Registration.person_id)
        .where(*_on_roster(place, tuple(RegistrationState), search))
        .group_by(Registration.state)
    )
    found = dict(db.execute(query).all())
    return {name: sum(found.get(state, 0) for state in states) for name, states in ROSTER_STATES.items()}


def list_roster(db: Db, place: Place, wanted: RosterQuery, *, limit: int | None = PAGE) -> list[dict[str, Any]]:
    """Give the people of a sitting, or of a course itself, with what is known of each; without a limit, all.

    `facts` of a course's people is `{"done": {item_id: completed_at}}`, of a sitting's what every feature knows.
    """
    order = _ORDERS[wanted.sort.lstrip("-")]
    query = (
        select(Registration)
        .join(Person, Person.id == Registration.person_id)
        .where(*_on_roster(place, ROSTER_STATES[wanted.state], wanted.search))
        .options(joinedload(Registration.person), joinedload(Registration.webinar))
        .order_by(order.desc() if wanted.sort.startswith("-") else order, Registration.id)
    )
    if limit is not None:
        query = query.limit(limit).offset((wanted.page - 1) * limit)
    rows = [registration_view(row) for row in db.scalars(query)]
    known = place_facts(db, place, [row["id"] for row in rows])
    return [row | {"facts": known.get(row["id"], {})} for row in with_answers(db, rows)]


def place_facts(db: Db, place: Place, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Give what is known of these registrations in a sitting, or in a course itself."""
    if place.webinar is not None:
        return roster_facts(db, place.webinar.id, ids)
    done = done_items(db, ids)
    return {key: {"done": done.get(key, {})} for key in ids}


def roster_facts(db: Db, webinar_id: int, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Give what the features above know of these registrations."""
    found: dict[int, dict[str, Any]] = {}
    for answer in ask(db, RosterAsked(webinar_id, tuple(ids))):
        for registration_id, facts in answer.items():
            found.setdefault(registration_id, {}).update(facts)
    return found


def done_items(db: Db, ids: Iterable[int]) -> dict[int, dict[int, datetime]]:
    """Give, by registration, which items are finished, and since when."""
    query = select(ItemCompletion.registration_id, ItemCompletion.item_id, ItemCompletion.completed_at).where(
        ItemCompletion.registration_id.in_(list(ids)), ItemCompletion.withdrawn_at.is_(None)
    )
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    for registration_id, item_id, at in db.execute(query):
        found[registration_id][item_id] = at
    return dict(found)


def _on_roster(place: Place, states: tuple[RegistrationState, ...], search: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Registration.state.in_(states)]
    if place.webinar is not None:
        conditions.append(Registration.webinar_id == place.webinar.id)
    else:
        conditions += [Registration.course_id == place.course.id, Registration.webinar_id.is_(None)]
    if search:
        wanted = search.lower()
        fields = (Registration.legal_name, Registration.display_name, Person.email, cast(Registration.licence, String))
        conditions.append(or_(*(func.lower(field).contains(wanted, autoescape=True) for field in fields)))
    return conditions
