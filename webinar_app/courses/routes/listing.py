"""The coordinator's list of courses, with filters that stay in the address."""

from typing import Any

from flask import render_template, request, url_for

from webinar_app.core.permissions import Permission
from webinar_app.courses.forms import KINDS
from webinar_app.courses.policy import own_provider
from webinar_app.courses.queries import PAGE, CourseFilter, count_by_state, list_categories, list_courses
from webinar_app.courses.routes.blueprint import blueprint
from webinar_app.courses.rules import CourseKind, CourseState
from webinar_app.courses.services.publishing import sittings_of
from webinar_app.infra.db import read
from webinar_app.web.http import asked_search, current_actor
from webinar_app.web.security import requires

STATES = [
    ("", "All"),
    (CourseState.DRAFT.value, "Drafts"),
    (CourseState.IN_REVIEW.value, "In review"),
    (CourseState.PUBLISHED.value, "Published"),
    (CourseState.ARCHIVED.value, "Archived"),
]


@blueprint.get("/manage/courses", endpoint="manage_list")
@requires(Permission.COURSE_EDIT)
def show() -> str:
    """List the provider's courses."""
    chosen = _chosen()
    with read() as db:
        provider_id = own_provider(current_actor(), to=Permission.COURSE_EDIT)
        courses, total = list_courses(db, provider_id, chosen)
        counts = count_by_state(db, provider_id)
        categories = list_categories(db, provider_id)
        sittings = sittings_of(db, tuple(course["id"] for course in courses))
    for course in courses:
        course["sitting"] = _next_of(sittings.get(course["id"], []))
        course["sittings"] = len(sittings.get(course["id"], []))
    pages = max(1, -(-total // PAGE))
    return render_template(
        "courses/manage/list.html", nav="courses", courses=courses, total=total, kinds=KINDS, categories=categories,
        chosen=chosen, views=_views(counts), is_empty=not sum(counts.values()), pages=pages,
        previous=_address(page=chosen.page - 1) if chosen.page > 1 else None,
        following=_address(page=chosen.page + 1) if chosen.page < pages else None,
    )  # fmt: skip


def _chosen() -> CourseFilter:
    sent = request.args
    page = sent.get("page", "1")
    state, kind = sent.get("state", ""), sent.get("kind", "")
    return CourseFilter(
        text=asked_search(),
        state=CourseState(state) if state in set(CourseState) else None,
        kind=CourseKind(kind) if kind in set(CourseKind) else None,
        category=sent.get("category", "")[:80],
        page=min(int(page), 10_000) if page.isascii() and page.isdigit() and len(page) < 6 and int(page) else 1,
    )


def _views(counts: dict[str, int]) -> list[dict[str, Any]]:
    current = request.args.get("state", "")
    return [
        {
            "words": words, "count": counts[value] if value else sum(counts.values()),
            "href": _address(state=value or None, page=None), "current": value == current,
        }
        for value, words in STATES
    ]  # fmt: skip


def _address(**changes: Any) -> str:
    kept = {name: value for name, value in request.args.items() if value and name in ("q", "state", "kind", "category")}
    merged = {name: value for name, value in (kept | changes).items() if value is not None}
    return url_for("courses.manage_list", **merged)


def _next_of(sittings: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Give the sitting that a line of the list names: the next one that is still open, or else the last."""
    open_ones = [one for one in sittings if one["state"] in ("draft", "scheduled", "live")]
    found = open_ones or sittings[::-1]
    return found[0] if found else None
