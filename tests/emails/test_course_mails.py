"""Golden texts of the mails about a course without a sitting. To accept a change: WEBINAR_WRITE_GOLDEN=1."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from webinar_app.providers.queries import Brand
from webinar_app.registrations.emails import (
    COURSE_KINDS,
    WAITING_KINDS,
    CourseLetter,
    LinkLine,
    LinkList,
    WaitingLetter,
    course_mail,
    links_mail,
    waiting_mail,
)

HERE = Path(__file__).parent / "golden"
BRAND = Brand("Alder Institute", "Rostrum", "America/New_York", "en-US", "desk@alder.example", "1 Alder Row")
EVIL = '"><img src=x onerror=alert(1)>'
LINK = "http://127.0.0.1:5000/join/BBBBBBBB-1-" + "0" * 32
LETTER = CourseLetter(
    registration_id=1, state="registered", provider_id=1, reply_to="desk@alder.example", person_id=1,
    address="c.abernathy@example.org", legal_name="Corinne Abernathy", display_name="Corinne",
    licence="NY, LPC-0048213", title="Cultivating a Therapeutic Alliance",
    slug="cultivating-a-therapeutic-alliance", credit="4 contact hours", gives_certificate=True,
    completion="All units must be completed", fee="48.00 USD", refund_policy="Ask within 14 days of paying.",
    link=LINK, pay_link=f"{LINK}?to=payment", registered_on="Thursday 2 October 2025",
)  # fmt: skip

WAITING = WaitingLetter(
    state="offered", offers=1, provider_id=1, webinar_id=1, reply_to="desk@alder.example", person_id=1,
    address="c.abernathy@example.org", legal_name="Corinne Abernathy", display_name="Corinne",
    title="Building a Therapeutic Alliance (ATP3)", when=("Tuesday 3 November 2026, 17:00 Europe/London",
    "Tuesday 3 November 2026, 12:00 p.m. ET"), seat="online", position=2, is_manual=False,
    reason="It is for people who work in this field.",
    until=("Tuesday 27 October 2026, 4:50 p.m. Europe/London", "Tuesday 27 October 2026, 12:50 p.m. ET"),
    link=LINK, slug="atp3", webinar_code="ABCDEFGH", registered_on="Monday 26 October 2026",
)  # fmt: skip


@pytest.mark.parametrize("kind", WAITING_KINDS)
def test_mail_of_a_waiting_list_reads_as_agreed(kind):
    subject, text, html = waiting_mail(kind, BRAND, replace(WAITING, display_name="Corinne"))
    golden, found = HERE / f"{kind}.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")
    assert WAITING.title in html


@pytest.mark.parametrize("kind", WAITING_KINDS)
def test_markup_in_a_waiting_list_stays_text(kind):
    _, text, html = waiting_mail(kind, BRAND, replace(WAITING, title=EVIL, display_name=EVIL))

    assert "<img" not in html
    assert EVIL in text


@pytest.mark.parametrize("kind", COURSE_KINDS)
def test_mail_reads_as_agreed(kind):
    subject, text, _ = course_mail(kind, BRAND, LETTER)
    golden, found = HERE / f"{kind}.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


@pytest.mark.parametrize("kind", COURSE_KINDS)
def test_markup_stays_text(kind):
    evil = replace(LETTER, title=EVIL, display_name=EVIL, legal_name=EVIL, refund_policy=EVIL)

    _, text, html = course_mail(kind, BRAND, evil)

    assert "<img" not in html
    assert EVIL in text


def test_course_without_certificate_or_credit_leaves_these_out():
    bare = replace(LETTER, gives_certificate=False, credit="", licence="", refund_policy="")

    assert "Certificate" not in course_mail("course_confirmation", BRAND, bare)[1]
    assert "Ask within" not in course_mail("course_pending", BRAND, bare)[1]


def test_links_of_courses_only_are_called_so():
    line = LinkLine("Cultivating a Therapeutic Alliance", ("At your own pace",), LINK, is_course=True)

    _, text, html = links_mail(BRAND, LinkList(1, 1, "Corinne", "Corinne", "c@example.org", (line,)))

    assert "here is the link to your course." in text
    assert "Open my course page" in html
