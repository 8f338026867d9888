"""What a presenter does at the desk, mostly by single keys."""

from browsers import Someone
from playwright.sync_api import Locator, expect


def open_desk(presenter: Someone, code: str) -> None:
    """Open the desk before the session."""
    page = presenter.page
    page.goto(f"/room/{code}/present")
    expect(page.get_by_text("Green room, you are not live")).to_be_visible()
    expect(page.locator("#line-good")).to_be_visible()
    page.locator("body").focus()


def is_on_air(presenter: Someone) -> None:
    """Be live without having done anything."""
    expect(presenter.page.locator(".live[data-when=live]")).to_be_visible()


def launch_next_poll(presenter: Someone, question: str, *, at_once: bool = False) -> None:
    """Launch the next poll by its key; a second press skips the countdown."""
    page = presenter.page
    expect(page.locator("#next-what")).to_have_text(question)
    page.keyboard.press("l")
    if at_once:
        page.keyboard.press("l")
    expect(page.locator("#chart-question")).to_have_text(question)
    expect(page.locator("#chart-stand")).to_contain_text("Poll, open")


def sees_votes(presenter: Someone, option: str, number: int, share: str) -> None:
    """See the chart move."""
    page = presenter.page
    expect(page.locator("#chart-voted")).to_have_text(str(number))
    bar = page.locator("#chart-result .bars li").filter(has_text=option)
    expect(bar.locator("[data-part=share]")).to_have_text(share)


def close_poll(presenter: Someone) -> None:
    """Close the open poll by its key."""
    presenter.page.keyboard.press("c")
    expect(presenter.page.locator("#chart-stand")).to_have_text("Poll, closed")


def queued(presenter: Someone, words: str) -> Locator:
    """Give a question of the queue."""
    row = presenter.page.locator("#queue .question").filter(has_text=words)
    expect(row).to_be_visible()
    return row


def announce(presenter: Someone, words: str) -> None:
    """Show one sentence to everybody."""
    page = presenter.page
    page.keyboard.press("b")
    dialog = page.locator("#announce-dialog")
    dialog.get_by_label("One sentence for everybody").fill(words)
    dialog.get_by_role("button", name="Show it to everybody").click()
    expect(dialog.locator("#announcements")).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def answer_in_chat(presenter: Someone, heard: str, words: str) -> None:
    """Read a message and write one."""
    page = presenter.page
    page.keyboard.press("2")
    expect(page.locator("#messages .message").filter(has_text=heard)).to_be_visible()
    page.locator("#chat-text").fill(words)
    page.locator("#chat-text").press("Enter")
    expect(page.locator("#messages .message").filter(has_text=words)).to_be_visible()
    page.locator("#tab-chat").focus()


def end(presenter: Someone) -> None:
    """End the session through its dialog."""
    page = presenter.page
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="End the session")
    dialog.get_by_role("button", name="End it").click()
    expect(page.locator(".mark[data-when=ended]")).to_be_visible()
