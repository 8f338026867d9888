"""What people register for: a sitting of a course, or a course without one; and how pages show it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from webinar_app.core.times import deadline, end_of, in_zone
from webinar_app.courses.models import Course
from webinar_app.courses.queries import item_ids, presenter_view
from webinar_app.courses.rules import CourseKind, CourseState, ItemKind, completion_text
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.providers.models import Provider
from webinar_app.registrations.events import PassingAsked
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries.waiting import (
    admission_of,
    count_waiting,
    free_seats,
    seats_of,
    takes_waiting,
)
from webinar_app.registrations.rules import (
    CourseOpening,
    Opening,
    check_course_opening,
    check_opening,
    course_opening,
    is_licence_over,
    opening,
    policy_version,
    policy_words,
)
from webinar_app.registrations.rules.admission import Admission, cancel_end, closing_of
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL, sitting_view
from webinar_app.webinars.rules import DatePrecision, Delivery, WebinarState


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody registers for; without `webinar` it is the course itself."""

    course: Course
    webinar: Webinar | None = None


def place_of(row: Registration) -> Place:
    """Give what a registration is for."""
    return Place(row.course, row.webinar)


def seat_in(webinar: Webinar, wanted: str = "") -> str:
    """Give the kind of seat, `online` or `room`; where both exist it is what the person wants."""
    if webinar.delivery is Delivery.HYBRID:
        return "room" if wanted == "room" else "online"
    return "room" if webinar.delivery is Delivery.IN_PERSON else "online"


def seat_at(place: Place, wanted: str = "") -> str:
    """Give the kind of seat of a registration for this."""
    if place.webinar is not None:
        return seat_in(place.webinar, wanted)
    return "room" if place.course.kind is CourseKind.IN_PERSON else "online"


def opening_of(db: Db, webinar: Webinar, seat: str, now: datetime, *, by_staff: bool = False) -> Opening:
    """Say whether a sitting takes registrations for this kind of seat; staff pass closing and list by."""
    is_list_open, rules = takes_waiting(db, webinar, seat, now), admission_of(db, webinar.id)
    left = free_seats(db, webinar, seat)
    if left and is_list_open and not by_staff:
        left = max(0, left - count_waiting(db, webinar.id, seat))
    return opening(
        webinar.state, ends_at=planned_end(webinar), left=left, is_list_open=is_list_open, now=now,
        opens_at=None if by_staff else rules.opens_at,
        closes_at=None if by_staff else closing_at(webinar, rules),
        is_offered=by_staff or webinar.course.state is CourseState.PUBLISHED,
    )  # fmt: skip


def closing_at(webinar: Webinar, rules: Admission) -> datetime | None:
    """Give the last instant of registration for a sitting; None where its end closes it."""
    return closing_of(webinar.registration_closes_at, webinar.starts_at, rules.late_minutes)


def cancel_until(db: Db, webinar: Webinar) -> datetime | None:
    """Give the last instant at which people may give their own place back; None where only the start ends it."""
    return cancel_end(webinar.starts_at, admission_of(db, webinar.id).cancel_hours)


def opening_of_course(db: Db, course: Course, now: datetime) -> CourseOpening:
    """Say whether a course itself takes registrations."""
    query = select(Webinar).where(
        REAL, Webinar.course_id == course.id, Webinar.state.not_in((WebinarState.DRAFT, WebinarState.CANCELLED))
    )
    sittings = list(db.scalars(query))
    dated = [planned_end(one) for one in sittings if one.starts_at is None and one.state is not WebinarState.ENDED]
    return course_opening(
        course.state, course.kind,
        has_sessions=any(one.starts_at for one in sittings) or any(end is not None and end > now for end in dated),
        is_on_request=any(one.precision is DatePrecision.ON_REQUEST for one in sittings),
    )  # fmt: skip


def check_open(db: Db, place: Place, seat: str, now: datetime, *, by_staff: bool) -> Opening:
    """Give whether there is a place or only the list; raise Refused `registration.<opening>` where there is neither."""
    if place.webinar is None:
        check_course_opening(opening_of_course(db, place.course, now), by_staff=by_staff)
        return Opening.OPEN
    found = opening_of(db, place.webinar, seat, now, by_staff=by_staff)
    check_opening(found, by_staff=by_staff)
    return found


def planned_end(webinar: Webinar) -> datetime | None:
    """Give the instant at which a sitting is planned to be over, None where it has no date."""
    if webinar.starts_at is not None:
        return end_of(webinar.starts_at, webinar.minutes)
    return deadline(webinar.local_date, webinar.time_zone) if webinar.local_date else None


def full_title(webinar: Webinar) -> str:
    """Give the title of a sitting with the course's code behind it."""
    return _coded(webinar.title or webinar.course.title, webinar.course.code)


def title_of(place: Place) -> str:
    """Give the title of what somebody registers for, with the course's code behind it."""
    return full_title(place.webinar) if place.webinar else _coded(place.course.title, place.course.code)


def _coded(title: str, code: str) -> str:
    return title if not code or f"({code})" in title else f"{title} ({code})"


def credit_words(webinar: Webinar) -> str:
    """Give the credit of a sitting's course in words: `1.25 contact hours`; nothing where it gives none."""
    return credit_of(webinar.course)


def credit_of(course: Course) -> str:
    """Give the credit of a course in words: `1.25 contact hours`; nothing where it gives none."""
    return ", ".join(dict.fromkeys(f"{offer.amount.normalize():f} {offer.unit}" for offer in course.offers))


def attendance_words(db: Db, webinar: Webinar) -> tuple[str, ...]:
    """Give what counts as having attended a sitting, as phrases."""
    counted = sum(part.minutes for part in webinar.segments if part.gives_credit) or webinar.minutes
    has_evaluation = bool(item_ids(db, webinar.course_id, (ItemKind.EVALUATION,)))
    return policy_words(webinar.course.attendance_policy or {}, counted, has_evaluation=has_evaluation)


def needs_licence(db: Db, course: Course) -> bool:
    """Say whether the provider's rules give credit to licensed people only."""
    pack = db.get_one(Provider, course.provider_id).rule_pack or {}
    return bool(pack.get("needs_licence"))


def current_policy(webinar: Webinar) -> str:
    """Give the version of the attendance policy that is in force for a sitting."""
    return policy_version(webinar.course.attendance_policy or {})


def policy_at(place: Place) -> str:
    """Give the version of the attendance policy that must be accepted; empty in a course without a sitting."""
    return current_policy(place.webinar) if place.webinar is not None else ""


def sitting_page(db: Db, webinar: Webinar, now: datetime) -> dict[str, Any]:
    """Give what the pages of registration show of a sitting, as plain values."""
    seats = seats_of(webinar)
    states = {seat: opening_of(db, webinar, seat, now) for seat in seats}
    free = [seat for seat, state in states.items() if state is Opening.OPEN]
    waiting = [seat for seat, state in states.items() if state is Opening.WAITING]
    rules = admission_of(db, webinar.id)
    return (
        sitting_view(webinar)
        | _course_part(db, webinar.course)
        | {
            "key": webinar.code,
            "title": full_title(webinar),
            "attendance": attendance_words(db, webinar),
            "policy_version": current_policy(webinar),
            "free_seats": free,
            "waiting_seats": waiting,
            "opens_at": rules.opens_at,
            "closes_at": closing_at(webinar, rules),
            "cancel_until": cancel_until(db, webinar),
            "needs_approval": rules.needs_approval,
            "takes_substitutes": rules.takes_substitutes and webinar.state is WebinarState.SCHEDULED,
            "opening": Opening.OPEN if free else Opening.WAITING if waiting else states[seats[0]],
            "is_open": bool(free or waiting),
            "is_course": False,
        }
    )


def place_page(db: Db, place: Place, now: datetime) -> dict[str, Any]:
    """Give what the pages of registration show of this, as plain values; a course has the keys of a sitting."""
    if place.webinar is not None:
        return sitting_page(db, place.webinar, now)
    course = place.course
    found = opening_of_course(db, course, now)
    is_asked = found is CourseOpening.ON_REQUEST
    return _course_part(db, course) | {
        "key": course.slug, "code": "", "title": title_of(place), "starts_at": None, "minutes": 0, "venue": None,
        "words": "On request" if is_asked else "Any time", "delivery": "in_person" if is_asked else "", "state": "",
        "time_zone": db.get_one(Provider, course.provider_id).time_zone, "attendance": (), "policy_version": "",
        "free_seats": [], "waiting_seats": [], "opening": found, "opens_at": None, "closes_at": None,
        "cancel_until": None, "needs_approval": False, "takes_substitutes": False,
        "is_open": found is CourseOpening.OPEN, "is_course": True, "capacity_online": None,
    }  # fmt: skip


def _course_part(db: Db, course: Course) -> dict[str, Any]:
    names = ("slug", "code", "title", "price", "currency", "refund_policy", "duration_text", "gives_certificate")
    return {
        "contact": db.get_one(Provider, course.provider_id).email,
        "course": {name: getattr(course, name) for name in names}
        | {"kind": course.kind.value, "completion": completion_text(course.completion_rule)},
        "presenters": ", ".join(presenter_view(part)["name"] for part in course.presenters),
        "credit": credit_of(course),
        "needs_licence": needs_licence(db, course),
    }


def _day_of(row: Registration) -> date:
    """Give the day on which a licence has to hold: of the sitting in its zone, or of registering."""
    webinar = row.webinar
    if webinar is None or webinar.starts_at is None:
        return (webinar.local_date if webinar else None) or row.created_at.date()
    return in_zone(webinar.starts_at, webinar.time_zone).date()


def registration_view(row: Registration) -> dict[str, Any]:
    """Give a registration as its own pages show it."""
    names = ("id", "code", "seat", "legal_name", "display_name", "time_zone", "policy_version", "policy_accepted_at",
             "created_at", "cancelled_at")  # fmt: skip
    view = {name: getattr(row, name) for name in names}
    return view | {
        "state": row.state.value,
        "licence": dict(row.licence) if row.licence else None,
        "is_licence_over": is_licence_over(row.licence, _day_of(row)),
        "person_code": row.person.code,
        "email": row.person.current.email or "",
    }


def owner_view(db: Db, row: Registration) -> dict[str, Any]:
    """Give the same as its owner reads it: `passing` says who is asked to come instead, or where the seat went."""
    passing: dict[str, Any] = {"asked": "", "until": None, "passed": ""}
    for told in ask(db, PassingAsked(row.id)) if row.webinar_id else ():
        passing |= told or {}
    return registration_view(row) | {"passing": passing}
