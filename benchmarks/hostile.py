"""One bad client harms only itself: floods, readers that never read, big frames, half requests, nonsense (O-1 to O-5).

The others are 200 attendees who vote 100 times a second from a process of their own; their p99 is measured idle and
under each attack. Beside a ratio stands a floor in milliseconds, because a ratio of two small numbers is noise.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import attacks
from attacks import Wire
from clients import Clients, allow_many_files, cpu_ms, memory_kb
from crowd import Crowd
from sitting import Room
from stand import Stand

from webinar_app.core.clock import utc_now
from webinar_app.infra.db import write
from webinar_app.polls.rules import ResultVisibility
from webinar_app.webinars.services import publish_room_event

OTHERS, VOTES_PER_SECOND, SPARE = 200, 100, 260
RATES = (1000, 5000, 20_000)
FLOOD_WINDOW = 10.0
LINES_PER_SECOND, LINE_BYTES = 40, 4000


class Trial:
    """A room with others in it, and attackers from among the spare people."""

    def __init__(self, stand: Stand, room: Room, *, is_quick: bool) -> None:
        self.stand, self.room, self.is_quick = stand, room, is_quick
        self.crowd = Crowd(room, OTHERS + SPARE)
        poll = room.open_polls(1, ResultVisibility.HOSTS_ONLY)[0]
        stand.start()
        assert stand.web is not None
        self.pid, self.spare = stand.web.pid, iter(range(1 << 30))
        act = f'["poll.vote",{{"poll":"{poll}","options":[{{o}}],"key":"{{prefix}}-{{n}}"}}]'
        self.clients = Clients(stand.port, self.pid, self.crowd.auths(range(OTHERS)), act=act)
        self.joined = self.clients.join(OTHERS, at_once=20)
        self.seconds = 3.0 if is_quick else FLOOD_WINDOW
        self.clients.votes(rate=VOTES_PER_SECOND, seconds=1, first=0)  # caches are warm after it
        self.idle = self.others(lambda: time.sleep(self.seconds))[0]

    def others(self, attack: Callable[[], Any], seconds: float | None = None) -> tuple[dict[str, Any], Any]:
        """Give how the others fared while the attack went on, and what the attack gave."""
        span = self.seconds if seconds is None else seconds
        cpu, begun = cpu_ms(self.pid), time.monotonic()
        self.clients.begin(f"votes 0 {VOTES_PER_SECOND} {span * 1000} {1 << 40} 0")
        found = attack()
        fared = self.clients.answer()
        fared["cpu_percent"] = (cpu_ms(self.pid) - cpu) / (time.monotonic() - begun) / 10
        return fared, found

    def auth(self) -> str:
        """Give a ticket of the next spare person."""
        return self.crowd.auth(OTHERS + next(self.spare) % SPARE)

    def enter(self) -> Wire:
        """Bring a spare person into the room."""
        wire = Wire(self.stand)
        wire.enter(self.auth())
        return wire

    def close(self) -> None:
        """Let the others go."""
        self.clients.__exit__()


def flooded(trial: Trial, per_second: int) -> tuple[str, bool]:
    """O-1: one connection sends far too much; who is cut comes back every second and does it again."""

    def attack() -> list[float | None]:
        begun, cuts = time.monotonic(), list[float | None]()
        while (left := trial.seconds - (time.monotonic() - begun)) > 0.5:
            wire = trial.enter()
            cuts.append(attacks.flood(wire, per_second, left))
            wire.close()
            time.sleep(max(0.0, 1 - (cuts[-1] or 1)))
        return cuts

    fared, cuts = trial.others(attack)
    p99, share = fared["p99_ms"], fared["cpu_percent"] - trial.idle["cpu_percent"]
    most = max(2 * trial.idle["p99_ms"], trial.idle["p99_ms"] + 20)
    never, slowest = cuts.count(None), max((cut for cut in cuts if cut is not None), default=0.0)
    holds = not never and slowest <= 10 and p99 <= most and share <= 10 and not fared["unanswered"]
    cut = f"never cut {never} times" if never else f"cut {len(cuts)} times within {slowest:.1f} s"
    return f"flood {per_second}/s: p99 {p99:.1f} ms (≤ {most:.0f}), {cut}, {share:.1f} % CPU", holds


def tell_long_lines(room: Room, stopping: threading.Event) -> None:
    """Give the room much to read: 160 KB a second."""
    number = 0
    while not stopping.is_set():
        number += 1
        payload = {"announcement": {"code": f"{number:08}", "text": "x" * LINE_BYTES, "at": utc_now().isoformat()}}
        write(publish_room_event, room.id, "all", "announcement.made", payload, now=utc_now())
        stopping.wait(1 / LINES_PER_SECOND)


def never_read(trial: Trial, readers: list[Wire], seconds: float) -> tuple[int, float]:
    """Keep half of them alive with pongs until all are cut; give how many were, and the most memory above the start."""
    begun, before, most, next_pong = time.monotonic(), memory_kb(trial.pid), 0, 0.0
    while (now := time.monotonic()) - begun < seconds:
        if now > next_pong:
            next_pong = now + 5
            for wire in readers[::2]:
                with suppress(OSError):
                    wire.sock.send(attacks.framed(attacks.TEXT, b"3"))
        most = max(most, memory_kb(trial.pid) - before)
        time.sleep(0.2)
    for wire in readers:  # the end lies behind what it did not read, but who writes to a closed connection hears of it
        wire.send(attacks.framed(attacks.TEXT, b"3"))
    time.sleep(0.5)
    for wire in readers:
        wire.send(attacks.framed(attacks.TEXT, b"3"))
        wire.take()
    return sum(wire.is_over for wire in readers), most / 1024 / len(readers)


def slow_readers(trial: Trial) -> tuple[str, bool]:
    """O-2: a hundred that never read, while much is told."""
    count, seconds = (30, 9.0) if trial.is_quick else (100, 25.0)
    stopping = threading.Event()
    teller = threading.Thread(target=tell_long_lines, args=(trial.room, stopping))
    teller.start()
    try:
        base = trial.others(lambda: time.sleep(trial.seconds))[0]
        readers = [trial.enter() for _ in range(count)]
        for wire in readers:
            wire.shrink()
        fared, (cut, megabytes) = trial.others(lambda: never_read(trial, readers, seconds), seconds)
    finally:
        stopping.set()
        teller.join()
    for wire in readers:
        wire.close()
    most = max(1.5 * base["p99_ms"], base["p99_ms"] + 5)
    holds = cut == count and megabytes <= 1 and fared["p99_ms"] <= most and not fared["unanswered"]
    told = f"{count} that never read: {cut} cut, {megabytes:.2f} MB each, p99 {fared['p99_ms']:.1f} ms (≤ {most:.0f})"
    return told, holds


def big_frames(trial: Trial) -> tuple[str, bool]:
    """O-3: 1 MB at once, and fragments without end."""
    took: list[float] = []
    codes: set[int] = set()

    def attack() -> None:
        until = time.monotonic() + trial.seconds - 1
        while time.monotonic() < until:
            for send in (attacks.big_frame, attacks.endless_fragments):
                wire = trial.enter()
                took.append(send(wire))
                codes.add(wire.close_code)
                wire.close()
            time.sleep(0.1)

    fared, _ = trial.others(attack)
    most = trial.idle["p99_ms"] + 10
    slowest = sorted(took)[int(0.95 * (len(took) - 1))] * 1000
    holds = slowest <= 100 and codes == {1009} and fared["p99_ms"] <= most and not fared["unanswered"]
    closed = "/".join(map(str, sorted(codes)))
    return (
        f"{len(took)} big messages: closed {closed} in {slowest:.0f} ms, p99 {fared['p99_ms']:.1f} ms (≤ {most:.0f})",
        holds,
    )


def half_requests(trial: Trial) -> tuple[str, bool]:
    """O-4: requests that never end."""
    count = 500 if trial.is_quick else 5000
    opened = attacks.half_open(trial.stand, count)
    begun = time.monotonic()
    try:
        trial.enter().close()
        entered = time.monotonic() - begun
        while (left := attacks.still_open(opened)) and time.monotonic() - begun < 20:
            time.sleep(0.1)
        closed = time.monotonic() - begun
    finally:
        for sock in opened:
            sock.close()
    holds = entered <= 1 and not left and closed <= 11
    return f"{count} half requests: a new client in {entered:.2f} s, closed in {closed:.1f} s", holds


def malformed(trial: Trial) -> tuple[str, bool]:
    """O-5: nonsense from strangers and from people in the room, a hundred packets a connection."""
    connections, each = (60, 100) if trial.is_quick else (1000, 100)
    lines = trial.stand.log().count("webinar.gate")

    def attack() -> int:
        cut = 0
        for number in range(connections):
            wire = trial.enter() if number % 4 == 0 else Wire(trial.stand)
            cut += attacks.speak_nonsense(wire, number, each)
            wire.close()
        return cut

    fared, cut = trial.others(attack)
    log = trial.stand.log()
    lines = log.count("webinar.gate") - lines
    assert trial.stand.web is not None
    is_alive = trial.stand.web.poll() is None and "Traceback" not in log
    holds = cut == connections and lines <= connections and is_alive and not fared["unanswered"]
    told = f"{connections * each} malformed packets: {cut} of {connections} connections cut, {lines} lines logged"
    return f"{told}, {'no crash' if is_alive else 'CRASHED'}", holds


def every_attack(trial: Trial) -> Iterator[tuple[str, bool]]:
    """Give words and verdict of one attack after the other; in a quick run the half requests wait beside others."""
    for rate in RATES:
        yield flooded(trial, rate)
    yield slow_readers(trial)
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(half_requests, trial)
        if not trial.is_quick:
            waiting.result()
        yield big_frames(trial)
        yield malformed(trial)
        yield waiting.result()


def main() -> int:
    """Print the figures as the last line; 0 when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    allow_many_files()
    begun, load = time.monotonic(), os.getloadavg()[0]
    told, does_hold = [], True
    with Stand(worker=False, log_level="INFO") as stand:
        trial = Trial(stand, Room(stand, people=0), is_quick=chosen.quick)
        told.append(f"others' p99 idle {trial.idle['p99_ms']:.1f} ms")
        for words, holds in every_attack(trial):
            told.append(words if holds else words + " FAILS")
            does_hold = does_hold and holds
            print(f"  {told[-1]}", flush=True)
        trial.close()
    line = f"hostile: {'; '.join(told)}; load {load:.1f} before, {time.monotonic() - begun:.0f} s, "
    line += "holds" if does_hold else "DOES NOT HOLD"
    if not chosen.quick:
        (Path(__file__).parent / "reports" / "hostile.txt").write_text(line.replace("; ", "\n") + "\n")
    print(line)
    return 0 if does_hold else 1


if __name__ == "__main__":
    sys.exit(main())
