"""The waiting list of a sitting: it moves by itself when a place becomes free, and by the coordinator's hand."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.services.signing import end_registration
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Refused
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import enqueue
from webinar_app.registrations.events import Ending, RegistrationEnded, SeatsFreed
from webinar_app.registrations.models import Registration, WaitingPlace
from webinar_app.registrations.policy import get_managed_seat, get_own_seat, lock_place
from webinar_app.registrations.queries import Place, count_taken, get_registration
from webinar_app.registrations.queries.places import closing_at
from webinar_app.registrations.queries.waiting import (
    ON_LIST,
    admission_of,
    capacity_of,
    count_in,
    free_seats,
    list_offered,
    list_waiting,
    seats_of,
    takes_waiting,
    waits_until,
)
from webinar_app.registrations.rules import RegistrationState, check_move, promote
from webinar_app.registrations.rules.admission import check_offer, offer_end
from webinar_app.registrations.services.seats import next_seat
from webinar_app.registrations.services.telling import tell_new, tell_waiting
from webinar_app.webinars.events import MoveAsked, WebinarCancelled, WebinarChanged, WebinarRescheduled
from webinar_app.webinars.models import Webinar

SHORTLY = timedelta(seconds=1)  # the last instant of an offer still counts
LEFT_OPEN = (*ON_LIST, RegistrationState.PENDING)
_ENDINGS = {"waiting_left": Ending.LEFT, "waiting_lapsed": Ending.LAPSED, "waiting_over": Ending.CALLED_OFF}
NOT_ON_LIST = "This person is not on the waiting list any more. Look at the list again."


def join_list(db: Db, row: Registration, now: datetime) -> None:
    """Put a new registration at the end of its list, and tell the person where they stand."""
    last = select(func.max(WaitingPlace.rank)).where(
        WaitingPlace.webinar_id == row.webinar_id, WaitingPlace.seat == row.seat
    )
    rank = (db.scalar(last) or 0) + 1
    place = WaitingPlace(registration_id=row.id, webinar_id=row.webinar_id, seat=row.seat, rank=rank, joined_at=now)
    db.add(place)
    db.flush()  # the list is read again
    tell_waiting(db, row, "waiting_joined", now)


def fill(db: Db, webinar: Webinar, seat: str, now: datetime) -> None:
    """Offer the free places of a kind to the next on its list; nothing where a coordinator chooses, or after the start.

    The caller holds the sitting's lock.
    """
    if not admission_of(db, webinar.id).is_moving or not takes_waiting(db, webinar, seat, now):
        return
    taken = count_taken(db, webinar.id, seat)
    for row, place in promote(capacity_of(webinar, seat), taken, list_waiting(db, webinar.id, seat)):
        _offer(db, webinar, row, place, now)


def refill(db: Db, event: WebinarChanged | SeatsFreed, now: datetime) -> None:
    """Offer the places that a change of the sitting made free, or that nobody keeps any more."""
    webinar = db.get_one(Webinar, event.webinar_id)
    lock_place(db, Place(webinar.course, webinar))
    for seat in seats_of(webinar):
        fill(db, webinar, seat, now)


def time_offers(db: Db, event: WebinarRescheduled | WebinarChanged, now: datetime) -> None:
    """Let the offers of a sitting that changed end as it stands now, and tell those whom that concerns."""
    webinar = db.get_one(Webinar, event.webinar_id)
    lock_place(db, Place(webinar.course, webinar))
    until, closes_at = waits_until(webinar), closing_at(webinar, admission_of(db, webinar.id))
    for row, place in list_offered(db, webinar.id):
        told = place.offer_ends_at
        assert told is not None, "an offer has an end"
        ends_at = offer_end(place.offered_at or now, place.offer_by_hours or told, until, closes_at)
        if ends_at != told:
            _end_later(db, place, ends_at, now)
        if ends_at > now and (ends_at != told or isinstance(event, WebinarRescheduled)):
            version = f"{webinar.sequence}-{_stamp(ends_at)}"  # a move is announced twice, and told once
            tell_waiting(db, row, "waiting_moved", now, number=place.offers, again=version)


def who_hears(db: Db, question: MoveAsked) -> list[str]:
    """Say how many people with an offer, or on the list, would be told what."""
    states = LEFT_OPEN if question.is_cancelled else (RegistrationState.OFFERED,)
    number = count_in(db, question.webinar_id, states)
    if not number:
        return []
    if question.is_cancelled:
        who = "1 person who waits gets" if number == 1 else f"{number} people who wait get"
        return [f"{who} a mail, and the waiting list ends."]
    who = "1 person with an offered place gets" if number == 1 else f"{number} people with an offered place get"
    return [f"{who} a mail with the new time, and answers before it at the latest."]


def dissolve(db: Db, event: WebinarCancelled, now: datetime) -> None:
    """End what people wait for in a sitting that will not take place, and tell them."""
    waiting = select(Registration).where(Registration.webinar_id == event.webinar_id, Registration.state.in_(LEFT_OPEN))
    for row in db.scalars(waiting).all():
        _end(db, row, "waiting_over", now)


def accept_offer(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Take the place that is offered to the actor and return `{webinar}`; the same again changes nothing."""
    row = get_own_seat(db, actor, code)
    if row.state is not RegistrationState.REGISTERED:
        place = db.get(WaitingPlace, row.id)
        check_offer(row.state, place.offer_ends_at if place else None, now)
        row.state = RegistrationState.REGISTERED
        db.flush()  # subscribers count seats
        tell_new(db, row, now)
    return {"webinar": row.webinar.code if row.webinar else ""}


def decline_offer(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Leave an offered place to the next person and return `{slug, title}` of the course."""
    row = get_own_seat(db, actor, code)
    if row.state is RegistrationState.OFFERED:
        leave(db, row, "waiting_left", now)
    elif row.state is not RegistrationState.CANCELLED:
        raise Refused("registration.no_offer", "No place is offered to you now. Look at where you stand above.")
    return {"slug": row.course.slug, "title": row.course.title}


def end_offer(db: Db, registration_id: int, number: int, *, now: datetime) -> bool:
    """End an offer that nobody answered and pass the place on; say whether that was done.

    `number` says which offer of this person is meant: one that was answered, or made again, is left alone.
    """
    row, place = get_registration(db, registration_id), db.get(WaitingPlace, registration_id)
    if row.webinar is None or place is None:
        return False
    lock_place(db, Place(row.course, row.webinar))
    db.refresh(row, with_for_update=True)
    db.refresh(place)
    if row.state is not RegistrationState.OFFERED or place.offers != number:
        return False
    if place.offer_ends_at is not None and now <= place.offer_ends_at:
        return False
    leave(db, row, "waiting_lapsed", now)
    return True


def leave(db: Db, row: Registration, kind: str, now: datetime) -> None:
    """Take somebody off the list, or out of an offer, tell them by this mail, and move the list. Hold the lock."""
    _end(db, row, kind, now)
    if row.webinar is not None:
        fill(db, row.webinar, row.seat, now)


def offer_by_hand(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Offer a free place to somebody on the list, out of turn if need be, and return `{name, webinar}`."""
    row = get_managed_seat(db, actor, code)
    webinar, place = row.webinar, db.get(WaitingPlace, row.id)
    if webinar is None or place is None or row.state is not RegistrationState.WAITLISTED:
        raise Refused("registration.not_waiting", NOT_ON_LIST)
    if not takes_waiting(db, webinar, row.seat, now):
        raise Refused("registration.list_closed", "The session has begun; nothing is offered any more. Add the person.")
    if free_seats(db, webinar, row.seat) == 0:
        sentence = "No place is free. Raise the number of seats, or cancel a registration first."
        raise Refused("registration.full", sentence)
    _offer(db, webinar, row, place, now)
    record(db, actor.person_id, "waiting.offer", "registration", row.id, now=now)
    return {"name": row.legal_name, "webinar": webinar.code}


def move_up(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Let somebody change places with who stands before them on the list, and return `{name, webinar}`."""
    row = get_managed_seat(db, actor, code)
    webinar = row.webinar
    if webinar is None or row.state is not RegistrationState.WAITLISTED:
        raise Refused("registration.not_waiting", NOT_ON_LIST)
    places = [place for _, place in list_waiting(db, webinar.id, row.seat)]
    at = next(at for at, place in enumerate(places) if place.registration_id == row.id)
    if at:
        places[at - 1], places[at] = places[at], places[at - 1]
        for rank, place in enumerate(places, start=1):
            place.rank = rank
        record(db, actor.person_id, "waiting.move_up", "registration", row.id, now=now, position=at)
    return {"name": row.legal_name, "webinar": webinar.code}


def _offer(db: Db, webinar: Webinar, row: Registration, place: WaitingPlace, now: datetime) -> None:
    until = waits_until(webinar)
    assert until is not None, "a list is open only where the sitting has a date"
    check_move(row.state, RegistrationState.OFFERED)
    row.state, row.seat_number = RegistrationState.OFFERED, next_seat(db, webinar, row.seat)
    rules = admission_of(db, webinar.id)
    place.offers, place.offered_at = place.offers + 1, now
    place.offer_by_hours = now + timedelta(hours=rules.offer_hours)
    ends_at = offer_end(now, place.offer_by_hours, until, closing_at(webinar, rules))
    _end_later(db, place, ends_at, now)
    db.flush()  # the next one gets another number
    tell_waiting(db, row, "waiting_offer", now, number=place.offers)


def _end_later(db: Db, place: WaitingPlace, ends_at: datetime, now: datetime) -> None:
    place.offer_ends_at = ends_at
    enqueue(
        db, "registrations.end_offer", {"registration_id": place.registration_id, "number": place.offers}, now=now,
        run_at=ends_at + SHORTLY,
        unique=f"registrations.end_offer:{place.registration_id}:{place.offers}:{_stamp(ends_at)}",
    )  # fmt: skip


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def _end(db: Db, row: Registration, kind: str, now: datetime) -> None:
    check_move(row.state, RegistrationState.CANCELLED)
    row.state, row.cancelled_at = RegistrationState.CANCELLED, now
    db.flush()  # the list is read again
    end_registration(db, row.person_id, row.id, now=now)
    publish(db, RegistrationEnded(row.id, _ENDINGS[kind]), now)
    tell_waiting(db, row, kind, now)
