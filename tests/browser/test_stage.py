"""The stage in a real browser: slides by keyboard, captions, files, and a projector that follows."""

import documents
import pytest
from browsers import Someone
from playwright.sync_api import Browser, expect

from webinar_app.accounts.queries import demo_sign_in_url

pytestmark = [pytest.mark.browser, pytest.mark.live]
SHIFTS = """() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries()
  .filter((one) => !one.hadRecentInput).reduce((sum, { value }) => sum + value, 0)))
  .observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 300))"""


@pytest.fixture(scope="module")
def people(browser: Browser, own_stand, own_room):
    """A presenter at the desk, an attendee in the room, and a screen on the wall."""
    pages = {}
    for name, role, path in (
        ("desk", "presenter", "/present"),
        ("seat", "attendee", ""),
        ("wall", "presenter", "/projector"),
    ):
        pages[name] = Someone(browser, name, own_stand)
        pages[name].page.goto(demo_sign_in_url(role))
        pages[name].page.goto(f"/room/{own_room.code}{path}")
    expect(pages["desk"].page.locator("#line-good")).to_be_visible()
    expect(pages["seat"].page.locator("#polls > *").first).to_be_visible()
    yield {name: someone.page for name, someone in pages.items()} | {"all": pages}
    for someone in pages.values():
        someone.context.close()


def send_slides(desk, tmp_path):
    file = tmp_path / "Talk.pdf"
    file.write_bytes(documents.pdf("Trust", "Empathy", "Collaboration", links=("https://a.example/x",)))
    desk.keyboard.press("v")
    desk.set_input_files("#slides-file", file)
    desk.get_by_role("button", name="Send the PDF").click()
    desk.get_by_role("button", name="Show to everybody").click(timeout=60_000)


def test_slides_move_everybody_and_the_audience_looks_back(people, tmp_path):
    desk, seat, wall = people["desk"], people["seat"], people["wall"]
    desk.keyboard.press("c")  # the open poll would stand on the wall
    send_slides(desk, tmp_path)
    expect(seat.locator("#slide-at")).to_have_text("Slide 1 of 3")
    expect(seat.locator("#slide-link-list a")).to_have_attribute("href", "https://a.example/x")

    for _ in range(2):
        desk.keyboard.press("ArrowRight")
    expect(seat.locator("#slide-words")).to_have_text("Collaboration")
    expect(wall.locator("#screen-slide")).to_have_text("Slide 3 of 3")
    expect(desk.locator("#slide-now-words")).to_have_text("Slide 3 of 3")

    seat.keyboard.press(",")
    expect(seat.locator("#slide-words")).to_have_text("Empathy")
    expect(seat.locator("#slide-at")).to_have_text("Slide 2, live is 3")
    desk.keyboard.press("PageUp")
    desk.keyboard.press("PageUp")
    expect(desk.locator("#slide-now-words")).to_have_text("Slide 1 of 3")
    expect(seat.locator("#slide-words")).to_have_text("Empathy")
    seat.get_by_role("button", name="Jump to live").click()
    expect(seat.locator("#slide-words")).to_have_text("Trust")
    assert seat.evaluate("() => document.getElementById('slide-picture').naturalWidth") == 1600
    assert seat.evaluate(SHIFTS) < 0.02


def test_captions_are_as_each_viewer_likes_them(people, own_room):
    desk, seat = people["desk"], people["seat"]
    desk.goto(f"/room/{own_room.code}/captions")
    expect(desk.locator("#caption-text")).to_be_focused()
    desk.keyboard.type("Good evening.")
    desk.keyboard.press("Enter")
    expect(seat.locator("#caption-now")).to_have_text("Good evening.")
    expect(seat.locator("#captions")).to_be_visible()
    assert seat.locator("#caption-said").get_attribute("aria-live") == "off"

    seat.locator("#caption-controls summary").click()
    seat.get_by_label("Large").check()
    seat.get_by_label("Above").check()
    seat.reload()
    expect(seat.locator("#captions")).to_have_attribute("data-size", "large")
    expect(seat.locator("#captions")).to_have_attribute("data-place", "top")
    seat.keyboard.press("k")
    desk.keyboard.type("Welcome.")
    desk.keyboard.press("Enter")
    expect(seat.locator("#caption-now")).to_have_text("Welcome.")
    expect(seat.locator("#captions")).to_be_hidden()
    desk.goto(f"/room/{own_room.code}/present")
    expect(desk.locator("#line-good")).to_be_visible()


def test_file_is_opened_by_a_key_and_fetched(people, tmp_path):
    desk, seat = people["desk"], people["seat"]
    file = tmp_path / "Sheet.pdf"
    file.write_bytes(documents.pdf("One"))
    desk.keyboard.press("f")
    desk.set_input_files("#handout-file", file)
    desk.fill("#handout-title", "Worksheet")
    desk.get_by_role("button", name="Send the file").click()
    expect(desk.locator("#desk-handouts [data-part=stand]")).to_have_text("PDF, 1 kB", timeout=60_000)
    desk.keyboard.press("Escape")
    desk.locator("#polls .acts__pick", has_text="File: Worksheet").click()
    expect(desk.locator("#next-what")).to_have_text("File: Worksheet")
    desk.keyboard.press("l")
    desk.keyboard.press("l")

    expect(seat.locator("[data-badge=files]")).to_have_text("1 new")
    seat.locator("#tab-files").click()
    with seat.expect_download() as download:
        seat.get_by_role("link", name="Worksheet").click()
    assert download.value.suggested_filename == "Sheet.pdf"
    assert [someone.troubles for someone in people["all"].values()] == [[], [], []]
