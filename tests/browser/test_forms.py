"""Forms in a real browser: what is typed outlives a reload, a cut line and a refusal, and nothing is dropped unsaid."""

from collections.abc import Iterator

import pytest
from browsers import DESKTOP, Someone, Stand
from playwright.sync_api import Browser, Page, expect
from sitting import Room

from webinar_app.accounts.queries import demo_sign_in_url

pytestmark = [pytest.mark.browser, pytest.mark.live]
CUT = "There is no connection. Nothing was sent, and what you typed is still here."


@pytest.fixture(scope="module")
def page(browser: Browser, stand: Stand, room: Room) -> Iterator[Page]:
    """A coordinator's tab."""
    someone = Someone(browser, "coordinator", stand, **DESKTOP)
    someone.page.goto(demo_sign_in_url("coordinator"))
    yield someone.page
    someone.context.close()


def test_half_a_date_is_refused_and_stays(page):
    page.goto("/account/licences/new")
    for name, words in {"profession": "Nurse", "board": "Ohio", "number": "1234"}.items():
        page.fill(f"[name={name}]", words)
    page.focus("[name=expires_on]")
    page.keyboard.type("1231")
    page.keyboard.press("Enter")

    field = page.locator("[name=expires_on]")
    expect(page.locator("#expires_on-told")).to_have_text("Write the whole date, or empty the field.")
    expect(field).to_have_attribute("aria-describedby", "expires_on-told")
    expect(field).to_be_focused()
    assert field.evaluate("(control) => control.validity.badInput")

    page.fill("[name=expires_on]", "2040-12-31")
    page.get_by_role("button", name="Add the licence").click()
    expect(page).to_have_url("/account#licences")


def test_long_text_is_not_cut_but_refused(page, room):
    page.goto(f"/manage/webinars/{room.code}/polls/new")

    page.fill("[name=question]", "q" * 301)
    page.get_by_role("button", name="Save the poll").click()

    expect(page.locator("#question-error")).to_have_text("Keep this within 300 characters.")
    expect(page.locator("[name=question]")).to_have_value("q" * 301)


def test_draft_is_forgotten_once_it_is_saved(page, room):
    page.goto(f"/manage/webinars/{room.code}/polls/new")
    page.fill("[name=question]", "Was it kept?")
    page.fill("[name=options]", "Yes\nNo")
    page.wait_for_function("() => JSON.stringify(localStorage).includes('Was it kept?')")

    page.reload()
    expect(page.locator("[name=question]")).to_have_value("Was it kept?")
    page.get_by_role("button", name="Save the poll").click()
    expect(page.get_by_role("heading", name="Was it kept?")).to_be_visible()

    page.goto(f"/manage/webinars/{room.code}/polls/new")
    expect(page.locator("[name=question]")).to_have_value("")


def test_draft_outlives_a_sign_in_that_had_ended(page, room):
    page.goto(f"/manage/webinars/{room.code}/polls/new")
    page.fill("[name=question]", "Was I signed in?")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save the poll").click()
    expect(page.get_by_role("button", name="Send it again")).to_be_visible()

    page.goto(demo_sign_in_url("coordinator"))
    page.goto(f"/manage/webinars/{room.code}/polls/new")

    expect(page.locator("[name=question]")).to_have_value("Was I signed in?")


def test_cut_line_keeps_the_page_and_what_was_typed(page):
    page.goto("/manage/courses/new")
    page.fill("[name=title]", "Typed before the cut")
    page.context.set_offline(True)

    page.click("button[value='objectives.add']")
    expect(page.locator("#part-objectives").get_by_role("alert")).to_contain_text(CUT)
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("alert").filter(has_text=CUT)).to_have_count(1)
    page.context.set_offline(False)
    page.click("button[value='objectives.add']")

    expect(page.locator("[name=objectives-3-text]")).to_be_focused()
    expect(page.locator("[name=title]")).to_have_value("Typed before the cut")
    expect(page.get_by_role("alert").filter(has_text=CUT)).to_have_count(0)


def test_course_typed_a_second_ago_outlives_a_reload(page):
    page.goto("/manage/courses/new")
    page.fill("[name=title]", "Typed just now")
    page.wait_for_timeout(700)  # within the second that is promised, before the server is told

    page.reload()

    expect(page.locator("[name=title]")).to_have_value("Typed just now")


def test_refused_field_is_in_sight_whatever_is_chosen(page, room):
    page.goto(f"/manage/courses/{room.demo['slugs']['001']}/sittings/new")
    page.fill("[name=typed]", "March 5, 2040 10 a.m. ET")
    page.check("[name=delivery][value=hybrid]")
    page.fill("[name=capacity_room]", "many")
    page.check("[name=delivery][value=online]")

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#capacity_room-error")).to_be_visible()
    expect(page.locator("[name=capacity_room]")).to_have_value("many")
    expect(page.locator("[name=typed]")).to_have_value("March 5, 2040 10 a.m. ET")
