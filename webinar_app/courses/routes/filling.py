"""What the editor's form is filled with, and where its parts stand."""

from collections.abc import Mapping, Sequence
from typing import Any

EMPTY: dict[str, Any] = {"presenters": [{}], "credits": []}
EMPTY_UNITS: list[dict[str, Any]] = [
    {"items": [{"kind": "webinar"}]},
    {"title": "Evaluation", "minutes": "5", "approximate": True, "items": [{"kind": "evaluation"}]},
]
# Where on the page each thing stands that publishing may miss.
ANCHORS = {
    "title": "title", "objectives": "part-objectives", "audience": "audience", "level": "level", "fees": "price",
    "refund_policy": "refund_policy", "schedule": "part-schedule", "presenters": "part-presenters",
    "presenter_credentials": "part-presenters", "units": "part-outline", "unit_minutes": "part-outline",
    "credits": "part-credit", "approval_statement": "part-credit", "evaluation": "part-outline",
}  # fmt: skip
PARTS = [
    ("text", "Text"), ("schedule", "Date and place"), ("objectives", "Objectives"), ("presenters", "Presenters"),
    ("outline", "Outline"), ("credit", "Credit and certificate"), ("fees", "Fee and policies"),
]  # fmt: skip
_OF_PART = {
    "text": {"title", "audience", "level"}, "schedule": {"schedule"}, "objectives": {"objectives"},
    "presenters": {"presenters", "presenter_credentials"}, "outline": {"units", "unit_minutes", "evaluation"},
    "credit": {"credits", "approval_statement"}, "fees": {"fees", "refund_policy"},
}  # fmt: skip


def parts_of(missing: Sequence[Mapping[str, str]] | None) -> list[dict[str, Any]]:
    """Give the side navigation: parts in order, each complete, missing something, or (None) not judged yet."""
    fields = {one["field"] for one in missing or ()}
    # The sessions of a course that exists stand above its form.
    ordered = PARTS if missing is None else [PARTS[1], PARTS[0], *PARTS[2:]]
    return [
        {"id": f"part-{key}", "words": words, "complete": None if missing is None else not fields & _OF_PART[key]}
        for key, words in ordered
    ]


def anchor_of(field: str) -> str:
    """Give the id of the element that a missing field is corrected at."""
    return ANCHORS.get(field, "part-text")


def form_data(course: Mapping[str, Any]) -> dict[str, Any]:
    """Give the editor's fields of a course, all as text."""
    series = course["series"] or {}
    plain = {
        name: course[name] or ""
        for name in (
            "title", "subtitle", "slug", "kind", "code", "category", "summary", "level", "prior_knowledge",
            "duration_text", "language", "lead_in", "completion_rule", "currency", "refund_policy",
            "approval_statement", "disclosure", "accommodations",
        )
    }  # fmt: skip
    return {
        **plain,
        "seen": course["updated_at"].isoformat(),
        "series_name": series.get("name", ""),
        "series_number": _text(course["series_number"]),
        "description": "\n\n".join(course["description"]),
        "audience": "\n".join(course["audience"]),
        "regions": ", ".join(course["regions"]),
        "price": _text(course["price"]),
        "gives_certificate": course["gives_certificate"],
        "certificate_years": _text(course["certificate_years"]),
        "objectives": [{"ref": one["id"], "text": one["text"]} for one in course["objective_rows"]],
        "presenters": [_presenter(one) for one in course["presenters"]],
        "units": [_unit(one) for one in course["units"]],
        "credits": [
            {"ref": one["id"], "type": one["type"], "unit": one["unit"], "amount": _text(one["amount"]),
             "statement": one["statement"]}
            for one in course["credits"]
        ],
    }  # fmt: skip


def _text(value: object) -> str:
    return "" if value is None else str(value).removesuffix(".00")


def _presenter(one: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "postnominals", "role", "affiliation", "expertise", "email")
    return {"ref": one["id"], "bio": "\n\n".join(one["bio"])} | {name: one[name] for name in names}


def _unit(one: Mapping[str, Any]) -> dict[str, Any]:
    items = [
        {"ref": item["id"], "kind": item["kind"], "title": item["title"] or "", "minutes": _text(item["minutes"])}
        for item in one["items"]
    ]
    return {
        "ref": one["id"], "title": one["title"], "minutes": _text(one["minutes"]), "approximate": one["approximate"],
        "items": items,
    }  # fmt: skip
