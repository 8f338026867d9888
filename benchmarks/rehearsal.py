"""Show: a presenter rehearses twelve planned acts from the keyboard alone, before synthetic attendees; no row is left.

In real Chromium: green room, rehearsal, audience, twelve acts spread over ten minutes (`--quick`: one after the other,
20 people), end, report, removal. Exit 0 only if each act reached an attendee, no pointer event came, and every table
holds as many rows as before.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from stand import ROOT, Stand

sys.path.insert(0, str(ROOT / "tests"))

from browsers import DESKTOP, chromium  # found by the line above
from playwright.sync_api import Page
from sqlalchemy import func, select

from webinar_app.accounts.queries import demo_sign_in_url
from webinar_app.chat.models import Announcement
from webinar_app.config import links
from webinar_app.core.clock import utc_now
from webinar_app.core.codes import new_code
from webinar_app.core.uploads import FileKind
from webinar_app.demo import services
from webinar_app.demo.client import LiveClient
from webinar_app.demo.rehearsal import enrol
from webinar_app.handouts.models import Handout
from webinar_app.handouts.rules import HandoutState
from webinar_app.infra.acts import Act
from webinar_app.infra.db import Base, Db, read, write
from webinar_app.infra.storage import storage
from webinar_app.polls.models import Ballot, Poll, PollOption
from webinar_app.polls.rules import PollKind, PollState, Privacy, ResultVisibility
from webinar_app.registrations.models import Registration
from webinar_app.stage.models import Deck, Slide, StageSource
from webinar_app.stage.rules import DeckState, StageKind
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

OBSERVER = 900  # the number of the attendee who watches; none of the audience has it
WITHOUT_POINTER = """for (const name of ["pointerdown", "mousedown", "mousemove", "touchstart"])
  addEventListener(name, () => { sessionStorage.pointed = Number(sessionStorage.pointed ?? 0) + 1; }, true);"""
REMOVED_SECONDS = 60


def prepare(db: Db, people: dict[str, int]) -> str:
    """Give the code of a sitting of tomorrow with two polls, slides, a file and a drafted announcement."""
    now = utc_now()
    row = db.scalars(select(Webinar).where(Webinar.code == services.ensure_live_sitting(db, people, now=now))).one()
    assert row.starts_at is not None
    assert row.local_start is not None
    # The wall clock too: a worker that starts reckons the instant from it.
    row.starts_at, row.local_start = row.starts_at + timedelta(days=1), row.local_start + timedelta(days=1)
    row.state, row.minutes = WebinarState.SCHEDULED, 75
    for poll in db.scalars(select(Poll).where(Poll.webinar_id == row.id)):
        poll.state = PollState.ARCHIVED
    for position, (minute, words) in enumerate(((1, "Which part is hardest?"), (9, "How ready are you?")), start=50):
        options = [PollOption(position=n, text=f"Option {n}") for n in range(4)]
        db.add(
            Poll(
                code=new_code(), webinar_id=row.id, position=position, kind=PollKind.SINGLE, question=words,
                state=PollState.DRAFT, visibility=ResultVisibility.HOSTS_ONLY, privacy=Privacy.STAFF,
                planned_minute=minute, options=options,
            )
        )  # fmt: skip
    picture = storage().put(b"a picture")
    db.add(
        Handout(
            code=new_code(), webinar_id=row.id, title="Worksheet", name="Sheet.pdf", kind=FileKind.PDF, sha256=picture,
            size=9, state=HandoutState.READY, minute=None, created_at=now,
        )
    )  # fmt: skip
    deck = Deck(
        code=new_code(), webinar_id=row.id, name="Talk.pdf", sha256=picture, state=DeckState.READY, pages=5, drawn=5,
        page=1, furthest=1, created_at=now,
    )  # fmt: skip
    db.add(deck)
    db.add(Announcement(code=new_code(), webinar_id=row.id, text="A break of five.", is_draft=True, made_at=now))
    db.flush()  # the slides name the id of their deck
    for page in range(1, 6):
        size = {"picture": picture, "thumb": picture, "width": 1600, "height": 900}
        db.add(Slide(deck_id=deck.id, page=page, text=f"Slide {page}", links=[], **size))
    db.merge(StageSource(webinar_id=row.id, kind=StageKind.SLIDES, address="", text="", deck_id=deck.id))
    return row.code


def rows(code: str) -> dict[str, int]:
    """Count the rows of every table, but for the tickets by which the desk of the sitting itself connects."""
    with read() as db:
        found = {t.name: db.scalar(select(func.count()).select_from(t)) or 0 for t in Base.metadata.sorted_tables}
        own = select(func.count()).select_from(Act).where(Act.scope.like(f"ticket:{code}.%"))
        found["act"] -= db.scalar(own) or 0
        return found


@dataclass
class Show:
    """One rehearsal: the desk in a browser, one attendee who watches, and what was seen when."""

    page: Page
    is_quick: bool
    people: int
    seconds_each: float
    code: str = ""
    watcher: Any = None
    begun: float = 0.0
    seen: list[tuple[str, float, float]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector: str) -> None:
        """Go to an element as a keyboard does."""
        for _ in range(80):
            if self.page.evaluate("(wanted) => document.activeElement?.matches(wanted)", selector):
                return
            self.press("Tab")
        raise RuntimeError(f"{selector} cannot be reached by the keyboard")

    def enter(self, real: str) -> None:
        """Go from the green room into a rehearsal, and let its audience come."""
        self.press("9")
        self.page.wait_for_url(lambda url: real not in url and url.endswith("/present"))
        self.code = self.page.url.rstrip("/").split("/")[-2]
        self.page.wait_for_selector("#line-good:not([hidden])")
        self.press("0")
        self.page.wait_for_selector("#rehearsal-dialog[open]")
        self.page.keyboard.type(str(self.people))
        with self.page.expect_navigation():
            self.press("Enter")
        self.page.wait_for_selector("#line-good:not([hidden])")
        self._wait(lambda: int(self.page.inner_text("[data-gauge=people] [data-value]")) >= self.people * 0.9, 90)
        self._watch()

    def _watch(self) -> None:
        member = write(enrol, self.code, OBSERVER, OBSERVER + 1, now=utc_now())[0]
        with read() as db:
            row = db.get_one(Registration, member.registration_id)
            link = links().join(row.code, row.link_version)
        self.watcher = LiveClient(links().base, link, self.code)
        self.watcher.connect()

    def _wait(self, is_so: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if is_so():
                return True
            self.page.wait_for_timeout(100)
        return False

    def _count(self, name: str) -> int:
        return sum(1 for stream, _, one in self.watcher.events if stream == "all" and one == name)

    def act(self, number: int, title: str, event: str, *keys: str) -> None:
        """Do one act at its time of the plan, and see it arrive at the attendee."""
        planned = number * self.seconds_each
        if not self.begun:
            self.begun = time.monotonic() - planned
        self.page.wait_for_timeout(max(0.0, planned - (time.monotonic() - self.begun)) * 1000)
        before = self._count(event)
        self.press(*keys)
        pressed = time.monotonic()
        if not self._wait(lambda: self._count(event) > before, 15):
            self.missed.append(title)
        self.seen.append((title, pressed - self.begun - planned, time.monotonic() - pressed))
        self.page.wait_for_timeout(400)

    def question(self) -> None:
        """Let the attendee who watches ask, and wait until it stands on the desk, chosen."""
        self.watcher.act("question.ask", text="May I ask before the others?", anonymous=False)
        self.page.wait_for_selector("#queue .question[data-chosen]")

    def run(self) -> None:
        """Do the twelve acts in the order of the plan."""
        self.act(0, "go live", "room.went_live", "g", "g")
        self.act(1, "launch the first poll", "poll.opened", "l", "l")
        self.page.wait_for_timeout(7000)
        self.act(2, "close it", "poll.closed", "c")
        self.act(3, "show its result", "poll.results_changed", "r")
        self.act(4, "next slide", "stage.slide_moved", "ArrowRight")
        self.question()
        self.act(5, "publish a question", "question.published", "p")
        self.act(6, "take it up", "question.changed", "t")
        self.act(7, "it is answered", "question.changed", "a")
        # Where a check by the clock is open, its button says so: the word follows the other acts.
        is_asking = self.page.is_disabled("#spoken-call")
        if not is_asking:
            self.word(8)
        self.act(9 - is_asking, "launch the second poll", "poll.opened", "l", "l")
        self.page.wait_for_timeout(5000)
        self.act(10 - is_asking, "open the file", "handout.opened", "l", "l")
        self.act(11 - is_asking, "announce the draft", "announcement.made", "l", "l")
        if is_asking:
            self._wait(lambda: self.page.is_enabled("#spoken-call"), 180)
            self.word(11)

    def word(self, number: int) -> None:
        """Ask everybody for a word that is spoken."""
        self.act(number, "ask for a spoken word", "check.opened", "y")

    def leave(self) -> float:
        """End, look at the report, and remove all of it; give the seconds until nothing is left."""
        self.press("e")
        self.page.wait_for_selector("#end-dialog[open]")
        self.tab_to("#end-send")
        self.press("Enter")
        self.page.wait_for_selector("[data-when=ended]:not([hidden])")
        self.watcher.close()
        self.press("0")
        self.tab_to("#rehearsal-dialog a")
        self.press("Enter")
        print(self.page.inner_text("table"))
        self.tab_to("main button.button--stop")
        with self.page.expect_navigation():
            self.press("Enter")
        begun = time.monotonic()
        self._wait(lambda: not _is_there(self.code), REMOVED_SECONDS)
        return time.monotonic() - begun


def _is_there(code: str) -> bool:
    with read() as db:
        return db.scalar(select(Webinar.id).where(Webinar.code == code)) is not None


def ballots() -> int:
    """Count the ballots of all polls."""
    with read() as db:
        return db.scalar(select(func.count()).select_from(Ballot)) or 0


def main() -> int:
    """Run the show, print its figures, and say by the exit code whether they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 people, and the acts one after the other")
    options = parser.parse_args()
    people, each = (20, 1.0) if options.quick else (200, 50.0)
    with Stand() as stand, chromium() as browser:
        real = write(prepare, stand.load_demo()["people"])
        stand.start()
        context = browser.new_context(locale="en-US", base_url=stand.url, **DESKTOP)
        context.set_default_timeout(20_000)
        context.add_init_script(WITHOUT_POINTER)
        show = Show(context.new_page(), options.quick, people, each)
        show.page.goto(demo_sign_in_url("presenter"))
        show.page.goto(f"/room/{real}/present")
        show.page.wait_for_selector("#line-good:not([hidden])")
        before = rows(real)
        show.enter(real)
        began = time.monotonic()
        show.run()
        took, voted = time.monotonic() - began, ballots() - before["ballot"]
        removed = show.leave()
        pointed = int(show.page.evaluate("() => Number(sessionStorage.pointed ?? 0)"))
        left = {name: n - before[name] for name, n in rows(real).items() if n != before[name]}
        troubles = stand.log("web.log") + stand.log("worker.log")
    return tell(show, took, voted, pointed, removed, left, troubles)


def tell(show: Show, took: float, voted: int, pointed: int, removed: float, left: dict[str, int], troubles: str) -> int:
    """Print each act and the figures; give the exit code."""
    for title, late, arrived in show.seen:
        print(f"{title:<24} {late:+6.1f} s against the plan, at the attendee after {arrived * 1000:5.0f} ms")
    if "Traceback" in troubles:
        print(troubles[-4000:])
    limit = 45 if show.is_quick else 600
    holds = (
        len(show.seen) == 12 and not show.missed and not left and pointed == 0 and took <= limit
        and voted >= show.people and "Traceback" not in troubles
    )  # fmt: skip
    line = (
        f"acts={len(show.seen) - len(show.missed)}/12 missed={show.missed} people={show.people} ballots={voted} "
        f"took={took:.1f}s pointer={pointed} removed_after={removed:.0f}s rows_left={left} holds={holds}"
    )
    if not show.is_quick:
        Path(__file__).with_name("reports").joinpath("rehearsal.txt").write_text(line + "\n")
    print(line)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
