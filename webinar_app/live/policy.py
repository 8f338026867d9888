"""Who may hold a connection to a room, by the state of now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from webinar_app.accounts.models import Revocation
from webinar_app.accounts.queries import list_revocations
from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import DomainError, Forbidden
from webinar_app.infra.db import Db
from webinar_app.live.queries import phase_of
from webinar_app.live.rules import Ticket, check_may_connect
from webinar_app.registrations.policy import member_of
from webinar_app.registrations.queries import get_registration, seats_held
from webinar_app.registrations.rules import RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import stream_numbers

CLOCK_SLACK = timedelta(seconds=1)
"""How far the clocks of two processes may be apart."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who may come in, and the numbers that the room's streams stand at."""

    member: Member
    numbers: dict[str, int]


def member_in_room(db: Db, actor: Actor, code: str, now: datetime) -> Member:
    """Give who the actor is in a room that takes connections; raise Forbidden, NotFound or Refused."""
    member = member_of(db, actor, code)
    _check_registered(db, member)
    check_may_connect(phase_of(db.get_one(Webinar, member.webinar_id), now), is_staff=member.is_staff)
    return member


def members_of_tickets(db: Db, tickets: Sequence[Ticket], now: datetime) -> list[Arrival | DomainError]:
    """Give who the holders are now, many in one read: the policy found them a minute ago at most.

    Everything that ends a right writes a revocation, so that what has ended since is told by these alone.
    """
    here = select(Webinar).where(Webinar.id.in_({ticket.webinar_id for ticket in tickets}))
    webinars = {row.id: row for row in db.scalars(here)}
    numbers = {webinar_id: stream_numbers(db, webinar_id) for webinar_id in webinars}
    since = datetime.fromtimestamp(min(ticket.issued for ticket in tickets), UTC)
    ended = list_revocations(db, since - CLOCK_SLACK)
    seats = seats_held(db, [ticket.registration_id for ticket in tickets if ticket.registration_id is not None])
    return [_arrival(ticket, webinars, seats, numbers, ended, now) for ticket in tickets]


def _arrival(
    ticket: Ticket,
    webinars: dict[int, Webinar],
    seats: set[tuple[int, int | None]],
    numbers: dict[int, dict[str, int]],
    ended: Sequence[Revocation],
    now: datetime,
) -> Arrival | DomainError:
    member, webinar = ticket.member, webinars.get(ticket.webinar_id)
    issued = datetime.fromtimestamp(ticket.issued, UTC)
    has_seat = member.registration_id is None or (member.registration_id, member.webinar_id) in seats
    if webinar is None or not has_seat or any(ends(revocation, member, issued) for revocation in ended):
        return Forbidden("ticket.invalid", "Your place in this session has changed. Reload the page.")
    try:
        check_may_connect(phase_of(webinar, now), is_staff=member.is_staff)
    except DomainError as refusal:
        return refusal
    return Arrival(member, numbers[webinar.id])


def _check_registered(db: Db, member: Member) -> None:
    if member.registration_id is None:
        return
    if get_registration(db, member.registration_id).state is not RegistrationState.REGISTERED:
        raise Forbidden("room.not_registered", "You do not hold a seat in this session.")


def ends(revocation: Revocation, member: Member, checked_at: datetime | None) -> bool:
    """Say whether what ended was this member's right; a role that was read later is the new one."""
    if revocation.person_id != member.person_id:
        return False
    if revocation.sign_in_id is not None:
        return member.sign_in_id == revocation.sign_in_id
    if revocation.registration_id is not None and member.registration_id != revocation.registration_id:
        return False
    return checked_at is None or checked_at <= revocation.at + CLOCK_SLACK
