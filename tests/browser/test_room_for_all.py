"""The room for everybody: by keyboard alone, at 360 px and at 200 %, in light and dark, with all that it may hold."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import documents
import pytest
import slides
from browsers import (
    ARGUMENTS,
    AXE,
    DESKTOP,
    OVERFLOW,
    ROOT,
    STILL,
    Someone,
    Stand,
    chromium_path,
    is_marked,
    mark_page,
)
from playwright.sync_api import Browser, Page, expect
from sitting import Room

from webinar_app.accounts.queries import demo_sign_in_url
from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.core.times import in_zone
from webinar_app.demo.client import LiveClient
from webinar_app.infra.db import read, write
from webinar_app.webinars.queries import get_by_code
from webinar_app.webinars.services.scheduling import cancel_sitting, change_sitting

pytestmark = [pytest.mark.browser, pytest.mark.live]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """async (runOnly) => (await axe.run(document, {runOnly, resultTypes: ["violations"]})).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)"""
WINDOWS: dict[str, dict[str, Any]] = {
    "1440": {**DESKTOP, **STILL},
    "360": {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True, **STILL},
}
PAGES = {
    "lobby": ("attendee", "/room/{soon}", "#lobby-people:not([hidden])"),
    "room": ("attendee", "/room/{live}", "#polls > *"),
    "desk": ("presenter", "/room/{live}/present", "#polls > *"),
    "projector": ("presenter", "/room/{live}/projector", "[data-screen=poll]:not([hidden])"),
    "captions": ("presenter", "/room/{live}/captions", "#lines > *"),
}
WATCH = """() => { window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => {
  if (!one.hadRecentInput) window.moved += one.value; })).observe({ type: "layout-shift" }); }"""
# Where the focus is, or what is wrong with it there: not drawn, without a ring, or under something else.
FOCUS = """(wanted) => {
  const node = document.activeElement;
  if (node === document.body) return "";
  const box = node.getBoundingClientRect();
  const hasRing = (one) => getComputedStyle(one).outlineStyle !== "none";
  const ring = (one) => one !== document.body && (hasRing(one) || ring(one.parentElement));
  const middle = box.left + Math.min(box.width, innerWidth - box.left) / 2;
  const top = document.elementFromPoint(middle, box.top + Math.min(box.height / 2, 20));
  const isSeen = node.checkVisibility() && ring(node) && top && (node.contains(top) || top.contains(node));
  if (!isSeen) return `hidden: ${node.outerHTML.slice(0, 120)}`;
  return node.matches(wanted) ? "here" : ""; }"""
CONTROLS = """() => [...document.querySelectorAll("button, a[href], input:not([type=hidden]), textarea, summary")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => one.id || one.getAttribute("aria-label") || one.name || one.textContent.trim())"""
# Words that end at an edge: only what says the whole in another way may.
CUT = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && !one.closest(".sr, [title], svg") && one.innerText?.trim())
  .filter((one) => ["hidden", "clip"].includes(getComputedStyle(one).overflowX))
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120))"""


@dataclass
class Session:
    """A live sitting that a host leads from outside of the pages."""

    host: LiveClient
    code: str
    addresses: dict[str, str]

    def ask(self, kind: str, question: str, options: list[str], **more: Any) -> str:
        """Open a poll and give its code."""
        made = self.host.act("poll.draft", kind=kind, question=question, options=options, visibility="always", **more)
        self.host.act("poll.open", poll=made["poll"])
        return str(made["poll"])

    def spoken(self) -> str:
        """Give the word that everybody is asked for; call for one if there is none."""
        self.host.sync_state()
        if not self.host.snapshot["staff"]["spoken"]:
            self.host.act("check.call")
            self.host.sync_state()
        return str(self.host.snapshot["staff"]["spoken"]["word"])


@pytest.fixture(scope="module")
def session(own_stand: Stand, own_room: Room, own_places) -> Iterator[Session]:
    """Slides on the stage, captions, an announcement, a pinned message and a poll row by row."""
    host = LiveClient(own_stand.url, demo_sign_in_url("presenter"), own_room.code)
    host.connect()
    led = Session(host, own_room.code, own_places)
    presenter: Any = SimpleNamespace(person_id=own_room.demo["people"]["presenter"], webinar_code=own_room.code)
    deck = slides.ready(presenter, 3, documents.picture(size=(1600, 900)))
    host.act("stage.change", kind="slides", deck=deck)
    host.act("stage.show_slide", deck=deck, page=2)
    host.act("stage.caption", text="So the first thing I ask myself is whether this person has a reason to believe me.")
    host.act("announcement.make", text="Break at half past, for five minutes. You lose nothing.", minutes=30)
    told = host.act("chat.post", text="The worksheet is under Files.")
    host.act("chat.pin", message=told["message"], pinned=True)
    led.ask("grid", "How sure are you of each?", ["Trust between us", "Agreement on goals"], columns=["No", "Yes"])
    yield led
    host.close()


def enter(someone: Someone, session: Session, name: str) -> Page:
    role, address, ready = PAGES[name]
    someone.troubles.clear()
    someone.page.goto(demo_sign_in_url(role))
    someone.page.goto(address.format(**session.addresses))
    someone.page.wait_for_selector(ready, state="attached")
    someone.page.evaluate("() => document.fonts.ready")
    return someone.page


def violations(page: Page) -> list[str]:
    """Give what axe finds in light, and what it finds about colours in dark."""
    page.evaluate(AXE)
    found = page.evaluate(LOOK, {"type": "tag", "values": TAGS})
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(LOOK, {"type": "rule", "values": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    return list(found)


@pytest.fixture(scope="module")
def visitors(browser: Browser, own_stand: Stand, session) -> Iterator[dict[str, Someone]]:
    """Somebody for each width."""
    made = {width: Someone(browser, width, own_stand, **options) for width, options in WINDOWS.items()}
    yield made
    for someone in made.values():
        someone.context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WINDOWS)
def test_every_live_page_is_clean(visitors, session, name, width):
    page = enter(visitors[width], session, name)
    assert (violations(page), page.evaluate(OVERFLOW), visitors[width].troubles) == ([], 0, [])


def test_what_arrives_is_told_and_takes_nothing(visitors, session):
    pages = [enter(someone, session, "room") for someone in visitors.values()]
    for page in pages:
        page.locator("#ask-text").fill("Half a sen")
        page.evaluate(WATCH)

    code = session.ask("single", "Which one?", ["Trust", "Goals", "Tasks"])
    for page in pages:
        expect(page.locator("#said")).to_have_text("New poll: Which one?")
        assert page.locator("#said").get_attribute("aria-live") == "polite"
        expect(page.locator("#ask-text")).to_be_focused()
    session.host.act("stage.caption", text="And if not, why would they tell me anything about the week they have had?")
    session.spoken()
    for page in pages:
        expect(page.locator("#caption-now")).to_contain_text("And if not")
        expect(page.locator("#attention")).to_be_visible()
        page.wait_for_timeout(200)
        expect(page.locator("#ask-text")).to_be_focused()
        expect(page.locator("#ask-text")).to_have_value("Half a sen")
        assert page.evaluate("() => window.moved") < 0.02
        assert violations(page) == []
        page.locator("#ask-text").fill("")
    session.host.act("poll.close", poll=code)


def test_room_weighs_little(visitors, session):
    files: dict[str, bytes] = {}
    page, (role, _, ready) = visitors["1440"].context.new_page(), PAGES["room"]
    page.goto(demo_sign_in_url(role))
    page.on("response", lambda one: files.update({one.url: one.body()}) if one.url.endswith((".js", ".css")) else None)
    page.goto(f"/room/{session.code}", wait_until="networkidle")
    page.wait_for_selector(ready, state="attached")  # the last module has run
    page.close()

    weight = sum(len(gzip.compress(body)) for body in files.values())
    player = [ROOT / "static" / "vendor" / "hls.js" / name for name in ("hls.light.min.mjs", "hls.worker.js")]
    assert len(files) > 50
    assert weight <= 150 * 1024
    assert weight + sum(len(gzip.compress(path.read_bytes())) for path in player) <= 280 * 1024


@pytest.fixture(scope="module")
def large_text(own_stand: Stand, session, browser: Browser) -> Iterator[Someone]:
    """Somebody whose browser writes everything twice as large."""
    large = browser.browser_type.launch(
        executable_path=chromium_path(), args=[*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    )
    yield Someone(large, "somebody with large text", own_stand, **WINDOWS["1440"])
    large.close()


def reachable(page: Page, name: str) -> set[str]:
    """Give the controls that somebody finds: on the page, and on the tab of the poll."""
    if name != "room":
        return set(page.evaluate(CONTROLS))
    found: set[str] = set()
    for tab in ("#tab-poll", "#tab-qa"):
        if page.locator(tab).is_visible():
            page.locator(tab).click()
        page.locator("#ask-text").focus() if tab == "#tab-qa" else None
        found |= set(page.evaluate(CONTROLS))
    return found


@pytest.mark.parametrize("name", ["lobby", "room", "desk", "projector"])
def test_twice_as_large_loses_nothing(visitors, large_text, session, name):
    page = enter(visitors["1440"], session, name)
    usual = reachable(page, name)
    page.set_viewport_size({"width": 720, "height": 500})
    page.wait_for_timeout(100)
    zoomed = (usual - reachable(page, name), page.evaluate(OVERFLOW), page.evaluate(CUT))
    page.set_viewport_size(DESKTOP["viewport"])

    page = enter(large_text, session, name)
    large = (usual - reachable(page, name), page.evaluate(OVERFLOW), page.evaluate(CUT))

    assert (zoomed, large) == ((set(), 0, []), (set(), 0, []))


def walk(page: Page, wanted: str, key: str = "Tab") -> None:
    """Press Tab until what is wanted has the focus; wherever it stops on the way it is seen."""
    for _ in range(70):
        page.keyboard.press(key)
        stand = page.evaluate(FOCUS, wanted)
        assert not stand.startswith("hidden"), stand
        if stand:
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


def test_the_whole_session_needs_no_pointer(browser, own_stand, session):
    session.ask("ranking", "What comes first?", ["Trust", "Goals"])
    someone = Someone(browser, "somebody with a keyboard", own_stand, **WINDOWS["1440"])
    page, keys = someone.page, someone.page.keyboard
    page.goto(demo_sign_in_url("attendee2"))
    page.goto("/my")
    walk(page, f"a[href*='/room/{session.code}']")
    keys.press("Enter")
    expect(page.locator("[data-live=open]")).to_be_visible()

    walk(page, "#signing button")
    keys.press("Enter")
    expect(page.locator("#signing")).to_be_hidden()
    word = session.spoken()
    expect(page.locator("#attention")).to_be_visible()
    walk(page, "#attention-word")
    keys.type(word)
    keys.press("Enter")
    expect(page.locator("#attention")).to_have_attribute("data-answered", "")
    walk(page, "#slide-before")
    keys.press("Enter")
    expect(page.locator("#slide-at")).to_have_text("Slide 1, live is 2")
    walk(page, "#slide-live")
    keys.press("Enter")
    expect(page.locator("#slide-at")).to_have_text("Slide 2 of 3")
    walk(page, "#hand")
    keys.press("Enter")
    expect(page.locator("#hand-words")).to_have_text("Lower hand")
    _vote(page)
    _talk(page)

    session.host.act("room.end")
    expect(page.locator("#sign-out")).to_be_visible()
    walk(page, "#sign-out button")
    keys.press("Enter")
    page.wait_for_url("**/evaluations/**")
    assert someone.troubles == []
    someone.context.close()


def _vote(page: Page) -> None:
    """Answer a choice, a grid and a ranking."""
    said = page.locator("#polls [data-part=said]").filter(has_text="Counted at")
    walk(page, "[data-kind=single] input")
    page.keyboard.press("Space")
    expect(said).to_have_count(1)
    walk(page, "[data-family=grid] input")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    walk(page, "[data-part=send]")
    page.keyboard.press("Enter")
    expect(said).to_have_count(2)
    walk(page, "[data-family=ranking] button:not([aria-disabled])")
    page.keyboard.press("Enter")
    walk(page, "[data-part=send]")
    page.keyboard.press("Enter")
    expect(said).to_have_count(3)


def _talk(page: Page) -> None:
    """Ask a question, and write in the chat."""
    walk(page, "#ask-text")
    page.keyboard.type("Does it help to ask?")
    page.keyboard.press("Enter")
    expect(page.locator("#questions")).to_contain_text("Does it help to ask?")
    walk(page, "#tab-qa", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-chat")).to_be_focused()
    walk(page, "#chat-text")
    page.keyboard.type("Good evening.")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Good evening.")


AGREE_MS = 5_000
HOME = "America/New_York"


VISITED = "America/Los_Angeles"  # where the browser is; the zone of a person's own profile counts before it


class Desk:
    """Who moves the session for which somebody waits."""

    def __init__(self, room: Room, code: str) -> None:
        with read() as db:
            self.provider = get_by_code(db, code).course.provider_id
        self.code, people = code, room.demo["people"]
        self.actor = replace(
            GUEST, person_id=people["coordinator"], provider_id=self.provider, permissions=frozenset(Permission)
        )

    def move(self, ahead: timedelta, zone: str) -> str:
        """Let the session start so far from now, and give the hour as who waits in this zone reads it."""
        starts_at = (utc_now() + ahead).replace(second=0, microsecond=0)
        typed = f"{in_zone(starts_at, HOME):%Y-%m-%d %H:%M} ET"
        details = {"typed": typed, "minutes": 75, "lobby_minutes": 15, "time_zone": HOME}
        write(change_sitting, self.actor, self.code, details, now=utc_now())
        return f"{in_zone(starts_at, zone):%-I:%M}\u00a0"

    def cancel(self) -> None:
        """Cancel it."""
        write(cancel_sitting, self.actor, self.code, now=utc_now())


def test_who_waits_sees_a_move_and_a_cancellation_without_a_reload(visitors, own_room, session, own_places):
    """On the line of the open lobby, and by asking before it opens; this is the last test that needs this lobby."""
    someone, desk = visitors["360"], Desk(own_room, own_places["soon"])
    page = enter(someone, session, "lobby")
    changed, early = page.locator("#lobby-changed"), page.locator("#lobby-early")
    zone = page.evaluate("() => document.querySelector('meta[name=viewer-zone][data-profile]')?.content") or VISITED
    mark_page(someone)
    page.evaluate("() => scrollTo(0, 300)")
    focused = page.get_by_role("link", name="About this session").last
    focused.focus()

    for ahead in (timedelta(days=3, minutes=1), timedelta(days=9, minutes=2)):  # on the line, then by asking
        beside = desk.move(ahead, zone)
        expect(changed).to_contain_text(beside, timeout=AGREE_MS)
        expect(changed).to_contain_text("This session has moved. It now starts", timeout=AGREE_MS)
        expect(page.locator("#said")).to_contain_text(beside)
        expect(page.locator(".lobby .standfirst")).to_contain_text(beside)
        expect(page.locator(".lobby [data-unit=days]")).to_contain_text(str(ahead.days))
        expect(early).to_be_visible()
        expect(focused).to_be_focused()
    assert (violations(page), page.evaluate(OVERFLOW), is_marked(someone)) == ([], 0, True)
    desk.cancel()

    expect(page.locator("[data-lobby=cancelled] b", has_text="This session is cancelled")).to_be_visible(
        timeout=AGREE_MS
    )
    expect(page.locator(".lobby .countdown")).to_be_hidden()
    expect(page.locator("#said")).to_have_text("This session is cancelled.")
    assert page.title().startswith("Cancelled:")
    assert (violations(page), page.evaluate(OVERFLOW), is_marked(someone)) == ([], 0, True)
    assert someone.troubles == []
