"""Golden texts of the mails to presenters and hosts. To accept a change: WEBINAR_WRITE_GOLDEN=1."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from calendar_entries import BRAND, SITTING

from webinar_app.calendars.emails import crew_mail
from webinar_app.calendars.queries import CrewMember
from webinar_app.calendars.rules import CrewStep
from webinar_app.webinars.rules import WebinarState

HERE = Path(__file__).parent / "golden"
TO = CrewMember(
    person_id=1, email="m.mcgee@example.org", legal_name="Michael McGee", display_name="Michael", step=CrewStep.INVITED,
    when=("Tuesday 14 October 2025, 9:00 a.m. PT", "Tuesday 14 October 2025, 12:00 p.m. ET"),
    call=("Tuesday 14 October 2025, 8:30 a.m. PT", "Tuesday 14 October 2025, 11:30 a.m. ET"), alarm_minutes=10,
    sent=None,
)  # fmt: skip
OFF = replace(SITTING, state=WebinarState.CANCELLED)
CASES = {
    "crew_invited": (SITTING, TO),
    "crew_updated": (replace(SITTING, place="Room 4, Albany"), replace(TO, step=CrewStep.UPDATED)),
    "crew_cancelled": (OFF, replace(TO, step=CrewStep.CANCELLED)),
    "crew_released": (SITTING, replace(TO, step=CrewStep.CANCELLED)),
}
EVIL = '"><img src=x onerror=alert(1)>'


@pytest.mark.parametrize("case", CASES)
def test_mail_to_a_presenter_reads_as_agreed(case):
    subject, text, html = crew_mail(BRAND, *CASES[case])
    golden, found = HERE / f"{case}.txt", f"Subject: {subject}\n\n{text}"

    if os.environ.get("WEBINAR_WRITE_GOLDEN"):
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")
    assert all(words in html for words in (SITTING.title, "9:00 a.m. PT", "12:00 p.m. ET"))


@pytest.mark.parametrize("case", CASES)
def test_markup_in_a_mail_to_a_presenter_stays_text(case):
    sitting, to = CASES[case]

    _, text, html = crew_mail(BRAND, replace(sitting, title=EVIL), replace(to, display_name=EVIL))

    assert EVIL in text
    assert "<img" not in html
