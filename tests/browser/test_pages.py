"""Pages as people meet them: no violation that axe finds, nothing to scroll sideways on a phone, no pointer needed."""

from collections.abc import Iterator
from typing import Any

import pytest
from browsers import AXE, DESKTOP, OVERFLOW, STILL, Someone, Stand
from playwright.sync_api import Browser, Page, WebSocket, expect
from sitting import Room

from webinar_app.accounts.queries import demo_sign_in_url

pytestmark = [pytest.mark.browser, pytest.mark.live]
LOOK = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)"""
# Words one under the other, such as what was laid out beside a picture that is not printed.
SQUEEZED = """() => [...document.querySelectorAll("main :not(.sr)")].filter((el) => {
  const own = [...el.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join("").trim();
  const { width, height } = el.getBoundingClientRect();
  return own.length > 60 && height > 1 && width < 100 && getComputedStyle(el).display !== "inline";
}).map((el) => el.outerHTML.slice(0, 120))"""
THEMES: dict[str, dict[str, Any]] = {
    "light": {**DESKTOP, **STILL, "color_scheme": "light"},
    "dark": {
        "viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True, **STILL, "color_scheme": "dark"
    },
}  # fmt: skip
PAGES = {
    "catalogue": ("guest", "/"),
    "course 000": ("guest", "/courses/{course_0}"),
    "course 001": ("guest", "/courses/{course_1}"),
    "course 002": ("guest", "/courses/{course_2}"),
    "course 003": ("guest", "/courses/{course_3}"),
    "course 004": ("guest", "/courses/{course_4}"),
    "register": ("guest", "/webinars/{next}/register"),
    "register at a price": ("guest", "/courses/{course_1}/register"),
    "join the waiting list": ("guest", "/webinars/{full}/register"),
    "where I stand": ("attendee", "/registrations/{waiting}"),
    "leave the list": ("attendee", "/registrations/{waiting}/cancel"),
    "waiting list": ("coordinator", "/manage/webinars/{full}/waiting"),
    "how people get in": ("coordinator", "/manage/webinars/{full}/registration"),
    "to approve": ("coordinator", "/manage/webinars/{full}/approvals"),
    "questions": ("coordinator", "/manage/courses/{course_0}/questions"),
    "sign in": ("guest", "/sign-in"),
    "verify": ("guest", "/verify"),
    "my learning": ("attendee", "/my"),
    "own calendar": ("attendee", "/account/calendar"),
    "calendars": ("guest", "/calendars"),
    "follow a course": ("guest", "/courses/{course_0}/subscribe"),
    "evaluation": ("attendee", "/evaluations/{past}"),
    "lobby": ("attendee", "/room/{soon}"),
    "room": ("attendee", "/room/{live}"),
    "desk": ("presenter", "/room/{live}/present"),
    "projector": ("presenter", "/room/{live}/projector"),
    "captioner": ("presenter", "/room/{live}/captions"),
    "stage": ("coordinator", "/manage/webinars/{live}/stage"),
    "captions": ("coordinator", "/manage/webinars/{live}/captions"),
    "files": ("coordinator", "/manage/webinars/{live}/handouts"),
    "day": ("coordinator", "/manage"),
    "calendar": ("coordinator", "/manage/calendar"),
    "month": ("coordinator", "/manage/calendar?view=month"),
    "copy sessions": ("coordinator", "/manage/courses/{course_0}/sittings/clone?code={next}"),
    "copy a course": ("coordinator", "/manage/courses/{course_0}/copy"),
    "new series": ("coordinator", "/manage/courses/{course_0}/sittings/series?like={next}"),
    "session": ("coordinator", "/manage/webinars/{next}"),
    "move": ("coordinator", "/manage/webinars/{next}/move"),
    "move preview": ("coordinator", "/manage/webinars/{next}/move?typed=March 16, 2027 noon ET"),
    "who has which time": ("coordinator", "/manage/webinars/{next}/calendar"),
    "list of courses": ("coordinator", "/manage/courses"),
    "editor": ("coordinator", "/manage/courses/{course_0}"),
    "new course": ("coordinator", "/manage/courses/new"),
    "people": ("coordinator", "/manage/webinars/{past}/people"),
    "results": ("coordinator", "/manage/webinars/{past}/evaluation"),
    "outbox": ("coordinator", "/manage/outbox"),
    "mails": ("coordinator", "/manage/webinars/{live}/mail"),
    "mail": ("coordinator", "/manage/webinars/{live}/mail/reminder_day"),
    "message": ("coordinator", "/manage/webinars/{live}/message"),
    "certificates": ("coordinator", "/manage/certificates"),
    "orders": ("coordinator", "/manage/orders"),
    "order": ("coordinator", "/manage/orders/{order}"),
    "papers": ("coordinator", "/manage/papers"),
    "prices": ("coordinator", "/manage/courses/{course_1}/prices"),
    "payment": ("attendee", "/registrations/{owed}/payment"),
    "receipts": ("attendee", "/my/receipts"),
}


# A slow line, and a browser that says "online" while the first ticket is on its way.
SLOW_LINE = """
const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", {
  set(listener) { set.call(this, (event) => setTimeout(() => listener.call(this, event), 400)); },
});
const { fetch: ask } = window;
window.fetch = (...request) => { setTimeout(() => dispatchEvent(new Event("online"))); return ask(...request); };
Math.random = () => 0.6;
"""
READY = {"lobby": "#lobby-people:not([hidden])", "room": "#polls > *", "desk": "#polls > *"}


@pytest.fixture(scope="module")
def crowd(browser: Browser, stand: Stand, room: Room) -> Iterator[dict[tuple[str, str], Someone]]:
    """People by role and theme, signed in when they are first asked for."""
    yield (made := _Crowd(browser, stand))
    for someone in made.values():
        someone.context.close()


class _Crowd(dict[tuple[str, str], Someone]):
    def __init__(self, browser: Browser, stand: Stand) -> None:
        super().__init__()
        self.browser, self.stand = browser, stand

    def __missing__(self, wanted: tuple[str, str]) -> Someone:
        role, theme = wanted
        someone = Someone(self.browser, f"{role} in {theme}", self.stand, **THEMES[theme])
        if role != "guest":
            someone.page.goto(demo_sign_in_url(role))
        self[wanted] = someone
        return someone


def show(page: Page, address: str, ready: str = "main") -> None:
    """Open a page and let what it draws by itself settle."""
    page.goto(address)
    page.wait_for_selector(ready, state="attached")
    page.evaluate("() => document.fonts.ready")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_page_has_no_violation_and_fits(crowd, places, name, theme):
    role, address = PAGES[name]
    someone = crowd[role, theme]
    someone.troubles.clear()
    show(someone.page, address.format(**places), READY.get(name, "main"))

    someone.page.evaluate(AXE)
    found, overflow = someone.page.evaluate(LOOK), someone.page.evaluate(OVERFLOW)

    someone.page.emulate_media(media="print")
    squeezed = someone.page.evaluate(SQUEEZED) if theme == "light" else []  # a phone's width is no paper's
    someone.page.emulate_media(media="screen")

    assert (found, overflow, squeezed, someone.troubles) == ([], 0, [], [])


def test_vote_and_question_need_no_pointer(crowd, places):
    someone = crowd["attendee", "light"]
    page, keys = someone.page, someone.page.keyboard
    someone.troubles.clear()
    show(page, f"/room/{places['live']}", READY["room"])

    keys.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    expect(page.locator("#polls input").first).to_be_focused()
    keys.press("Space")
    expect(page.locator("#polls [data-part=said]")).to_contain_text("Counted")
    _tab_to(page, "ask-text")
    keys.type("What do you say in the first minute?")
    keys.press("Enter")

    row = page.locator("#questions .question").filter(has_text="What do you say in the first minute?")
    expect(row).to_contain_text("Waiting for a moderator")
    assert someone.troubles == []


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the control with this id has the focus; every stop on the way is visible."""
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id") == wanted:
            return
        assert page.evaluate("() => document.activeElement.checkVisibility()")
    raise AssertionError(f"{wanted} is not reached by Tab")


def listen(page: Page) -> list[list[str]]:
    """Collect what this page sends from now on, a list for each WebSocket."""
    lines: list[list[str]] = []

    def note(line: WebSocket) -> None:
        sent: list[str] = []
        lines.append(sent)
        line.on("framesent", lambda frame: sent.append(str(frame)))

    page.on("websocket", note)
    return lines


def connects(lines: list[list[str]]) -> list[int]:
    """Count the CONNECT packets on each line."""
    return [sum(frame.startswith("40") for frame in sent) for sent in lines if sent]


def test_waking_up_while_connecting_makes_one_connection(browser, stand, places):
    someone = Someone(browser, "attendee on a slow line", stand, **THEMES["light"])
    someone.page.goto(demo_sign_in_url("attendee2"))
    someone.context.add_init_script(SLOW_LINE)
    lines = listen(someone.page)

    show(someone.page, f"/room/{places['live']}", READY["room"])
    expect(someone.page.locator("#tab-people [data-badge]")).to_be_visible()
    someone.page.wait_for_timeout(1000)

    assert (connects(lines), someone.troubles) == ([1], [])
    expect(someone.page.locator("[data-live=open]")).to_be_visible()
    someone.context.close()


def test_room_comes_back_after_a_crash(crowd, places, stand):
    someone = crowd["attendee", "light"]
    page, lines = someone.page, listen(someone.page)
    show(page, f"/room/{places['live']}", READY["room"])
    expect(page.locator("[data-live=open]")).to_be_visible()

    stand.kill_web()
    expect(page.locator("[data-live=reconnecting]")).to_be_visible()
    stand.start()
    page.evaluate(
        "() => { for (let n = 0; n < 9; n += 1) setTimeout(() => dispatchEvent(new Event('online')), 90 * n); }"
    )
    expect(page.locator("[data-live=open]")).to_be_visible()

    assert set(connects(lines)) == {1}


def test_what_goes_wrong_in_a_page_is_noted(browser, stand, room):
    someone = Someone(browser, "guest", stand)
    someone.page.goto("/sign-in")

    someone.page.evaluate("() => { document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>'); }")
    someone.page.evaluate("() => { setTimeout(() => { throw new Error('broken'); }); }")
    someone.page.wait_for_timeout(200)

    assert any("content security policy: style-src" in trouble for trouble in someone.troubles)
    assert any("broken" in trouble for trouble in someone.troubles)
    someone.context.close()
