"""What only a browser can lose: half a date, a page while offline, words refused late, an act that was put aside."""

import json

import pytest
from browsers import Someone
from playwright.sync_api import Page, expect

from webinar_app.accounts.queries import demo_sign_in_url

pytestmark = [pytest.mark.browser, pytest.mark.live]
LICENCE = {"profession": "Nurse", "board": "Ohio", "number": "N-1"}


@pytest.fixture
def attendee(browser, stand, room):
    """An attendee, signed in."""
    someone = Someone(browser, "attendee", stand)
    someone.page.goto(demo_sign_in_url("attendee"))
    yield someone
    someone.context.close()


@pytest.fixture
def presenter(browser, stand, room):
    """A presenter at the desk of the live room."""
    someone = Someone(browser, "presenter", stand)
    someone.page.goto(demo_sign_in_url("presenter"))
    open_desk(someone.page, room.code)
    yield someone
    someone.context.close()


def open_desk(page: Page, code: str) -> None:
    page.goto(f"/room/{code}/present")
    expect(page.locator("#polls > *").first).to_be_visible()
    expect(page.locator("#line-good")).to_be_visible()


def described(page: Page, selector: str) -> str:
    """Give what is said beside a control, by the ids that it is described by."""
    return page.locator(selector).evaluate(
        "(control) => (control.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)"
        ".map((id) => document.getElementById(id).textContent).join(' ')"
    )


def test_half_a_date_is_not_dropped_and_nothing_leaves_while_offline(attendee):
    page = attendee.page
    page.goto("/account/licences/new")
    for name, typed in LICENCE.items():
        page.fill(f"[name={name}]", typed)
    page.locator("[name=expires_on]").press_sequentially("0331")

    page.get_by_role("button", name="Add the licence").click()
    expect(page.locator("[name=expires_on]")).to_be_focused()
    half = described(page, "[name=expires_on]")
    page.fill("[name=expires_on]", "2031-03-31")
    attendee.context.set_offline(True)
    page.get_by_role("button", name="Add the licence").click()
    expect(page.get_by_text("There is no connection. Nothing was sent")).to_be_visible()

    kept = {name: page.input_value(f"[name={name}]") for name in LICENCE}
    assert (half, kept, attendee.troubles) == ("Write the whole date, or empty the field.", LICENCE, [])


def test_words_refused_after_a_reload_come_back(attendee, room):
    page, code = attendee.page, room.code
    refused = "x" * 1500
    act = {"name": "question.ask", "payload": {"text": refused, "anonymous": True, "key": "a-key-of-it"}}
    page.goto("/my")
    page.evaluate(
        "([place, act]) => sessionStorage.setItem(place, JSON.stringify([{ ...act, at: Date.now() }]))",
        [f"rostrum.outbox.{code}", act],
    )

    page.goto(f"/room/{code}")

    expect(page.locator("#ask-refusal")).to_contain_text("within 1000 characters; this has 1500.")
    assert (page.input_value("#ask-text"), page.is_checked("#ask [name=anonymous]")) == (refused, True)
    assert "1500" in described(page, "#ask-text")
    page.fill("#ask-text", "")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#ask-refusal")).to_have_text("Write your question.")
    assert json.loads(page.evaluate("(place) => sessionStorage.getItem(place)", f"rostrum.outbox.{code}") or "[]") == []


def test_dialogs_of_the_desk_keep_what_was_put_aside(presenter, room):
    page = presenter.page
    page.click("#change-stage")
    page.check("#stage-dialog [value=text]")
    page.fill("#stage-text", "Call this number")
    page.keyboard.press("Escape")
    page.click("#change-stage")
    assert page.input_value("#stage-text") == "Call this number"
    page.keyboard.press("Escape")

    page.click("#new-poll")
    page.fill("#new-question", "Which one?")
    page.select_option("#new-kind", "multiple")
    page.fill("#new-least", "-1")
    page.locator("#poll-dialog [data-part=add]").click()
    page.locator("#poll-dialog [name=option]").nth(3).fill("The fourth")
    page.get_by_role("button", name="Put it in the list").click()
    expect(page.locator("#new-least")).to_be_focused()
    assert described(page, "#new-least") == "Write a whole number from 1 to 12."
    page.wait_for_function(
        "(key) => localStorage.getItem(key)?.includes('The fourth')", arg=f"rostrum.draft.poll-{room.code}"
    )

    open_desk(page, room.code)
    page.click("#new-poll")
    assert (page.input_value("#new-question"), page.input_value("#new-kind")) == ("Which one?", "multiple")
    assert page.locator("#poll-dialog [name=option]").nth(3).input_value() == "The fourth"
    assert presenter.troubles == []


def test_end_of_the_session_is_refused_where_it_was_asked_for(presenter, stand):
    page = presenter.page
    page.click("#end")
    presenter.context.set_offline(True)
    expect(page.locator("#line-lost")).to_be_visible()

    page.click("#end-send")

    expect(page.locator("#end-dialog [data-part=refusal]")).to_contain_text("Not sent: the line is down.")
    expect(page.locator("#end-dialog")).to_be_visible()


def test_chosen_zone_is_not_guessed_away_after_a_reload(browser, stand, room):
    guest = Someone(browser, "guest", stand, timezone_id="Europe/Berlin")
    page = guest.page
    page.goto(f"/webinars/{room.code}/register")
    page.select_option("[name=time_zone]", "America/Denver")
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.includes('draft.register'))")

    page.reload()

    assert (page.input_value("[name=time_zone]"), guest.troubles) == ("America/Denver", [])
    guest.context.close()
