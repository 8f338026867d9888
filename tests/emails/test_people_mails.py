"""Golden texts of the mails about substitutes and other addresses. To accept a change: WEBINAR_WRITE_GOLDEN=1."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from webinar_app.people.emails import join_address_mail, substitute_mail
from webinar_app.people.queries.substitutes import SubstituteLetter
from webinar_app.providers.queries import Brand

HERE = Path(__file__).parent / "golden"
BRAND = Brand("Alder Institute", "Rostrum", "America/New_York", "en-US", "desk@alder.example", "1 Alder Row")
EVIL = '"><img src=x onerror=alert(1)>'
LETTER = SubstituteLetter(
    state="open", is_seated=True, is_off=False, was_asked=True,
    provider_id=1, webinar_id=1, reply_to="desk@alder.example", person_id=None,
    address="bea@example.org", legal_name="", display_name="", giver="Ada Lovelace", asked="bea@example.org",
    title="Building a Therapeutic Alliance (ATP3)", minutes=75, seat="online",
    when=("Tuesday 14 October 2025, 9:00 a.m. PT", "Tuesday 14 October 2025, 12:00 p.m. ET"),
    until=("Sunday 12 October 2025, 9:00 a.m. PT", "Sunday 12 October 2025, 12:00 p.m. ET"),
    link="http://127.0.0.1:5000/substitutes/BBBBBBBB-1-" + "0" * 32,
)  # fmt: skip
OWN = replace(LETTER, display_name="Ada", link="http://127.0.0.1:5000/join/AAAAAAAA-1-" + "0" * 32 + "?to=substitute")
CASES = {
    "substitute_over": replace(LETTER, state="withdrawn"),
    "substitute_asked": LETTER, "substitute_named": OWN, "substitute_open": replace(OWN, state="lapsed"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_mail_reads_as_agreed(kind):
    subject, text, html = substitute_mail(kind, BRAND, CASES[kind])
    golden, found = HERE / f"{kind}.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")
    for words in (text, html):
        assert LETTER.title in words
        assert words.index("9:00 a.m. PT") < words.index("12:00 p.m. ET")


@pytest.mark.parametrize("kind", CASES)
def test_markup_stays_text(kind):
    evil = replace(CASES[kind], title=EVIL, display_name=EVIL, giver=EVIL, asked=EVIL)

    _, text, html = substitute_mail(kind, BRAND, evil)

    assert (EVIL in text, "<img" in html) == (True, False)


@pytest.mark.parametrize("state, words", [("declined", "cannot come either"), ("bounced", "came back")])
def test_who_asked_reads_what_happened(state, words):
    _, text, html = substitute_mail("substitute_open", BRAND, replace(OWN, state=state))

    assert (words in text, words in html) == (True, True)


def test_who_was_asked_reads_why_they_need_not_come():
    told = [substitute_mail("substitute_over", BRAND, replace(LETTER, is_off=is_off)) for is_off in (True, False)]

    for (_, *both), words in zip(told, ("was cancelled", "does not need you"), strict=True):
        assert all(words in one for one in both)


def test_mail_to_another_address_says_who_asks_and_gives_one_link():
    subject, text, html = join_address_mail(BRAND, name="Ada Lovelace", address="ada@example.org", token="TOKEN")
    golden, found = HERE / "join_address.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")
    assert 'href="http://127.0.0.1:5000/account/other-address/TOKEN"' in html
    assert "<img" not in join_address_mail(BRAND, name=EVIL, address=EVIL, token="TOKEN")[2]
