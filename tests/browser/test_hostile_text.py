"""Text that wants to be markup, in the live room and at the desk of a real browser."""

import uuid

import pytest
from browsers import Someone
from playwright.sync_api import Page, expect

from webinar_app.accounts.queries import demo_sign_in_url

pytestmark = [pytest.mark.browser, pytest.mark.live]
EVIL = '"><img src=x onerror=alert(1)>'


def watch(page: Page) -> list[str]:
    """Collect every dialog that a page opens."""
    seen: list[str] = []

    def note(dialog) -> None:
        seen.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    return seen


def images(page: Page) -> int:
    return page.locator("img[src=x], [onerror]").count()


def test_evil_text_is_text_in_room_and_desk(browser, stand, room):
    staff, attendee = Someone(browser, "presenter", stand), Someone(browser, "attendee", stand)
    staff.page.goto(demo_sign_in_url("presenter"))
    attendee.page.goto(demo_sign_in_url("attendee"))
    dialogs = watch(staff.page), watch(attendee.page)
    staff.page.goto(f"/room/{room.code}/present")
    attendee.page.goto(f"/room/{room.code}")
    expect(attendee.page.locator("[data-live=open]")).to_be_visible()

    attendee.page.fill("#ask-text", f"Question {EVIL}")
    attendee.page.get_by_role("button", name="Ask", exact=True).click()
    asked = staff.page.get_by_text(f"Question {EVIL}")
    expect(asked.first).to_be_visible()
    client = room.clients(1)[0]
    client.connect()
    client.act("chat.post", uuid.uuid4().hex, text=f"Chat {EVIL}")
    client.close()
    attendee.page.locator("#tab-chat").click()
    expect(attendee.page.get_by_text(f"Chat {EVIL}").first).to_be_visible()

    assert dialogs == ([], [])
    assert (images(staff.page), images(attendee.page)) == (0, 0)
    assert (staff.troubles, attendee.troubles) == ([], [])
    staff.context.close()
    attendee.context.close()
