"""The room itself: who is let in here, and beside it what this process's own sockets are told and prove."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from webinar_app.attendance.services.ledger import Proof, record_proofs
from webinar_app.core.errors import DomainError, Forbidden
from webinar_app.infra.claims import Claim, make_claims
from webinar_app.infra.db import Db, Ok, set_based

WORK = "admit"


class Admission(NamedTuple):
    """A ticket that is used up, and for attendees the fact that they came."""

    ticket_id: str
    proof: Proof | None
    at: datetime


@set_based
def admit(db: Db, acts: Sequence[Admission]) -> list[Ok[Any] | DomainError]:
    """Use up tickets, each once ever, and write who came into the ledger of presence."""
    first = {act.ticket_id: at for at, act in reversed(list(enumerate(acts)))}
    claims = [Claim(_scope(act.ticket_id), act.ticket_id, WORK, None, act.at) for act in acts]
    fresh = {key for _, key in make_claims(db, [claims[at] for at in sorted(first.values())])}
    let_in = [at for at, act in enumerate(acts) if act.ticket_id in fresh and first[act.ticket_id] == at]
    proofs = [proof for at in let_in if (proof := acts[at].proof) is not None]
    if proofs:
        record_proofs(db, proofs)
    used = Forbidden("ticket.used", "This connection was not accepted. Reload the page.")
    return [Ok({}) if at in let_in else used for at in range(len(acts))]


def _scope(ticket_id: str) -> str:
    return f"ticket:{ticket_id}"


class _Doors:
    """Whether this process lets anybody in."""

    are_closed = False


def close_doors() -> None:
    """Let nobody in any more: this process leaves."""
    _Doors.are_closed = True


def are_doors_closed() -> bool:
    """Say whether this process lets nobody in any more."""
    return _Doors.are_closed
