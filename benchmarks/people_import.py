"""A list of 5,000 people with 37 faulty rows: checked in 3 s, then registered, stopped, killed and repeated.

Over HTTP, as a coordinator's browser does it. The dry run must list exactly those rows, each with a reason, and write
nobody; the import must survive a stop and a killed worker, and the same file again must make no one twice. `--quick` is
a tenth of the list, with the same 37 faults and the same bound.
"""

import argparse
import os
import re
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select, update
from stand import POSTGRES, Stand

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import actor_of_token, demo_sign_in_url, find_login
from webinar_app.accounts.services.signing import digest, sign_in
from webinar_app.core.clock import utc_now
from webinar_app.courses.models import Course
from webinar_app.demo import services
from webinar_app.infra.db import Db, read, write
from webinar_app.infra.jobs import Job, JobState
from webinar_app.registrations.models import Registration
from webinar_app.registrations.services import Sheet, register_by_hand

DRY_SECONDS, FAULTS, KNOWN = 3.0, 37, 40
BAD = (
    ["not an address,Nell New,,,,"] * 6 + [",Nell New,,,,"] * 3 + ["nameless{n}@example.org,,,,,"] * 4
    + ["long{n}@example.org," + "x" * 10_000 + ",,,,"] * 3 + ["nul{n}@example.org,Nell\0New,,,,"] * 3
    + ["p{again}@example.org,Twice Told,,,,"] * 6 + ["seated{k}@example.org,Seated Already,,,,"] * 4
    + ["half{n}@example.org,Half Licence,,Nurse,,"] * 3 + ["sign{n}@example.org,Odd Number,,Nurse,Ohio,#7"] * 2
    + ["wide{n}@example.org,Too,Many,Cells,In,It,Here"] * 2 + ['split{n}@example.org,"Over\ntwo lines",,,,'] * 1
)  # fmt: skip


def make_list(total: int) -> tuple[bytes, set[int]]:
    """Give a file of this many people and the lines of those that cannot be registered."""
    every = (total - KNOWN) // FAULTS
    rows, lines, line, bad = ["E-mail,Legal name,Name in the room,Profession,Board,Licence"], set(), 2, 0
    for number in range(total):
        row = f"p{number}@example.org,Person Zoë {number}a,,Nurse,Ohio,LPC-{number}"
        if number > KNOWN and number % every == 0 and bad < FAULTS:
            row = BAD[bad].format(n=number, again=number - 1, k=bad % 4)
            lines.add(line)
            bad += 1
        elif number < KNOWN:
            row = f"known{number}@example.org,Known {number}a,,,,"
        rows.append(row)
        line += 1 + row.count("\n")
    return "\n".join(rows).encode("utf-8-sig"), lines


def prepare(db: Db, people: dict[str, int]) -> str:
    """Give the code of a sitting of next week with four people of the list in it; forty more are known."""
    now = utc_now()
    course = db.scalars(select(Course).where(Course.seed == services.LIVE_SEED)).one()
    row = services.copy_sitting(db, course, (now + timedelta(days=7)).replace(microsecond=0), people, now)
    row.capacity_online = None
    db.add_all(
        Person(code=f"KNOWN{n:03}", email=f"known{n}@example.org", legal_name=f"Known {n}a", display_name="Known",
               created_at=now)
        for n in range(KNOWN)
    )  # fmt: skip
    db.flush()
    return row.code


class Desk:
    """A coordinator's browser without JavaScript."""

    def __init__(self, stand: Stand) -> None:
        self.url, self.web = stand.url, requests.Session()
        self.page = self.web.get(demo_sign_in_url("coordinator")).text
        self.sent = 0

    def post(self, path: str, **files: Any) -> requests.Response:
        """Send a form and follow where it leads."""
        self.sent += 1
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.page)
        assert token is not None
        form = {"csrf_token": token[1], "_key": f"people import {self.sent}"}
        answer = self.web.post(self.url + path, data=form, files=files or None)
        answer.raise_for_status()
        return answer

    def told(self, page: str) -> dict[str, Any]:
        """Give how far a list is."""
        answer = self.web.get(page, headers={"Accept": "application/json"})
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def until(self, page: str, enough: Any, seconds: float) -> dict[str, Any]:
        """Ask until it is enough."""
        deadline = time.monotonic() + seconds
        while not enough(told := self.told(page)) and time.monotonic() < deadline:
            time.sleep(0.05)
        return told


def kill_worker(stand: Stand) -> None:
    """End the worker at once, give its job back as an expired lease would, and start another."""
    assert stand.worker is not None
    stand.worker.kill()
    stand.worker.wait()
    stand.worker = None
    write(_expire)
    stand.start()


def _expire(db: Db) -> None:
    db.execute(update(Job).where(Job.state == JobState.RUNNING).values(lease_until=utc_now() - timedelta(seconds=1)))


def counts() -> tuple[int, int]:
    """Count people and registrations."""
    with read() as db:
        people, seats = (db.scalar(select(func.count()).select_from(table)) for table in (Person, Registration))
    return people or 0, seats or 0


def measure(total: int, server: str | None) -> dict[str, Any]:
    """Check the list, register it with a stop and a kill, and send it again."""
    data, wanted = make_list(total)
    with Stand(server=server) as stand:
        demo = stand.load_demo()
        code = write(prepare, demo["people"])
        seat_some(code)
        before = counts()
        stand.start()
        desk = Desk(stand)
        begun = time.monotonic()
        page = desk.post(f"/manage/webinars/{code}/people/import", file=("list.csv", data))
        dry = time.monotonic() - begun
        rows = re.findall(r'<th scope="row" class="num">(\d+)</th><td>.*?</td><td>(.*?)</td>', page.text, re.S)
        untouched = counts() == before
        path = page.url.removeprefix(stand.url)
        begun = time.monotonic()
        desk.post(path + "/start")
        seen = desk.until(page.url, lambda told: told["handled"] >= total // 10, 60)["handled"]
        desk.post(path + "/stop")
        stopped = desk.until(page.url, lambda told: told["state"] == "stopped", 5)
        time.sleep(0.5)
        desk.post(path + "/start")
        desk.until(page.url, lambda told: told["handled"] >= total // 2, 60)
        kill_worker(stand)
        done = desk.until(page.url, lambda told: told["state"] == "done", 180)
        took = time.monotonic() - begun
        after = counts()
        again = desk.post(f"/manage/webinars/{code}/people/import", file=("list.csv", data))
        desk.post(again.url.removeprefix(stand.url) + "/start")
        return {
            "dry": dry, "rows": {int(line) for line, _ in rows}, "reasons": all(words.strip() for _, words in rows),
            "wanted": wanted, "untouched": untouched, "seen": seen, "stopped": stopped, "done": done, "took": took,
            "people": after[0] - before[0], "registered": after[1] - before[1], "again": counts() == after,
            "log": stand.log() + stand.log("worker.log"),
        }  # fmt: skip


def seat_some(code: str) -> None:
    """Register the four of the list who have a place already."""
    with read() as db:
        person_id = find_login(db, "imani.okonkwo-bell@example.org").person_id
    token = write(sign_in, person_id, "demo", device="Benchmark", now=utc_now())
    with read() as db:
        actor, _ = actor_of_token(db, digest(token), utc_now())
    for number in range(4):
        sheet = Sheet(email=f"seated{number}@example.org", legal_name=f"Seated {number}a")
        write(register_by_hand, actor, code, sheet, now=utc_now())


def main() -> int:
    """Print the figures as the last line; 0 when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    chosen = parser.parse_args()
    total = 500 if chosen.quick else 5000
    begun, load = time.monotonic(), os.getloadavg()[0]
    found = measure(total, POSTGRES if chosen.postgres else None)
    good = total - FAULTS
    errors = found["log"].count("Traceback")
    holds = (
        found["dry"] <= DRY_SECONDS and found["rows"] == found["wanted"] and found["reasons"] and found["untouched"]
        and found["stopped"]["state"] == "stopped" and found["done"]["state"] == "done" and not errors
        and (found["registered"], found["people"], found["again"]) == (good, good - KNOWN, True)
    )  # fmt: skip
    line = (
        f"people_import: {total:,} rows checked in {found['dry']:.2f} s (≤ {DRY_SECONDS:.0f}), "
        f"{len(found['rows'])} of {FAULTS} faulty rows listed, {len(found['rows'] ^ found['wanted'])} wrong, "
        f"nobody written: {found['untouched']}; {found['registered']:,} registered in {found['took']:.0f} s with a "
        f"stop and a kill, {found['people']:,} new people; the same list again adds nobody: {found['again']}; "
        f"{errors} errors; load {load:.1f} before, {time.monotonic() - begun:.0f} s, "
        f"{'holds' if holds else 'DOES NOT HOLD'}"
    )
    if not chosen.quick:
        name = "people_import-postgresql.txt" if chosen.postgres else "people_import.txt"
        (Path(__file__).parent / "reports" / name).write_text(line + "\n")
    print(line)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
