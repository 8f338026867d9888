"""Evidence of presence, sittings that end and browsers that are signed in, as tests need them."""

from datetime import timedelta
from typing import Any

from factories import START

from webinar_app.accounts.services.signing import sign_in
from webinar_app.attendance.services.ledger import Proof, record_proofs
from webinar_app.core.actor import Member
from webinar_app.core.clock import utc_now
from webinar_app.core.presence import PresenceKind
from webinar_app.infra.db import write
from webinar_app.webinars.rules import WebinarState
from webinar_app.webinars.services.lifecycle import end_webinar


def stay(
    member: Member, first: float, last: float, connection: str = "a", *, start: Any = START, reason: str = "left"
) -> None:
    """Write that a member was in the room from one minute after the start to another, over one connection."""
    first_at, last_at = start + timedelta(minutes=first), start + timedelta(minutes=last)
    facts = (
        (PresenceKind.OPEN, first_at, first_at, None),
        (PresenceKind.PROOF, first_at, last_at, None),
        (PresenceKind.CLOSE, last_at, last_at, reason),
    )
    for kind, begun, ended, why in facts:
        proof = Proof(
            member.registration_id, member.webinar_id, connection, f"device-{connection}", kind, begun, ended, 0,
            "boot", why,
        )  # fmt: skip
        write(record_proofs, proof)


def sign_in_as(client: Any, person_id: int, registration_id: int | None = None) -> None:
    """Let a browser be signed in, fully or by a personal link."""
    how = {"device": "Firefox on Linux", "now": utc_now()}
    method = "join_link" if registration_id else "password"
    token = write(sign_in, person_id, method, registration_id=registration_id, **how)
    with client.session_transaction() as held:
        held["sign_in"] = token


def ended_webinar(world: Any, *, ago: float = 5, minutes: int = 75, **changes: Any) -> dict[str, Any]:
    """Give a sitting that is live, and ends `ago` minutes before the present by `end`."""
    start = utc_now().replace(microsecond=0) - timedelta(minutes=minutes + ago)
    values = {"starts_at": start, "went_live_at": start, "state": WebinarState.LIVE, "minutes": minutes}
    made = world.webinar(**(values | changes))
    return made | {"start": start, "end": start + timedelta(minutes=minutes)}


def end(webinar: dict[str, Any], by: Member, now: Any = None) -> None:
    """End a sitting as its presenter does."""
    write(end_webinar, by, now=now or webinar["end"])
