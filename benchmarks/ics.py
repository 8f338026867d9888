"""Calendar files in every season: what we write is what three independent programs read (features B4 to B8, IC23).

500 sessions in 40 zones, two around each clock change of 2026 to 2030 and the rest anywhere, are written as invites,
cancellations, downloads and feeds. icalendar, ical.js and libical must understand the same instants, UIDs and methods,
and no line may have more than 75 octets. `--quick` is a fifth of the sessions.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from calendar_readers import READERS, ZONES, files, long_lines, sessions  # noqa: E402  # the path comes first


def main() -> int:
    """Print the figures as the last line; 0 when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    begun, load = time.monotonic(), os.getloadavg()[0]
    entries = sessions(100 if chosen.quick else 500)
    written = files(entries)
    wrote = time.monotonic() - begun
    too_long = sum(long_lines(file.data) for file in written)
    wrong: Counter[str] = Counter()
    seconds = {}
    for name, read in READERS.items():
        start = time.monotonic()
        for file, told in zip(written, read([file.data for file in written]), strict=True):
            if told != file.meant:
                wrong[name] += 1
                print(f"{name} misreads a {file.kind}: {told} instead of {file.meant}", file=sys.stderr)
        seconds[name] = time.monotonic() - start
    holds = not too_long and not wrong
    readers = ", ".join(f"{name} {wrong[name]} wrong in {seconds[name]:.1f} s" for name in READERS)
    line = (
        f"ics: {len(entries)} sessions in {len(ZONES)} zones, {len(written)} files written in {wrote:.1f} s "
        f"({1000 * wrote / len(written):.1f} ms each); {too_long} lines too long; {readers}; "
        f"load {load:.1f} before, {time.monotonic() - begun:.0f} s, {'holds' if holds else 'DOES NOT HOLD'}"
    )
    if not chosen.quick:
        (Path(__file__).parent / "reports" / "ics.txt").write_text(line + "\n")
    print(line)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
