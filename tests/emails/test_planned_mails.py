"""Golden texts of the planned set. To accept a change: WEBINAR_WRITE_GOLDEN=1."""

import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

from webinar_app.campaigns.rules import SET
from webinar_app.mailing.emails import own_words_mail
from webinar_app.providers.queries import Brand

HERE = Path(__file__).parent / "golden"
BRAND = Brand("Alder Institute", "Rostrum", "America/New_York", "en-US", "desk@alder.example", "1 Alder Row")
EVIL = '"><img src=x onerror=alert(1)>'
LINK = "http://127.0.0.1:5000/join/BBBBBBBB-1-" + "0" * 32
VALUES = {
    "name": "Corinne", "legal_name": "Corinne Abernathy", "title": "Building a Therapeutic Alliance (ATP3)",
    "when": "Tuesday 14 October 2025, 9:00 a.m. PT (Tuesday 14 October 2025, 12:00 p.m. ET)", "minutes": "75",
    "presenters": "Dr. Michael McGee", "place": "", "credit": "1.25 contact hours", "organisation": "Alder Institute",
    "join_link": LINK, "cancel_link": f"{LINK}?to=cancel", "evaluation_link": f"{LINK}?to=evaluation",
    "evaluation_until": "Tuesday 28 October 2025, 9:00 a.m. PT (Tuesday 28 October 2025, 12:00 p.m. ET)",
    "course_link": "http://127.0.0.1:5000/courses/atp3", "certificate_number": "AAAA-BBBB-CCCC-DDDD",
    "certificate_link": "http://127.0.0.1:5000/certificates/AAAA-BBBB-CCCC-DDDD", "expires_on": "14 October 2026",
}  # fmt: skip


class Links(HTMLParser):
    """Collects the addresses of a mail's links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if tag == "a" and name == "href"]


@pytest.mark.parametrize("kind", SET)
def test_mail_reads_as_agreed(kind):
    plan = SET[kind]
    subject, text, html = own_words_mail(BRAND, plan.subject, plan.text, VALUES)
    golden, found = HERE / f"{kind}.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.write_text(found, "utf-8")

    assert found == golden.read_text("utf-8")
    assert Links(html).found == [word for word in text.split() if word.startswith("http://127.0.0.1:5000/")]


def test_names_are_text_in_html_and_add_no_line_to_a_subject():
    values = VALUES | {"name": EVIL, "title": "One\r\nBcc: x@example.org"}

    subject, _, html = own_words_mail(BRAND, "{title}", "Hello {name}, see http://a.example/?a=1&b=2.", values)

    assert subject == "One Bcc: x@example.org"
    assert "<img" not in html
    assert Links(html).found == ["http://a.example/?a=1&b=2"]
