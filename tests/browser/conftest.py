"""One installation with the whole demonstration, a live room in it, and one Chromium for all of it.

Files that lead the session elsewhere take `own_stand`, `own_room` and `own_places` in place of the common ones.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

import pytest
from browsers import Stand, chromium, installation
from playwright.sync_api import Browser
from sitting import Room
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.actor import GUEST
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Permission
from webinar_app.courses.models import Course
from webinar_app.demo import services
from webinar_app.demo.history import ensure_history
from webinar_app.infra.db import Db, read, write
from webinar_app.payments.models import Order, Payment, Refund
from webinar_app.payments.rules import PaidBy
from webinar_app.payments.rules.refunds import RefundState
from webinar_app.payments.services import add_code, add_step, add_tier, set_tax
from webinar_app.payments.services.ordering import ensure_order
from webinar_app.registrations.models import FormQuestion, Registration, WaitingPlace
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.rules.questions import FieldKind
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.rules import WebinarState

Filled = tuple[Room, dict[str, str]]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all files."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def stand() -> Iterator[Stand]:
    """Web process and worker on SQLite, for the files that leave the session as it is."""
    with installation() as running:
        yield running


@pytest.fixture(scope="module")
def own_stand() -> Iterator[Stand]:
    """The same for one file alone."""
    with installation() as running:
        yield running


def _begin_soon(db: Db, people: dict[str, int], *, now: datetime) -> None:
    """Let a sitting begin in ten minutes, with the attendee registered."""
    course = db.scalars(select(Course).where(Course.seed == services.LIVE_SEED)).one()
    row = services.copy_sitting(db, course, (now + timedelta(minutes=10)).replace(microsecond=0), people, now)
    db.add(services.register(db, row, people["attendee"], now))


def _fill_up(db: Db, people: dict[str, int], *, now: datetime) -> None:
    """Let a sitting of tomorrow be full, with the attendee on its waiting list and a course that asks questions."""
    course = db.scalars(select(Course).where(Course.seed == services.LIVE_SEED)).one()
    row = services.copy_sitting(db, course, (now + timedelta(days=1)).replace(microsecond=0), people, now)
    row.capacity_online = 1
    held, waits = (services.register(db, row, people[name], now) for name in ("attendee2", "attendee"))
    waits.state = RegistrationState.WAITLISTED
    db.add_all([held, waits])
    db.flush()  # the list names the registration
    db.add(WaitingPlace(registration_id=waits.id, webinar_id=row.id, seat="online", rank=1, joined_at=now))
    kinds = {
        "AAAAAAAA": FieldKind.YES_NO, "BBBBBBBB": FieldKind.TEXT, "CCCCCCCC": FieldKind.COUNTRY,
        "DDDDDDDD": FieldKind.FILE,
    }  # fmt: skip
    for at, (code, kind) in enumerate(kinds.items(), start=1):
        question = FormQuestion(course_id=course.id, code=code, position=at, kind=kind, prompt=f"Question {at}")
        question.options, question.shown_on = [], "AAAAAAAA" if at == 2 else ""
        question.shown_value = "yes" if at == 2 else ""
        db.add(question)


def _owe(db: Db, person_id: int, *, now: datetime) -> None:
    """Let the attendee wait for the fee of the self-paced course, with an early bird, a code and an invoice."""
    course = db.scalars(select(Course).where(Course.seed == "001")).one()
    desk = replace(GUEST, person_id=person_id, provider_id=course.provider_id, permissions=frozenset(Permission))
    add_tier(db, desk, course.slug, "Early bird", "40", (now + timedelta(days=30)).date(), "", now=now)
    add_tier(db, desk, course.slug, "Members", "36", None, "@alder.example", now=now)
    add_step(db, desk, course.slug, 14, 100, now=now)
    set_tax(db, desk, course.slug, "HST", "13", "RT 123", False, now=now)
    add_code(db, desk, course.slug, "SPRING", "percent", "10", None, None, 20, now=now)
    db.flush()  # the quote reads the prices
    person = db.get_one(Person, person_id)
    row = Registration(
        code="OWED0001", person_id=person_id, course_id=course.id, state=RegistrationState.PENDING,
        legal_name=person.legal_name, display_name=person.display_name, created_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()  # the order names its id
    order = ensure_order(db, row, now)
    order.payer_organisation, order.po_number = "County Health", "PO-77"
    came = Payment(provider_id=order.provider_id, paid_by=PaidBy.CARD, reference="pi_1", currency="USD", paid_at=now)
    came.amount, came.refunded = Decimal(20), Decimal(5)
    kinds = {"AAAAAAAA": RefundState.DONE, "BBBBBBBB": RefundState.FAILED, "CCCCCCCC": RefundState.PENDING}
    came.refunds = [
        Refund(code=code, amount=5, given_by=PaidBy.CARD, reason="As agreed", state=state, failure="", asked_at=now)
        for code, state in kinds.items()
    ]  # fmt: skip
    order.payments.append(came)


@pytest.fixture(scope="package")
def filled(stand: Stand) -> Filled:
    """The room and its places, read at once: another file may bring an installation of its own."""
    return _fill(stand)


@pytest.fixture(scope="package")
def room(filled: Filled) -> Room:
    """The demonstration with last week's session and one that is live, one poll open; serves from here on."""
    return filled[0]


@pytest.fixture(scope="package")
def places(filled: Filled) -> dict[str, str]:
    """Addresses of the seeds' courses, and codes of the sittings: held, live, about to begin, to come."""
    return filled[1]


@pytest.fixture(scope="module")
def own_filled(own_stand: Stand) -> Filled:
    """The same for one file alone."""
    return _fill(own_stand)


@pytest.fixture(scope="module")
def own_room(own_filled: Filled) -> Room:
    """The room of one file alone."""
    return own_filled[0]


@pytest.fixture(scope="module")
def own_places(own_filled: Filled) -> dict[str, str]:
    """The places of one file alone."""
    return own_filled[1]


def _fill(stand: Stand) -> Filled:
    made = Room(stand, people=3)
    write(services.ensure_future_sitting, made.demo["people"], now=utc_now())
    ensure_history(made.demo["people"], now=utc_now())
    write(_begin_soon, made.demo["people"], now=utc_now())
    write(_fill_up, made.demo["people"], now=utc_now())
    write(_owe, made.demo["people"]["attendee"], now=utc_now())
    made.open_polls(1)
    stand.start()
    return made, _places_of(made)


def _places_of(room: Room) -> dict[str, str]:
    with read() as db:
        query = select(Webinar.code, Webinar.state, Webinar.starts_at).where(Webinar.starts_at.is_not(None))
        rows = db.execute(query.order_by(Webinar.starts_at)).all()
        waiting = db.scalars(select(Registration).where(Registration.state == RegistrationState.WAITLISTED)).one()
        order = db.scalars(select(Order.code)).one()
        full, stands = waiting.webinar.code, waiting.code
    past = [code for code, state, _ in rows if state is WebinarState.ENDED]
    soon, *_, later = [code for code, _, starts_at in rows if starts_at > utc_now()]
    courses = {f"course_{int(seed)}": slug for seed, slug in room.demo["slugs"].items()}
    return {
        **courses, "past": past[-1], "live": room.code, "soon": soon, "next": later, "full": full,
        "waiting": stands, "owed": "OWED0001", "order": order,
    }  # fmt: skip
