"""What an attendee does: register without an account, enter by the mail, take part, evaluate, get the certificate."""

import re
from datetime import UTC, datetime
from pathlib import Path

from browsers import PATIENCE_MS, Someone, mark_page
from playwright.sync_api import Locator, expect

EMAIL = "ngoc.anh@example.org"
LEGAL_NAME = "Nguyễn Thị Ngọc Ánh"
SHOWN_NAME = "Ngoc Anh"


def register(attendee: Someone, course: str) -> None:
    """Register as a guest from the course page."""
    page = attendee.page
    page.goto(course)
    page.get_by_role("link", name="Register", exact=False).first.click()
    page.get_by_label("Legal name").fill(LEGAL_NAME)
    expect(page.locator("#printed-name")).to_have_text(LEGAL_NAME)
    page.get_by_label("Name in the room").fill(SHOWN_NAME)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Profession").fill("Counselor")
    page.get_by_label("State or board").fill("NY")
    page.get_by_label("Licence number").fill("LPC-0048213")
    page.get_by_label("I have read it and agree").check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def enter_lobby(attendee: Someone, link: str) -> None:
    """Open the personal link and wait in the lobby; the link leaves the address."""
    page = attendee.page
    page.goto(link)
    expect(page.locator(".lobby .kicker")).to_contain_text("Lobby")
    expect(page.locator("#lobby-people")).to_contain_text("here.")
    expect(page.locator(".lobby")).to_contain_text(SHOWN_NAME)
    assert "/room/" in page.url
    mark_page(attendee)


def is_let_in(attendee: Someone, starts_at: datetime) -> None:
    """Be in the room by oneself when the session starts."""
    until_start = (starts_at - datetime.now(UTC)).total_seconds() * 1000
    expect(attendee.page.locator("#stage")).to_be_visible(timeout=max(0, until_start) + PATIENCE_MS)
    expect(attendee.page.locator(".lobby")).to_be_hidden()


def watch_room(someone: Someone, code: str) -> None:
    """Be in the room without being registered, as staff may."""
    someone.page.goto(f"/room/{code}")
    expect(someone.page.locator("#polls form.poll").first).to_be_visible()


def vote(attendee: Someone, question: str, option: str) -> None:
    """Vote in the poll that came up."""
    ballot = attendee.page.locator("form.poll").filter(has_text=question)
    ballot.get_by_text(option, exact=True).tap()
    expect(ballot.locator("[data-part=said]")).to_contain_text("Counted")


def ask(attendee: Someone, words: str) -> Locator:
    """Ask a question and give its row."""
    page = attendee.page
    page.locator("#tab-qa").tap()
    page.get_by_label("Your question").fill(words)
    page.get_by_role("button", name="Ask", exact=True).tap()
    row = page.locator("#questions .question").filter(has_text=words)
    expect(row).to_be_visible()
    return row


def write_in_chat(attendee: Someone, words: str) -> None:
    """Write to everybody."""
    page = attendee.page
    page.locator("#tab-chat").tap()
    page.locator("#chat-text").fill(words)
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.locator("#messages .message").filter(has_text=words)).to_be_visible()


def is_taken_to_evaluation(attendee: Someone) -> None:
    """See the end, sign out, and be at the evaluation."""
    page = attendee.page
    expect(page.get_by_role("heading", name="The session has ended")).to_be_visible()
    page.get_by_role("button", name="Sign out and evaluate").tap()
    page.wait_for_url(re.compile("/evaluations/"), timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Evaluate this session")


def evaluate(attendee: Someone) -> None:
    """Answer everything that is asked and send it."""
    page = attendee.page
    for scale in page.locator("fieldset.likert").all():
        scale.get_by_role("radio").nth(3).check()
    for choice in page.locator("form[data-answers] fieldset.field").all():
        choice.locator("label.choice").first.tap()
    page.get_by_label("Anything else?", exact=False).fill("More time for practice.")
    page.get_by_role("button", name="Send and get my certificate").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your evaluation is with us")
    mark_page(attendee)


def download_certificate(attendee: Someone, folder: Path) -> tuple[str, Path]:
    """Wait until the certificate is on the page, and give its number and the downloaded PDF."""
    page, arrived = attendee.page, attendee.page.locator("[data-arrived]")
    expect(arrived).to_be_visible(timeout=60_000)
    number = arrived.locator("[data-certificate-number]").inner_text()
    with page.expect_download() as waiting:
        arrived.get_by_role("link", name="Download the PDF").tap()
    paper = folder / "certificate.pdf"
    waiting.value.save_as(paper)
    return number, paper
