"""The mail server is in trouble for an hour, while people go on being written to (reliability J-2, J-3).

A real SMTP server refuses, stalls, answers 4xx or 5xx at the greeting, an address or a text, or cuts the line after the
text. The hour is simulated: the mailer gets its clock from here, at 50 mails a second. For each trouble: nothing is
lost, the queue is empty within 10 minutes of the return, each address gets its mails in their order, no mail is tried
twice within a minute, and only a cut line doubles mails, under the same Message-ID. Then the mailer itself is killed
again and again: at most one double a kill. `--quick` is a tenth of the mails.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from stand import ROOT, Stand

sys.path.insert(0, str(ROOT / "tests"))
from mail_server import TROUBLES, MailServer, Taken  # found by the line above

PER_SECOND, HOUR, WITHIN = 50, timedelta(hours=1), timedelta(minutes=10)
START = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
TICK = timedelta(seconds=10)


class Clock:
    """The simulated present."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """Give it."""
        return self.now


def post_some(provider_id: int, trouble: str, numbers: range, addresses: int, now: datetime) -> None:
    """Write mails; an address gets every `addresses`-th of them."""
    from webinar_app.infra.db import write
    from webinar_app.mailing.services import post

    for number in numbers:
        to = f"{trouble}-{number % addresses}@example.org"
        write(
            post, provider_id=provider_id, kind="reminder", to_name="A person", to_address=to, subject=f"{number}",
            text="Hello\n", html="<p>Hello</p>", now=now,
        )  # fmt: skip


def count_open() -> int:
    """Count the mails that have not left."""
    from sqlalchemy import func, select

    from webinar_app.infra.db import read
    from webinar_app.mailing.models import Mail, MailState

    with read() as db:
        return db.scalar(select(func.count()).select_from(Mail).where(Mail.state != MailState.SENT)) or 0


def through(mailer: Any, clock: Clock, until: datetime) -> Iterator[None]:
    """Let the mailer work until then, at its pace; stop after each tick."""
    while clock.now < until:
        next_tick = clock.now + TICK
        while clock.now < next_tick and (tried := mailer.step()):
            clock.now += timedelta(seconds=tried / PER_SECOND)
        clock.now = max(clock.now, next_tick)
        yield


def suffer(provider_id: int, trouble: str, mails: int) -> dict[str, Any]:
    """Have this trouble for an hour and give what came of it."""
    from webinar_app.infra.mail import SmtpServer
    from webinar_app.mailing.jobs import Mailer

    clock, addresses = Clock(), mails // 3
    with MailServer(clock) as server:
        way = SmtpServer("127.0.0.1", server.port, starttls=False, sender="Rostrum <a@rostrum.example>")
        mailer = Mailer(way, clock=clock)
        # A third waits when the trouble begins; the rest comes within the hour.
        post_some(provider_id, trouble, range(addresses), addresses, clock.now)
        server.have(trouble)
        way.timeout = 0.05 if trouble == "stall" else 10
        each, written = 2 * addresses // int(HOUR / TICK) + 1, addresses
        for _ in through(mailer, clock, START + HOUR):
            post_some(provider_id, trouble, range(written, min(mails, written + each)), addresses, clock.now)
            written = min(mails, written + each)
        way.close()
        waiting, back = count_open(), clock.now
        server.have("")
        way.timeout = 10
        in_trouble = len(server.taken)
        for _ in through(mailer, clock, back + 2 * WITHIN):
            if not count_open():
                break
        way.close()
        return verdict(server.taken, server.hooks.tries, mails) | {
            "trouble": trouble, "waiting": waiting, "in_trouble": in_trouble, "left": count_open(),
            "drained": (max(one.at for one in server.taken if one.at) - back).total_seconds(),
        }  # fmt: skip


def verdict(taken: list[Taken], tries: list[Taken], mails: int) -> dict[str, int]:
    """Count what is missing, doubled, out of order and tried too soon."""
    ids = Counter(one.message_id for one in taken)
    by_address: dict[str, list[int]] = {}
    for one in taken:
        by_address.setdefault(one.to, []).append(int(one.subject))
    disorder = sum(later < earlier for numbers in by_address.values() for earlier, later in pairwise(numbers))
    at: dict[str, list[datetime]] = {}
    for one in tries:
        at.setdefault(one.to, []).append(one.at or START)
    soon = sum(
        sum(later - earlier < timedelta(minutes=1) for earlier, later in pairwise(times))
        - (len(set(by_address.get(to, ()))) - 1)  # the next mail of an address follows the one that left
        for to, times in at.items()
        if len(times) > len(by_address.get(to, ()))
    )
    return {
        "lost": mails - len(ids), "doubles": sum(ids.values()) - len(ids), "disorder": disorder, "soon": max(0, soon),
    }  # fmt: skip


def kill_often(stand: Stand, provider_id: int, mails: int, kills: int) -> dict[str, int]:
    """Kill the mailer's process while it delivers and give what came of it; leases left behind are cut short."""
    from sqlalchemy import update

    from webinar_app.infra.db import write
    from webinar_app.mailing.models import Mail, MailState

    def lapse(db: Any) -> None:
        db.execute(update(Mail).where(Mail.state == MailState.SENDING).values(lease_until=START))

    post_some(provider_id, "kill", range(mails), mails // 3, START)
    with MailServer() as server:
        environment = {**os.environ, **stand.environment, "WEBINAR_SMTP_HOST": "127.0.0.1"}
        environment |= {"WEBINAR_SMTP_PORT": str(server.port), "WEBINAR_SMTP_STARTTLS": "0"}
        command = [sys.executable, "-m", "webinar_app.cli", "mailer"]
        deadline, done = time.monotonic() + 60 + 6 * kills, 0
        while count_open() and time.monotonic() < deadline:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
            before = len(server.taken)
            while process.poll() is None and count_open() and time.monotonic() < deadline:
                if done < kills and len(server.taken) - before > mails // (kills + 1):
                    break
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
            process.wait()
            done += bool(count_open())
            write(lapse)
        return verdict(list(server.taken), [], mails) | {"kills": done, "left": count_open()}


def line_of(one: dict[str, Any]) -> str:
    """Give the figures of one trouble."""
    return (
        f"mail {one['trouble']:8} {one['waiting']:5} waited after the hour, drained in {one['drained']:3.0f} s, "
        f"{one['lost']} lost, {one['doubles']} doubled, {one['disorder']} out of order, {one['soon']} tried too soon"
    )


def holds(one: dict[str, Any]) -> bool:
    """Say whether one trouble did no harm; in each minute a cut line may double one mail."""
    fair = 61 if one["trouble"] == "cut" else 0
    is_whole = not (one["lost"] or one["left"] or one["disorder"] or one["soon"])
    return is_whole and one["doubles"] <= min(fair, one["in_trouble"]) and one["drained"] <= WITHIN.total_seconds()


def main() -> int:
    """Print the figures last; 0 when they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    mails, kills = (90, 3) if chosen.quick else (900, 20)
    begun, load = time.monotonic(), os.getloadavg()[0]
    lines, good = [], True
    with Stand(worker=False) as stand:
        provider_id = stand.load_demo()["provider"]
        for trouble in TROUBLES:
            one = suffer(provider_id, trouble, mails)
            lines.append(line_of(one))
            good = good and holds(one)
        killed = kill_often(stand, provider_id, mails, kills)
    good = good and not (killed["lost"] or killed["left"]) and killed["doubles"] <= killed["kills"]
    lines.append(
        f"mail killed   {killed['kills']} times in {mails} mails: {killed['lost']} lost, {killed['doubles']} doubled; "
        f"load {load:.1f} before, {time.monotonic() - begun:.0f} s, {'holds' if good else 'DOES NOT HOLD'}"
    )
    text = "\n".join(lines)
    if not chosen.quick:
        (Path(__file__).parent / "reports" / "mail.txt").write_text(text + "\n")
    print(text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
