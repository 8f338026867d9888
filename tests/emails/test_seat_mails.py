"""Golden texts of the mails about a seat. To accept a change: WEBINAR_WRITE_GOLDEN=1."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from calendar_entries import BRAND, SITTING, TO

from webinar_app.calendars.emails import KINDS, seat_mail
from webinar_app.registrations.emails import LinkLine, LinkList, links_mail

HERE = Path(__file__).parent / "golden"
EVIL = '"><img src=x onerror=alert(1)>'
LINK = "http://127.0.0.1:5000/join/BBBBBBBB-1-"


def links(name="Corinne", title=SITTING.title):
    line = LinkLine(title, TO.when, LINK + "0" * 32)
    return LinkList(1, 1, name, name, TO.email, (line, replace(line, title="Another session", when=("On request",))))


def mail(kind, name="Corinne", title=SITTING.title):
    if kind == "join_link":
        return links_mail(BRAND, links(name, title))
    to = replace(TO, display_name=name, legal_name=name if name == EVIL else TO.legal_name)
    return seat_mail(kind, BRAND, replace(SITTING, title=title), to, {})


@pytest.mark.parametrize("kind", [*KINDS, "join_link"])
def test_mail_reads_as_agreed(kind):
    subject, text, _ = mail(kind)
    golden, found = HERE / f"{kind}.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


@pytest.mark.parametrize("to", ["person", "date"])
def test_mail_to_who_gave_the_place_on_never_says_that_it_is_free(to):
    subject, text, html = seat_mail("registration_cancelled", BRAND, SITTING, replace(TO, passed_on=to), {})
    golden, found = HERE / f"passed_on_{to}.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")
    assert all("free for somebody else" not in said and "Register again" not in said for said in (text, html))


@pytest.mark.parametrize("kind", [*KINDS, "join_link"])
def test_markup_stays_text_and_nothing_is_loaded(kind):
    _, text, html = mail(kind, EVIL, EVIL)

    assert [word for word in ("<img", "<script", "<link", " src=", "url(", "@import") if word in html.replace(
        "&lt;img src=", "")] == []  # fmt: skip
    assert EVIL in text


def test_own_time_stands_before_the_announced_one():
    _, text, html = mail("confirmation")

    for words in (text, html):
        assert 0 < words.index("9:00 a.m. PT") < words.index("12:00 p.m. ET")


def test_same_zone_says_the_time_once():
    to = replace(TO, when=("Tuesday 14 October 2025, 12:00 p.m. ET",))

    assert "announced" not in seat_mail("confirmation", BRAND, SITTING, to, {})[1]


def test_a_mail_without_place_credit_or_policy_leaves_these_out():
    bare = replace(SITTING, credit="", attendance=(), presenters="", starts_at=None, minutes=0)

    subject, text, _ = seat_mail("confirmation", BRAND, bare, replace(TO, licence="", lobby_when="", seat="room"), {})

    assert "Certificate for Corinne Abernathy." in text
    assert "To earn it" not in text
    assert "None" not in text
    assert subject.startswith("You have a place")


def test_cancel_link_is_the_join_link_that_leads_to_the_question():
    _, text, _ = mail("confirmation")

    join = next(line for line in text.splitlines() if line.startswith(LINK))
    assert f"{join}?to=cancel" in text
