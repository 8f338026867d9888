"""Two tabs and a phone of one person, three drops: minutes are one person's union, within 15 s (reliability A-1, A-4).

Real time: 10 minutes; `--quick` is 40 s with the same bound.
"""

import argparse
import sys
import threading
import time
from pathlib import Path
from typing import Any

import requests
from proxy import CuttingProxy
from sitting import Room
from stand import Stand

from webinar_app.attendance.queries import facts_of
from webinar_app.attendance.rules import evidenced
from webinar_app.core.intervals import total
from webinar_app.infra.db import read

BOUND_SECONDS = 15
FLUSH_SECONDS = 35  # proofs are written every 30 s and at a close


def stay(client: Any, spans: list[tuple[float, float]], begun: float, stopping: threading.Event) -> None:
    """Keep one connection open during the spans (seconds from the start), and closed between them."""
    for start, end in spans:
        while time.monotonic() < begun + start and not stopping.is_set():
            time.sleep(0.05)
        while time.monotonic() < begun + end and not stopping.is_set():
            try:
                if not client.io.connected:
                    client.connect()
            except Exception:
                time.sleep(0.2)
            time.sleep(0.05)
        client.close()


def plan(seconds: float) -> list[list[tuple[float, float]]]:
    """Give when each of the three is there: two overlapping tabs, and a phone that drops three times."""
    part = seconds / 10
    tab_one = [(0.0, 4 * part), (6 * part, 8 * part)]
    tab_two = [(1 * part, 3 * part)]
    phone = [(0.5 * part, 1.5 * part), (2 * part, 3.5 * part), (3.8 * part, 5 * part), (8.5 * part, 10 * part)]
    return [tab_one, tab_two, phone]


def union_seconds(spans: list[tuple[float, float]]) -> float:
    """Give the length of the union."""
    total, reached = 0.0, 0.0
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def measure(seconds: float) -> dict[str, float]:
    """Run the experiment; `true` is the union of the planned spans, and no gap is bridged in `evidenced`."""
    with Stand(worker=False) as stand, CuttingProxy(stand.port) as proxy:
        room = Room(stand, people=1, minutes=75)
        stand.start()
        tabs = [room.clients(1)[0], room.clients(1)[0], room.clients(1, socket_url=proxy.url)[0]]
        tabs[1].web.cookies = tabs[0].web.cookies  # one browser
        tabs[0].open_page()
        begun, stopping, spans = time.monotonic(), threading.Event(), plan(seconds)
        threads = [threading.Thread(target=stay, args=(tab, s, begun, stopping)) for tab, s in zip(tabs, spans)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(min(FLUSH_SECONDS, 5))
        with read() as db:
            strict = total(evidenced(facts_of(db, room.registrations[0]))) / 1000
        told = room.meter(room.registrations[0])
        true = union_seconds([span for mine in spans for span in mine])
        return {"true": true, "evidenced": strict, "counted": float(told["counted_s"])}


def main() -> int:
    """Print the figures as the last line; 0 when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    seconds = 30.0 if chosen.quick else 600.0
    try:
        found = measure(seconds)
    except requests.RequestException as error:
        print(f"minutes: the server did not answer ({type(error).__name__})")
        return 1
    error = abs(found["evidenced"] - found["true"])
    holds = error <= BOUND_SECONDS
    line = (
        f"minutes: two tabs and a phone over {seconds:.0f} s, true union {found['true']:.0f} s, evidenced "
        f"{found['evidenced']:.0f} s, counted with bridges {found['counted']:.0f} s, error {error:.1f} s, "
        f"bound {BOUND_SECONDS} s, {'holds' if holds else 'DOES NOT HOLD'}"
    )
    if not chosen.quick:
        report = Path(__file__).parent / "reports" / "minutes.txt"
        report.parent.mkdir(exist_ok=True)
        report.write_text(line + "\n")
    print(line)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
