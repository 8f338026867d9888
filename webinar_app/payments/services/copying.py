"""Prices that go along when a course is copied; orders, payments and papers never do."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from webinar_app.core.text import counted
from webinar_app.courses.events import Carried, CarriedAsked, CourseCloned
from webinar_app.infra.db import Db
from webinar_app.payments.models import CourseTax, DiscountCode, PriceTier, RefundStep
from webinar_app.payments.queries import find_tax, step_rows, tier_rows
from webinar_app.webinars.models import Webinar


def copy_prices(db: Db, event: CourseCloned, now: datetime) -> None:
    """Give the copy of a course its prices and the codes that still count, their days moved with its first session."""
    for old, new in event.ids.items():
        for tier in tier_rows(db, old):
            until, members = _later(tier.until, event.days), list(tier.members)
            db.add(PriceTier(course_id=new, name=tier.name, amount=tier.amount, until=until, members=members))
        for code in _current(db, old):
            own = {name: getattr(code, name) for name in ("code", "percent", "amount", "most_uses")}
            first_on, last_on = _later(code.first_on, event.days), _later(code.last_on, event.days)
            db.add(DiscountCode(course_id=new, first_on=first_on, last_on=last_on, **own))
        for step in step_rows(db, old):
            db.add(RefundStep(course_id=new, days=step.days, percent=step.percent))
        if tax := find_tax(db, old):
            own = {name: getattr(tax, name) for name in ("label", "rate", "is_included", "number")}
            db.add(CourseTax(course_id=new, **own))


def what_goes_along(db: Db, question: CarriedAsked) -> list[Carried]:
    """Give the prices that a copied course would have; those of its own course a copied session shares."""
    if question.course_id is None:
        return _shared(db, question)
    found = [
        Carried(f"price “{tier.name}”" + _until(_later(tier.until, question.days)))
        for tier in tier_rows(db, question.course_id)
    ]
    codes = [code.code + _until(_later(code.last_on, question.days)) for code in _current(db, question.course_id)]
    if codes:
        found.append(Carried(f"{counted(len(codes), 'discount code')}, not used yet: {', '.join(codes)}"))
    if steps := step_rows(db, question.course_id):
        found.append(Carried(counted(len(steps), "cut-off") + " of refunds"))
    if tax := find_tax(db, question.course_id):
        found.append(Carried(f"the tax “{tax.label}”"))
    return found


def _shared(db: Db, question: CarriedAsked) -> list[Carried]:
    """Say of prices that end on a day that they are the course's, and end on that day for the copies too."""
    course_ids = select(Webinar.course_id).where(Webinar.id.in_(question.webinar_ids)).distinct()
    return [
        Carried(f"“{tier.name}” is a price of the course and ends on {_words(tier.until)} for these sessions too", True)
        for course_id in db.scalars(course_ids)
        for tier in tier_rows(db, course_id)
        if tier.until is not None
    ]


def _current(db: Db, course_id: int) -> list[DiscountCode]:
    query = select(DiscountCode).where(DiscountCode.course_id == course_id, DiscountCode.ended_at.is_(None))
    return list(db.scalars(query.order_by(DiscountCode.id)))


def _later(on: date | None, days: int) -> date | None:
    return on + timedelta(days=days) if on else None


def _until(on: date | None) -> str:
    return f", until {_words(on)}" if on else ""


def _words(on: date | None) -> str:
    return f"{on:%A} {on.day} {on:%B} {on.year}" if on else ""
