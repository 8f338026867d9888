"""Reads of prices and discount codes."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.queries import get_person
from webinar_app.core.times import deadline, in_zone
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.payments.models import CourseTax, DiscountCode, Order, PriceTier
from webinar_app.payments.queries.steps import step_rows, steps_view
from webinar_app.payments.rules import (
    Discount,
    OrderState,
    Quote,
    Taxed,
    Tier,
    check_code,
    clean_code,
    is_open,
    money_words,
    no_code,
    quote,
    with_tax,
)
from webinar_app.payments.rules.tax import Tax, rate_words
from webinar_app.providers.models import Provider
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import Place, place_of


def provider_of(db: Db, row: Registration) -> Provider:
    """Give the organisation that a registration is with."""
    return db.get_one(Provider, row.course.provider_id)


def zone_at(db: Db, place: Place) -> str:
    """Give the zone in which the days of prices are counted: the sitting's, else the provider's."""
    return place.webinar.time_zone if place.webinar else db.get_one(Provider, place.course.provider_id).time_zone


def today_at(db: Db, place: Place, now: datetime) -> date:
    """Give the day on which prices are decided."""
    return in_zone(now, zone_at(db, place)).date()


def email_of(db: Db, person_id: int) -> str:
    """Give the address of a person, also where accounts were joined."""
    person = get_person(db, person_id)
    person = get_person(db, person.merged_into_id) if person.merged_into_id else person
    return person.email or ""


def payer_email(db: Db, row: Registration) -> str:
    """Give the address of whoever is registered."""
    return email_of(db, row.person_id)


def quote_of(db: Db, row: Registration, now: datetime, code: Discount | None = None) -> Quote:
    """Give what a registration costs today."""
    return quote_at(db, place_of(row), payer_email(db, row), today_at(db, place_of(row), now), code)


def quote_at(db: Db, place: Place, email: str, today: date, code: Discount | None = None) -> Quote:
    """Give what registering with this address costs on a day; an empty one is no member."""
    course = place.course
    price = course.price or Decimal(0)
    tiers, tax = list_tiers(db, course.id), find_tax(db, course.id)
    return quote(price, course.currency, tiers, today=today, email=email, code=code, tax=tax)


def find_tax(db: Db, course_id: int) -> Tax | None:
    """Give the tax on what a course costs, or None."""
    row = db.get(CourseTax, course_id)
    return Tax(row.label, row.rate, row.is_included, row.number) if row is not None else None


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


def code_at(
    db: Db, place: Place, typed: str, now: datetime, *, besides: int = 0, lock: bool = False
) -> tuple[DiscountCode, Discount]:
    """Give the code that somebody typed, as a row and as a value; raise InvalidInput that says why it does not count.

    With `lock` its uses are counted by nobody else until the commit; not counted is the order `besides`.
    """
    wanted = clean_code(typed)
    row = find_code(db, place.course.id, wanted, lock=lock)
    if row is None:
        raise no_code(is_over=_has_code(db, place.course, wanted), is_elsewhere=_is_elsewhere(db, place.course, wanted))
    value = discount_of(db, row, besides=besides)
    check_code(value, today=today_at(db, place, now))
    return row, value


def _has_code(db: Db, course: Course, code: str) -> bool:
    query = select(DiscountCode.id).where(DiscountCode.course_id == course.id, DiscountCode.code == code)
    return db.scalars(query.limit(1)).first() is not None


def _is_elsewhere(db: Db, course: Course, code: str) -> bool:
    query = (
        select(DiscountCode.id)
        .join(Course, Course.id == DiscountCode.course_id)
        .where(Course.provider_id == course.provider_id, DiscountCode.code == code, DiscountCode.ended_at.is_(None))
    )
    return db.scalars(query.limit(1)).first() is not None


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
    tax = find_tax(db, course.id)
    return {
        "tax": tax and tax._asdict() | {"words": tax.words, "typed": rate_words(tax.rate)},
        "course": {name: getattr(course, name) for name in ("slug", "code", "title", "price", "currency")},
        "tiers": [
            {"id": row.id, "name": row.name, "amount": row.amount, "until": row.until, "members": row.members}
            for row in tier_rows(db, course.id)
        ],
        "steps": [{"id": row.id, "days": row.days, "percent": row.percent} for row in step_rows(db, course.id)],
        "codes": [discount_of(db, row)._asdict() | {"id": row.id} for row in codes],
    }


def price_view(db: Db, place: Place, person_id: int | None, typed: str, now: datetime) -> dict[str, Any] | None:
    """Give what registering costs today as its form shows it, or None where it costs nothing.

    Whoever is not signed in is no member here, whatever address they type: the page would tell who is one. Raises
    InvalidInput for a code that does not count.
    """
    if not place.course.price:
        return None
    zone, today = zone_at(db, place), today_at(db, place, now)
    email = email_of(db, person_id) if person_id is not None else ""
    code = code_at(db, place, typed, now)[1] if typed.strip() else None
    found = quote_at(db, place, email, today, code)
    tier = found.tier
    until = tier.until if tier else None
    after = quote_at(db, place, email, until + timedelta(days=1), code).total if until else found.total
    return {
        "amount": f"{found.total}", "total": money_words(found.total, found.currency), "zone": zone,
        "lines": [(line.words, money_words(line.amount, found.currency)) for line in found.lines],
        "tax": included_words(found.tax, found.currency),
        "tier": tier.name if tier else "", "is_for_members": bool(tier and tier.members),
        "until": deadline(until, zone) if until else None,
        "after": money_words(after, found.currency) if after != found.total else "",
        "refunds": steps_view(db, place, zone),
        "members": [] if email else _for_members(db, place, found, today, zone),
        "code": code.code if code else "",
    }  # fmt: skip


def added_taxes(db: Db, course_ids: Collection[int]) -> dict[int, str]:
    """Give, by course, the words of a tax that is added to its price: a price that is named must not hide it."""
    if not course_ids:
        return {}
    query = select(CourseTax).where(CourseTax.course_id.in_(course_ids), CourseTax.is_included.is_(False))
    return {row.course_id: Tax(row.label, row.rate, row.is_included).words for row in db.scalars(query)}


def included_words(tax: Taxed | None, currency: str) -> str:
    """Say which tax a total has in it: `VAT 20 %, 8.00 USD`; nothing where none is, or it stands in its lines."""
    return f"{tax.words}, {money_words(Decimal(tax.amount), currency)}" if tax is not None and tax.is_included else ""


def _gross(amount: Decimal, currency: str, tax: Tax | None) -> Decimal:
    return with_tax(amount, currency, tax)[1] if tax is not None else amount


def _for_members(db: Db, place: Place, found: Quote, today: date, zone: str) -> list[dict[str, Any]]:
    """Give the prices that a member would have instead, of those that are lower than the one without membership."""
    usual, tax = found.tier.amount if found.tier else found.lines[0].amount, find_tax(db, place.course.id)
    return [
        {
            "name": tier.name, "total": money_words(_gross(tier.amount, found.currency, tax), found.currency),
            "until": deadline(tier.until, zone) if tier.until else None,
        }
        for tier in list_tiers(db, place.course.id)
        if tier.members and tier.amount < usual and is_open(tier, today)
    ]  # fmt: skip
