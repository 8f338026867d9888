"""The five courses carry the facts of their sources, and sentences of their own."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from webinar_app.attendance.rules import AttendancePolicy
from webinar_app.courses.rules import (
    CompletionRule,
    CourseFacts,
    CourseKind,
    CreditFacts,
    ItemKind,
    Level,
    PresenterFacts,
    UnitMinutes,
    missing_for_publishing,
)
from webinar_app.polls.rules import PollKind, Privacy, ResultVisibility
from webinar_app.providers.rules import PolicyKind, RulePack

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "webinar_app" / "demo"
SOURCES = (ROOT.parent / "seeds", ROOT.parent / "shared" / "seeds")
SEEDS = ("000", "001", "002", "003", "004")
RUN = 8
TITLE_KEYS = {"title", "name", "subtitle", "term", "typed"}
OUTLINE_001 = [
    (
        "The Nature and Importance of the Therapeutic Alliance",
        50,
        False,
        [
            ("webinar", "Defining the Elements of a Therapeutic Alliance in Family Therapy"),
            ("reading", "Creating the Therapeutic System in Setting the Stage"),
        ],
    ),
    (
        "The Role of Meta-Communication in Alliance Building",
        30,
        False,
        [
            ("webinar", "Examining Therapists Meta-Messages"),
            ("reading", "The Therapist’s Nonverbal Dance"),
            ("video", "Am I a God Listener?"),
        ],
    ),
    (
        "Challenges to the Therapeutic Alliance",
        40,
        False,
        [
            ("webinar", "Identifying Caregiver and Child Challenges to the Alliance"),
            ("reading", "Why Teens Hate Therapy"),
        ],
    ),
    (
        "Resistance from a Systems Perspective",
        50,
        False,
        [("webinar", "The Reasons Family Members May Appear Resistant"), ("reading", None)],
    ),
    (
        "Strategies for Building Strong Therapeutic Alliances",
        50,
        True,
        [
            ("composite", "Strategies for Defusing Resistance and Building Alliance"),
            ("reading", "Managing Negative Reactions to Clients"),
        ],
    ),
]
REQUIRED = {
    "seed", "slug", "kind", "title", "summary", "description", "lead_in", "objectives", "audience", "language",
    "price", "presenters", "units", "sittings", "completion_rule", "certificate_valid_years", "polls", "policies",
    "faq", "addons", "standards", "tips", "extras",
}  # fmt: skip


def course(seed: str) -> dict[str, Any]:
    return json.loads((DEMO / "courses" / f"{seed}.json").read_text("utf-8"))


def whole_text(seed: str) -> str:
    return " ".join(text for _, text in strings(course(seed)))


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for inner, held in value.items():
            yield from strings(held, inner)
    elif isinstance(value, list):
        for held in value:
            yield from strings(held, key)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub("['‘’]", "", text.lower()))


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def outline(seed: str) -> list[tuple[str, int | None, bool, list[tuple[str, str | None]]]]:
    return [
        (unit["title"], unit["minutes"], unit["approx"], [(item["kind"], item["title"]) for item in unit["items"]])
        for unit in course(seed)["units"]
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_course_has_the_same_shape(seed: str) -> None:
    data = course(seed)

    assert REQUIRED - data.keys() == set()
    assert data["seed"] == seed
    assert data["completion_rule"] == "all_units"
    assert all(unit["items"] for unit in data["units"])
    assert all(text.strip() == text and text for _, text in strings(data))


def test_the_five_offer_kinds_are_all_there() -> None:
    kinds = [course(seed)["kind"] for seed in SEEDS]

    assert kinds == [str(kind) for kind in CourseKind]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_course_uses_the_words_of_the_rules(seed: str) -> None:
    data = course(seed)

    assert CourseKind(data["kind"])
    assert CompletionRule(data["completion_rule"])
    assert data["level"] is None or Level(data["level"])
    assert all(ItemKind(item["kind"]) for unit in data["units"] for item in unit["items"])
    for poll in data["polls"]:
        assert PollKind(poll["kind"])
        assert ResultVisibility(poll["results"])
        assert Privacy(poll["privacy"])
    assert data["attendance_policy"] is None or AttendancePolicy.from_json(data["attendance_policy"])


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_missing_for_publishing(seed: str) -> None:
    data = course(seed)
    precisions = {sitting["precision"] for sitting in data["sittings"]}

    facts = CourseFacts(
        kind=CourseKind(data["kind"]),
        title=data["title"],
        objectives=data["objectives"],
        audience=data["audience"],
        level=data["level"] and Level(data["level"]),
        has_date=bool(precisions & {"exact", "date"}),
        has_time="exact" in precisions,
        is_on_request="on_request" in precisions,
        is_fee_stated=data["price"] is not None,
        is_priced=data["price"] is not None and data["price"]["amount"] != "0.00",
        refund_policy=data["refund_policy"] or "",
        presenters=[
            PresenterFacts(name=one["name"], credentials=" ".join([one["postnominals"], *one["bio"]]))
            for one in data["presenters"]
        ],
        credits=[
            CreditFacts(amount=Decimal(one["amount"]), approval_statement=data["approval_statement"])
            for one in data["credits"]
        ],
        units=[UnitMinutes(unit["minutes"], unit["approx"]) for unit in data["units"]],
        items=[ItemKind(item["kind"]) for unit in data["units"] for item in unit["items"]],
        gives_certificate=data["certificate"] is not None,
    )

    assert missing_for_publishing(facts) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sitting_names_a_known_zone_and_its_item(seed: str) -> None:
    data = course(seed)

    for sitting in data["sittings"]:
        assert ZoneInfo(sitting["time_zone"])
        assert data["units"][sitting["unit"] - 1]["items"][sitting["item"] - 1]["kind"] in {"webinar", "in_person_day"}


@pytest.mark.parametrize("seed", SEEDS)
def test_sentences_are_our_own(seed: str) -> None:
    """Compare with the source where it lies beside the project; elsewhere this checks the shape of titles alone."""
    data = list(strings(course(seed)))
    titles = [text for key, text in data if key in TITLE_KEYS]
    sources = [path for folder in SOURCES for path in folder.glob(f"{seed}_*.txt")]
    source = " ".join(path.read_text("utf-8") for path in sources)

    allowed = set().union(*map(runs, titles)) if titles else set()
    shared = {(text, " ".join(run)) for _, text in data for run in runs(text) & runs(source) - allowed}

    assert shared == set()
    assert max(len(words(title)) for title in titles) <= 20


def test_seed_000_carries_titles_code_and_series() -> None:
    data = course("000")

    assert data["title"] == (
        "Advanced Treatment Provider Session 3: Building and Maintaining a Therapeutic Alliance (ATP3)"
    )
    assert (data["category"], data["code"]) == ("Treatment", "ATP3")
    assert data["series"] == {"name": "Advanced Treatment Provider", "number": 3}
    assert data["sittings"][0]["title"] == (
        "Session 3: Building and Maintaining a Therapeutic Alliance: The Cornerstone of Effective Treatment"
    )
    assert len(data["sittings"][0]["title"]) == 98


def test_seed_000_carries_date_length_and_agenda() -> None:
    (sitting,) = course("000")["sittings"]

    assert sitting["typed"] == "October 14, 2025 12:00 p.m. ET"
    assert (sitting["local_start"], sitting["time_zone"]) == ("2025-10-14T12:00", "America/New_York")
    assert (sitting["minutes"], sitting["precision"], sitting["delivery"]) == (75, "exact", "online")
    ends = [part["start_minute"] + part["minutes"] for part in sitting["agenda"]]
    assert [part["start_minute"] for part in sitting["agenda"]] == [0, *ends[:-1]]
    assert ends[-1] == 75


def test_seed_000_carries_units_and_completion() -> None:
    data = course("000")

    assert outline("000") == [
        (
            "Session 3: Building and Maintaining a Therapeutic Alliance",
            75,
            False,
            [("webinar", "Session 3: Building and Maintaining a Therapeutic Alliance")],
        ),
        (
            "Building and Maintaining a Therapeutic Alliance",
            5,
            True,
            [("reading", "Building and Maintaining a Therapeutic Alliance")],
        ),
        ("Evaluation", 5, True, [("evaluation", "Evaluation")]),
    ]
    assert data["certificate_valid_years"] == 1
    assert data["credits"][0]["amount"] == "1.25"
    assert len(data["objectives"]) == 3


def test_seed_000_has_a_structured_reading_of_its_own() -> None:
    blocks = course("000")["units"][1]["items"][0]["content"]["blocks"]

    text = " ".join(block.get("text") or " ".join(block["items"]) for block in blocks)

    assert {block["type"] for block in blocks} == {"heading", "paragraph", "list"}
    assert 600 <= len(text.split()) <= 900


def test_seed_000_plans_five_polls_within_the_session() -> None:
    polls = course("000")["polls"]

    assert sorted(poll["kind"] for poll in polls) == ["multiple", "rating", "single", "single", "yes_no"]
    assert [poll["minute"] for poll in polls] == sorted(poll["minute"] for poll in polls)
    assert {poll["objective"] for poll in polls} == {1, 2, 3}
    assert all(0 < poll["minute"] < 75 for poll in polls)


@pytest.mark.parametrize(
    "fact",
    [
        "trust, empathy and collaboration", "motivational interviewing", "reflective listening", "active listening",
        "discord", "validated", "Stanford University School of Medicine", "Harvard Medical School", "McLean Hospital",
        "Boston", "general psychiatry", "addiction psychiatry", "psychosomatic medicine", "spirituality",
        "The Joy of Recovery", "101 Things You Need to Know if You’re Addicted to Painkillers",
        "Heal the Hurt: Practices for Healing Emotional Pain and Trauma", "drug treatment courts",
        "San Luis Obispo, California", "psychopharmacology", "trauma",
    ],
)  # fmt: skip
def test_seed_000_keeps_the_fact(fact: str) -> None:
    assert fact in whole_text("000")


def test_seed_001_carries_price_hours_level_and_instructor() -> None:
    data = course("001")

    assert data["title"] == "Cultivating a Therapeutic Alliance"
    assert data["price"] == {"amount": "48.00", "currency": "USD"}
    assert (data["credits"][0]["amount"], data["credits"][0]["unit"]) == ("4.0", "CE hours")
    assert data["level"] == "intermediate"
    assert [(person["name"], person["postnominals"]) for person in data["presenters"]] == [("C. Wayne Jones", "PhD")]
    assert len(data["objectives"]) == 6


def test_seed_001_carries_its_outline() -> None:
    assert outline("001") == OUTLINE_001


def test_seed_001_composite_item_and_sum_of_credit() -> None:
    data = course("001")
    sums = data["credit_calculation"]

    assert data["units"][4]["items"][0]["content"]["parts"] == ["webinar", "handout"]
    assert data["units"][3]["items"][1]["content"]["about"] == "Handling clients’ negative reactions"
    assert sum(unit["minutes"] for unit in data["units"]) == sums["unit_minutes"] == 220
    assert sums["unit_minutes"] + sums["post_test_minutes"] == sums["total_minutes"] == 240


def test_seed_001_carries_contact_promise_and_policies() -> None:
    data = course("001")

    assert (data["instructor_contact"]["reply_within_hours"], data["instructor_contact"]["real_time"]) == (48, False)
    assert [policy["title"] for policy in data["policies"]] == [
        "Online Course Policies",
        "Accommodations for disabilities",
        "Reporting problems with the course",
        "Instructions for viewing webinars",
    ]
    assert [entry["action"] for entry in data["faq"] if "action" in entry] == ["register", "login"]
    assert data["post_tests"]["required"] is True
    assert all(fact in whole_text("001") for fact in ("CFBT", "Moodle", "recorded audio", "SED", "adolescents"))


def test_seed_002_has_neither_date_nor_price() -> None:
    data = course("002")
    (sitting,) = data["sittings"]

    assert (data["price"], data["duration_text"], data["language"]) == (None, "One Day", "en-GB")
    assert (sitting["precision"], sitting["local_start"], sitting["delivery"]) == ("on_request", None, "in_person")
    assert sitting["time_zone"] == "Europe/London"
    assert data["delivery_regions"] == ["England", "Scotland", "Wales"]


def test_seed_002_carries_topics_addons_audience_and_mapping() -> None:
    data = course("002")

    assert len(data["units"][0]["items"][0]["content"]["topics"]) == 7
    assert [addon["title"] for addon in data["addons"]] == [
        "Pro-Social Modelling",
        "The Risk-Need-Responsivity Principle",
        "Theories of compliance",
    ]
    assert data["audience"][:4] == [
        "Drug and alcohol professionals",
        "Youth Workers",
        "Social Workers",
        "Probation Officers",
    ]
    assert data["standards"][0]["scheme"] == "National Occupational Standards"
    assert data["prior_knowledge_required"] is False
    assert (data["tips"]["title"], data["tips"]["format"]) == (
        "Ten Top Tips for Building Strong Therapeutic Alliances",
        "pdf",
    )
    assert len(data["tips"]["items"]) == 10


@pytest.mark.parametrize(
    "fact",
    [
        "Chris Trotter", "NOMS Offender Engagement Programme", "Responsivity", "warmth, openness, respect and liking",
        "PhD", "Soma", "Lancashire", "North West", "certificate of training", "participant’s pack", "desistance",
        "Therapeutic Alliance Practitioner", "drug treatment in prison", "Additional Areas That Can Be Covered",
    ],
)  # fmt: skip
def test_seed_002_keeps_the_fact(fact: str) -> None:
    assert fact in whole_text("002")


def test_seed_003_keeps_a_date_that_is_not_an_instant() -> None:
    data = course("003")
    (sitting,) = data["sittings"]

    assert data["title"] == "What Clinicians Need to Know About Therapeutic Alliance Ruptures"
    assert (sitting["precision"], sitting["local_start"]) == ("date", "2024-10-04")
    assert sitting["minutes"] is None


def test_seed_003_keeps_counts_and_postnominals() -> None:
    data = course("003")

    assert len(data["objectives"]) == 3
    assert "3 elements" in data["objectives"][0]
    assert "2 types" in data["objectives"][2]
    assert [(person["name"], person["postnominals"]) for person in data["presenters"]] == [
        ("Giorgio Tasca", "Ph.D., C.Psych.")
    ]


@pytest.mark.parametrize(
    "fact",
    [
        "School of Psychology", "University of Ottawa", "Research Chair in Psychotherapy", "Faculty of Medicine",
        "Bergamo", "Italy", "Scuola di Psicoterapia Integrata", "Milan", "The Ottawa Hospital", "18 years", "20",
        "Group Dynamics", "American Psychological Association", "Fellow",
        "Award for Distinguished Contributions to Psychology as a Profession", "PPRNet", "2,500", "CIHR",
        "microaggressions", "mentaliz", "attachment", "Video examples",
    ],
)  # fmt: skip
def test_seed_003_keeps_the_fact(fact: str) -> None:
    assert fact in whole_text("003")


def test_seed_004_carries_sections_points_and_prompts() -> None:
    sections = course("004")["units"][0]["items"][0]["content"]["sections"]

    counted = {part["letter"]: [len(point["prompts"]) for point in part["points"]] for part in sections}

    assert counted == {"A": [0, 0, 0, 0], "B": [1, 1, 1, 0, 1, 2], "C": [3, 1, 1], "D": [3, 1, 1, 1, 0]}
    for part in sections:
        assert [point["number"] for point in part["points"]] == list(range(1, len(part["points"]) + 1))


def test_seed_004_carries_subpoints_site_and_open_end() -> None:
    sections = course("004")["units"][0]["items"][0]["content"]["sections"]
    reasons, last = sections[0]["points"], sections[3]["points"][-1]

    assert reasons[0]["sites"][0]["name"] == "scottdmiller.com"
    assert [(sub["letter"], sub["term"]) for sub in reasons[1]["subpoints"]] == [
        ("a", "Warmth"),
        ("b", "Empathy"),
        ("c", "Genuineness"),
    ]
    assert [point["term"] for point in reasons[1:]] == ["Carl Rogers", "Diana Fosha", "Richard Schwartz"]
    assert [point["open_ended"] for part in sections for point in part["points"]].count(True) == 1
    assert last["open_ended"] is True


@pytest.mark.parametrize(
    "fact",
    [
        "calm, clear, curious, connected, confident, courageous and compassionate", "Internal Family Systems",
        "Core Self", "undoing aloneness", "Prizing", "non possessive love", "essential and sufficient", "xyz",
        "For your toolbox",
    ],
)  # fmt: skip
def test_seed_004_keeps_the_fact(fact: str) -> None:
    assert fact in whole_text("004")


def test_people_cover_roles_zones_and_accents() -> None:
    people = json.loads((DEMO / "people.json").read_text("utf-8"))

    assert [person["key"] for person in people] == ["coordinator", "presenter", "attendee", "attendee2", "admin"]
    assert {"America/New_York", "Australia/Sydney"} <= {person["time_zone"] for person in people}
    assert all(ZoneInfo(person["time_zone"]) for person in people)
    assert all(person["email"].endswith("@example.org") for person in people)
    assert any(not person["legal_name"].isascii() for person in people)
    assert all(person["licences"] for person in people if person["role"] == "attendee")


def test_provider_is_invented_and_complete() -> None:
    provider = json.loads((DEMO / "provider.json").read_text("utf-8"))

    assert provider["name"] == "Alder Institute for Treatment and Justice"
    assert provider["invented"] is True
    assert provider["time_zone"] == "America/New_York"
    assert {policy["key"] for policy in provider["policies"]} == set(PolicyKind)
    assert RulePack.from_json(provider["rule_pack"]).retention_years == 7
    assert all(provider[key] for key in ("address", "phone", "provider_number", "signatory"))
