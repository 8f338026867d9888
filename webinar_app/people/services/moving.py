"""Give a registration to another date or to another person; the old one stays in the record as it was."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from webinar_app.accounts.queries import get_person
from webinar_app.accounts.services.signing import end_registration
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput, Refused
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.payments.services import carry_order
from webinar_app.people.models import SeatClaim, SeatMove
from webinar_app.people.rules.moving import MoveKind, check_movable
from webinar_app.registrations.events import Ending, SeatsFreed
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_managed, get_managed_locked, lock_place
from webinar_app.registrations.queries import Place, find_by_code
from webinar_app.registrations.rules import OPENING_WORDS, Opening, RegistrationState, check_reason
from webinar_app.registrations.services import Sheet, register_by_hand, register_held_by_hand
from webinar_app.registrations.services.forms import copy_answers
from webinar_app.registrations.services.telling import tell_cancelled
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import find_by_code as find_webinar


def move_to_date(db: Db, actor: Actor, code: str, to: str, reason: str, *, now: datetime) -> dict[str, Any]:
    """Give a registration to another sitting of the same course, and return the new one's `{code, name}`.

    The old invite is withdrawn, a new one is sent; name, licence, answers and the accepted policy go along.
    """
    told = check_reason(reason)
    target = find_webinar(db, to)
    found = get_managed(db, actor, code)
    if target is None or target.course_id != found.course_id or target.rehearsal_of_id is not None:
        raise InvalidInput("move.date", "Choose one of the dates.", {"to": "Choose one of the dates."})
    if target.id == found.webinar_id:
        raise InvalidInput("move.same", "This is their date already.", {"to": "This is their date already."})
    _lock(db, found, target)
    row = get_managed_locked(db, actor, code)
    check_movable(row.state, row.webinar.state if row.webinar else None)
    person = get_person(db, row.person_id)
    person = get_person(db, person.merged_into_id) if person.merged_into_id else person
    if not person.email:
        raise Refused("move.no_email", "This person has no e-mail address. Write one into their entry first.")
    end_seat(db, row, now)
    made = register_by_hand(db, actor, target.code, _sheet(row, person.email), now=now)
    new = made_by(db, made["code"])
    if new.state is not RegistrationState.REGISTERED:  # nobody gives a place away for one on a list
        raise Refused("registration.full", OPENING_WORDS[Opening.FULL])
    copy_answers(db, row, new)
    new.policy_version, new.policy_accepted_at = row.policy_version, row.policy_accepted_at
    hand_on(db, row, new, MoveKind.DATE, told, actor.person_id, now=now)
    publish(db, SeatsFreed(row.webinar_id or 0), now)
    return {"code": new.code, "name": new.legal_name}


def substitute(db: Db, actor: Actor, code: str, sheet: Sheet, reason: str, *, now: datetime) -> dict[str, Any]:
    """Give a seat to another person, and return the new registration's `{code, name}`; both are told by mail.

    The seat is not free in between, and one of an agency stays the agency's.
    """
    told = check_reason(reason)
    found = get_managed(db, actor, code)
    _lock(db, found)
    row = get_managed_locked(db, actor, code)
    check_movable(row.state, row.webinar.state if row.webinar else None)
    assert row.webinar is not None  # `check_movable` has seen to it
    end_seat(db, row, now)
    made = register_held_by_hand(db, actor, row.webinar.code, sheet, now=now)
    new = made_by(db, made["code"])
    hand_on(db, row, new, MoveKind.PERSON, told, actor.person_id, now=now)
    return {"code": new.code, "name": new.legal_name}


def _lock(db: Db, row: Registration, *others: Webinar) -> None:
    """Hold every sitting that is concerned, always in the same order, so that two moves never wait for each other."""
    for webinar in sorted({one.id: one for one in (row.webinar, *others) if one}.values(), key=lambda one: one.id):
        lock_place(db, Place(webinar.course, webinar))


def end_seat(db: Db, row: Registration, now: datetime) -> None:
    """End a registration whose seat goes on to another one; the caller holds the sitting's lock, and frees nothing."""
    row.state, row.cancelled_at = RegistrationState.CANCELLED, now
    db.flush()  # subscribers count seats
    end_registration(db, row.person_id, row.id, now=now)
    tell_cancelled(db, row, Ending.MOVED, now)


def made_by(db: Db, code: str) -> Registration:
    """Give the registration with this code, which was made just now."""
    row = find_by_code(db, code)
    assert row is not None  # it was made just now
    return row


def _sheet(row: Registration, email: str) -> Sheet:
    licence = row.licence or {}
    return Sheet(
        email=email, legal_name=row.legal_name, display_name=row.display_name, seat=row.seat,
        profession=licence.get("profession", ""), region=licence.get("board", ""), number=licence.get("number", ""),
        expires_on=licence.get("expires_on", ""), time_zone=row.time_zone or "",
    )  # fmt: skip


def hand_on(
    db: Db,
    row: Registration,
    new: Registration,
    kind: MoveKind,
    reason: str,
    by: int | None,
    *,
    now: datetime,
) -> None:
    """Let what hangs on a seat follow it: the agency that keeps it, what is owed for it, and the history."""
    if kind is MoveKind.PERSON:
        db.execute(update(SeatClaim).where(SeatClaim.registration_id == row.id).values(registration_id=new.id))
    carry_order(db, row, new, now)
    db.add(SeatMove(from_id=row.id, to_id=new.id, kind=kind, reason=reason, made_by_id=by, made_at=now))
    act = "registration.move" if kind is MoveKind.DATE else "registration.substitute"
    record(db, by, act, "registration", row.id, now=now, to=new.id)
