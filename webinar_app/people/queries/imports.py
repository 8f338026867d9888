"""Reads of lists of people, and of what they meet in a sitting or a course."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.infra.db import Db
from webinar_app.people.models import ImportFault, PeopleImport
from webinar_app.people.rules.rows import KNOWN_COUNTS, Known, Standing
from webinar_app.registrations.models import Approval, Registration
from webinar_app.registrations.queries import Place, count_taken, opening_of, opening_of_course, seat_at
from webinar_app.registrations.queries.waiting import list_waiting
from webinar_app.registrations.rules import (
    COURSE_OPENING_WORDS,
    LIVE,
    OPENING_WORDS,
    CourseOpening,
    Opening,
    RegistrationState,
    seats_left,
)
from webinar_app.webinars.rules import Delivery

AT_ONCE = 1000  # values in one statement
SHOWN_FAULTS = 100
_NEVER = (Opening.UNPUBLISHED, Opening.UNDATED, Opening.CANCELLED, Opening.ENDED)


def find_import(db: Db, code: str, *, lock: bool = False) -> PeopleImport | None:
    """Give the list with this code, or None."""
    query = select(PeopleImport).where(PeopleImport.code == code.upper())
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return db.scalars(query).one_or_none()


def find_content(db: Db, code: str) -> tuple[bytes, int] | None:
    """Give the bytes of a list and the line up to which it is registered; None where it is forgotten."""
    query = select(PeopleImport.content, PeopleImport.last_line).where(PeopleImport.code == code)
    found = db.execute(query).one_or_none()
    return (found[0], found[1]) if found and found[0] is not None else None


def seats_at(db: Db, code: str) -> tuple[str, ...]:
    """Give the kinds of seat where the people of a list go, the usual one first."""
    row = db.scalars(select(PeopleImport).where(PeopleImport.code == code)).one()
    return _seats(Place(row.course, row.webinar))


def fault_lines(db: Db, code: str) -> set[int]:
    """Give the lines of a list that are left out."""
    query = select(ImportFault.line).join(PeopleImport, PeopleImport.id == ImportFault.import_id)
    return set(db.scalars(query.where(PeopleImport.code == code)))


def list_faults(db: Db, import_id: int, limit: int | None = SHOWN_FAULTS) -> list[dict[str, Any]]:
    """Give `{line, cells, reason, is_late}` of the rows that were left out, in the order of the file."""
    query = select(ImportFault).where(ImportFault.import_id == import_id).order_by(ImportFault.line).limit(limit)
    return [
        {"line": row.line, "cells": list(row.cells), "reason": row.reason, "is_late": row.is_late}
        for row in db.scalars(query)
    ]


def import_view(db: Db, row: PeopleImport) -> dict[str, Any]:
    """Give a list as its page shows it."""
    names = ("id", "code", "name", "encoding", "separator", "head", "unused", "total", "good", "known", "added",
             "handled", "started_at", "ended_at", "created_at")  # fmt: skip
    query = select(ImportFault.is_late, ImportFault.known, func.count()).where(ImportFault.import_id == row.id)
    counted = list(db.execute(query.group_by(ImportFault.is_late, ImportFault.known)))
    stand = {state: sum(n for _, known, n in counted if known == state) for state in KNOWN_COUNTS}
    return {name: getattr(row, name) for name in names} | {
        "state": row.state.value, "faults": sum(n for _, _, n in counted),
        "late": sum(n for is_late, _, n in counted if is_late),
        "stand": [(n, KNOWN_COUNTS[state]) for state, n in stand.items() if n],
    }  # fmt: skip


def list_imports(db: Db, place: Place) -> list[dict[str, Any]]:
    """Give the last lists that were sent for this, the newest first."""
    query = select(PeopleImport).where(PeopleImport.course_id == place.course.id)
    only = place.webinar.id if place.webinar else None
    query = query.where(PeopleImport.webinar_id == only if only else PeopleImport.webinar_id.is_(None))
    rows = db.scalars(query.order_by(PeopleImport.id.desc()).limit(5))
    return [import_view(db, row) for row in rows]


def standing_of(db: Db, place: Place, emails: Sequence[str]) -> Standing:
    """Give what a list meets: where the people of these addresses stand, and how many seats are left."""
    owners = owners_of(db, emails)
    found = _known(db, place, set(owners.values())) if owners else {}
    held = {email: found[owner] for email, owner in owners.items() if owner in found}
    seats = _seats(place)
    places = {seat: _places(place, seat) for seat in seats}
    left = {seat: _left(db, place, seat, places[seat]) for seat in seats}
    return Standing(held, seats, left, places)


def owners_of(db: Db, emails: Iterable[str]) -> dict[str, int]:
    """Give, by address, the person whom it belongs to; who was merged is given as who they are now."""
    found: dict[str, int] = {}
    wanted = list(dict.fromkeys(emails))
    for at in range(0, len(wanted), AT_ONCE):
        some = wanted[at : at + AT_ONCE]
        query = select(Person.email, func.coalesce(Person.merged_into_id, Person.id)).where(Person.email.in_(some))
        found |= {str(email): owner for email, owner in db.execute(query)}
    return found


def closed_words(db: Db, place: Place, now: datetime) -> str:
    """Say why nobody can be registered here any more, even by a coordinator; nothing where they can."""
    if place.webinar is None:
        found = opening_of_course(db, place.course, now)
        usable = (CourseOpening.OPEN, CourseOpening.CLOSED, CourseOpening.ON_REQUEST)
        return "" if found in usable else COURSE_OPENING_WORDS[found]
    state = opening_of(db, place.webinar, seat_at(place), now)
    return OPENING_WORDS[state] if state in _NEVER else ""


def _known(db: Db, place: Place, owners: set[int]) -> dict[int, Known]:
    """Give where these people stand: what is live counts before a rejection, and the last rejection of several."""
    owner = func.coalesce(Person.merged_into_id, Person.id)
    query = (
        select(owner, Registration.id, Registration.state, Approval.reason)
        .join(Registration, Registration.person_id == Person.id)
        .outerjoin(Approval, Approval.registration_id == Registration.id)
        .where(Registration.state.in_((*LIVE, RegistrationState.REJECTED)))
        .order_by(Registration.state != RegistrationState.REJECTED, Registration.id)
    )
    if place.webinar is not None:
        query = query.where(Registration.webinar_id == place.webinar.id)
    else:
        query = query.where(Registration.webinar_id.is_(None), Registration.course_id == place.course.id)
    numbers = _numbers(db, place)
    return {
        person: Known(state, numbers.get(row_id, 0), reason or "")
        for person, row_id, state, reason in db.execute(query)
        if person in owners
    }


def _numbers(db: Db, place: Place) -> dict[int, int]:
    """Give the number on the waiting list of each registration that stands there."""
    if place.webinar is None:
        return {}
    lists = (list_waiting(db, place.webinar.id, seat) for seat in _seats(place))
    return {row.id: number for waiting in lists for number, (row, _) in enumerate(waiting, start=1)}


def _seats(place: Place) -> tuple[str, ...]:
    if place.webinar is not None and place.webinar.delivery is Delivery.HYBRID:
        return ("online", "room")
    return (seat_at(place),)


def _places(place: Place, seat: str) -> int | None:
    if place.webinar is None:
        return None
    return place.webinar.capacity_room if seat == "room" else place.webinar.capacity_online


def _left(db: Db, place: Place, seat: str, places: int | None) -> int | None:
    if place.webinar is None or places is None:
        return None
    return seats_left(places, count_taken(db, place.webinar.id, seat))
