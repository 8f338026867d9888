"""Use cases of the queue of raised hands: up, called, down."""

from datetime import datetime
from typing import Any

from webinar_app.accounts.services import notify
from webinar_app.core.actor import Member
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.questions.messages import hand_value, named_hand
from webinar_app.questions.models import RaisedHand
from webinar_app.questions.queries import Hand, find_own_hand, get_hand
from webinar_app.registrations.queries import get_registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.services import publish_room_event


def raise_hand(db: Db, member: Member, *, now: datetime) -> dict[str, Any]:
    """Ask to speak and return the code of the hand; again changes nothing."""
    if member.registration_id is None or not member.may(Permission.QUESTION_ASK):
        raise Forbidden
    open_room(db, member)
    if get_registration(db, member.registration_id).state is not RegistrationState.REGISTERED:
        raise Forbidden("room.not_registered", "Your registration has ended; your hand stays down.")
    known = find_own_hand(db, member.registration_id)
    if known is not None:
        return {"hand": known.code}
    row = RaisedHand(
        code=new_code(), webinar_id=member.webinar_id, registration_id=member.registration_id, raised_at=now
    )
    db.add(row)
    _tell(db, Hand(row, member.display_name), "hand.raised", now=now)
    return {"hand": row.code}


def lower_own_hand(db: Db, member: Member, *, now: datetime) -> dict[str, Any]:
    """Take one's hand down; again changes nothing."""
    if member.registration_id is None:
        raise Forbidden
    row = find_own_hand(db, member.registration_id)
    if row is not None:
        _lower(db, row, now=now)
    return {}


def call_hand(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Ask whoever raised this hand to speak; they are told. Again, or once it is down, changes nothing."""
    one = _moderated(db, member, code)
    if one.hand.lowered_at is None and one.hand.called_at is None:
        one.hand.called_at = now
        _tell(db, one, "hand.called", now=now)
    return {}


def put_hand_down(db: Db, member: Member, code: str, *, now: datetime) -> dict[str, Any]:
    """Take somebody's hand down; they are told. Again changes nothing."""
    one = _moderated(db, member, code)
    if one.hand.lowered_at is None:
        _lower(db, one.hand, now=now)
    return {}


def _moderated(db: Db, member: Member, code: str) -> Hand:
    if not member.may(Permission.QUESTION_MODERATE):
        raise Forbidden
    return get_hand(db, member.webinar_id, code)


def _lower(db: Db, row: RaisedHand, *, now: datetime) -> None:
    row.lowered_at = now
    _tell_owner(db, row, None, now=now)
    publish_room_event(db, row.webinar_id, "staff", "hand.lowered", {"hand": row.code}, now=now)


def _tell(db: Db, one: Hand, name: str, *, now: datetime) -> None:
    _tell_owner(db, one.hand, hand_value(one.hand), now=now)
    publish_room_event(db, one.hand.webinar_id, "staff", name, {"hand": named_hand(one)}, now=now)


def _tell_owner(db: Db, row: RaisedHand, value: dict[str, Any] | None, *, now: datetime) -> None:
    person_id = get_registration(db, row.registration_id).person_id
    notify(db, person_id, "hand.changed", {"hand": value}, now=now)
