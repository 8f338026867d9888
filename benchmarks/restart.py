"""Restart the web process, and kill it, under a full room: all come back, no act is lost, nobody loses credit.

1,000 clients vote 100 times a second through three SIGTERM and three SIGKILL (reliability X-1, X-2, E12); `--quick` is
200 clients and one of each. A client waits as the page does: full jitter up to 5 s, doubling, or a random part of what
the server asked for. After SIGKILL the stall is printed only, because nobody told the clients when to come.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from clients import Clients, allow_many_files
from crowd import Crowd
from sitting import Room
from stand import Stand

from webinar_app.attendance.queries import facts_of, meters_for
from webinar_app.core.clock import utc_now
from webinar_app.core.intervals import to_ms
from webinar_app.infra.db import read
from webinar_app.polls.rules import ResultVisibility

TICKETS_EACH = 12
BACK_SECONDS = {"SIGTERM": 15.0, "SIGKILL": 30.0}
STALL_SECONDS, CREDIT_SECONDS, EXIT_SECONDS = 5.0, 5.0, 20.0
RUNS_AFTER = 12.0  # seconds of votes after the end of the process


class Trial:
    """A full room on a stand, and what became of it."""

    def __init__(self, stand: Stand, people: int, rate: float) -> None:
        self.stand, self.rate = stand, rate
        self.room = Room(stand, people=0)
        self.crowd = Crowd(self.room, people)
        self.poll = self.room.open_polls(1, ResultVisibility.HOSTS_ONLY)[0]
        self.acknowledged = Path(tempfile.mkstemp(prefix="rostrum-acknowledged-")[1])
        stand.start()
        assert stand.web is not None
        act = f'["poll.vote",{{"poll":"{self.poll}","options":[{{o}}],"key":"{{prefix}}-{{n}}"}}]'
        auths = self.crowd.auths(times=TICKETS_EACH)
        self.clients = Clients(
            stand.port, stand.web.pid, auths, count=people, act=act, returns=self.acknowledged, seconds=1800
        )
        self.joined = self.clients.join(people, at_once=50)
        self.votes, self.unanswered = 0, 0

    def end_web(self, how: str) -> dict[str, Any]:
        """End the web process so, start it again, and give how the clients fared."""
        self.clients.begin(f"votes 0 {self.rate} {(2 + RUNS_AFTER) * 1000} {1 << 40} 0")
        time.sleep(2)
        exit_seconds = self.stand.stop_web() if how == "SIGTERM" else 0.0
        if how == "SIGKILL":
            self.stand.kill_web()
        begun = time.monotonic()
        self.stand.start()
        up = time.monotonic() - begun
        voted = self.clients.answer()
        self.votes += voted["acknowledged"]
        self.unanswered += voted["unanswered"] + voted["refused"]
        deadline = time.monotonic() + BACK_SECONDS[how]
        found = self.clients.rest(500)
        while found["ready"] < self.clients.count and time.monotonic() < deadline:
            found = self.clients.rest(500)
        return {**found, "how": how, "exit": exit_seconds, "up": up, "all": found["ready"] == self.clients.count}

    def lost_votes(self) -> tuple[int, int]:
        """Give how many acknowledged acts are not stored, and how many people's last ballot is another one."""
        stored, ballots = self.room.act_keys(), self.room.ballots()
        last: dict[int, int] = {}
        lost = 0
        for line in self.acknowledged.read_text().splitlines():
            client, act, option = map(int, line.split())
            lost += f"{self.clients.prefix}-{act}" not in stored
            last[client] = option
        wrong = sum(
            ballots.get((self.crowd.seats[client][1], self.poll)) != str(option) for client, option in last.items()
        )
        return lost, wrong

    def lost_credit(self) -> float:
        """Let everybody leave; give the most seconds that somebody is missing between joining and leaving."""
        self.clients.ask("leave")
        self.clients.__exit__()
        left_at = to_ms(utc_now())
        time.sleep(3)
        worst = 0.0
        seats = [registration for _, registration in self.crowd.seats]
        with read() as db:
            meters = meters_for(db, self.crowd.room.id, seats, utc_now(), lambda _: ())
            for registration in seats:
                came_at = min(run.first_ms for run in facts_of(db, registration).runs)
                worst = max(worst, (left_at - came_at) / 1000 - meters[registration]["counted_s"])
        return worst


def measure(people: int, rate: float, ends: list[str]) -> dict[str, Any]:
    """Run the whole experiment."""
    with Stand(worker=False) as stand:
        trial = Trial(stand, people, rate)
        found, hidden = [], ("how", "cpu_percent", "memory_kb")
        for how in ends:
            found.append(trial.end_web(how))
            told = ", ".join(f"{key} {value:.4g}" for key, value in found[-1].items() if key not in hidden)
            print(f"  {how}: {told}", flush=True)
        credit = trial.lost_credit()
        lost, wrong = trial.lost_votes()
        trial.acknowledged.unlink()
        return {
            "joined": trial.joined["joined"], "ends": found, "lost": lost, "wrong": wrong, "credit": credit,
            "votes": trial.votes, "unanswered": trial.unanswered, "gaps": trial.room.stream_gaps(),
        }  # fmt: skip


def judge(found: dict[str, Any], how: str) -> tuple[str, bool]:
    """Give the words about one way of ending, and whether they hold."""
    mine = [one for one in found["ends"] if one["how"] == how]
    back, stall = max(one["back_max_ms"] for one in mine) / 1000, max(one["back_p99_ms"] for one in mine) / 1000
    exit_seconds, everybody = max(one["exit"] for one in mine), all(one["all"] for one in mine)
    holds = everybody and back <= BACK_SECONDS[how]
    words = f"{len(mine)} {how}: {'all' if everybody else 'NOT all'} back in {back:.1f} s (≤ {BACK_SECONDS[how]:.0f}), "
    if how == "SIGTERM":
        holds = holds and stall <= STALL_SECONDS and exit_seconds <= EXIT_SECONDS
        words += f"stall p99 {stall:.1f} s (≤ {STALL_SECONDS:.0f}), exit in {exit_seconds:.1f} s"
    else:
        words += f"stall p99 {stall:.1f} s"
    return words if holds else words + " FAILS", holds


def main() -> int:
    """Print the figures as the last line; 0 when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--times", type=int, default=3, help="restarts and kills each in a full run")
    chosen = parser.parse_args()
    people, rate, times = (200, 50.0, 1) if chosen.quick else (1000, 100.0, chosen.times)
    allow_many_files()
    begun, load = time.monotonic(), os.getloadavg()[0]
    found = measure(people, rate, ["SIGTERM", "SIGKILL"] * times)
    told = [judge(found, how) for how in BACK_SECONDS]
    whole = found["lost"] == found["wrong"] == found["unanswered"] == found["gaps"] == 0
    holds = whole and all(one for _, one in told) and found["credit"] <= CREDIT_SECONDS
    line = (
        f"restart: {found['joined']} clients, {'; '.join(words for words, _ in told)}; {found['votes']} votes "
        f"acknowledged, {found['lost']} lost, {found['wrong']} wrong, {found['unanswered']} unanswered, "
        f"{found['gaps']} gaps; credit lost at most {found['credit']:.1f} s (≤ {CREDIT_SECONDS:.0f}); "
        f"load {load:.1f} before, {time.monotonic() - begun:.0f} s, {'holds' if holds else 'DOES NOT HOLD'}"
    )
    if not chosen.quick:
        (Path(__file__).parent / "reports" / "restart.txt").write_text(line + "\n")
    print(line)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
