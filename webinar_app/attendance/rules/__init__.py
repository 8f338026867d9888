"""From evidence of presence to minutes, and from minutes to a verdict (reliability section 5).

All times are whole milliseconds since 1970 by the server's clock, all spans half-open. Two figures are always kept:
what is *evidenced* by the runs of `core.presence`, and what is *credited* after the gaps that the policy forgives.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from webinar_app.attendance.rules.outages import FLUSH_MS, taken
from webinar_app.core.errors import InvalidInput
from webinar_app.core.intervals import Span, clip, subtract, total, union
from webinar_app.core.presence import PresenceKind, PresenceRun, by_connection, first_close, intervals
from webinar_app.providers.rules import RulePack


class Bridge(NamedTuple):
    """Time that was credited without evidence, and why: `network`, `server`, or the `outage` of a whole room."""

    start_ms: int
    end_ms: int
    cause: str


class Verdict(NamedTuple):
    """Whether attendance is enough, and the sentences that say why, the count first."""

    complete: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AttendancePolicy:
    """What counts as having attended.

    `min_minutes`, where given, takes the place of `min_percent` of the credit-bearing time. None in
    `latest_join_minutes`, `max_gap_s` or `checks_percent` means that there is no such rule.
    """

    min_percent: int = 90
    min_minutes: int | None = None
    latest_join_minutes: int | None = 10
    max_gap_s: int | None = 300
    grace_bridge_s: int = 60
    server_gap_s: int = 120
    checks_percent: int | None = None

    def to_json(self) -> dict[str, int | None]:
        """Give the policy as plain JSON values, to be stored beside the verdict."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "AttendancePolicy":
        """Read `to_json` back; raise InvalidInput for unknown names and impossible values."""
        pack = RulePack.from_json(data)
        if foreign := data.keys() - {field.name for field in fields(cls)}:
            raise InvalidInput("attendance.policy", f"Attendance has no rule {min(foreign)}.")
        return replace(policy_of(pack), checks_percent=pack.checks_percent if "checks_percent" in data else None)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that is known about one person's attendance of one sitting.

    `window` is the time that may count (see `credit_window`), `breaks` the parts of it that bear no credit. `granted`
    are spans confirmed by people: in-person check-in to check-out, and adjustments. `incidents` are outages of the
    whole room, each to the last moment at which a return counts. Checks that were never shown to the person are in
    neither figure.
    """

    window: Span
    runs: tuple[PresenceRun, ...] = ()
    breaks: tuple[Span, ...] = ()
    granted: tuple[Span, ...] = ()
    incidents: tuple[Span, ...] = ()
    checks_shown: int = 0
    checks_answered: int = 0

    @cached_property
    def stays(self) -> list[Span]:
        """Give when the person was there, by each connection."""
        return intervals(self.runs)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One person's attendance in figures; `spans` is the credited time.

    `gaps` lie between the first and the last moment in the room and hold no break. Seconds are rounded down, once.
    """

    window: Span
    breaks: tuple[Span, ...] = ()
    spans: tuple[Span, ...] = ()
    gaps: tuple[Span, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    total_s: int = 0
    evidenced_s: int = 0
    credited_s: int = 0
    joined_ms: int | None = None
    left_ms: int | None = None
    checks_shown: int = 0
    checks_answered: int = 0

    @property
    def largest_gap_s(self) -> int:
        """The longest absence between joining and leaving."""
        return _longest_s(self.gaps)

    @property
    def joined_late_s(self) -> int:
        """How long after the start of the window the person came; 0 for nobody."""
        return 0 if self.joined_ms is None else (self.joined_ms - self.window[0]) // 1000

    @property
    def left_early_s(self) -> int:
        """How long before the end of the window the person left for good; 0 for nobody."""
        return 0 if self.left_ms is None else (self.window[1] - self.left_ms) // 1000

    def to_json(self) -> dict[str, object]:
        """Give the summary as plain JSON values, the evidence of a completed item."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Summary":
        """Read `to_json` back, after JSON has made lists of the tuples."""
        values = dict(data)
        for name in ("breaks", "spans", "gaps"):
            values[name] = tuple((start, end) for start, end in values[name])  # type: ignore[attr-defined]  # JSON
        values["bridges"] = tuple(Bridge(*bridge) for bridge in values["bridges"])  # type: ignore[attr-defined]  # JSON
        values["window"] = tuple(values["window"])  # type: ignore[arg-type]  # JSON
        return cls(**values)  # type: ignore[arg-type]  # JSON


@dataclass(frozen=True, kw_only=True)
class Meter:
    """What a person in the room is told: figures in seconds, and the sentences in the order of reading."""

    counted_s: int
    needed_s: int
    total_s: int
    is_enough: bool
    still_possible: bool
    sentences: tuple[str, ...]
    spans: tuple[Span, ...]


def policy_of(pack: RulePack) -> AttendancePolicy:
    """Give the attendance part of a rule pack."""
    return AttendancePolicy(**{field.name: getattr(pack, field.name) for field in fields(AttendancePolicy)})


def credit_window(planned: Span, *, began_ms: int | None, ended_ms: int | None, overrun_s: int = 0) -> Span:
    """Give the time that may count: inside the plan, and while the sitting was really on.

    A sitting that ended later than planned counts for at most `overrun_s` more. None means that it has not begun, or
    not ended, and leaves the plan as it is.
    """
    start = planned[0] if began_ms is None else max(planned[0], began_ms)
    end = planned[1] if ended_ms is None else min(planned[1] + overrun_s * 1000, ended_ms)
    return start, max(start, end)


def evidenced(facts: Facts) -> list[Span]:
    """Give the credit-bearing time that evidence covers: union over all connections, clipped, without breaks."""
    return _counting(union([*facts.stays, *facts.granted]), facts)


def credited(policy: AttendancePolicy, facts: Facts) -> list[Span]:
    """Give the credit-bearing time that counts.

    To the evidence come gaps up to `grace_bridge_s`, what outages of the room took, and what the server took:
    everything from a server-caused close to the last return within `server_gap_s` (and one flush, because the close
    stands at the last proof that was written). More evidence never gives less.
    """
    return _counting(_held(policy, facts), facts)


def summary(policy: AttendancePolicy, facts: Facts) -> Summary:
    """Give one person's attendance in figures; no order, duplicate or number of devices changes them."""
    return replace(_figures(policy, facts), bridges=_bridges(policy, facts))


def _figures(policy: AttendancePolicy, facts: Facts) -> Summary:
    """Give a summary without its bridges, which take as long as all the rest."""
    held = clip(_held(policy, facts), facts.window)
    joined, left = (held[0][0], held[-1][1]) if held else (None, None)
    counted = _counting(held, facts)
    stay = [(held[0][0], held[-1][1])] if held else []
    return Summary(
        window=facts.window,
        breaks=tuple(facts.breaks),
        spans=tuple(counted),
        gaps=tuple(subtract(stay, [*held, *facts.breaks])),
        bridges=(),
        total_s=total(_counting([facts.window], facts)) // 1000,
        evidenced_s=total(evidenced(facts)) // 1000,
        credited_s=total(counted) // 1000,
        joined_ms=joined,
        left_ms=left,
        checks_shown=facts.checks_shown,
        checks_answered=facts.checks_answered,
    )


def needed_s(policy: AttendancePolicy, total_s: int) -> int:
    """Give the seconds that a person needs out of `total_s` credit-bearing ones, rounded up.

    90 % of 75 min are 4,050 s, which pages call 68 min (`minutes_up`).
    """
    return -(-total_s * policy.min_percent // 100) if policy.min_minutes is None else policy.min_minutes * 60


def minutes_up(seconds: int) -> int:
    """Give whole minutes, rounded up: what is needed is never told as less."""
    return -(-seconds // 60)


def verdict(policy: AttendancePolicy, attended: Summary) -> Verdict:
    """Decide whether attendance is enough: `("71 of 75 min; largest gap 2 min 10 s",)`, then a sentence for each lack.

    Gaps are judged from the last moment at which one might have come, and until enough had been counted: somebody
    who was there briefly before that, or looks in again after it, is never worse off than somebody who did not.
    """
    lacks = _lacks(policy, attended)
    return Verdict(not lacks, (_count_words(attended), *lacks.values()))


def meter(policy: AttendancePolicy, facts: Facts, now_ms: int) -> Meter:
    """Say how a person stands now; what is still possible is the verdict on the same facts and staying to the end.

    Until the end a missed check can be made up by later ones; nobody may learn how many are still to come.
    """
    attended = _figures(policy, facts)
    is_over = now_ms >= facts.window[1]
    best = attended if is_over else _figures(policy, _staying(facts, now_ms))
    lacks = _lacks(policy, attended)
    hopeless = _lacks(policy, best)
    needed = needed_s(policy, attended.total_s)
    if not lacks:
        words: tuple[str, ...] = (_counted_words(attended), "You have enough for credit.")
    elif not hopeless:
        words = (_counted_words(attended), *_to_do(lacks, needed - attended.credited_s), "Leaving now means no credit.")
    elif is_over:
        words = (_counted_words(attended), *lacks.values())
    else:
        most = f"{best.credited_s // 60} of {best.total_s // 60} min is the most you can reach."
        first = most if "minutes" in hopeless else _counted_words(attended)
        words = (first, *hopeless.values(), "You can stay; a certificate is not possible this time.")
    return Meter(
        counted_s=attended.credited_s,
        needed_s=needed,
        total_s=attended.total_s,
        is_enough=not lacks,
        still_possible=not hopeless,
        sentences=words,
        spans=attended.spans,
    )


def ruler(attended: Summary) -> list[tuple[int, int]]:
    """Give the credited spans in minutes from the start of the window, to the nearest minute, for drawing only."""
    start = attended.window[0]
    near = [((a - start + 30_000) // 60_000, (b - start + 30_000) // 60_000) for a, b in attended.spans]
    return union(near)


def in_words(seconds: int) -> str:
    """Say a length: `2 min 10 s`, `45 s`, `12 min`."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _counting(spans: Iterable[Span], facts: Facts) -> list[Span]:
    return subtract(clip(spans, facts.window), facts.breaks)


def _taken_by_server(policy: AttendancePolicy, facts: Facts) -> list[Span]:
    """Give the time from each server-caused close to the last return that the policy waits for."""
    if not any(run.is_server_fault for run in facts.runs):
        return []
    returns = [start for start, _ in facts.stays]
    patience = policy.server_gap_s * 1000 + FLUSH_MS
    taken = []
    for mine in by_connection(facts.runs).values():
        close = first_close(mine)
        if close is not None and close.is_server_fault:
            lost = close.first_ms
            taken.append((lost, max((at for at in returns if at <= lost + patience), default=lost)))
    return taken


def _taken_by_outages(facts: Facts) -> list[Span]:
    return taken(facts.stays, facts.incidents)


def _gaps_up_to(spans: Sequence[Span], longest_ms: int) -> list[Span]:
    return [(before[1], after[0]) for before, after in pairwise(spans) if after[0] - before[1] <= longest_ms]


def _held(policy: AttendancePolicy, facts: Facts) -> list[Span]:
    known = union([*facts.stays, *facts.granted, *_taken_by_server(policy, facts), *_taken_by_outages(facts)])
    return union([*known, *_gaps_up_to(known, policy.grace_bridge_s * 1000)])


def _bridges(policy: AttendancePolicy, facts: Facts) -> tuple[Bridge, ...]:
    present = evidenced(facts)
    server = subtract(_counting(_taken_by_server(policy, facts), facts), present)
    outage = subtract(_counting(_taken_by_outages(facts), facts), [*present, *server])
    network = subtract(credited(policy, facts), [*present, *server, *outage])
    causes = [(server, "server"), (outage, "outage"), (network, "network")]
    return tuple(sorted(Bridge(start, end, cause) for spans, cause in causes for start, end in spans))


def _staying(facts: Facts, now_ms: int) -> Facts:
    to_the_end = PresenceRun("(staying)", PresenceKind.PROOF, now_ms, facts.window[1])
    return replace(facts, runs=(*facts.runs, to_the_end), checks_shown=0, checks_answered=0)


def _longest_s(spans: Iterable[Span]) -> int:
    return max((end - start for start, end in spans), default=0) // 1000


def _enough_ms(policy: AttendancePolicy, attended: Summary) -> int | None:
    """Give the moment at which enough had been counted."""
    lacking = needed_s(policy, attended.total_s) * 1000
    for start, end in attended.spans:
        if end - start >= lacking:
            return start + lacking
        lacking -= end - start
    return attended.left_ms


def _judged_gap_s(policy: AttendancePolicy, attended: Summary) -> int:
    start = attended.window[0] + (policy.latest_join_minutes or 0) * 60_000
    end = _enough_ms(policy, attended)
    return 0 if end is None else _longest_s(subtract([(start, end)], [*attended.spans, *attended.breaks]))


def _lacks(policy: AttendancePolicy, attended: Summary) -> dict[str, str]:
    """Give what is not fulfilled, by rule, each as a sentence."""
    lacks = {}
    needed = needed_s(policy, attended.total_s)
    if attended.joined_ms is None or attended.credited_s < needed:
        lacks["minutes"] = f"{minutes_up(needed)} min are needed."
    late = attended.joined_late_s
    if policy.latest_join_minutes is not None and late > policy.latest_join_minutes * 60:
        lacks["join"] = f"Joined {in_words(late)} after the start; the limit is {policy.latest_join_minutes} min."
    gap = _judged_gap_s(policy, attended)
    if policy.max_gap_s is not None and gap > policy.max_gap_s:
        lacks["gap"] = f"Away for {in_words(gap)} at a stretch; the limit is {in_words(policy.max_gap_s)}."
    if attended.checks_answered * 100 < (policy.checks_percent or 0) * attended.checks_shown:
        lacks["checks"] = (
            f"Checks answered: {attended.checks_answered} of {attended.checks_shown}; "
            f"{policy.checks_percent} % are needed."
        )
    return lacks


def _count_words(attended: Summary) -> str:
    words = f"{attended.credited_s // 60} of {attended.total_s // 60} min"
    if attended.largest_gap_s:
        words += f"; largest gap {in_words(attended.largest_gap_s)}"
    if attended.checks_shown:
        words += f"; checks {attended.checks_answered} of {attended.checks_shown}"
    return words


def _counted_words(attended: Summary) -> str:
    return f"{attended.credited_s // 60} of {attended.total_s // 60} min counted."


def _to_do(lacks: Mapping[str, str], missing_s: int) -> list[str]:
    more = f"{minutes_up(missing_s)} more for credit."
    return [more if rule == "minutes" else sentence for rule, sentence in lacks.items()]
