"""Prices and codes of a course, for its editors."""

from datetime import date, datetime
from decimal import Decimal

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.core.text import one_line
from webinar_app.core.times import in_zone
from webinar_app.courses.models import Course
from webinar_app.courses.policy import get_course
from webinar_app.infra.db import Db
from webinar_app.payments.models import CourseTax, DiscountCode, PriceTier, RefundStep
from webinar_app.payments.queries import find_code, find_tax, step_rows, tier_rows
from webinar_app.payments.rules import NAME_LONGEST, clean_code, money
from webinar_app.payments.rules.refunds import MOST_STEPS, check_step
from webinar_app.payments.rules.tax import check_tax
from webinar_app.providers.models import Provider

MOST_MEMBERS = 2000


def add_tier(
    db: Db, actor: Actor, slug: str, name: str, amount: str, until: date | None, members: str, *, now: datetime
) -> str:
    """Add a price beside the usual one and return its name; one of the same name is replaced."""
    course, told = _edited(db, actor, slug), one_line(name)
    if not 0 < len(told) <= NAME_LONGEST:
        sentence = f"Give it a name of at most {NAME_LONGEST} characters, such as Early bird."
        raise InvalidInput("payment.tier_name", sentence, {"name": sentence})
    value, among = money(amount), _members(members)
    if until is None and not among:
        sentence = "Say until when it holds, or for which members."
        raise InvalidInput("payment.tier_open", sentence, {"until": sentence})
    _check_last(db, course, until, "until", now)
    row = next((one for one in tier_rows(db, course.id) if one.name == told), None)
    if row is None:
        row = PriceTier(course_id=course.id, name=told)
        db.add(row)
    row.amount, row.until, row.members = value, until, among
    record(db, actor.person_id, "payment.tier", "course", course.id, now=now, name=told)
    return told


def _members(typed: str) -> list[str]:
    found = list(dict.fromkeys(typed.lower().replace(",", " ").split()))
    wrong = [one for one in found if "@" not in one or len(one) > 254]
    if wrong or len(found) > MOST_MEMBERS:
        sentence = "Write addresses or @domains, one a line."
        raise InvalidInput("payment.members", sentence, {"members": sentence})
    return found


def remove_tier(db: Db, actor: Actor, slug: str, tier_id: int, *, now: datetime) -> str:
    """Take a price away and return its name; orders made at it keep it."""
    course = _edited(db, actor, slug)
    row = db.get(PriceTier, tier_id)
    if row is None or row.course_id != course.id:
        raise NotFound
    db.delete(row)
    record(db, actor.person_id, "payment.tier_removed", "course", course.id, now=now, name=row.name)
    return row.name


def add_code(
    db: Db, actor: Actor, slug: str, code: str, kind: str, value: str, first_on: date | None, last_on: date | None,
    most_uses: int | None, *, now: datetime,
) -> str:  # fmt: skip
    """Add a discount code (`kind`: percent or amount) and return it as people type it."""
    course, cleaned = _edited(db, actor, slug), clean_code(code)
    off = money(value, "value", least=Decimal("0.01"))
    if kind == "percent" and off > 100:
        sentence = "Write at most 100 percent."
        raise InvalidInput("payment.percent", sentence, {"value": sentence})
    if first_on and last_on and last_on < first_on:
        sentence = "The last day is before the first."
        raise InvalidInput("payment.days", sentence, {"last_on": sentence})
    _check_last(db, course, last_on, "last_on", now)
    if find_code(db, course.id, cleaned) is not None:
        sentence = "This course has a code of this name. Choose another one, or end the first."
        raise InvalidInput("payment.code_taken", sentence, {"code": sentence})
    db.add(
        DiscountCode(
            course_id=course.id, code=cleaned, percent=off if kind == "percent" else None,
            amount=None if kind == "percent" else off, first_on=first_on, last_on=last_on, most_uses=most_uses,
        )
    )  # fmt: skip
    record(db, actor.person_id, "payment.code", "course", course.id, now=now, code=cleaned)
    return cleaned


def end_code(db: Db, actor: Actor, slug: str, code_id: int, *, now: datetime) -> str:
    """Let a code count no more and return it; orders that carry it keep their price."""
    course = _edited(db, actor, slug)
    row = db.get(DiscountCode, code_id)
    if row is None or row.course_id != course.id:
        raise NotFound
    row.ended_at = row.ended_at or now
    record(db, actor.person_id, "payment.code_ended", "course", course.id, now=now, code=row.code)
    return row.code


def _check_last(db: Db, course: Course, last: date | None, field: str, now: datetime) -> None:
    if last is not None and last < in_zone(now, db.get_one(Provider, course.provider_id).time_zone).date():
        sentence = "This day is over. Choose today or a later one."
        raise InvalidInput("payment.days", sentence, {field: sentence})


def add_step(db: Db, actor: Actor, slug: str, days: int | None, percent: int | None, *, now: datetime) -> str:
    """Say until how many days before the start how much is given back, and return the days; one there is replaced."""
    course, step = _edited(db, actor, slug), check_step(days, percent)
    rows = step_rows(db, course.id)
    row = next((one for one in rows if one.days == step.days), None)
    if row is None and len(rows) >= MOST_STEPS:
        raise Refused("payment.cut_offs", f"Use at most {MOST_STEPS} cut-offs. Remove one first.")
    row = row or RefundStep(course_id=course.id, days=step.days)
    row.percent = step.percent
    db.add(row)
    record(db, actor.person_id, "payment.cut_off", "course", course.id, now=now, days=step.days, percent=step.percent)
    return str(step.days)


def remove_step(db: Db, actor: Actor, slug: str, step_id: int, *, now: datetime) -> str:
    """Take a cut-off away and return its days; what was closed by it stays as it is."""
    course = _edited(db, actor, slug)
    row = db.get(RefundStep, step_id)
    if row is None or row.course_id != course.id:
        raise NotFound
    db.delete(row)
    record(db, actor.person_id, "payment.cut_off_removed", "course", course.id, now=now, days=row.days)
    return str(row.days)


def set_tax(
    db: Db, actor: Actor, slug: str, label: str, rate: str, number: str, is_included: bool, *, now: datetime
) -> str:
    """Say which tax is on what a course costs, and return its words; orders that are written keep theirs."""
    course, tax = _edited(db, actor, slug), check_tax(label, rate, number, is_included=is_included)
    row = db.get(CourseTax, course.id) or CourseTax(course_id=course.id)
    row.label, row.rate, row.is_included, row.number = tax
    db.add(row)
    record(db, actor.person_id, "payment.tax", "course", course.id, now=now, tax=tax.words, included=is_included)
    return tax.words


def remove_tax(db: Db, actor: Actor, slug: str, *, now: datetime) -> str:
    """Take the tax away and return its words; orders that are written keep theirs."""
    course = _edited(db, actor, slug)
    row, tax = db.get(CourseTax, course.id), find_tax(db, course.id)
    if row is None or tax is None:
        raise NotFound
    db.delete(row)
    record(db, actor.person_id, "payment.tax_removed", "course", course.id, now=now, tax=tax.words)
    return tax.words


def _edited(db: Db, actor: Actor, slug: str) -> Course:
    return get_course(db, actor, slug, to=Permission.COURSE_EDIT)
