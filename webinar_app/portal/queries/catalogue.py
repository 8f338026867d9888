"""Reads of the catalogue and of a series."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from webinar_app.core.errors import NotFound
from webinar_app.core.times import deadline
from webinar_app.courses.models import Course, CoursePresenter, CreditOffer, Objective, Presenter, Series, Unit
from webinar_app.courses.rules import CourseKind, CourseState
from webinar_app.infra.db import Db, UtcDateTime
from webinar_app.learning.rules import lenient
from webinar_app.payments.queries import added_taxes
from webinar_app.portal.queries.parts import credits_of, presenters_of, rows, sittings_with_seats
from webinar_app.portal.rules import CatalogueFilter, pick_sitting, price_words
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL
from webinar_app.webinars.rules import DatePrecision, WebinarState

PAGE = 25
_PUBLISHED = Course.state == CourseState.PUBLISHED
_UNITS = select(func.count()).where(Unit.course_id == Course.id).correlate(Course).scalar_subquery().label("units")
_COLUMNS = (
    Course.id, Course.slug, Course.kind, Course.title, Course.subtitle, Course.code, Course.category, Course.summary,
    Course.level, Course.audience, Course.regions, Course.duration_text, Course.price, Course.currency,
    Course.gives_certificate, Course.series_number, Course.content,
    _UNITS,
)  # fmt: skip


_NEXT = (
    select(Webinar.starts_at, Webinar.time_zone)
    .join(Course, Course.id == Webinar.course_id)
    .where(
        _PUBLISHED,
        REAL,
        Webinar.state == WebinarState.SCHEDULED,
        Webinar.starts_at > bindparam("now", type_=UtcDateTime),
    )
    .order_by(Webinar.starts_at)
    .limit(1)
)
_REGIONS = cast(Course.regions, String)
_CHOICES = union_all(
    select(literal("category"), Course.category).where(_PUBLISHED, Course.category != "").distinct(),
    select(literal("language"), Course.language).where(_PUBLISHED).distinct(),
    select(literal("region"), _REGIONS).where(_PUBLISHED, _REGIONS != "[]").distinct(),
    select(literal("credit"), CreditOffer.unit)
    .join(Course, Course.id == CreditOffer.course_id)
    .where(_PUBLISHED)
    .distinct(),
    select(literal("presenter"), Presenter.name)
    .join(CoursePresenter, CoursePresenter.presenter_id == Presenter.id)
    .join(Course, Course.id == CoursePresenter.course_id)
    .where(_PUBLISHED)
    .distinct(),
)


def catalogue_page(db: Db, chosen: CatalogueFilter, zone: str, now: datetime) -> dict[str, Any]:
    """Give one page of offers, soonest first, the counts by kind, and what can be chosen from.

    `zone`: where the days of the date range begin and end.
    """
    asked, counted = _statements(replace(chosen, page=1), zone)
    kinds = {kind.value: number for kind, number in rows(db, counted)}
    total = sum(number for kind, number in kinds.items() if not chosen.kind or kind in chosen.kind)
    pages = max(1, -(-total // PAGE))
    page = min(chosen.page, pages)
    offers = _offers(db, rows(db, asked, limit=PAGE, offset=(page - 1) * PAGE), now)
    first = next(iter(rows(db, _NEXT, now=now)), None)
    return {
        "offers": offers, "kinds": kinds, "total": total, "page": page, "pages": pages, "choices": _choices(db),
        "next": {"starts_at": first[0], "time_zone": first[1]} if first else None,
    }  # fmt: skip


@lru_cache(maxsize=256)
def _statements(chosen: CatalogueFilter, zone: str) -> tuple[Select[Any], Select[Any]]:
    """Build the statements of a filter: its offers in order, and its counts by kind."""
    where = [_PUBLISHED, *_conditions(chosen, zone)]
    asked = _in_order(select(*_COLUMNS).where(*where, *_kind_condition(chosen)))
    counted: Any = select(Course.kind, func.count()).where(*where).group_by(Course.kind)
    return asked.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer)), counted


def series_page(db: Db, slug: str) -> dict[str, Any]:
    """Give a series by its address, or raise NotFound."""
    query = select(Series.id, Series.name, Series.description, Series.slug).where(Series.slug == slug)
    row = db.execute(query).first()
    if row is None:
        raise NotFound("series.unknown", "There is no series at this address. Look for it in the catalogue.")
    return dict(row._mapping)


def offers_of_series(db: Db, series_id: int, now: datetime) -> list[dict[str, Any]]:
    """Give the published courses of a series by their number."""
    query = select(*_COLUMNS).where(_PUBLISHED, Course.series_id == series_id)
    return _offers(db, rows(db, query.order_by(Course.series_number, Course.title)), now)


def _offers(db: Db, found: Iterable[Any], now: datetime) -> list[dict[str, Any]]:
    offers = [dict(row._mapping) for row in found]
    ids = [offer["id"] for offer in offers]
    presenters, credits = presenters_of(db, ids), credits_of(db, ids)
    taxes = added_taxes(db, [offer["id"] for offer in offers if offer["price"]])
    sittings = sittings_with_seats(db, ids, now)
    for offer in offers:
        offer["kind"] = offer["kind"].value
        offer["level"] = offer["level"].value if offer["level"] else ""
        offer["price"] = price_words(offer["price"], offer["currency"], offer["kind"], taxes.get(offer["id"], ""))
        offer["presenters"] = presenters.get(offer["id"], [])
        offer["credits"] = credits.get(offer["id"], [])
        offer["sittings"] = sittings.get(offer["id"], [])
        offer["sitting"] = pick_sitting(offer["sittings"])
        offer["topics"] = lenient(offer["content"] or {})
    return offers


def _in_order(query: Select[Any]) -> Select[Any]:
    coming = (
        select(func.min(Webinar.starts_at))
        .where(REAL, Webinar.course_id == Course.id, Webinar.state.in_((WebinarState.SCHEDULED, WebinarState.LIVE)))
        .correlate(Course)
        .scalar_subquery()
    )
    rank = case(
        (coming.is_not(None), 0),
        (Course.kind == CourseKind.SELF_PACED, 1),
        (Course.kind == CourseKind.IN_PERSON, 2),
        (Course.kind == CourseKind.HANDOUT, 4),
        else_=3,
    )
    return query.order_by(rank, coming, Course.published_at.desc(), Course.id)


def _kind_condition(chosen: CatalogueFilter) -> list[ColumnElement[bool]]:
    return [Course.kind.in_([CourseKind(kind) for kind in chosen.kind])] if chosen.kind else []


def _choices(db: Db) -> dict[str, list[str]]:
    """Give what published courses can be narrowed to, each list in order."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, value in rows(db, _CHOICES):
        found[name].update(map(str, json.loads(value)) if name == "region" else [value])
    return {name: sorted(found[name]) for name in ("category", "language", "credit", "presenter", "region")}


def _conditions(chosen: CatalogueFilter, zone: str) -> list[ColumnElement[bool]]:
    where = [_says(word) for word in chosen.q.split()[:8]]
    if chosen.category:
        where.append(Course.category == chosen.category)
    if chosen.level:
        where.append(Course.level == chosen.level)
    if chosen.language:
        where.append(Course.language == chosen.language)
    if chosen.presenter:
        where.append(_teaches(Presenter.name == chosen.presenter))
    if chosen.region:
        # A quoted word of the JSON list: "Wales" is not found in "New South Wales".
        where.append(cast(Course.regions, String).contains(_quoted(chosen.region), autoescape=True))
    return where + _credit(chosen) + _price(chosen) + _dates(chosen, zone)


def _quoted(region: str) -> str:
    return json.dumps(region)  # the column's own spelling of letters beyond ASCII


def _says(word: str) -> ColumnElement[bool]:
    columns = (Course.title, Course.subtitle, Course.code, Course.category, Course.summary)
    told = select(Objective.id).where(Objective.course_id == Course.id, Objective.text.icontains(word, autoescape=True))
    in_series = select(Series.id).where(Series.id == Course.series_id, Series.name.icontains(word, autoescape=True))
    return or_(
        *(column.icontains(word, autoescape=True) for column in columns),
        _teaches(Presenter.name.icontains(word, autoescape=True)),
        told.exists(),
        in_series.exists(),
    )


def _teaches(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    query = select(CoursePresenter.course_id).join(Presenter, Presenter.id == CoursePresenter.presenter_id)
    return query.where(CoursePresenter.course_id == Course.id, condition).exists()


def _credit(chosen: CatalogueFilter) -> list[ColumnElement[bool]]:
    offer = select(CreditOffer.id).where(CreditOffer.course_id == Course.id)
    where: list[ColumnElement[bool]] = []
    if chosen.credit in ("certificate", "none"):
        where += [~offer.exists(), Course.gives_certificate == (chosen.credit == "certificate")]
    elif chosen.credit:
        where.append(offer.where(or_(CreditOffer.unit == chosen.credit, CreditOffer.type == chosen.credit)).exists())
    amount = CreditOffer.amount
    ranges: dict[str, ColumnElement[bool]] = {
        "short": amount <= 1, "middle": and_(amount > 1, amount <= 3), "long": amount > 3,
    }  # fmt: skip
    if chosen.hours:
        where.append(offer.where(ranges[chosen.hours]).exists())
    return where


def _price(chosen: CatalogueFilter) -> list[ColumnElement[bool]]:
    conditions: dict[str, ColumnElement[bool]] = {
        "free": or_(Course.price == 0, and_(Course.price.is_(None), Course.kind == CourseKind.HANDOUT)),
        "paid": Course.price > 0,
        "request": and_(Course.price.is_(None), Course.kind == CourseKind.IN_PERSON),
    }
    return [conditions[chosen.price]] if chosen.price else []


def _dates(chosen: CatalogueFilter, zone: str) -> list[ColumnElement[bool]]:
    if not chosen.since and not chosen.until:
        return []
    exact: list[ColumnElement[bool]] = [Webinar.precision == DatePrecision.EXACT]
    dated: list[ColumnElement[bool]] = [Webinar.precision == DatePrecision.DATE]
    if chosen.since:
        exact.append(Webinar.starts_at > deadline(_day_before(chosen.since), zone))
        dated.append(Webinar.local_date >= chosen.since)
    if chosen.until:
        exact.append(Webinar.starts_at <= deadline(chosen.until, zone))
        dated.append(Webinar.local_date <= chosen.until)
    held = select(Webinar.id).where(REAL, Webinar.course_id == Course.id, Webinar.state.in_(_announced()))
    return [held.where(or_(and_(*exact), and_(*dated))).exists()]


def _announced() -> Iterable[WebinarState]:
    return WebinarState.SCHEDULED, WebinarState.LIVE, WebinarState.ENDED


def _day_before(day: date) -> date:
    return day - timedelta(days=1)
