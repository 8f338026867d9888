"""Cut connections while a room tells things: no client may miss, double or reorder an event (reliability L-1).

50 clients behind a cutting proxy, 1,000 room events, 100 cuts; `--quick` is 20 clients, 200 events, 30 cuts; `--full`
is 10,000 events and 1,000 cuts. Beside them a laptop sleeps behind a proxy that swallows everything, for 5 minutes
(`--quick`: 20 s): it must be back within 3 s, know everything, and miss just the sleep in the ledger (L-6).
"""

import argparse
import random
import sys
import threading
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from proxy import CuttingProxy
from sitting import Room
from stand import Stand

from webinar_app.attendance.queries import facts_of
from webinar_app.attendance.rules import evidenced
from webinar_app.core.clock import utc_now
from webinar_app.core.intervals import total
from webinar_app.core.presence import HEARTBEAT_MS
from webinar_app.infra.db import read, write
from webinar_app.webinars.services import publish_room_event

SETTLE_SECONDS, AWAKE_SECONDS, RESUME_SECONDS = 30.0, 6.0, 3.0


def keep_connected(client: Any, stopping: threading.Event, ready: threading.Semaphore) -> None:
    """Let a client come back whenever it was cut."""
    first = True
    while not stopping.is_set():
        try:
            if not client.io.connected:
                client.connect()
                if first:
                    ready.release()
                    first = False
        except Exception:
            time.sleep(random.uniform(0.05, 0.3))
        time.sleep(0.02)


def tell(room: Room, events: int, seconds: float) -> None:
    """Write announcements and staff lines as room events, evenly over the time."""
    for number in range(events):
        payload = {"announcement": {"code": f"{number:08}", "text": f"Event {number}", "at": utc_now().isoformat()}}
        write(publish_room_event, room.id, "all", "announcement.made", payload, now=utc_now())
        time.sleep(seconds / events)


@dataclass
class Laptop:
    """One person's laptop: what it knew and when it was awake."""

    room: Room
    proxy: CuttingProxy
    client: Any
    awake: float = 0.0
    resumed: float = SETTLE_SECONDS
    opened: float = 0.0
    trouble: str = ""

    def sleep(self, seconds: float) -> None:
        """Join, sleep for so long, wake, and come back as soon as the dead line is noticed."""
        try:
            self.client.connect()
            opened = time.monotonic()
            time.sleep(AWAKE_SECONDS)
            self.proxy.hold()
            self.awake = time.monotonic() - opened
            time.sleep(seconds)
            self.proxy.release()
            woken = time.monotonic()
            while self.client.io.connected and time.monotonic() < woken + SETTLE_SECONDS:
                time.sleep(0.005)
            self.client.connect()
            self.resumed, self.opened = time.monotonic() - woken, time.monotonic()
        except Exception as error:
            self.trouble = f"{type(error).__name__}: {error}"

    def judge(self, last: int) -> dict[str, float]:
        """Give how late it came back, how many events it does not know, and how wrong its time in the ledger is."""
        if self.trouble:
            print("  the laptop:", self.trouble)
            return {"resumed": SETTLE_SECONDS, "unknown": last, "error": SETTLE_SECONDS}
        time.sleep(max(0.0, self.opened + AWAKE_SECONDS - time.monotonic()))
        unknown = last - (self.client.numbers["all"] or 0)
        self.awake += time.monotonic() - self.opened
        self.client.close()
        time.sleep(2)  # the closing line is written behind the close
        with read() as db:
            found = total(evidenced(facts_of(db, self.room.registrations[-1]))) / 1000
        return {"resumed": self.resumed, "unknown": max(0, unknown), "error": abs(found - self.awake)}


def measure(clients: int, events: int, cuts: int, sleep: float) -> dict[str, Any]:
    """Run the experiment and count what each client missed, doubled and reordered."""
    seconds = max(8.0, events / 60)
    with Stand(worker=False) as stand, CuttingProxy(stand.port) as proxy, CuttingProxy(stand.port) as hole:
        room = Room(stand, people=clients + 1)
        stand.start()
        laptop = Laptop(room, hole, room.clients(clients + 1, socket_url=hole.url)[-1])
        sleeper = threading.Thread(target=laptop.sleep, args=(sleep,))
        sleeper.start()
        fleet = room.clients(clients, socket_url=proxy.url)
        stopping, ready = threading.Event(), threading.Semaphore(0)
        threads = [threading.Thread(target=keep_connected, args=(c, stopping, ready), daemon=True) for c in fleet]
        for thread in threads:
            thread.start()
        for _ in fleet:
            ready.acquire(timeout=60)
        starts = [client.numbers["all"] or 0 for client in fleet]
        for client in fleet:
            client.events.clear()
        teller = threading.Thread(target=tell, args=(room, events, seconds))
        teller.start()
        for _ in range(cuts):
            time.sleep(seconds / cuts)
            proxy.cut_one()
        teller.join()
        wait_until_settled(fleet, starts, events)
        stopping.set()
        sleeper.join()
        slept = laptop.judge(max(client.numbers["all"] or 0 for client in fleet))
        return judge(fleet, starts, events) | {"cuts": proxy.cuts} | slept


def wait_until_settled(fleet: list[Any], starts: list[int], events: int) -> None:
    """Give everybody time to come back."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        if all((client.numbers["all"] or 0) >= start + events for client, start in zip(fleet, starts)):
            return
        time.sleep(0.1)


def judge(fleet: list[Any], starts: list[int], events: int) -> dict[str, int]:
    """Count over all clients; a snapshot after a long absence counts as having seen what it holds."""
    missing = doubled = disordered = 0
    for client, start in zip(fleet, starts):
        numbers = [number for stream, number, _ in list(client.events) if stream == "all"]
        wanted = set(range(start + 1, start + events + 1))
        missing += len(wanted - set(numbers))
        doubled += len(numbers) - len(set(numbers))
        disordered += sum(later <= earlier for earlier, later in pairwise(numbers))
    return {"missing": missing, "doubled": doubled, "disordered": disordered}


def main() -> int:
    """Print the figures as the last line; 0 when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true", help="10,000 events and 1,000 cuts")
    chosen = parser.parse_args()
    clients, events, cuts = (20, 200, 30) if chosen.quick else (50, 10_000, 1_000) if chosen.full else (50, 1_000, 100)
    sleep = 20.0 if chosen.quick else 300.0
    begun = time.monotonic()
    found = measure(clients, events, cuts, sleep)
    holds = found["missing"] == found["doubled"] == found["disordered"] == 0 and found["cuts"] >= cuts * 0.9
    wakes = found["resumed"] <= RESUME_SECONDS and not found["unknown"] and found["error"] <= HEARTBEAT_MS / 1000
    holds = holds and wakes
    line = (
        f"cut: {clients} clients, {events} events, {found['cuts']} cuts, {found['missing']} missing, "
        f"{found['doubled']} doubled, {found['disordered']} out of order; a laptop slept {sleep:.0f} s: back in "
        f"{found['resumed']:.2f} s (≤ {RESUME_SECONDS:.0f}), {found['unknown']:.0f} events unknown, its time off by "
        f"{found['error']:.1f} s (≤ {HEARTBEAT_MS / 1000:.0f}); {time.monotonic() - begun:.0f} s, "
        f"{'holds' if holds else 'DOES NOT HOLD'}"
    )
    if not chosen.quick:
        report = Path(__file__).parent / "reports" / "cut.txt"
        report.parent.mkdir(exist_ok=True)
        report.write_text(line + "\n")
    print(line)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
