"""Outages that hit many at once: recognised from everybody's stays, so that nobody loses credit for them (E12, O4).

The written rule: an incident is the loss of at least 30 % of a room, and of three people or more, within 15 s, or any
loss that the server itself caused. Who was there when it began and is back in time is credited in full. Times are whole
milliseconds since 1970, spans half-open.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from webinar_app.core.intervals import Span

LOSS_MS = 15_000
SHARE_PERCENT, FEWEST = 30, 3
FLUSH_MS = 30_000
"""A process that dies takes with it the proofs that it has not written, of at most this long."""


class Cause(StrEnum):
    """What an incident is known by."""

    MASS = "mass"
    SERVER = "server"


class Incident(NamedTuple):
    """One outage: from the first loss to the last return, with how many were lost out of how many present."""

    start_ms: int
    end_ms: int
    cause: Cause
    lost: int
    present: int


class Presence(NamedTuple):
    """One person's stays, apart and in order, and the moments at which the server took them away."""

    stays: tuple[Span, ...]
    server_losses: tuple[int, ...] = ()


def patience_ms(cause: Cause, server_gap_s: int) -> int:
    """Give for how long after the first loss a return counts.

    The last of those who are lost goes `LOSS_MS` later; a close that the server caused stands at the last proof that
    was written.
    """
    return server_gap_s * 1000 + LOSS_MS + (FLUSH_MS if cause is Cause.SERVER else 0)


def recognise(people: Mapping[int, Presence], window: Span, server_gap_s: int) -> list[Incident]:
    """Give the incidents of a sitting, in order and apart; who goes in the last seconds of the window goes home."""
    start, end = window
    losses = sorted(
        (stop, person) for person, one in people.items() for _, stop in one.stays if start <= stop < end - LOSS_MS
    )
    server = sorted(
        (at, person) for person, one in people.items() for at in one.server_losses if start <= at < end - LOSS_MS
    )
    begins = sorted(begin for one in people.values() for begin, _ in one.stays)
    ends = sorted(stop for one in people.values() for _, stop in one.stays)
    found: list[Incident] = []
    for at in sorted({at for at, _ in (*losses, *server)}):
        if found and at < found[-1].start_ms + patience_ms(found[-1].cause, 0) + FLUSH_MS:
            continue
        taken_away = _within(server, at, at + LOSS_MS)
        cause = Cause.SERVER if taken_away else Cause.MASS
        lost = _within(server, at, at + FLUSH_MS) if taken_away else _within(losses, at, at + LOSS_MS)
        present = bisect_left(begins, at) - bisect_left(ends, at)  # stays of one person never overlap
        if taken_away or is_mass(len(lost), present):
            until = at + patience_ms(cause, server_gap_s)
            backs = [begin for person in lost for begin, _ in people[person].stays if at < begin <= until]
            found.append(Incident(at, max(backs, default=until), cause, len(lost), present))
    return found


def is_mass(lost: int, present: int) -> bool:
    """Say whether so many at once are an outage of the room."""
    return lost >= FEWEST and lost * 100 >= present * SHARE_PERCENT


def taken(stays: Iterable[Span], incidents: Iterable[Span]) -> list[Span]:
    """Give what incidents took from somebody: from the first loss to their own last return.

    `incidents`: from the first loss to the last moment at which a return counts. More stays never give less together
    with these.
    """
    known: Sequence[Span] = list(stays)
    lost = []
    for start, until in incidents:
        if _is_there(known, start):
            lost.append((start, max((begin for begin, _ in known if start < begin <= until), default=start)))
    return lost


def _within(moments: Sequence[tuple[int, int]], first: int, last: int) -> set[int]:
    """Give the people of sorted `(moment, person)` from first to last, both included."""
    return {person for _, person in moments[bisect_left(moments, (first, 0)) : bisect_left(moments, (last + 1, 0))]}


def _is_there(stays: Iterable[Span], at: int) -> bool:
    return any(begin < at <= end for begin, end in stays)
