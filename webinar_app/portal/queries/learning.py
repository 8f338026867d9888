"""Reads of My learning: what a person takes part in, what is left to do, and what came of it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import person_ids
from webinar_app.certificates.models import Certificate
from webinar_app.core.actor import Actor
from webinar_app.core.times import end_of
from webinar_app.courses.models import Course, Item, Unit
from webinar_app.evaluations.models import EvaluationDone, EvaluationForm
from webinar_app.evaluations.rules import is_open as is_form_open
from webinar_app.infra.db import Db
from webinar_app.learning.rules import is_readable
from webinar_app.portal.queries.parts import credits_of
from webinar_app.portal.rules import DONE_WORDS, OPEN_WORDS
from webinar_app.registrations.models import ItemCompletion, Registration
from webinar_app.registrations.rules import LIVE
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL, list_run_by, when_words
from webinar_app.webinars.rules import phase


def my_page(db: Db, actor: Actor, now: datetime) -> dict[str, Any]:
    """Give the actor's own registrations as `upcoming`, `at_own_pace`, `to_finish`, `certificates` and `finished`.

    `runs` are the sittings that the actor presents.

    A sign-in by a join link reaches its own registration only.
    """
    rows = _registrations(db, actor, now)
    ids = [row["id"] for row in rows]
    course_ids = {row["course_id"] for row in rows}
    items, done = _items(db, course_ids), _completed(db, ids)
    forms = _forms(db, [row["webinar_id"] for row in rows if row["webinar_id"]])
    answered, papers = _answered(db, ids), _certificates(db, ids)
    credit = credits_of(db, course_ids)
    for row in rows:
        row["credit"] = ", ".join(one["words"] for one in credit.get(row["course_id"], []))
        row["items"] = [one | {"is_done": one["id"] in done[row["id"]]} for one in items[row["course_id"]]]
        row["readings"] = [one for one in row["items"] if one["is_readable"]]
        row["done_count"] = sum(one["is_done"] for one in row["items"])
        row["certificate"] = papers.get(row["id"])
        row["evaluation"] = _evaluation(forms.get(row["webinar_id"]), answered, row["id"], now)
        row["steps"] = _steps(row)
        row["to_do"] = row["evaluation"]["is_open"] or any(not one["is_done"] for one in row["readings"])
    return _sorted(rows) | {"name": _printed_name(db, actor), "runs": _run_by(db, actor)}


def _run_by(db: Db, actor: Actor) -> list[dict[str, Any]]:
    """Give what the actor presents or helps to run; a join link opens none of it."""
    if actor.person_id is None or not actor.is_full:
        return []
    return list_run_by(db, person_ids(db, actor.person_id))


def _sorted(rows: list[dict[str, Any]]) -> dict[str, Any]:
    upcoming = [row for row in rows if row["phase"] in ("before", "lobby", "live")]
    at_own_pace = [row for row in rows if row["phase"] == "self_paced" and not _is_over(row)]
    held = [row for row in rows if row not in upcoming and row not in at_own_pace]
    papers = [row for row in held if row["certificate"]]
    rest = [row for row in held if not row["certificate"]]
    to_finish = [row for row in rest if row["to_do"] and row["phase"] != "cancelled"]
    finished = [row for row in rest if not row["to_do"] or row["phase"] == "cancelled"]
    return {
        "upcoming": upcoming, "at_own_pace": at_own_pace, "to_finish": to_finish, "certificates": papers[::-1],
        "finished": finished[::-1],
    }  # fmt: skip


def _is_over(row: dict[str, Any]) -> bool:
    """Say whether a course without a sitting has come to its end: a certificate, or every part done."""
    return bool(row["certificate"]) or (bool(row["items"]) and row["done_count"] == len(row["items"]))


def _registrations(db: Db, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    query = (
        select(Registration, Course, Webinar)
        .join(Course, Course.id == Registration.course_id)
        .outerjoin(Webinar, Webinar.id == Registration.webinar_id)
        .where(Registration.state.in_(LIVE), REAL)
        .order_by(Webinar.starts_at.is_(None), Webinar.starts_at, Registration.id)
    )
    if actor.limited_to is not None:
        query = query.where(Registration.id == actor.limited_to)
    else:
        query = query.where(Registration.person_id.in_(person_ids(db, actor.person_id or 0)))
    return [_view(*found, now) for found in db.execute(query)]


def _view(registration: Registration, course: Course, webinar: Webinar | None, now: datetime) -> dict[str, Any]:
    view = {
        "id": registration.id, "code": registration.code, "state": registration.state.value,
        "legal_name": registration.legal_name, "course_id": course.id, "slug": course.slug, "title": course.title,
        "course_code": course.code, "kind": course.kind.value, "gives_certificate": course.gives_certificate,
        "webinar_id": None, "webinar_code": None, "starts_at": None, "ended_at": None, "words": "", "minutes": 0,
        "phase": "self_paced", "time_zone": "", "lobby_at": None, "price": course.price,
    }  # fmt: skip
    return view if webinar is None else view | _sitting(webinar, now)


def _sitting(webinar: Webinar, now: datetime) -> dict[str, Any]:
    at = phase(
        webinar.state, webinar.starts_at, webinar.minutes, webinar.lobby_minutes, now,
        overrun_minutes=webinar.overrun_minutes,
    )  # fmt: skip
    return {
        "webinar_id": webinar.id, "webinar_code": webinar.code, "starts_at": webinar.starts_at,
        "ended_at": webinar.ended_at or webinar.starts_at, "words": when_words(webinar), "minutes": webinar.minutes,
        "phase": at.value, "time_zone": webinar.time_zone,
        "lobby_at": webinar.starts_at and end_of(webinar.starts_at, -webinar.lobby_minutes),
    }  # fmt: skip


def _items(db: Db, course_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(Unit.course_id, Unit.position, Unit.title, Item.id, Item.position, Item.kind, Item.title, Item.content)
        .join(Item, Item.unit_id == Unit.id)
        .where(Unit.course_id.in_(course_ids))
        .order_by(Unit.position, Item.position)
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for course_id, unit, unit_title, item_id, number, kind, title, content in db.execute(query):
        found[course_id].append(
            {
                "id": item_id, "unit": unit, "number": number, "kind": kind.value, "title": title or unit_title,
                "is_readable": is_readable(kind, content or {}),
            }
        )  # fmt: skip
    return found


def _completed(db: Db, registration_ids: Collection[int]) -> dict[int, set[int]]:
    query = select(ItemCompletion.registration_id, ItemCompletion.item_id).where(
        ItemCompletion.registration_id.in_(registration_ids), ItemCompletion.withdrawn_at.is_(None)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for registration_id, item_id in db.execute(query):
        found[registration_id].add(item_id)
    return found


def _forms(db: Db, webinar_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    query = select(EvaluationForm.webinar_id, EvaluationForm.id, EvaluationForm.opened_at, EvaluationForm.closes_at)
    rows = db.execute(query.where(EvaluationForm.webinar_id.in_(webinar_ids)))
    return {webinar_id: {"id": key, "opened_at": at, "closes_at": end} for webinar_id, key, at, end in rows}


def _answered(db: Db, registration_ids: Collection[int]) -> set[tuple[int, int]]:
    query = select(EvaluationDone.form_id, EvaluationDone.registration_id)
    return set(db.execute(query.where(EvaluationDone.registration_id.in_(registration_ids))))


def _evaluation(
    form: dict[str, Any] | None, answered: set[tuple[int, int]], registration_id: int, now: datetime
) -> dict[str, Any]:
    if form is None:
        return {"is_open": False, "is_done": False, "closes_at": None}
    is_done = (form["id"], registration_id) in answered
    is_open = not is_done and is_form_open(form["opened_at"], form["closes_at"], now)
    return {"is_open": is_open, "is_done": is_done, "closes_at": form["closes_at"]}


def _steps(row: dict[str, Any]) -> list[dict[str, str]]:
    """Say of each item where the person stands: done, to do now, or open."""
    steps = []
    for item in row["items"]:
        is_done = item["is_done"] or (item["kind"] == "evaluation" and row["evaluation"]["is_done"])
        is_now = item["is_readable"] or (item["kind"] == "evaluation" and row["evaluation"]["is_open"])
        word = DONE_WORDS.get(item["kind"], "Done") if is_done else OPEN_WORDS.get(item["kind"], "Open")
        steps.append({"word": word, "state": "done" if is_done else "now" if is_now else "open"})
    if row["gives_certificate"]:
        steps.append({"word": "Certificate", "state": "done" if row["certificate"] else "open"})
    return steps


def _certificates(db: Db, registration_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Give the current certificate of each registration; the newest where there are several kinds of credit."""
    columns = (
        Certificate.registration_id, Certificate.number, Certificate.status, Certificate.issued_at,
        Certificate.expires_on, Certificate.revoked_at, Certificate.revoked_reason,
    )  # fmt: skip
    query = select(*columns).where(
        Certificate.registration_id.in_(registration_ids), Certificate.superseded_by_id.is_(None)
    )
    return {row.registration_id: dict(row._mapping) for row in db.execute(query.order_by(Certificate.id))}


def _printed_name(db: Db, actor: Actor) -> str:
    name = db.scalar(select(Person.legal_name).where(Person.id == actor.person_id))
    return name or actor.display_name
