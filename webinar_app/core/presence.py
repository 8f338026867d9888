"""Evidence that a connection was there, and the stays that follow from it (reliability section 5 and its appendix A).

All times are whole milliseconds since 1970 by the server's clock. A run is evidence that proofs of a connection arrived
from `first_ms` to `last_ms` with no silence above the lease; single proofs would say the same with many more rows.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from webinar_app.core.intervals import Span

HEARTBEAT_MS = 5_000
LEASE_MS = 15_000


class PresenceKind(StrEnum):
    """What a run is evidence of."""

    OPEN = "open"
    PROOF = "proof"
    CLOSE = "close"


class PresenceRun(NamedTuple):
    """One row of evidence of one connection; an open and a close are runs that end where they begin.

    `is_server_fault` marks a close that another process wrote because the connection's own had died.
    """

    connection: str
    kind: PresenceKind
    first_ms: int
    last_ms: int
    is_server_fault: bool = False


def intervals(runs: Iterable[PresenceRun]) -> list[Span]:
    """Give the stays of each connection in any order; those of two connections may overlap.

    Runs of a connection join over a silence of at most the lease. A stay ends half a heartbeat after its last proof, or
    at the connection's first close where that follows within the lease; whatever comes after the first close is void.
    """
    return [stay for mine in by_connection(runs).values() for stay in _stays(mine)]


def fold(runs: Iterable[PresenceRun]) -> list[PresenceRun]:
    """Give fewer runs that say the same: per connection its joined proofs, and its first close."""
    folded: list[PresenceRun] = []
    for connection, mine in by_connection(runs).items():
        close = first_close(mine)
        proofs = _joined(_before(mine, close))
        folded += [PresenceRun(connection, PresenceKind.PROOF, first, last) for first, last in proofs]
        folded += [close] if close else []
    return folded


def by_connection(runs: Iterable[PresenceRun]) -> dict[str, list[PresenceRun]]:
    """Give the runs of each connection."""
    mine: dict[str, list[PresenceRun]] = {}
    for run in runs:
        mine.setdefault(run.connection, []).append(run)
    return mine


def first_close(runs: Sequence[PresenceRun]) -> PresenceRun | None:
    """Give the earliest close of one connection's runs, the only one that counts.

    Of two at the same moment the server's fault is taken, so that the order of rows decides nothing.
    """
    closes = [run for run in runs if run.kind is PresenceKind.CLOSE]
    return min(closes, key=lambda run: (run.first_ms, not run.is_server_fault), default=None)


def _before(runs: Sequence[PresenceRun], close: PresenceRun | None) -> list[Span]:
    proofs = [(run.first_ms, run.last_ms) for run in runs if run.kind is not PresenceKind.CLOSE]
    if close is None:
        return proofs
    return [(first, min(last, close.first_ms)) for first, last in proofs if first <= close.first_ms]


def _joined(proofs: Iterable[Span]) -> list[Span]:
    """Join runs of proofs, first and last inclusive, over silences of at most the lease."""
    joined: list[Span] = []
    for first, last in sorted(proofs):
        if joined and first - joined[-1][1] <= LEASE_MS:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _end(last: int, close: PresenceRun | None) -> int:
    if close is not None and close.first_ms - last <= LEASE_MS:
        return close.first_ms
    return last + HEARTBEAT_MS // 2


def _stays(mine: Sequence[PresenceRun]) -> list[Span]:
    close = first_close(mine)
    proofs = _joined(_before(mine, close))
    return [(first, _end(last, close if at == len(proofs) else None)) for at, (first, last) in enumerate(proofs, 1)]
