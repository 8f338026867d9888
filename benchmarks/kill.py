"""Kill the web process while people vote and ask: nothing acknowledged may be lost, nothing may count twice.

`--kills N` (default 20), `--database sqlite|postgresql`, `--quick` (5 kills). The report goes to `reports/`.
"""

import argparse
import random
import sys
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from sitting import Room
from stand import POSTGRES, Stand

PEOPLE = 24
ACTS_BETWEEN = 20  # so many acknowledged acts since the last kill, however busy the machine is
WAIT_SECONDS = 30


class Fleet:
    """People who vote and ask without pause, and remember what was acknowledged."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.polls = room.open_polls(3)
        self.clients = room.clients(PEOPLE)
        self.votes: dict[tuple[int, str], tuple[str, int]] = {}  # (person, poll): (key, option), acknowledged last
        self.vote_keys: set[str] = set()
        self.questions: set[str] = set()
        self.stopping = threading.Event()
        self.errors: Counter[str] = Counter()

    def run(self) -> list[threading.Thread]:
        """Start everybody."""
        threads = [threading.Thread(target=self._person, args=(number,)) for number in range(len(self.clients))]
        for thread in threads:
            thread.start()
        return threads

    def wait_for(self, acts: int) -> None:
        """Return when so many more acts are acknowledged, or half a minute later."""
        before, deadline = len(self.vote_keys), time.monotonic() + WAIT_SECONDS
        while len(self.vote_keys) < before + acts and time.monotonic() < deadline:
            time.sleep(0.02)

    def _person(self, number: int) -> None:
        client, dice = self.clients[number], random.Random(number)
        while not self.stopping.is_set():
            try:
                self._act(client, number, dice)
            except Exception as error:
                self.errors[f"{type(error).__name__} {getattr(error, 'code', '')}".strip()] += 1
            time.sleep(dice.uniform(0.02, 0.12))

    def _act(self, client: Any, number: int, dice: random.Random) -> None:
        key = uuid.uuid4().hex
        if dice.random() < 0.02:
            client.act("question.ask", key, text=f"Question {key}", anonymous=False)
            self.questions.add(f"Question {key}")
            return
        poll, option = dice.choice(self.polls), dice.randrange(4)
        client.act("poll.vote", key, poll=poll, options=[option])
        self.votes[(number, poll)] = (key, option)
        self.vote_keys.add(key)


def judge(fleet: Fleet) -> dict[str, int]:
    """Compare what was acknowledged with what the database holds."""
    stored_keys = fleet.room.act_keys()
    ballots = fleet.room.ballots()
    texts = Counter(fleet.room.question_texts())
    lost = len(fleet.vote_keys - stored_keys) + sum(texts[text] == 0 for text in fleet.questions)
    wrong = sum(
        ballots.get((fleet.room.registrations[number], poll)) != str(option)
        for (number, poll), (_, option) in fleet.votes.items()
    )
    return {
        "acknowledged": len(fleet.vote_keys) + len(fleet.questions),
        "lost": lost,
        "double": sum(count > 1 for count in texts.values()),
        "wrong": wrong,
        "gaps": fleet.room.stream_gaps(),
    }


def measure(kills: int, database: str) -> tuple[dict[str, int], Counter[str]]:
    """Run the whole experiment."""
    with Stand(server=POSTGRES if database == "postgresql" else None, worker=False) as stand:
        room = Room(stand, people=PEOPLE)
        stand.start()
        fleet = Fleet(room)
        threads = fleet.run()
        time.sleep(1.5)
        for number in range(kills):
            fleet.wait_for(ACTS_BETWEEN)
            time.sleep(random.uniform(0.1, 1.0))
            stand.kill_web()
            stand.start()
            print(f"  kill {number + 1} of {kills}: {len(fleet.vote_keys)} votes acknowledged so far", flush=True)
        time.sleep(2)
        fleet.stopping.set()
        for thread in threads:
            thread.join(90)
        for client in fleet.clients:
            client.close()
        return judge(fleet) | {"kills": kills}, fleet.errors


def main() -> int:
    """Print the figures as the last line; 0 when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    begun = time.monotonic()
    found, errors = measure(5 if chosen.quick else chosen.kills, chosen.database)
    holds = found["lost"] == found["double"] == found["wrong"] == found["gaps"] == 0 and found["acknowledged"] > 100
    line = (
        f"kill: {chosen.database}, {found['kills']} kills, {found['acknowledged']} acknowledged, {found['lost']} lost, "
        f"{found['double']} double, {found['wrong']} wrong last ballots, {found['gaps']} gaps in streams, "
        f"{time.monotonic() - begun:.0f} s, {'holds' if holds else 'DOES NOT HOLD'}"
    )
    if errors:
        print("  refusals and errors at clients, each retried or given up:", dict(errors))
    if not chosen.quick:
        report = Path(__file__).parent / "reports" / f"kill-{chosen.database}.txt"
        report.parent.mkdir(exist_ok=True)
        report.write_text(line + "\n")
    print(line)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
