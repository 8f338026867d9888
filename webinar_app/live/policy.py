"""Who may hold a connection to a room, by the state of now."""

from datetime import datetime

from webinar_app.accounts.queries import actor_of_sign_in, person_ids
from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden
from webinar_app.infra.db import Db
from webinar_app.live.queries import phase_of
from webinar_app.live.rules import Ticket, check_may_connect
from webinar_app.registrations.policy import member_of
from webinar_app.registrations.queries import get_registration
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar


def member_in_room(db: Db, actor: Actor, code: str, now: datetime) -> Member:
    """Give who the actor is in a room that takes connections; raise Forbidden, NotFound or Refused."""
    member = member_of(db, actor, code)
    _check_registered(db, member)
    check_may_connect(phase_of(db.get_one(Webinar, member.webinar_id), now), is_staff=member.is_staff)
    return member


def member_of_ticket(db: Db, ticket: Ticket, now: datetime) -> Member:
    """Give who a ticket's holder is now; what ended since it was written counts."""
    if ticket.sign_in_id is not None:
        actor = actor_of_sign_in(db, ticket.sign_in_id, now)
    else:
        actor = Actor(person_id=ticket.person_id, limited_to=ticket.registration_id)
    if actor.person_id != ticket.person_id:
        raise Forbidden("signed_out", "You are signed out. Sign in again.")
    member = member_in_room(db, actor, ticket.webinar_code, now)
    if not _is_own(db, member) or member.registration_id != ticket.registration_id:
        raise Forbidden("ticket.invalid", "Your place in this session has changed. Reload the page.")
    return member


def _is_own(db: Db, member: Member) -> bool:
    """Say whether the seat is the person's: a ticket without a sign-in names both."""
    if member.registration_id is None:
        return True
    return get_registration(db, member.registration_id).person_id in person_ids(db, member.person_id)


def _check_registered(db: Db, member: Member) -> None:
    if member.registration_id is None:
        return
    if get_registration(db, member.registration_id).state is not RegistrationState.REGISTERED:
        raise Forbidden("room.not_registered", "You do not hold a seat in this session.")
