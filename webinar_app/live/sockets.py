"""The room on the wire: who is let in, what was missed, who is there, its beginning and its end."""

from datetime import datetime
from typing import Any

from webinar_app.config import settings
from webinar_app.core.actor import Member
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Busy
from webinar_app.core.permissions import Permission
from webinar_app.infra import runtime
from webinar_app.infra.db import read, read_together, write
from webinar_app.infra.runtime.engineio import Wire
from webinar_app.live import queries
from webinar_app.live.policy import Arrival, members_of_tickets
from webinar_app.live.queries.removals import codes_of
from webinar_app.live.rules import Ticket, browsers_to_cut, read_ticket
from webinar_app.live.schemas import ActIn, NothingIn, ReadmitIn, RemoveIn, SyncIn
from webinar_app.live.services import Admission, admit, are_doors_closed, counts, proofs, removing, stream
from webinar_app.web import sockets
from webinar_app.web.sockets import (
    Connection,
    live_event,
    person_audience,
    room_audience,
    voted_audience,
    wait_for_state,
)
from webinar_app.webinars.services import lifecycle

LEAVE_SECONDS = 0.2


def connect(wire: Wire, auth: Any) -> Connection:
    """Let the holder of a ticket in, once, with the rights of now; the third browser of a person cuts the oldest."""
    if are_doors_closed():
        raise Busy(retry_after=2)
    now = utc_now()
    ticket = read_ticket(settings().link_secrets, auth, now)
    arrival: Arrival = read_together(members_of_tickets, ticket, now)
    member = arrival.member
    write(admit, _admission(ticket, member, now))
    pace = sockets.pace_of(member.person_id)
    connection = Connection(wire, member, ticket.id, ticket.device, pace, checked_at=now)
    sockets.admit(connection, _audiences(member))
    stream.watch(member.webinar_id, arrival.numbers)
    proofs.opened(connection, now)
    _cut_oldest(member)
    return connection


def _admission(ticket: Ticket, member: Member, now: datetime) -> Admission:
    if member.registration_id is None:
        return Admission(ticket.id, None, now)
    proof = proofs.opening(ticket.id, ticket.device, member.registration_id, member.webinar_id, now)
    return Admission(ticket.id, proof, now)


def _audiences(member: Member) -> list[str]:
    rooms = ("all", "staff") if member.is_staff else ("all",)
    return [*(room_audience(member.webinar_id, name) for name in rooms), person_audience(member.person_id)]


def _cut_oldest(member: Member) -> None:
    everywhere = sockets.listening(person_audience(member.person_id))
    mine = [connection for connection in everywhere if connection.member.webinar_id == member.webinar_id]
    mine.sort(key=lambda connection: connection.came)
    too_many = browsers_to_cut(connection.device for connection in mine)
    for connection in mine:
        if connection.device in too_many:
            sockets.close(connection, "replaced")


def disconnect(connection: Connection, reason: str) -> None:
    """Forget a connection and close its account of presence."""
    sockets.forget(connection)
    proofs.closed(connection.sid, reason)


sockets.set_gates(connect, disconnect)


@live_event("room.sync", requires=Permission.ROOM_JOIN, payload=SyncIn)
def sync(connection: Connection, sent: SyncIn) -> dict[str, Any]:
    """Give what was missed, or a snapshot when that is shorter."""
    asked = queries.Asked(connection.member, queries.Seen(sent.all, sent.staff, sent.me))
    found: queries.Found = read_together(queries.find_all, asked, counts.presence_of, utc_now())
    for code in found.voted:
        sockets.hear(connection, voted_audience(code))
    wait_for_state(connection)
    connection.awaits_meter = True
    return found.answer


@live_event("room.leave", requires=Permission.ROOM_JOIN, payload=NothingIn)
def leave(connection: Connection, sent: NothingIn) -> dict[str, Any]:
    """Leave the room; the connection is closed after the acknowledgement."""
    runtime.spawn(_close_soon, connection)
    return {}


def _close_soon(connection: Connection) -> None:
    runtime.sleep(LEAVE_SECONDS)
    sockets.close(connection, "left")


@live_event("room.people", requires=Permission.ROOM_PRESENT, payload=NothingIn)
def people(connection: Connection, sent: NothingIn) -> dict[str, Any]:
    """Give who is in the room, with the number of their browsers."""
    found: dict[int, tuple[Member, set[str]]] = {}
    for one in sockets.listening(room_audience(connection.member.webinar_id, "all")):
        found.setdefault(one.member.person_id, (one.member, set()))[1].add(one.device)
    with read() as db:
        codes = codes_of(db, [one.registration_id for one, _ in found.values() if one.registration_id is not None])
    rows = [
        {
            "name": member.display_name, "is_staff": member.is_staff, "is_audience": member.is_audience,
            "devices": len(devices), "registration": codes.get(member.registration_id or 0),
        }
        for member, devices in found.values()
    ]  # fmt: skip
    return {"people": sorted(rows, key=lambda row: (not row["is_staff"], row["name"].casefold()))}


@live_event("room.remove", requires=Permission.ROOM_REMOVE, payload=RemoveIn)
def remove(connection: Connection, sent: RemoveIn) -> dict[str, Any]:
    """Remove somebody from the sitting; their connections close within a second."""
    told = (sent.registration, sent.reason)
    return write(removing.remove_person, connection.member, *told, key=sent.key, now=utc_now())


@live_event("room.readmit", requires=Permission.ROOM_REMOVE, payload=ReadmitIn)
def readmit(connection: Connection, sent: ReadmitIn) -> dict[str, Any]:
    """Let somebody come back."""
    return write(removing.readmit_person, connection.member, sent.registration, key=sent.key, now=utc_now())


@live_event("room.go_live", requires=Permission.ROOM_END, payload=ActIn)
def go_live(connection: Connection, sent: ActIn) -> dict[str, Any]:
    """Begin."""
    return write(lifecycle.go_live, connection.member, key=sent.key, now=utc_now())


@live_event("room.end", requires=Permission.ROOM_END, payload=ActIn)
def end(connection: Connection, sent: ActIn) -> dict[str, Any]:
    """End for everybody."""
    return write(lifecycle.end_webinar, connection.member, key=sent.key, now=utc_now())
