"""Reads of prices, orders and papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import get_person, person_ids
from webinar_app.core.times import in_zone
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.payments.models import DiscountCode, Document, Order, Payment, PriceTier
from webinar_app.payments.rules import PAID_BY_WORDS, Discount, OrderState, PaidBy, Quote, Tier, money_words, quote
from webinar_app.providers.models import Provider
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import place_of, title_of

PAGE = 50


def find_order(db: Db, registration_id: int) -> Order | None:
    """Give the order of a registration, or None."""
    return db.scalars(select(Order).where(Order.registration_id == registration_id)).one_or_none()


def find_order_by_code(db: Db, code: str) -> Order | None:
    """Give the order with this code, or None."""
    return db.scalars(select(Order).where(Order.code == code.upper())).one_or_none()


def provider_of(db: Db, row: Registration) -> Provider:
    """Give the organisation that a registration is with."""
    return db.get_one(Provider, row.course.provider_id)


def today_at(db: Db, row: Registration, now: datetime) -> date:
    """Give the day on which prices are decided: in the sitting's zone, else in the provider's."""
    zone = row.webinar.time_zone if row.webinar else provider_of(db, row).time_zone
    return in_zone(now, zone).date()


def payer_email(db: Db, row: Registration) -> str:
    """Give the address of whoever is registered, also where accounts were joined."""
    person = get_person(db, row.person_id)
    person = get_person(db, person.merged_into_id) if person.merged_into_id else person
    return person.email or ""


def quote_of(db: Db, row: Registration, now: datetime, code: Discount | None = None) -> Quote:
    """Give what a registration costs today."""
    course = row.course
    return quote(
        course.price or Decimal(0), course.currency, list_tiers(db, course.id), today=today_at(db, row, now),
        email=payer_email(db, row), code=code,
    )  # fmt: skip


def tier_rows(db: Db, course_id: int) -> Sequence[PriceTier]:
    """Give the prices of a course beside the usual one, the soonest to end first."""
    query = select(PriceTier).where(PriceTier.course_id == course_id)
    return db.scalars(query.order_by(PriceTier.until.is_(None), PriceTier.until, PriceTier.id)).all()


def list_tiers(db: Db, course_id: int) -> list[Tier]:
    """Give the same as plain values."""
    return [Tier(row.name, row.amount, row.until, tuple(row.members)) for row in tier_rows(db, course_id)]


def find_code(db: Db, course_id: int, code: str, *, lock: bool = False) -> DiscountCode | None:
    """Give a course's discount code, or None; with `lock` nobody else uses it until the commit."""
    query = select(DiscountCode).where(
        DiscountCode.course_id == course_id, DiscountCode.code == code, DiscountCode.ended_at.is_(None)
    )
    return db.scalars(query.with_for_update() if lock else query).one_or_none()


def discount_of(db: Db, row: DiscountCode, *, besides: int = 0) -> Discount:
    """Give a code as a plain value, with how often it was used; not counted is the order `besides`."""
    counted = select(func.count()).where(
        Order.discount_code_id == row.id, Order.state.in_((OrderState.OPEN, OrderState.PAID)), Order.id != besides
    )
    used = db.scalar(counted) or 0
    return Discount(row.code, row.percent, row.amount, row.first_on, row.last_on, row.most_uses, used)


def prices_view(db: Db, course: Course) -> dict[str, Any]:
    """Give the prices and codes of a course as its editor shows them."""
    codes = db.scalars(
        select(DiscountCode).where(DiscountCode.course_id == course.id, DiscountCode.ended_at.is_(None))
        .order_by(DiscountCode.code)
    )  # fmt: skip
    return {
        "course": {name: getattr(course, name) for name in ("slug", "code", "title", "price", "currency")},
        "tiers": [
            {"id": row.id, "name": row.name, "amount": row.amount, "until": row.until, "members": row.members}
            for row in tier_rows(db, course.id)
        ],
        "codes": [discount_of(db, row)._asdict() | {"id": row.id} for row in codes],
    }


def order_view(row: Order) -> dict[str, Any]:
    """Give an order as pages show it."""
    names = ("code", "currency", "amount", "payer_name", "payer_organisation", "payer_address", "payer_email",
             "po_number", "created_at", "settled_at")  # fmt: skip
    registration = row.registration
    return {name: getattr(row, name) for name in names} | {
        "state": row.state.value,
        "total": money_words(row.amount, row.currency),
        "lines": [(words, money_words(Decimal(amount), row.currency)) for words, amount in row.lines],
        "discount": row.discount_code.code if row.discount_code else "",
        "learner": registration.legal_name,
        "registration": registration.code,
        "registration_state": registration.state.value,
        "title": title_of(place_of(registration)),
        "has_invoice": any(paper.payment_id is None for paper in row.documents),
        "papers": [paper_view(paper) for paper in row.documents],
        "payments": [
            {
                "words": PAID_BY_WORDS[one.paid_by], "reference": one.reference, "paid_at": one.paid_at,
                "amount": money_words(one.amount, one.currency),
                "refunded": money_words(one.refunded, one.currency) if one.refunded else "",
            }
            for one in row.payments
        ],
    }  # fmt: skip


def paper_view(row: Document) -> dict[str, Any]:
    """Give a paper as lists show it."""
    return {
        "code": row.code, "number": row.number, "kind": row.kind.value, "issued_at": row.issued_at,
        "is_made": row.sha256 is not None, "title": row.snapshot["title"], "total": row.snapshot["total"],
    }  # fmt: skip


def find_payment(db: Db, provider_id: int, paid_by: PaidBy, reference: str) -> Payment | None:
    """Give the payment under this reference, or None."""
    wanted = {"provider_id": provider_id, "paid_by": paid_by, "reference": reference}
    return db.scalars(select(Payment).filter_by(**wanted)).one_or_none()


def get_paper(db: Db, code: str) -> Document:
    """Give the paper with this code."""
    return db.scalars(select(Document).where(Document.code == code)).one()


def list_papers(db: Db, person_id: int) -> list[dict[str, Any]]:
    """Give the papers about somebody's own registrations, newest first."""
    query = (
        select(Document)
        .join(Order, Order.id == Document.order_id)
        .join(Registration, Registration.id == Order.registration_id)
        .where(Registration.person_id.in_(person_ids(db, person_id)))
        .order_by(Document.id.desc())
    )
    return [paper_view(row) for row in db.scalars(query)]


@dataclass(frozen=True, slots=True)
class OrdersQuery:
    """What the list of orders shows."""

    state: str = ""
    search: str = ""
    page: int = 1


def count_orders(db: Db, provider_id: int, search: str) -> dict[str, int]:
    """Count the orders by state; `""` is all of them."""
    query = _searched(select(Order.state, func.count()), provider_id, search).group_by(Order.state)
    found = {state.value: number for state, number in db.execute(query)}
    return {state.value: found.get(state.value, 0) for state in OrderState} | {"": sum(found.values())}


def list_orders(db: Db, provider_id: int, wanted: OrdersQuery, *, limit: int | None = PAGE) -> list[dict[str, Any]]:
    """Give orders, newest first; without a limit, all."""
    query = _searched(select(Order), provider_id, wanted.search).order_by(Order.id.desc())
    if wanted.state:
        query = query.where(Order.state == OrderState(wanted.state))
    if limit is not None:
        query = query.limit(limit).offset((wanted.page - 1) * limit)
    query = query.options(
        joinedload(Order.discount_code), selectinload(Order.documents), selectinload(Order.payments),
        joinedload(Order.registration).joinedload(Registration.course),
        joinedload(Order.registration).joinedload(Registration.webinar),
    )  # fmt: skip
    return [order_view(row) for row in db.scalars(query)]


def _searched(query: Any, provider_id: int, search: str) -> Any:
    query = (
        query.select_from(Order)
        .join(Registration, Registration.id == Order.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .where(Order.provider_id == provider_id)
    )
    return query.where(_holds(search.lower())) if search else query


def _holds(wanted: str) -> ColumnElement[bool]:
    fields = (Registration.legal_name, Person.email, Order.payer_name, Order.payer_organisation, Order.po_number,
              Order.code)  # fmt: skip
    numbers = select(Document.order_id).where(func.lower(Document.number).contains(wanted, autoescape=True))
    return or_(*(func.lower(field).contains(wanted, autoescape=True) for field in fields), Order.id.in_(numbers))
