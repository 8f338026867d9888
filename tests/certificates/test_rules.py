import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinar_app.attendance.rules import Summary
from webinar_app.certificates.rules import (
    Activity,
    CertificateFacts,
    CertificateState,
    Completion,
    CreditLine,
    Evidence,
    Held,
    Holder,
    Issuer,
    ItemEvidence,
    Teacher,
    credit_for,
    expires_on,
    is_same,
    masked_name,
    name_matches,
    review,
    snapshot,
    state,
)
from webinar_app.courses.rules import CompletionRule
from webinar_app.providers.rules import SAFE_DEFAULT

MINUTE = 60_000


def attended(minutes: int, **more: Any) -> Summary:
    return Summary(
        window=(0, 75 * MINUTE),
        spans=((0, minutes * MINUTE),),
        total_s=75 * 60,
        credited_s=minutes * 60,
        joined_ms=0,
        left_ms=minutes * MINUTE,
        **more,
    )


SITTING = ItemEvidence(
    key="webinar",
    title="Session 3",
    place=1,
    is_completed=True,
    attended=attended(71, checks_shown=4, checks_answered=4),
)
READING = ItemEvidence(key="reading", title="Reading", place=2, is_completed=True)
TEST = ItemEvidence(key="test", title="Post-test", place=3, is_completed=True, score_percent=80)
FORM = ItemEvidence(key="evaluation", title="Evaluation", place=4, is_completed=True)
EVIDENCE = Evidence(items=[SITTING, READING, TEST, FORM], legal_name="Ada Lovelace")
DONE = (
    "Session 3: 71 of 75 min; checks 4 of 4.",
    "Reading: completed.",
    "Post-test: 80 %.",
    "Evaluation: completed.",
)


def test_review_gives_a_reason_for_each_item() -> None:
    assert review(SAFE_DEFAULT, EVIDENCE) == Completion(True, DONE)


@pytest.mark.parametrize(
    ("place", "item", "reason"),
    [
        (0, replace(SITTING, attended=attended(60)), "Session 3: 60 of 75 min; 68 min are needed."),
        (
            0,
            replace(SITTING, attended=attended(71, checks_shown=4, checks_answered=2)),
            "Session 3: 71 of 75 min; checks 2 of 4; Checks answered: 2 of 4; 75 % are needed.",
        ),
        (0, replace(SITTING, is_completed=False), "Session 3: not completed."),
        (2, replace(TEST, score_percent=74), "Post-test: 74 %; 75 % are needed."),
        (3, replace(FORM, is_completed=False), "Evaluation: not completed."),
    ],
)
def test_review_says_what_is_missing(place: int, item: ItemEvidence, reason: str) -> None:
    items = list(EVIDENCE.items)
    items[place] = item

    assert review(SAFE_DEFAULT, replace(EVIDENCE, items=items)) == Completion(
        False, (*DONE[:place], reason, *DONE[place + 1 :])
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"legal_name": " "}, "The name for the certificate is missing."),
        ({"is_paid": False}, "The fee has not been paid."),
        ({"licence_number": ""}, "A licence number is needed for this credit."),
    ],
)
def test_review_asks_for_name_payment_and_licence(change: dict[str, Any], reason: str) -> None:
    pack = replace(SAFE_DEFAULT, needs_licence=True)
    whole = replace(EVIDENCE, licence_number="LPC-1")

    assert review(pack, whole).complete
    assert review(pack, replace(whole, **change)) == Completion(False, (*DONE, reason))


def test_one_item_is_enough_where_the_course_says_so() -> None:
    items = [replace(SITTING, is_completed=False), READING]

    found = review(SAFE_DEFAULT, replace(EVIDENCE, items=items, rule=CompletionRule.ANY_UNIT))

    assert found == Completion(True, ("Session 3: not completed.", "Reading: completed."))


def test_nothing_completes_a_course_without_items() -> None:
    assert review(SAFE_DEFAULT, replace(EVIDENCE, items=[])) == Completion(False, ())


@given(st.permutations(EVIDENCE.items))
def test_review_ignores_order(items: list[ItemEvidence]) -> None:
    assert review(SAFE_DEFAULT, replace(EVIDENCE, items=items)) == review(SAFE_DEFAULT, EVIDENCE)


ITEMS = st.builds(
    ItemEvidence,
    key=st.sampled_from("abcd"),
    title=st.just("T"),
    place=st.integers(0, 3),
    is_completed=st.booleans(),
    attended=st.none() | st.integers(0, 75).map(attended),
    score_percent=st.none() | st.integers(0, 100),
)


@given(st.lists(ITEMS, max_size=4, unique_by=lambda item: item.key), st.integers(0, 3), st.integers(0, 75))
def test_more_evidence_never_undoes_a_completion(items: list[ItemEvidence], at: int, more: int) -> None:
    better = [
        replace(
            item,
            is_completed=True,
            attended=item.attended and attended(max(more, item.attended.credited_s // 60)),
            score_percent=None if item.score_percent is None else max(more, item.score_percent),
        )
        if place == at
        else item
        for place, item in enumerate(items)
    ]
    before, after = (review(SAFE_DEFAULT, replace(EVIDENCE, items=some)) for some in (items, better))

    assert after.complete >= before.complete


@pytest.mark.parametrize(
    ("hour", "step", "minutes", "credit"),
    [
        (60, "0.25", 75, "1.25"),
        (60, "0.25", 74, "1.00"),
        (60, "0.25", 14, "0"),
        (60, "0.25", -5, "0"),
        (60, "0.25", 240, "4"),
        (50, "0.5", 75, "1.5"),
        (600, "0.1", 75, "0.1"),
        (60, "0.01", 100, "1.66"),
    ],
)
def test_credit_is_rounded_down_to_the_step(hour: int, step: str, minutes: int, credit: str) -> None:
    pack = replace(SAFE_DEFAULT, hour_minutes=hour, credit_step=Decimal(step))

    assert credit_for(pack, minutes) == Decimal(credit)


@given(st.integers(0, 5000), st.integers(0, 600), st.sampled_from(("0.1", "0.25", "0.33", "0.5", "1")))
def test_credit_is_exact_monotone_and_limited(minutes: int, more: int, step: str) -> None:
    pack = replace(SAFE_DEFAULT, credit_step=Decimal(step), most_credit=Decimal("12.5"))
    credit = credit_for(pack, minutes)

    assert isinstance(credit, Decimal)
    assert 0 <= credit <= Decimal("12.5")
    assert credit * 60 <= minutes
    assert credit == Decimal("12.5") or minutes < (credit + Decimal(step)) * 60
    assert credit <= credit_for(pack, minutes + more)


@pytest.mark.parametrize(
    ("issued", "years", "last"),
    [
        (date(2025, 10, 14), 1, date(2026, 10, 14)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2025, 2, 28), 3, date(2028, 2, 28)),
        (date(2025, 10, 14), None, None),
        (date(2025, 10, 14), 0, None),
    ],
)
def test_expires_on(issued: date, years: int | None, last: date | None) -> None:
    assert expires_on(issued, years) == last


LAST = date(2026, 10, 14)


@pytest.mark.parametrize(
    ("facts", "today", "expected"),
    [
        (CertificateFacts(), date(2099, 1, 1), CertificateState.VALID),
        (CertificateFacts(expires_on=LAST), LAST, CertificateState.VALID),
        (CertificateFacts(expires_on=LAST), date(2026, 10, 15), CertificateState.EXPIRED),
        (CertificateFacts(expires_on=LAST, superseded_by="X"), date(2027, 1, 1), CertificateState.SUPERSEDED),
        (CertificateFacts(superseded_by="X", revoked_on=LAST), LAST, CertificateState.REVOKED),
    ],
)
def test_state(facts: CertificateFacts, today: date, expected: CertificateState) -> None:
    assert state(facts, today) is expected


HOLDER = Holder(
    legal_name="Corinne Abernathy",
    licence_profession="Licensed counselor",
    licence_region="New York",
    licence_number="LPC-0048213",
)
ISSUER = Issuer(
    name="Alder Institute",
    address="Albany, NY",
    phone="+1 518 555 0142",
    number="DEMO-0417",
    approval_statement="No body has approved it.",
    signatory_name="Renée Lindqvist, LCSW",
    signatory_title="Director of Education",
    record_text="Kept for seven years.",
)
ACTIVITY = Activity(
    title="Advanced Treatment Provider Session 3",
    code="ATP3",
    format_wording="live interactive webinar",
    held=[Held(date(2025, 10, 14), "Tuesday 14 October 2025, 12:00 p.m. to 1:15 p.m. ET")],
    minutes=75,
    objectives=["Define it."],
    presenters=[Teacher("Dr. Michael McGee", "M.D.")],
)
CREDIT = CreditLine("general", Decimal("1.250"), "contact hours", "Continuing education", "As approved.")


def printed(**change: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "holder": HOLDER,
        "issuer": ISSUER,
        "activity": ACTIVITY,
        "credits": [CREDIT],
        "number": "7K4M-Q2X9-7K4M-Q2X9",
        "issued_on": date(2025, 10, 14),
        "valid_years": 1,
        "attended": attended(73, checks_shown=4, checks_answered=4),
    }
    return snapshot(**{**parts, **change})


PRINTED = {
    "version": 1,
    "number": "7K4M-Q2X9-7K4M-Q2X9",
    "issued_on": "2025-10-14",
    "expires_on": "2026-10-14",
    "kind": "Certificate of completion",
    "completion_text": "has completed the live interactive webinar",
    "holder": {
        "legal_name": "Corinne Abernathy",
        "licence_profession": "Licensed counselor",
        "licence_region": "New York",
        "licence_number": "LPC-0048213",
        "licence": "Licensed counselor, New York, LPC-0048213",
    },
    "course": {"title": ACTIVITY.title, "subtitle": "", "code": "ATP3", "series": ""},
    "format": "Live interactive webinar",
    "held": [{"on": "2025-10-14", "text": "Tuesday 14 October 2025, 12:00 p.m. to 1:15 p.m. ET"}],
    "place": "Online",
    "minutes": 75,
    "hours_text": "75 minutes, 1.25 hours of 60 minutes",
    "objectives": ["Define it."],
    "presenters": [{"name": "Dr. Michael McGee", "postnominals": "M.D."}],
    "attendance_text": "73 of 75 minutes, 4 of 4 attention checks",
    "presence": [[0, 73]],
    "provider": {
        "name": "Alder Institute",
        "address": "Albany, NY",
        "phone": "+1 518 555 0142",
        "number": "DEMO-0417",
    },
    "approval_statement": "No body has approved it.",
    "signatory": {"name": "Renée Lindqvist, LCSW", "title": "Director of Education", "image": ""},
    "record_text": "Kept for seven years.",
    "locale": "en-US",
    "paper": "letter",
    "credits": [
        {
            "variant": "general",
            "amount": "1.25",
            "unit": "contact hours",
            "type": "Continuing education",
            "statement": "As approved.",
        }
    ],
}


def test_snapshot_is_plain_json_with_everything_that_is_printed() -> None:
    found = printed()

    assert json.loads(json.dumps(found)) == found
    assert found == PRINTED


def test_snapshot_leaves_out_what_is_not_known() -> None:
    found = printed(
        holder=Holder(legal_name="Ada"),
        issuer=Issuer(name="Soma"),
        activity=Activity(title="A day", format_wording="in-person training"),
        credits=[],
        valid_years=None,
        attended=None,
    )

    assert (found["kind"], found["credits"], found["expires_on"]) == ("Certificate of training", [], None)
    assert (found["hours_text"], found["attendance_text"], found["presence"]) == ("", "", [])
    assert (found["signatory"], found["holder"]["licence"]) == (None, "")


def test_snapshot_prints_attendance_without_checks() -> None:
    assert printed(attended=attended(75))["attendance_text"] == "75 of 75 minutes"


def test_same_facts_have_the_same_snapshot_whatever_the_number() -> None:
    again = printed(number="0000-0000-0000-0000", issued_on=date(2025, 10, 20))

    assert is_same(printed(), again)
    assert not is_same(printed(), printed(holder=replace(HOLDER, legal_name="Corinne Abernathie")))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Ada Lovelace", "A. L."),
        ("éloïse  Saint-Amand", "É. S."),
        ("e\u0301loïse", "É."),
        ("'t Hooft 3", "T. H."),
        ("李雷", "李."),
        ("", ""),
    ],
)
def test_masked_name(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@given(st.text())
def test_masked_name_tells_no_more_than_initials(name: str) -> None:
    assert all(len(part) == 2 and part.endswith(".") for part in masked_name(name).split())


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("Ada Lovelace", "lovelace ", True),
        ("Ada Lovelace", "Ada Lovelace", True),
        ("Ada Lovelace", "Ada", False),
        ("Ada Lovelace", "lace", False),
        ("Ada Lovelace", "", False),
        ("Ada Lovelace", " - ", False),
        ("Éloïse Saint-Amand", "SAINT AMAND", True),
        ("Tomás García", "Garcia", True),
        ("Anna van der Berg", "van der Berg", True),
        ("Anna van der Berg", "Berg", True),
        ("Renée Lindqvist, LCSW", "Lindqvist", True),
        ("Αθηνά Παπαδοπούλου", "παπαδοπουλου", True),
        ("", "", False),
    ],
)
def test_name_matches(name: str, typed: str, expected: bool) -> None:
    assert name_matches(name, typed) is expected
