"""Reads of how a sitting lets people in, and of its waiting lists."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from webinar_app.accounts.models import Person
from webinar_app.core.times import deadline
from webinar_app.infra.db import Db
from webinar_app.registrations.models import AdmissionRule, Approval, Registration, WaitingPlace
from webinar_app.registrations.queries.rows import SEATED, count_taken
from webinar_app.registrations.rules import RegistrationState, seats_left
from webinar_app.registrations.rules.admission import Admission, is_list_open
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import Delivery

ON_LIST = (RegistrationState.WAITLISTED, RegistrationState.OFFERED)


def seats_of(webinar: Webinar) -> tuple[str, ...]:
    """Give the kinds of seats of a sitting: `online`, `room` or both."""
    kinds = {Delivery.ONLINE: ("online",), Delivery.IN_PERSON: ("room",)}
    return kinds.get(webinar.delivery, ("online", "room"))


def capacity_of(webinar: Webinar, seat: str) -> int | None:
    """Give how many places of this kind a sitting has; None without limit."""
    return webinar.capacity_room if seat == "room" else webinar.capacity_online


def admission_of(db: Db, webinar_id: int) -> Admission:
    """Give what a coordinator has set for a sitting, or the defaults."""
    row = db.get(AdmissionRule, webinar_id)
    if row is None:
        return Admission()
    return Admission(**{name: getattr(row, name) for name in Admission.__dataclass_fields__})


def waits_until(webinar: Webinar) -> datetime | None:
    """Give the instant until which people wait for a place: the start, or the end of the day without an hour."""
    if webinar.starts_at is not None:
        return webinar.starts_at
    return deadline(webinar.local_date, webinar.time_zone) if webinar.local_date else None


def takes_waiting(db: Db, webinar: Webinar, seat: str, now: datetime) -> bool:
    """Say whether people can wait for this kind of seat."""
    mode = admission_of(db, webinar.id).waiting
    return is_list_open(mode, capacity_of(webinar, seat), webinar.state, waits_until(webinar), now)


def count_waiting(db: Db, webinar_id: int, seat: str) -> int:
    """Count those who wait for a place and were offered none."""
    query = select(func.count()).where(
        Registration.webinar_id == webinar_id, Registration.seat == seat,
        Registration.state == RegistrationState.WAITLISTED,
    )  # fmt: skip
    return db.scalar(query) or 0


def free_seats(db: Db, webinar: Webinar, seat: str) -> int | None:
    """Count the places that nobody holds, offers included; None without limit."""
    return seats_left(capacity_of(webinar, seat), count_taken(db, webinar.id, seat))


def seat_numbers(db: Db, webinar_id: int, seat: str) -> list[int]:
    """Give the numbers of the places that are held."""
    query = select(Registration.seat_number).where(
        Registration.webinar_id == webinar_id, Registration.seat == seat, Registration.state.in_(SEATED),
        Registration.seat_number.is_not(None),
    )  # fmt: skip
    return [number for number in db.scalars(query) if number is not None]


def list_waiting(db: Db, webinar_id: int, seat: str) -> list[tuple[Registration, WaitingPlace]]:
    """Give those who wait and were offered nothing, the next first."""
    query = (
        select(Registration, WaitingPlace)
        .join(WaitingPlace, WaitingPlace.registration_id == Registration.id)
        .where(
            Registration.webinar_id == webinar_id, Registration.seat == seat,
            Registration.state == RegistrationState.WAITLISTED,
        )
        .order_by(WaitingPlace.rank, WaitingPlace.registration_id)
    )  # fmt: skip
    return [(row, place) for row, place in db.execute(query)]


def list_offered(db: Db, webinar_id: int) -> list[tuple[Registration, WaitingPlace]]:
    """Give those to whom a place of a sitting is offered now."""
    query = (
        select(Registration, WaitingPlace)
        .join(WaitingPlace, WaitingPlace.registration_id == Registration.id)
        .where(Registration.webinar_id == webinar_id, Registration.state == RegistrationState.OFFERED)
        .order_by(Registration.id)
    )
    return [(row, place) for row, place in db.execute(query)]


def count_in(db: Db, webinar_id: int, states: Collection[RegistrationState]) -> int:
    """Count the people of a sitting in these states who have an address."""
    query = (
        select(func.count())
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.webinar_id == webinar_id, Registration.state.in_(states), Person.email.is_not(None))
    )
    return db.scalar(query) or 0


def standing_of(db: Db, row: Registration) -> dict[str, Any]:
    """Give where somebody stands who holds no place yet: `{position, of, is_manual, reason, …}`.

    `offer_ends_at` and `offers` tell the offer that stands, `reason` why somebody was turned down.
    """
    place, asked = db.get(WaitingPlace, row.id), db.get(Approval, row.id)
    reason = asked.reason if asked else ""
    if place is None or row.webinar_id is None:
        return {"position": None, "of": 0, "is_manual": False, "offer_ends_at": None, "offers": 0, "reason": reason}
    before = (
        select(func.count())
        .select_from(WaitingPlace)
        .join(Registration, Registration.id == WaitingPlace.registration_id)
        .where(
            WaitingPlace.webinar_id == row.webinar_id, WaitingPlace.seat == row.seat,
            Registration.state == RegistrationState.WAITLISTED,
            tuple_(WaitingPlace.rank, WaitingPlace.registration_id) < tuple_(place.rank, place.registration_id),
        )
    )  # fmt: skip
    is_waiting = row.state is RegistrationState.WAITLISTED
    return {
        "position": (db.scalar(before) or 0) + 1 if is_waiting else None,
        "of": count_waiting(db, row.webinar_id, row.seat),
        "is_manual": not admission_of(db, row.webinar_id).is_moving,
        "reason": reason,
        "offer_ends_at": place.offer_ends_at if row.state is RegistrationState.OFFERED else None,
        "offers": place.offers,
    }


def waiting_page(db: Db, webinar: Webinar, now: datetime) -> list[dict[str, Any]]:
    """Give the waiting lists of a sitting by kind of seat: `{seat, capacity, free, is_open, people}`, offers first."""
    query = (
        select(Registration, WaitingPlace)
        .join(WaitingPlace, WaitingPlace.registration_id == Registration.id)
        .where(Registration.webinar_id == webinar.id, Registration.state.in_(ON_LIST))
        .options(joinedload(Registration.person))
        .order_by(WaitingPlace.offer_ends_at.is_(None), WaitingPlace.rank, WaitingPlace.registration_id)
    )
    found = [_line(row, place) for row, place in db.execute(query)]
    lists = []
    for seat in seats_of(webinar):
        people = [one for one in found if one["seat"] == seat]
        waiting = [one for one in people if one["state"] == "waitlisted"]
        for number, one in enumerate(waiting, start=1):
            one["position"] = number
        lists.append(
            {
                "seat": seat, "capacity": capacity_of(webinar, seat), "free": free_seats(db, webinar, seat),
                "is_open": takes_waiting(db, webinar, seat, now), "people": people, "waiting": len(waiting),
            }
        )  # fmt: skip
    return lists


def _line(row: Registration, place: WaitingPlace) -> dict[str, Any]:
    return {
        "code": row.code, "legal_name": row.legal_name, "email": row.person.current.email or "", "seat": row.seat,
        "state": row.state.value, "joined_at": place.joined_at, "offer_ends_at": place.offer_ends_at,
        "offers": place.offers, "position": None,
    }  # fmt: skip


def approval_page(db: Db, webinar_id: int) -> dict[str, list[dict[str, Any]]]:
    """Give what coordinators decide in a sitting: `{open, decided}`; first asked, and last decided, on top."""
    query = (
        select(Registration, Approval)
        .join(Approval, Approval.registration_id == Registration.id)
        .where(Registration.webinar_id == webinar_id)
        .options(joinedload(Registration.person))
        .order_by(Approval.asked_at, Registration.id)
    )
    found = [
        {
            "code": row.code, "legal_name": row.legal_name, "email": row.person.current.email or "",
            "licence": row.licence, "asked_at": asked.asked_at, "outcome": asked.outcome.value if asked.outcome else "",
            "decided_at": asked.decided_at, "reason": asked.reason, "state": row.state.value,
        }
        for row, asked in db.execute(query)
    ]  # fmt: skip
    decided = sorted((one for one in found if one["decided_at"]), key=lambda one: str(one["decided_at"]), reverse=True)
    return {"open": [one for one in found if one["state"] == "pending"], "decided": decided[:50]}
