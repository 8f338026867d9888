"""Removing somebody from a sitting, and letting them back; what they were there stays."""

from datetime import datetime
from typing import Any

from webinar_app.accounts.models import RevocationCause
from webinar_app.accounts.services import revoke
from webinar_app.audit.services import record
from webinar_app.core.actor import Member
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.live.messages import removed_value
from webinar_app.live.queries.removals import Removed
from webinar_app.questions.queries import find_own_hand
from webinar_app.questions.services.hands import put_hand_down
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import find_by_code
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import RoomBan
from webinar_app.webinars.policy import open_room
from webinar_app.webinars.queries import find_ban
from webinar_app.webinars.rules import check_removal
from webinar_app.webinars.services import publish_room_event


def remove_person(db: Db, member: Member, registration: str, reason: str, *, now: datetime) -> dict[str, Any]:
    """Remove an attendee from the sitting; who is removed already stays so, with the first reason."""
    row = _attendee(db, member, registration)
    told = check_removal(reason)
    if find_ban(db, member.webinar_id, [row.person_id], lock=True) is not None:
        return {}
    ban = RoomBan(webinar_id=member.webinar_id, person_id=row.person_id, reason=told, by_id=member.person_id, at=now)
    db.add(ban)
    db.flush()  # the entry names its id
    record(db, member.person_id, "room.remove", "registration", row.id, now=now, ban=ban.id)
    revoke(db, row.person_id, RevocationCause.REMOVED, now=now, registration_id=row.id)
    value = removed_value(Removed(row.code, row.display_name, told, now))
    publish_room_event(db, member.webinar_id, "staff", "room.removed", {"person": value}, now=now)
    if (hand := find_own_hand(db, row.id)) is not None:
        put_hand_down(db, member, hand.code, now=now)
    return {}


def readmit_person(db: Db, member: Member, registration: str, *, now: datetime) -> dict[str, Any]:
    """Let somebody come back; who was not removed stays as they are."""
    row = _attendee(db, member, registration)
    ban = find_ban(db, member.webinar_id, [row.person_id], lock=True)
    if ban is None:
        return {}
    ban.lifted_at, ban.lifted_by_id = now, member.person_id
    record(db, member.person_id, "room.readmit", "registration", row.id, now=now, ban=ban.id)
    publish_room_event(db, member.webinar_id, "staff", "room.readmitted", {"person": row.code}, now=now)
    return {}


def _attendee(db: Db, member: Member, registration: str) -> Registration:
    if not member.may(Permission.ROOM_REMOVE):
        raise Forbidden
    open_room(db, member)
    row = find_by_code(db, registration)
    if row is None or row.webinar_id != member.webinar_id or row.state is not RegistrationState.REGISTERED:
        raise NotFound("room.nobody", "This person holds no seat in the session. Reload the page.")
    return row
