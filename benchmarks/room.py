"""The live room against Node's socket.io and a floor in C, in the same run: fan-out, joins, votes, memory.

The server has one core, the load client the other. Each figure is the median of alternating runs; `--quick` is one run
with fewer people. Votes are measured on PostgreSQL too where a server answers at 127.0.0.1:5432.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import peer
import psycopg
from clients import SERVER_CORE, Clients, allow_many_files, pin
from crowd import Crowd
from sitting import Room
from stand import POSTGRES, Stand

from webinar_app.polls.rules import ResultVisibility

WORDS = "We take the next question in a minute; the handout for this part lies under Materials, page four." * 2
QUIET_LOAD = 1.5  # a load average above it says that somebody else works here too
IN_FLIGHT, VOTES_EACH, OPEN_RATE = 500, 4, 500
Figures = dict[str, float]


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    clients: int
    runs: int
    rounds: int
    vote_seconds: float
    sizes: tuple[int, ...]


FULL = Plan(clients=3000, runs=3, rounds=20, vote_seconds=5, sizes=(1000, 5000, 10_000))
QUICK = Plan(clients=1000, runs=1, rounds=8, vote_seconds=2, sizes=())


@dataclass(frozen=True)
class Subject:
    """One server that is measured; client 0 of it tells."""

    port: int
    pid: int
    auths: list[str]
    sync: str
    tell: str
    marker: str
    act: str | None


@contextmanager
def ours(count: int, server: str | None = None) -> Iterator[Subject]:
    """Run the product, everything switched on."""
    with Stand(server=server, worker=False) as stand:
        room = Room(stand, people=0)
        crowd = Crowd(room, count)
        poll = room.open_polls(1, ResultVisibility.HOSTS_ONLY)[0]
        auths = [crowd.staff_auth(), *crowd.auths()]
        stand.start()
        assert stand.web is not None
        pin(stand.web.pid, SERVER_CORE)
        yield Subject(
            stand.port,
            stand.web.pid,
            auths,
            '["room.sync",{"all":null,"staff":null,"me":null}]',
            f'["announcement.make",{{"text":"Round {{n}}. {WORDS[:120]}","key":"round-{{prefix}}-{{n}}"}}]',
            "Round {n}.",
            f'["poll.vote",{{"poll":"{poll}","options":[{{o}}],"key":"{{prefix}}-{{n}}"}}]',
        )


@contextmanager
def node(count: int) -> Iterator[Subject]:
    """Run Node's socket.io with the same messages."""
    tell = f'["tell",{{"round":"Round {{n}}.","text":"{WORDS}","at":"2026-11-30T12:00:00.000Z"}}]'
    with peer.node() as (port, pid):
        act = peer.VOTE if peer.has_database() else None
        yield Subject(port, pid, peer.auths(count + 1), peer.SYNC, tell, "Round {n}.", act)


@contextmanager
def floor(count: int) -> Iterator[Subject]:
    """Run the floor in C with the same messages."""
    tell = f'["tell",{{"round":"Round {{n}}.","text":"{WORDS}","at":"2026-11-30T12:00:00.000Z"}}]'
    with peer.floor() as (port, pid):
        yield Subject(port, pid, peer.auths(count + 1), peer.SYNC, tell, "Round {n}.", None)


def measure(subject: Subject, plan: Plan, count: int, *, votes: bool) -> Figures:
    """Let everybody in, tell them something again and again, and let them vote."""
    clients = Clients(subject.port, subject.pid, subject.auths, sync=subject.sync, act=subject.act or "[]")
    with clients:
        before = clients.rest(300)
        clients.join(1)
        joined = clients.join(count)
        if joined["failed"]:
            raise RuntimeError(f"{joined['failed']} of {count} were not let in")
        idle = clients.rest(2000)
        found: Figures = {
            "joins": joined["per_second"],
            "join_cpu": joined["cpu_ms_each"],
            "kb": (idle["memory_kb"] - before["memory_kb"]) / (count + 1),
            "idle": idle["cpu_percent"],
        }
        found |= fan_out(clients, subject, plan.rounds)
        if votes and subject.act:
            found |= count_votes(clients, plan, count)
        return found


def fan_out(clients: Clients, subject: Subject, rounds: int) -> Figures:
    """Tell everybody something; what it costs, the act's own commit included, and when the last one has it."""
    costs, lasts = [], []
    for number in range(rounds + 2):
        told = clients.round(subject.marker, subject.tell)
        if told["reached"] < told["of"]:
            raise RuntimeError(f"only {told['reached']} of {told['of']} clients got a message")
        if number >= 2:  # the first ones warm caches up
            costs.append(told["cpu_ms"] * 1000 / told["of"])
            lasts.append(told["last_ms"])
        clients.rest(100)
    return {"us": median(costs), "last": median(lasts)}


def count_votes(clients: Clients, plan: Plan, count: int) -> Figures:
    """Vote with 500 open at any time, then 500 a second."""
    closed = clients.votes(at_once=IN_FLIGHT, seconds=plan.vote_seconds, most=count * VOTES_EACH)
    clients.rest(1500)
    steady = clients.votes(rate=OPEN_RATE, seconds=plan.vote_seconds)
    bad = sum(part["refused"] + part["unanswered"] for part in (closed, steady))
    return {
        "votes": closed["per_second"],
        "vote_cpu": closed["cpu_ms_each"],
        "full_p99": closed["p99_ms"],
        "p99": steady["p99_ms"],
        "p50": steady["p50_ms"],
        "bad": bad,
    }


def alternate(plan: Plan, subjects: dict[str, Callable[..., Any]]) -> dict[str, Figures]:
    """Measure all subjects in turn, so many times, and give the median of each figure."""
    found: dict[str, list[Figures]] = {name: [] for name in subjects}
    for run in range(plan.runs):
        for name, subject in subjects.items():
            with subject(plan.clients) as running:
                figures = measure(running, plan, plan.clients, votes=True)
            found[name].append(figures)
            told = ", ".join(f"{key} {value:.3g}" for key, value in figures.items())
            print(f"  run {run + 1} of {plan.runs}, {name}: {told}", flush=True)
    return {name: {key: median(one[key] for one in runs) for key in runs[0]} for name, runs in found.items()}


def by_size(plan: Plan) -> dict[int, float]:
    """Give our fan-out cost by number of clients."""
    found = {}
    for count in plan.sizes:
        with ours(count) as subject:
            found[count] = measure(subject, plan, count, votes=False)["us"]
        print(f"  {count} clients: {found[count]:.1f} µs of server CPU per client and message", flush=True)
    return found


def has_postgres() -> bool:
    """Say whether a PostgreSQL server answers."""
    try:
        psycopg.connect(POSTGRES.replace("+psycopg", "", 1), connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def on_postgres(plan: Plan) -> Figures:
    """Give the figures of votes on PostgreSQL."""
    with ours(plan.clients, POSTGRES) as subject:
        found = measure(subject, plan, plan.clients, votes=True)
    print(f"  PostgreSQL: {found['votes']:.0f} votes/s, {found['vote_cpu']:.3f} ms of web CPU each", flush=True)
    return found


@dataclass(frozen=True)
class Bound:
    """One figure, what must hold, and what is reached for."""

    name: str
    value: float
    holds: float
    reach: str
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Say whether it holds."""
        return self.value >= self.holds if self.at_least else self.value <= self.holds

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "" if self.is_kept else " FAILS"
        return f"{self.name} {self.value:.3g} ({sign} {self.holds:g}, reach {self.reach}){verdict}"


def bounds(found: dict[str, Figures], sizes: dict[int, float], postgres: Figures | None) -> list[Bound]:
    """Give every figure of performance.md that these runs can show."""
    mine, other, least = found["ours"], found.get("node"), found["floor"]
    quiet = os.getloadavg()[0] < QUIET_LOAD + 2  # two processes of this run are at work themselves
    told = [
        Bound("fan-out ÷ C floor", mine["us"] / least["us"], 1.7, "1.3"),
        Bound("KB per connection", mine["kb"], 60, "30"),
        Bound("votes/s", mine["votes"], 6000, "15,000", at_least=True),
        Bound(f"p99 ms at {OPEN_RATE}/s", mine["p99"], 40 if quiet else 150, "40"),
        Bound("votes refused or unanswered", mine["bad"], 0, "0"),
    ]
    if other:
        told += beside_node(mine, other)
    if len(sizes) > 1:
        smallest, largest = min(sizes), max(sizes)
        told.append(Bound(f"{largest} clients ÷ {smallest}", sizes[largest] / sizes[smallest], 1.25, "1.0"))
    if postgres:
        told.append(Bound("PostgreSQL votes/s ÷ SQLite", postgres["votes"] / mine["votes"], 0.7, "1.0", at_least=True))
        told.append(Bound("its web CPU ÷", postgres["vote_cpu"] / mine["vote_cpu"], 1.2, "1.0"))
    return told


def beside_node(mine: Figures, other: Figures) -> list[Bound]:
    """Give the figures that are ratios to Node's of the same run."""
    told = [
        Bound("fan-out ÷ Node", mine["us"] / other["us"], 0.65, "0.5"),
        Bound("last client ÷ Node", mine["last"] / other["last"], 1.0, "0.7"),
        Bound("joins ÷ Node", mine["joins"] / other["joins"], 0.5, "1.0", at_least=True),
    ]
    if "votes" in other:
        told += [
            Bound("votes/s ÷ Node", mine["votes"] / other["votes"], 0.6, "1.0", at_least=True),
            Bound("CPU per vote ÷ Node", mine["vote_cpu"] / other["vote_cpu"], 1.5, "1.0"),
            Bound(f"p99 with {IN_FLIGHT} open ÷ Node", mine["full_p99"] / other["full_p99"], 1.0, "1.0"),
        ]
    return told


def summary(plan: Plan, found: dict[str, Figures]) -> list[str]:
    """Give a table of the medians for the report."""
    keys = ("us", "last", "joins", "join_cpu", "kb", "idle", "votes", "vote_cpu", "full_p99", "p50", "p99")
    heads = (
        "µs/client", "last ms", "joins/s", "ms/join", "KB each", "idle %", "votes/s", "ms/vote", "p99 full", "p50",
        "p99",
    )  # fmt: skip
    rows = [f"{plan.clients} clients, medians of {plan.runs}: " + " | ".join(heads)]
    for name, figures in found.items():
        rows.append(f"{name}: " + " | ".join(f"{figures[key]:.4g}" if key in figures else "–" for key in keys))
    return rows


def report(lines: list[str]) -> None:
    """Keep the lines of a full run."""
    path = Path(__file__).parent / "reports" / "room.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def main() -> int:
    """Print the figures as the last line; 0 when they hold, 2 when only a peer is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--clients", type=int, help="another number of clients")
    chosen = parser.parse_args()
    begun, files, load_before = time.monotonic(), allow_many_files(), os.getloadavg()[0]
    plan = QUICK if chosen.quick else FULL
    possible = tuple(count for count in plan.sizes if count + 200 < files)
    plan = replace(plan, clients=chosen.clients or plan.clients, sizes=possible)
    subjects: dict[str, Callable[..., Any]] = {"ours": ours, "node": node, "floor": floor}
    if absent := peer.absent():
        subjects.pop("node")
    found = alternate(plan, subjects)
    sizes = by_size(plan)
    postgres = None if chosen.quick or not has_postgres() else on_postgres(plan)
    told = bounds(found, sizes, postgres)
    if not absent and not peer.has_database():
        absent = "better-sqlite3 is missing for Node's votes: run `make bench-setup`"
    missing = [absent] if absent else []
    does_hold = all(bound.is_kept for bound in told)
    verdict = "DOES NOT HOLD" if not does_hold else "not compared in full" if missing else "holds"
    figures = "; ".join([*map(str, told), *missing])
    line = (
        f"room: {plan.clients} clients, {found['ours']['us']:.1f} µs a client and message; {figures}; "
        f"load {load_before:.1f} before, {time.monotonic() - begun:.0f} s, {verdict}"
    )
    rows = summary(plan, found)
    print("\n".join("  " + row for row in rows))
    if not chosen.quick:
        report([*rows, *(f"{count} clients: {us:.1f} µs" for count, us in sizes.items()), line])
    print(line)
    return 1 if not does_hold else 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
