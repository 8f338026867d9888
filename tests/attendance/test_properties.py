"""What holds for every set of facts (reliability A-2 to A-7b), and that each property would notice its absence."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from webinar_app.attendance import rules
from webinar_app.core import intervals as spans_module
from webinar_app.core import presence
from webinar_app.core.intervals import Span
from webinar_app.core.presence import HEARTBEAT_MS, LEASE_MS, PresenceKind, PresenceRun

TIMES = st.integers(0, 480).map(lambda half: half * 500)
LENGTHS = st.one_of(st.just(0), st.integers(0, 80).map(lambda half: half * 500))


@st.composite
def a_run(draw: Any, connections: str = "abc", kinds: tuple[PresenceKind, ...] = tuple(PresenceKind)) -> PresenceRun:
    kind = draw(st.sampled_from(kinds))
    first = draw(TIMES)
    last = first + draw(LENGTHS) if kind is PresenceKind.PROOF else first
    is_fault = kind is PresenceKind.CLOSE and draw(st.booleans())
    return PresenceRun(draw(st.sampled_from(connections)), kind, first, last, is_fault)


@st.composite
def a_span(draw: Any) -> Span:
    start = draw(TIMES)
    return start, start + draw(st.integers(1, 400)) * 500


RUNS = st.lists(a_run(), max_size=12)
PROOFS = st.lists(a_run("d", (PresenceKind.OPEN, PresenceKind.PROOF)), max_size=4)
BREAKS = st.lists(a_span(), max_size=2)
FACTS = st.builds(
    lambda runs, window, breaks, outages: rules.Facts(
        runs=tuple(runs), window=window, breaks=tuple(breaks), incidents=tuple(outages)
    ),
    RUNS,
    a_span(),
    BREAKS,
    st.lists(a_span(), max_size=2),
)
POLICIES = st.builds(
    rules.AttendancePolicy,
    min_percent=st.sampled_from((1, 50, 90, 100)),
    latest_join_minutes=st.sampled_from((None, 0, 1)),
    max_gap_s=st.sampled_from((None, 5, 30)),
    grace_bridge_s=st.sampled_from((0, 10, 60)),
    server_gap_s=st.sampled_from((0, 20, 120)),
)
EVERYTHING = (-10_000_000, 10_000_000)


def ms(spans: list[Span]) -> int:
    """Measure without any code under test: spans that overlap count twice, so that a lacking union shows."""
    return sum(end - start for start, end in spans)


def both(facts: rules.Facts, policy: rules.AttendancePolicy) -> tuple[list[Span], list[Span]]:
    return rules.evidenced(facts), rules.credited(policy, facts)


def order_does_not_matter(facts: rules.Facts, policy: rules.AttendancePolicy, seed: int) -> None:
    runs, breaks = list(facts.runs), list(facts.breaks)
    random.Random(seed).shuffle(runs)
    random.Random(seed).shuffle(breaks)

    shuffled = replace(facts, runs=tuple(runs), breaks=tuple(breaks))

    assert both(shuffled, policy) == both(facts, policy)


def duplicates_do_not_matter(facts: rules.Facts, policy: rules.AttendancePolicy) -> None:
    assert both(replace(facts, runs=facts.runs * 2, breaks=facts.breaks * 2), policy) == both(facts, policy)


def another_device_takes_nothing(facts: rules.Facts, policy: rules.AttendancePolicy, extra: list[PresenceRun]) -> None:
    more = replace(facts, runs=(*facts.runs, *extra))

    assert ms(rules.evidenced(more)) >= ms(rules.evidenced(facts))
    assert ms(rules.credited(policy, more)) >= ms(rules.credited(policy, facts))


def another_proof_takes_nothing(facts: rules.Facts, policy: rules.AttendancePolicy, extra: PresenceRun) -> None:
    more = replace(facts, runs=(*facts.runs, extra))

    assert ms(rules.evidenced(more)) >= ms(rules.evidenced(facts))
    assert ms(rules.credited(policy, more)) >= ms(rules.credited(policy, facts))


def nothing_beyond_the_window(facts: rules.Facts, policy: rules.AttendancePolicy) -> None:
    start, end = facts.window
    pauses = {at for a, b in facts.breaks for at in range(max(a, start), min(b, end), 500)}
    most = end - start - 500 * len(pauses)

    for counted in both(facts, policy):
        assert 0 <= ms(counted) <= most
        assert all(start <= a < b <= end for a, b in counted)


def devices_never_add_up(one: list[PresenceRun], other: list[PresenceRun]) -> None:
    first = rules.Facts(runs=tuple(one), window=EVERYTHING)
    second = rules.Facts(runs=tuple(other), window=EVERYTHING)
    a, b = ms(rules.evidenced(first)), ms(rules.evidenced(second))

    together = ms(rules.evidenced(replace(first, runs=(*one, *other))))

    assert max(a, b) <= together <= a + b


def moving_everything_changes_nothing(facts: rules.Facts, policy: rules.AttendancePolicy, by: int) -> None:
    def moved(spans: Any) -> tuple[Span, ...]:
        return tuple((start + by, end + by) for start, end in spans)

    later = rules.Facts(
        runs=tuple(run._replace(first_ms=run.first_ms + by, last_ms=run.last_ms + by) for run in facts.runs),
        window=moved([facts.window])[0],
        breaks=moved(facts.breaks),
        incidents=moved(facts.incidents),
    )

    assert [tuple(spans) for spans in both(later, policy)] == [moved(spans) for spans in both(facts, policy)]


def windows_add_up(facts: rules.Facts, policy: rules.AttendancePolicy, at: int) -> None:
    start, end = facts.window
    middle = min(max(at, start), end)
    left, right = replace(facts, window=(start, middle)), replace(facts, window=(middle, end))

    for whole, before, after in zip(both(facts, policy), both(left, policy), both(right, policy), strict=True):
        assert ms(whole) == ms(before) + ms(after)


def a_close_adds_at_most_the_lease(proofs: list[PresenceRun], at: int) -> None:
    facts = rules.Facts(runs=tuple(proofs), window=EVERYTHING)
    closed = replace(facts, runs=(*facts.runs, PresenceRun("d", PresenceKind.CLOSE, at, at)))

    assert ms(rules.evidenced(closed)) <= ms(rules.evidenced(facts)) + LEASE_MS


def every_moment_follows_a_proof(facts: rules.Facts) -> None:
    closes: dict[str, int] = {}
    for run in facts.runs:
        if run.kind is PresenceKind.CLOSE:
            closes[run.connection] = min(run.first_ms, closes.get(run.connection, run.first_ms))
    proven = [
        (run.first_ms, min(run.last_ms, closes.get(run.connection, run.last_ms)) + LEASE_MS)
        for run in facts.runs
        if run.kind is not PresenceKind.CLOSE and run.first_ms <= closes.get(run.connection, run.first_ms)
    ]

    for start, end in rules.evidenced(facts):
        for at in (start, (start + end) // 2, end - 1):
            assert any(first <= at < until for first, until in proven)


def after_the_first_close_all_is_void(
    facts: rules.Facts, policy: rules.AttendancePolicy, connection: str, at: int, delays: list[int], kind: PresenceKind
) -> None:
    close = PresenceRun(connection, PresenceKind.CLOSE, at, at)
    closed = replace(facts, runs=(*facts.runs, close))
    late = tuple(PresenceRun(connection, kind, at + delay, at + delay) for delay in delays)

    assert both(replace(closed, runs=(*closed.runs, *late)), policy) == both(closed, policy)


def silence_is_not_presence(at: int, silence: int) -> None:
    proofs = tuple(PresenceRun("a", PresenceKind.PROOF, when, when) for when in (at, at + LEASE_MS + silence))

    assert ms(rules.evidenced(rules.Facts(runs=proofs, window=EVERYTHING))) == HEARTBEAT_MS


def a_run_is_its_proofs(proofs: list[PresenceRun]) -> None:
    runs = rules.Facts(runs=tuple(proofs), window=EVERYTHING)
    points = tuple(
        run._replace(first_ms=at, last_ms=at)
        for run in proofs
        for at in (*range(run.first_ms, run.last_ms, HEARTBEAT_MS), run.last_ms)
    )

    assert rules.evidenced(replace(runs, runs=points)) == rules.evidenced(runs)


def bridges_are_listed(facts: rules.Facts, policy: rules.AttendancePolicy) -> None:
    attended = rules.summary(policy, facts)
    bridged = sum(bridge.end_ms - bridge.start_ms for bridge in attended.bridges)
    lengths = [bridge.end_ms - bridge.start_ms for bridge in attended.bridges if bridge.cause == "network"]

    assert ms(rules.credited(policy, facts)) - ms(rules.evidenced(facts)) == bridged
    assert all(length <= policy.grace_bridge_s * 1000 for length in lengths)


def folding_changes_nothing(facts: rules.Facts, policy: rules.AttendancePolicy) -> None:
    folded = replace(facts, runs=tuple(presence.fold(facts.runs)))

    assert both(folded, policy) == both(facts, policy)
    assert len(folded.runs) <= 2 * len(facts.runs)


def more_evidence_never_undoes_a_verdict(
    facts: rules.Facts, policy: rules.AttendancePolicy, extra: list[PresenceRun]
) -> None:
    before = rules.verdict(policy, rules.summary(policy, facts))
    after = rules.verdict(policy, rules.summary(policy, replace(facts, runs=(*facts.runs, *extra))))

    assert after.complete or not before.complete


def meter_and_verdict_agree(
    facts: rules.Facts, policy: rules.AttendancePolicy, now: int, later: list[PresenceRun]
) -> None:
    so_far = replace(facts, runs=tuple(run for run in facts.runs if run.last_ms <= now))
    told = rules.meter(policy, so_far, now)
    # Nobody can come back into a room that is over.
    to_come = tuple(run for run in later if now <= run.first_ms < facts.window[1])
    final = rules.verdict(policy, rules.summary(policy, replace(so_far, runs=(*so_far.runs, *to_come))))

    assert told.is_enough == rules.verdict(policy, rules.summary(policy, so_far)).complete
    assert told.still_possible or not told.is_enough
    assert final.complete or not told.is_enough
    assert told.still_possible or not final.complete


PROPERTIES: dict[Callable[..., None], dict[str, Any]] = {
    order_does_not_matter: {"facts": FACTS, "policy": POLICIES, "seed": st.integers(0, 9)},
    duplicates_do_not_matter: {"facts": FACTS, "policy": POLICIES},
    another_device_takes_nothing: {"facts": FACTS, "policy": POLICIES, "extra": PROOFS},
    another_proof_takes_nothing: {
        "facts": FACTS,
        "policy": POLICIES,
        "extra": a_run(kinds=(PresenceKind.OPEN, PresenceKind.PROOF)),
    },
    nothing_beyond_the_window: {"facts": FACTS, "policy": POLICIES},
    devices_never_add_up: {"one": RUNS, "other": st.lists(a_run("xyz"), max_size=12)},
    moving_everything_changes_nothing: {
        "facts": FACTS,
        "policy": POLICIES,
        "by": st.integers(-2_000_000_000, 2_000_000_000),
    },
    windows_add_up: {"facts": FACTS, "policy": POLICIES, "at": TIMES},
    a_close_adds_at_most_the_lease: {"proofs": PROOFS, "at": TIMES},
    every_moment_follows_a_proof: {"facts": FACTS},
    after_the_first_close_all_is_void: {
        "facts": FACTS,
        "policy": POLICIES,
        "connection": st.sampled_from("abc"),
        "at": TIMES,
        "delays": st.lists(st.integers(1, 40_000), max_size=3),
        "kind": st.sampled_from(tuple(PresenceKind)),
    },
    a_run_is_its_proofs: {"proofs": PROOFS},
    silence_is_not_presence: {"at": TIMES, "silence": st.integers(1, 60_000)},
    bridges_are_listed: {"facts": FACTS, "policy": POLICIES},
    folding_changes_nothing: {"facts": FACTS, "policy": POLICIES},
    more_evidence_never_undoes_a_verdict: {"facts": FACTS, "policy": POLICIES, "extra": PROOFS},
    meter_and_verdict_agree: {
        "facts": FACTS,
        "policy": POLICIES,
        "now": TIMES,
        "later": st.lists(a_run("abcd"), max_size=4),
    },
}


def examine(law: Callable[..., None], examples: int, *phases: Phase) -> None:
    config = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    config(given(**PROPERTIES[law])(law))()


@pytest.mark.parametrize("law", PROPERTIES, ids=lambda law: law.__name__)
def test_law_holds(law: Callable[..., None]) -> None:
    examine(law, 80, Phase.generate, Phase.shrink)


def union_without_joining(spans: Any) -> list[Span]:
    return sorted(span for span in spans if span[0] < span[1])


def union_without_max(spans: Any) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def last_close(runs: Any) -> PresenceRun | None:
    return max((run for run in runs if run.kind is PresenceKind.CLOSE), key=lambda run: run.first_ms, default=None)


Patches = list[tuple[Any, str, Any]]
# Each way to break the arithmetic, the law that must notice, and what to replace.
MUTANTS: dict[str, tuple[Callable[..., None], Patches]] = {
    "no union": (
        nothing_beyond_the_window,
        [(spans_module, "union", union_without_joining), (rules, "union", union_without_joining)],
    ),
    "no max in the union": (
        devices_never_add_up,
        [(spans_module, "union", union_without_max), (rules, "union", union_without_max)],
    ),
    "no clamp": (nothing_beyond_the_window, [(rules, "clip", lambda spans, window: spans_module.union(spans))]),
    "no sort of proofs": (order_does_not_matter, [(presence, "sorted", list)]),
    "no sort of spans": (order_does_not_matter, [(spans_module, "sorted", list)]),
    "no max over runs": (a_run_is_its_proofs, [(presence, "max", lambda known, last: last)]),
    "no lease split": (
        every_moment_follows_a_proof,
        [(presence, "_joined", lambda proofs: [(min(proofs)[0], max(b for _, b in proofs))] if proofs else [])],
    ),
    "last close counts": (
        after_the_first_close_all_is_void,
        [(presence, "first_close", last_close), (rules, "first_close", last_close)],
    ),
    "close without bound": (
        a_close_adds_at_most_the_lease,
        [(presence, "_end", lambda last, close: close.first_ms if close else last + HEARTBEAT_MS // 2)],
    ),
    "proofs after the close": (
        after_the_first_close_all_is_void,
        [(presence, "_before", lambda runs, _: [run[2:4] for run in runs if run.kind is not PresenceKind.CLOSE])],
    ),
    "breaks count": (
        nothing_beyond_the_window,
        [(rules, "subtract", lambda spans, holes: spans_module.union(spans))],
    ),
    "every gap is bridged": (
        bridges_are_listed,
        [(rules, "_gaps_up_to", lambda spans, _: [(a[1], b[0]) for a, b in pairwise(spans)])],
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_breaks_its_law(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    law, patches = MUTANTS[mutant]
    for module, name, replacement in patches:
        monkeypatch.setattr(module, name, replacement, raising=False)

    with pytest.raises(AssertionError):
        examine(law, 400, Phase.generate)
