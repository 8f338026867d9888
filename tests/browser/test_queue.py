"""Two moderators at one queue, in real browsers: nobody steps on the other, and what was typed stays."""

import pytest
from browsers import Someone
from playwright.sync_api import expect

from webinar_app.accounts.queries import demo_sign_in_url

pytestmark = [pytest.mark.browser, pytest.mark.live]
WORDS = "How often should one ask for feedback?"


def enter(who: Someone, role: str, path: str) -> Someone:
    who.page.goto(demo_sign_in_url(role))
    who.page.goto(path)
    return who


def test_two_moderators_share_the_queue(browser, stand, room):
    desk = f"/room/{room.code}/present"
    mike, cora = (enter(Someone(browser, role, stand), role, desk) for role in ("presenter", "coordinator"))
    ada = enter(Someone(browser, "attendee", stand), "attendee", f"/room/{room.code}")
    expect(ada.page.locator("[data-live=open]")).to_be_visible()
    ada.page.fill("#ask-text", WORDS)
    ada.page.get_by_role("button", name="Ask", exact=True).click()
    rows = [one.page.locator("#queue .question").filter(has_text=WORDS) for one in (mike, cora)]
    for row in rows:
        row.click()

    cora.page.keyboard.press("w")
    cora.page.fill("#answer-text", "Every third session.")
    expect(rows[0]).to_contain_text("is on it")
    mike.page.keyboard.press("i")
    expect(rows[0]).to_contain_text("You are on it")
    mike.page.keyboard.press("d")
    mike.page.fill("#answer-text", "Asked before.")
    mike.page.get_by_role("button", name="Dismiss the question").click()
    expect(cora.page.locator("#answer-dialog")).to_contain_text("Meanwhile: dismissed.")
    cora.page.get_by_role("button", name="Send the answer").click()
    expect(cora.page.locator("#answer-dialog")).to_contain_text("it is dismissed")
    expect(cora.page.locator("#answer-text")).to_have_value("Every third session.")

    mike.page.get_by_role("button", name="Undo").click()
    expect(rows[1]).to_contain_text("Waits for you")
    expect(cora.page.locator("#answer-dialog")).to_contain_text("Meanwhile: waits for you.")
    cora.page.get_by_role("button", name="Send the answer").click()
    expect(cora.page.locator("#answer-dialog")).to_contain_text("back among those that wait")
    cora.page.get_by_role("button", name="Send the answer").click()
    expect(ada.page.locator("#questions .question").filter(has_text=WORDS)).to_contain_text("Every third session.")
    assert (mike.troubles, cora.troubles, ada.troubles) == ([], [], [])
    for one in (mike, cora, ada):
        one.context.close()
