"""What several pages read of courses: sittings with their free seats, presenters and credit, in one statement each.

Statements are built once, and rows are read without objects: these pages are asked for most.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, ScalarSelect, bindparam, func, select

from webinar_app.accounts.queries import person_ids
from webinar_app.certificates.models import Certificate
from webinar_app.core.actor import Actor
from webinar_app.core.times import end_of
from webinar_app.courses.models import CoursePresenter, CreditOffer, Presenter
from webinar_app.infra.db import Db
from webinar_app.portal.rules import ROLE_WORDS, amount_words, door_of, places_words
from webinar_app.registrations.models import AdmissionRule, Registration
from webinar_app.registrations.queries import SEATED, done_items, planned_end
from webinar_app.registrations.queries.waiting import waits_until
from webinar_app.registrations.rules import LIVE, Opening, RegistrationState, opening, seats_left
from webinar_app.registrations.rules.admission import WaitingMode, closing_of, is_list_open
from webinar_app.webinars.models import AgendaSegment, Webinar
from webinar_app.webinars.queries import when_words
from webinar_app.webinars.rules import Delivery, WebinarState

IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def _taken(seat: str) -> ScalarSelect[int]:
    where = (Registration.webinar_id == Webinar.id, Registration.state.in_(SEATED), Registration.seat == seat)
    return select(func.count()).where(*where).correlate(Webinar).scalar_subquery()


def _waiting(seat: str) -> ScalarSelect[int]:
    is_waiting = Registration.state == RegistrationState.WAITLISTED
    where = (Registration.webinar_id == Webinar.id, is_waiting, Registration.seat == seat)
    return select(func.count()).where(*where).correlate(Webinar).scalar_subquery()


_SITTINGS = (
    select(
        *Webinar.__table__.columns,
        AdmissionRule.waiting,
        AdmissionRule.opens_at,
        AdmissionRule.late_minutes,
        _taken("online").label("online"),
        _taken("room").label("room"),
        _waiting("online").label("online_waiting"),
        _waiting("room").label("room_waiting"),
    )
    .outerjoin(AdmissionRule, AdmissionRule.webinar_id == Webinar.id)
    .where(Webinar.course_id.in_(IDS))
    .order_by(Webinar.starts_at.is_(None), Webinar.starts_at, Webinar.local_date, Webinar.id)
)
_SEGMENTS = (
    select(AgendaSegment.title, AgendaSegment.start_minute, AgendaSegment.minutes, AgendaSegment.gives_credit)
    .where(AgendaSegment.webinar_id == bindparam("webinar_id"))
    .order_by(AgendaSegment.start_minute)
)
_PRESENTERS = (
    select(
        CoursePresenter.course_id, CoursePresenter.role, Presenter.honorific, Presenter.name,
        Presenter.postnominals, Presenter.affiliation, Presenter.bio, Presenter.expertise,
    )
    .join(Presenter, Presenter.id == CoursePresenter.presenter_id)
    .where(CoursePresenter.course_id.in_(IDS))
    .order_by(CoursePresenter.course_id, CoursePresenter.position)
)  # fmt: skip
_CREDITS = (
    select(
        CreditOffer.course_id, CreditOffer.type, CreditOffer.unit, CreditOffer.amount, CreditOffer.statement,
        CreditOffer.valid_to,
    )
    .where(CreditOffer.course_id.in_(IDS))
    .order_by(CreditOffer.id)
)  # fmt: skip


def rows(db: Db, statement: Any, **values: Any) -> Iterable[Any]:
    """Give the rows of a statement over columns, without the session's bookkeeping of objects."""
    return db.connection().execute(statement, values).all()


def sittings_with_seats(
    db: Db, course_ids: Collection[int], now: datetime, *, drafts: bool = False, is_offered: bool = True
) -> dict[int, list[dict[str, Any]]]:
    """Give the sittings of courses by course, in order of time, with free seats, `opening` and `door`.

    `is_offered`: the courses are in the catalogue.
    """
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(db, _SITTINGS, ids=list(course_ids)):
        if drafts or row.state is not WebinarState.DRAFT:
            found[row.course_id].append(_seated_view(row, is_offered, now))
    return dict(found)


def _seated_view(row: Any, is_offered: bool, now: datetime) -> dict[str, Any]:
    kinds = {Delivery.ONLINE: ("online",), Delivery.IN_PERSON: ("room",)}.get(row.delivery, ("online", "room"))
    limits, taken = {"online": row.capacity_online, "room": row.capacity_room}, {"online": row.online, "room": row.room}
    seats = [(kind, limits[kind], seats_left(limits[kind], taken[kind])) for kind in kinds]
    mode, waiting = row.waiting or WaitingMode.FIRST, {"online": row.online_waiting, "room": row.room_waiting}
    lists = {kind for kind in kinds if is_list_open(mode, limits[kind], row.state, waits_until(row), now)}
    free_now = [free if free is None or kind not in lists else max(0, free - waiting[kind]) for kind, _, free in seats]
    left = None if None in free_now else sum(free or 0 for free in free_now)
    closes_at = closing_of(row.registration_closes_at, row.starts_at, row.late_minutes)
    found = opening(
        row.state, ends_at=planned_end(row), closes_at=closes_at, left=left, is_offered=is_offered, now=now,
        is_list_open=bool(lists), opens_at=row.opens_at,
    )  # fmt: skip
    at = row.starts_at
    view = dict(row._mapping) | {
        "state": row.state.value, "delivery": row.delivery.value, "precision": row.precision.value,
        "words": when_words(row), "ends_at": at and end_of(at, row.minutes), "left": left,
        "lobby_at": at and end_of(at, -row.lobby_minutes), "opening": found, "closes_at": closes_at,
        "may_register": found is Opening.OPEN, "may_wait": found is Opening.WAITING,
        "places": places_words(seats),
    }  # fmt: skip
    return view | {"door": door_of(view, now)}


def agenda_of(db: Db, sitting: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the agenda of a sitting; `at` is when a part begins, None without an exact time."""
    start = sitting["starts_at"]
    return [
        dict(row._mapping) | {"at": start and end_of(start, row.start_minute)}
        for row in rows(db, _SEGMENTS, webinar_id=sitting["id"])
    ]


def presenters_of(db: Db, course_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Give the presenters of courses by course, in their order, named as they are addressed."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for course_id, role, honorific, name, letters, affiliation, bio, expertise in rows(
        db, _PRESENTERS, ids=list(course_ids)
    ):
        called = f"{honorific} {name}" if honorific and not name.startswith(honorific) else name
        full = f"{called}, {letters}" if letters else called
        line = ", ".join(filter(None, [ROLE_WORDS.get(role, ""), affiliation]))
        found[course_id].append(
            {"name": called, "full": full, "line": line, "bio": list(bio or []), "expertise": expertise}
        )
    return dict(found)


def credits_of(db: Db, course_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Give the offers of credit by course, with their amount in words."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for course_id, kind, unit, amount, statement, valid_to in rows(db, _CREDITS, ids=list(course_ids)):
        words = f"{amount_words(Decimal(amount))} {unit}"
        found[course_id].append({"type": kind, "words": words, "statement": statement, "valid_to": valid_to})
    return dict(found)


def registered_in(db: Db, actor: Actor, webinar_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Give, by sitting, code and state of the actor's own registration there; a join link reaches its own one only."""
    if actor.person_id is None or not webinar_ids:
        return {}
    query = select(Registration.webinar_id, Registration.code, Registration.state).where(
        Registration.webinar_id.in_(webinar_ids), Registration.state.in_(LIVE)
    )
    if actor.limited_to is not None:
        query = query.where(Registration.id == actor.limited_to)
    else:
        query = query.where(Registration.person_id.in_(person_ids(db, actor.person_id)))
    return {found: (code, state.value) for found, code, state in db.execute(query) if found is not None}


def own_in_course(db: Db, actor: Actor, course_id: int) -> dict[str, Any] | None:
    """Give `{code, state, done, certificate}` of the actor's registration in a course itself, or None.

    `done` holds the finished items with their time, `certificate` the number of the one that stands.
    """
    if actor.person_id is None:
        return None
    query = select(Registration.id, Registration.code, Registration.state).where(
        Registration.course_id == course_id, Registration.webinar_id.is_(None), Registration.state.in_(SEATED)
    )
    if actor.limited_to is not None:
        query = query.where(Registration.id == actor.limited_to)
    else:
        query = query.where(Registration.person_id.in_(person_ids(db, actor.person_id)))
    row = db.execute(query).first()
    if row is None:
        return None
    papers = select(Certificate.number).where(
        Certificate.registration_id == row.id, Certificate.superseded_by_id.is_(None), Certificate.revoked_at.is_(None)
    )
    return {
        "code": row.code, "state": row.state.value, "done": done_items(db, [row.id]).get(row.id, {}),
        "certificate": db.scalars(papers.order_by(Certificate.id.desc())).first(),
    }  # fmt: skip
