"""What a coordinator types for the course of seed 000: as service details, and as the fields of the form."""

from decimal import Decimal
from typing import Any

TITLE = "Session 3: Building and Maintaining a Therapeutic Alliance: The Cornerstone of Effective Treatment"
TYPED = "October 14, 2025 12:00 p.m. ET"
UPCOMING = "November 24, 2026 12:00 p.m. ET"
OBJECTIVES = [
    "Name what makes up a therapeutic alliance and explain how it changes the results of treatment.",
    "Use reflective listening and motivational interviewing, so that rapport grows.",
    "Measure the alliance with validated tools while you work with a client.",
]
BIO = "Dr. Michael McGee trained in psychiatry as a resident.\n\nHe has his own practice near San Luis Obispo."

DETAILS: dict[str, Any] = {
    "title": TITLE,
    "code": "ATP3",
    "category": "Treatment",
    "kind": "live_webinar",
    "series_name": "Advanced Treatment Provider",
    "series_number": 3,
    "summary": "Seventy-five minutes on the working relationship.",
    "description": ["One.", "Two."],
    "lead_in": "By the end of this session, participants will be able to",
    "level": "advanced",
    "objectives": [{"text": text} for text in OBJECTIVES],
    "audience": ["Treatment providers"],
    "presenters": [
        {
            "name": "Dr. Michael McGee",
            "postnominals": "M.D.",
            "role": "lead",
            "bio": BIO.split("\n\n"),
            "affiliation": "",
        }
    ],
    "units": [
        {"title": "Session 3", "minutes": 75, "items": [{"kind": "webinar", "title": "Session 3", "minutes": 75}]},
        {"title": "Reading", "minutes": 5, "approximate": True, "items": [{"kind": "reading", "title": "Reading"}]},
        {"title": "Evaluation", "items": [{"kind": "evaluation", "title": "Evaluation"}]},
    ],
    "price": Decimal(0),
    "refund_policy": "",
    "completion_rule": "all_units",
    "gives_certificate": True,
    "certificate_years": 1,
    "credits": [
        {"type": "Continuing education", "unit": "contact hours", "amount": Decimal("1.25"), "statement": "Shown."}
    ],
}
SCHEDULE: dict[str, Any] = {"typed": UPCOMING, "minutes": 75, "delivery": "online", "capacity_online": 250}

FORM: dict[str, str] = {
    "_key": "seed-000-form",
    "title": TITLE,
    "subtitle": "The Cornerstone of Effective Treatment",
    "code": "ATP3",
    "category": "Treatment",
    "kind": "live_webinar",
    "series_name": "Advanced Treatment Provider",
    "series_number": "3",
    "summary": "Seventy-five minutes on the working relationship.",
    "description": "First paragraph.\n\nSecond paragraph.",
    "lead_in": "By the end of this session, participants will be able to",
    "level": "advanced",
    "objectives-0-text": OBJECTIVES[0],
    "objectives-1-text": OBJECTIVES[1],
    "objectives-2-text": OBJECTIVES[2],
    "audience": "Treatment providers\nCounselors",
    "language": "en-US",
    "presenters-0-name": "Dr. Michael McGee",
    "presenters-0-postnominals": "M.D.",
    "presenters-0-role": "lead",
    "presenters-0-bio": BIO,
    "units-0-title": "Session 3: Building and Maintaining a Therapeutic Alliance",
    "units-0-minutes": "75",
    "units-0-items-0-kind": "webinar",
    "units-0-items-0-title": "",
    "units-1-title": "Building and Maintaining a Therapeutic Alliance",
    "units-1-items-0-kind": "reading",
    "units-2-title": "Evaluation",
    "units-2-items-0-kind": "evaluation",
    "typed": UPCOMING,
    "precision": "exact",
    "time_zone": "America/New_York",
    "minutes": "75",
    "delivery": "online",
    "capacity_online": "250",
    "completion_rule": "all_units",
    "gives_certificate": "y",
    "certificate_years": "1",
    "price": "0",
    "currency": "USD",
    "refund_policy": "",
    "accommodations": "Tell us what you need.",
    "credits-0-type": "Continuing education",
    "credits-0-unit": "contact hours",
    "credits-0-amount": "1.25",
    "credits-0-statement": "Shown as it is.",
}
