"""Tickets for the room's socket, and how many browsers one person may have in it."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from webinar_app.core.actor import Member
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.links import read_ticket_token, ticket_token
from webinar_app.core.permissions import Permission
from webinar_app.webinars.rules import RoomPhase

TICKET_LASTS = timedelta(seconds=60)
MOST_BROWSERS = 2
LONGEST_REPLAY = 500
_LONGEST_TICKET = 2000


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may connect once, to which room, with the rights found when it was written; `id` then names the connection.

    `issued` is in seconds since 1970; it holds for `TICKET_LASTS`.
    """

    id: str
    device: str
    issued: int
    person_id: int
    webinar_id: int
    webinar_code: str
    display_name: str
    rights: tuple[str, ...]
    registration_id: int | None
    sign_in_id: int | None

    @property
    def member(self) -> Member:
        """Give who the holder is in the sitting."""
        return Member(
            self.person_id, self.webinar_id, self.webinar_code, self.display_name,
            frozenset(map(Permission, self.rights)), self.registration_id, self.sign_in_id,
        )  # fmt: skip


def ticket_for(member: Member, ticket_id: str, device: str, now: datetime) -> Ticket:
    """Give a ticket of somebody whom the policy has just found to belong in a room.

    Its id begins with the room's code, so that what is written of it can go with the room.
    """
    return Ticket(
        f"{member.webinar_code}.{ticket_id}", device, int(now.timestamp()), member.person_id, member.webinar_id,
        member.webinar_code, member.display_name, tuple(sorted(member.rights)), member.registration_id,
        member.sign_in_id,
    )  # fmt: skip


def write_ticket(key: bytes, ticket: Ticket) -> str:
    """Give the signed text of a ticket."""
    payload = json.dumps(asdict(ticket), separators=(",", ":")).encode()
    return ticket_token(key, base64.urlsafe_b64encode(payload).decode().rstrip("="))


def read_ticket(keys: Sequence[bytes], sent: object, now: datetime) -> Ticket:
    """Give a genuine ticket that still holds; raise Forbidden `ticket.invalid` or Refused `ticket.expired`."""
    token = sent.get("ticket") if isinstance(sent, dict) else None
    if not isinstance(token, str) or len(token) > _LONGEST_TICKET or not token.isascii():
        raise _invalid()
    payload = read_ticket_token(keys, token)
    if payload is None:
        raise _invalid()
    try:
        ticket = Ticket(**json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
    except (binascii.Error, ValueError, TypeError):
        raise _invalid() from None
    if now.timestamp() > ticket.issued + TICKET_LASTS.total_seconds():
        raise Refused("ticket.expired", "This took too long. The page asks again by itself.")
    return ticket


def _invalid() -> Forbidden:
    return Forbidden("ticket.invalid", "This connection was not accepted. Reload the page.")


def check_may_connect(phase: RoomPhase, *, is_staff: bool) -> None:
    """Raise Refused unless the room takes connections: staff also before the lobby opens, nobody after the end."""
    if phase is RoomPhase.ENDED:
        raise Refused("room.ended", "This session has ended. Reload the page for the evaluation.")
    if phase is RoomPhase.CANCELLED:
        raise Refused("room.cancelled", "This session was cancelled.")
    if phase is RoomPhase.BEFORE and not is_staff:
        raise Refused("room.early", "The lobby is not open yet. This page opens it in time.")


def browsers_to_cut(devices: Iterable[str], most: int = MOST_BROWSERS) -> list[str]:
    """Give the oldest of a person's browsers that are too many; `devices` in the order of connecting."""
    known = list(dict.fromkeys(devices))
    return known[: max(0, len(known) - most)]
