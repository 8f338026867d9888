"""Golden texts of the mails about signing in. To accept a change: WEBINAR_WRITE_GOLDEN=1."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from webinar_app.accounts.emails import new_email_mail, sign_in_mail
from webinar_app.providers.queries import Brand

HERE = Path(__file__).parent / "golden"
BRAND = Brand("Alder Institute", "Rostrum", "America/New_York", "en-US", "desk@alder.example", "1 Alder Row")
EVIL = '"><img src=x onerror=alert(1)>'


def mails(name="Ada"):
    expires_at = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)
    ends = {"name": name, "old": "ada@example.org", "new": "new@example.org", "token": "TOKEN"}
    return {
        "sign_in_link": sign_in_mail(BRAND, name=name, token="TOKEN", expires_at=expires_at, zone="America/New_York"),
        "new_email": new_email_mail(BRAND, "new_email", **ends),
        "old_email": new_email_mail(BRAND, "old_email", **ends),
    }


@pytest.mark.parametrize("kind", ["sign_in_link", "new_email", "old_email"])
def test_mail_reads_as_agreed(kind):
    subject, text, _ = mails()[kind]
    golden, found = HERE / f"{kind}.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


@pytest.mark.parametrize("kind", ["sign_in_link", "new_email", "old_email"])
def test_text_and_html_carry_the_same_link_and_markup_stays_text(kind):
    _, text, html = mails(EVIL)[kind]
    path = "/sign-in/link/TOKEN" if kind == "sign_in_link" else "/account/email/TOKEN"
    link = "http://127.0.0.1:5000" + path

    assert (link in text, f'href="{link}"' in html) == (True, True)
    assert "<img" not in html
    assert EVIL in text


@pytest.mark.parametrize("kind", ["sign_in_link", "new_email", "old_email"])
def test_mail_loads_nothing_from_anywhere(kind):
    html = mails()[kind][2]

    assert [word for word in ("<img", "<script", "<link", "src=", "url(", "@import") if word in html] == []
