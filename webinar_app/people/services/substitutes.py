"""Let a registrant who cannot come ask one person to come instead, and that person take the seat."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from webinar_app.accounts.queries import find_by_email, person_ids
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import NotFound
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import enqueue
from webinar_app.mailing.events import MailBounced
from webinar_app.people.models import Substitution
from webinar_app.people.queries.substitutes import (
    asking_until,
    check_open,
    check_taker,
    count_asked,
    count_to,
    find_asked,
    find_by_mail,
    find_substitution,
    list_open,
    own_addresses,
)
from webinar_app.people.rules.moving import MoveKind
from webinar_app.people.rules.substitutes import (
    REASON,
    AskedState,
    asked_until,
    check_accepting,
    check_address,
    check_count,
)
from webinar_app.people.services.moving import end_seat, hand_on
from webinar_app.registrations.events import RegistrationCancelled, SeatsFreed
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_own_seat, lock_seat
from webinar_app.registrations.queries import find_current
from webinar_app.registrations.services import Sheet, give_held, register_held
from webinar_app.webinars.events import WebinarCancelled

END, TELL = "people.end_substitution", "people.tell_substitution"
SHORTLY = timedelta(seconds=1)  # the last instant still counts


def name_substitute(db: Db, actor: Actor, code: str, email: str, *, now: datetime) -> dict[str, Any]:
    """Ask somebody to come instead of the actor, who keeps the seat until that is accepted, and return `{email}`."""
    row = get_own_seat(db, actor, code)
    check_open(db, row, now)
    address = check_address(email, own_addresses(db, row.person_id))
    last = find_asked(db, row.id)
    is_open = last is not None and last.state is AskedState.OPEN
    check_count(count_asked(db, row.id), count_to(db, address, now), is_open=is_open)
    assert row.webinar is not None  # `check_open` has seen to it
    asked = Substitution(
        code=new_code(), registration_id=row.id, email=address, state=AskedState.OPEN, asked_at=now,
        ends_at=asked_until(now, asking_until(db, row.webinar)),
    )  # fmt: skip
    db.add(asked)
    db.flush()  # the database refuses a second one that is open
    for kind in ("substitute_asked", "substitute_named"):
        _tell(db, asked, kind, now)
    run_at = asked.ends_at + SHORTLY
    enqueue(db, END, {"code": asked.code}, now=now, run_at=run_at, unique=f"{END}:{asked.code}")
    record(db, actor.person_id, "substitute.name", "registration", row.id, now=now, substitution=asked.id)
    return {"email": address}


def take_back(db: Db, actor: Actor, code: str, *, now: datetime) -> None:
    """Ask nobody any more; the same again changes nothing."""
    row = get_own_seat(db, actor, code)
    asked = find_asked(db, row.id)
    if asked is not None and asked.state is AskedState.OPEN:
        _withdraw(db, asked, now)
        record(db, actor.person_id, "substitute.take_back", "registration", row.id, now=now, substitution=asked.id)


def accept_substitution(db: Db, actor: Actor, code: str, sheet: Sheet, *, now: datetime) -> dict[str, Any]:
    """Take the seat of who asked, by the rules of `register`, whose answer it is; both are told by mail.

    One transaction ends the one registration and makes the other, so that nobody else gets the seat in between.
    """
    asked, row = _held(db, code)
    assert row.webinar is not None  # a seat is one in a sitting
    check_accepting(asked.state, asked.ends_at, now, row.webinar.state)
    check_open(db, row, now)
    check_taker(db, asked, actor)
    _settle(db, asked, AskedState.ACCEPTED, now)
    end_seat(db, row, now)
    told = replace(sheet, seat=row.seat, email="" if actor.is_full else asked.email)
    outcome = register_held(db, actor, row.webinar.code, told, now=now)
    new = _taken(db, actor, asked, row)
    is_given = give_held(db, new, row.seat, now)  # who waited here leaves the list for it
    hand_on(db, row, new, MoveKind.PERSON, REASON, row.person_id, now=now)
    publish(db, SeatsFreed(row.webinar.id), now)  # who held another place here leaves it to those who wait
    return outcome | {"is_new": True} if is_given and "is_new" in outcome else outcome


def decline_substitution(db: Db, code: str, *, now: datetime) -> bool:
    """Say no, and give whether it is declined; whoever asked is told, and keeps the seat. Twice is as once."""
    asked, row = _held(db, code)
    if asked.state is AskedState.OPEN:
        _settle(db, asked, AskedState.DECLINED, now)
        _tell(db, asked, "substitute_open", now)
        record(db, None, "substitute.decline", "registration", row.id, now=now, substitution=asked.id)
    return asked.state is AskedState.DECLINED


def end_substitution(db: Db, code: str, *, now: datetime) -> bool:
    """End what nobody answered and say whether that was done; whoever asked is told, and keeps the seat."""
    asked, row = _held(db, code)
    if asked.state is not AskedState.OPEN or now <= asked.ends_at:
        return False
    _settle(db, asked, AskedState.LAPSED, now)
    _tell(db, asked, "substitute_open", now)
    record(db, None, "substitute.lapse", "registration", row.id, now=now, substitution=asked.id)
    return True


def end_undelivered(db: Db, event: MailBounced, now: datetime) -> None:
    """Tell who asked when the mail to whom they asked did not arrive; they keep the seat."""
    if event.kind != "substitute_asked":
        return
    asked = find_by_mail(db, event.code)
    if asked is not None and asked.state is AskedState.OPEN:
        _settle(db, asked, AskedState.BOUNCED, now)
        _tell(db, asked, "substitute_open", now)
        record(db, None, "substitute.bounce", "registration", asked.registration_id, now=now, substitution=asked.id)


def drop_substitution(db: Db, event: RegistrationCancelled, now: datetime) -> None:
    """Ask nobody any more for a seat that is given back or moved."""
    asked = find_asked(db, event.registration_id)
    if asked is not None and asked.state is AskedState.OPEN:
        _withdraw(db, asked, now)


def drop_substitutions(db: Db, event: WebinarCancelled, now: datetime) -> None:
    """Ask nobody any more for seats of a session that will not take place."""
    for asked in list_open(db, event.webinar_id):
        _withdraw(db, asked, now)


def _withdraw(db: Db, asked: Substitution, now: datetime) -> None:
    """End what was asked, and tell whoever was asked that they need not come."""
    _settle(db, asked, AskedState.WITHDRAWN, now)
    _tell(db, asked, "substitute_over", now)


def _held(db: Db, code: str) -> tuple[Substitution, Registration]:
    """Give what was asked and the seat that it is about, to be changed: first the sitting, then the person."""
    found = find_substitution(db, code)
    if found is None:
        raise NotFound("substitute.unknown", "There is no place at this address. Check the link in your mail.")
    row = lock_seat(db, found.registration)
    asked = find_substitution(db, code, lock=True)
    assert asked is not None  # rows are never deleted
    return asked, row


def _taken(db: Db, actor: Actor, asked: Substitution, row: Registration) -> Registration:
    known = None if actor.is_full else find_by_email(db, asked.email)
    person_id = known.id if known else actor.person_id
    found = find_current(db, person_ids(db, person_id or 0), row.webinar_id or 0)
    assert found is not None  # `register_held` has just seen to it
    return found


def _settle(db: Db, asked: Substitution, state: AskedState, now: datetime) -> None:
    asked.state, asked.settled_at = state, now
    db.flush()  # subscribers and the next who asks read it


def _tell(db: Db, asked: Substitution, kind: str, now: datetime) -> None:
    payload: Mapping[str, Any] = {"code": asked.code, "kind": kind}
    enqueue(db, TELL, dict(payload), now=now, unique=f"{TELL}:{kind}:{asked.code}")
