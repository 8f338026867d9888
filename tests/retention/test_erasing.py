"""Erasing a person: everything goes but the record of credit, which goes when its time is over (E-7, N6)."""

from datetime import date

import databases
import pytest
from factories import START
from house import build
from page_words import words_of
from presence_facts import ended_webinar, stay
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.audit.models import AuditEntry
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Role
from webinar_app.courses.models import Course
from webinar_app.infra.acts import Act
from webinar_app.infra.db import read, write
from webinar_app.payments.models import Order, PriceTier
from webinar_app.payments.rules import OrderState
from webinar_app.registrations.models import Registration
from webinar_app.retention import jobs
from webinar_app.retention.models import Erasure
from webinar_app.retention.rules.erasure import ERASED, Standing, kept_until, obstacles
from webinar_app.retention.services.erasing import erase_person
from webinar_app.retention.services.holding import lift_hold, put_hold
from webinar_app.tables import metadata
from webinar_app.webinars.rules import WebinarState

WHO, EMAIL, WHY = "Zyxwvut Canary", "attendee@house.example", "Asked for it by mail"
# What bodies that approve credit ask for, and what tax law does: nothing else may still name the person.
RECORD = {
    ("registration", "legal_name"), ("registration", "licence"), ("certificate", "snapshot"),
    ("payment_order", "payer_name"), ("payment_order", "payer_organisation"), ("payment_order", "payer_address"),
    ("payment_order", "po_number"), ("payment_order", "lines"), ("payment_document", "snapshot"),
    ("payment", "reference"), ("refund", "reason"), ("refund", "failure"), ("refund", "reference"),
}  # fmt: skip
BY_LAW = {one for one in RECORD if one[0].startswith(("payment", "refund"))} - {("payment_document", "snapshot")}


def where(words):
    """Give each `(table, column)` in which a row holds these words."""
    found = set()
    with read() as db:
        for table in metadata.sorted_tables:
            for row in db.execute(select(table)).mappings():
                found |= {(table.name, name) for name, value in row.items() if _holds(value, words)}
    return found


def _holds(value, words):
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return words.lower() in text.lower()


def settle(db):
    for order in db.scalars(select(Order)):
        order.state = OrderState.PAID
    course_id = db.scalars(select(Course.id).limit(1)).one()
    db.add(PriceTier(course_id=course_id, name="Members", amount=4, members=[EMAIL, "@house.example"]))


@pytest.mark.parametrize("database_url", databases.KINDS[-1:], indirect=True)
def test_nothing_but_the_record_of_credit_still_names_an_erased_person(world, app, doors, monkeypatch):
    house = build(world, app, doors, "Plain words for people", own=WHO)
    write(lift_hold, None, house.names["hold"], "It is over now", now=utc_now())
    write(settle)
    with read() as db:
        code = db.get_one(Person, house.people["attendee"]).code
    before = where(WHO), where(EMAIL)
    shown = words_of(house.client("admin").get(f"/manage/people/{code}/erase").text)
    answer = house.post("admin", f"/manage/people/{code}/erase", reason=WHY, confirm="y")
    after = where(WHO), where(EMAIL)

    assert len(before[0]) > 20
    assert ("mail", "to_address") in before[1]
    assert after == (RECORD, set())
    assert "The record of credit of 1 registration until 22 November 2033" in shown
    assert "Names and addresses: 1" in shown
    assert answer.location == "/manage/records"
    assert house.client("attendee").get("/my").status_code == 302  # signed out
    assert house.client("guest").get(f"/verify/{house.names['number']}").status_code == 200
    check_that_the_rest_goes_in_its_time(house, monkeypatch)


def check_that_the_rest_goes_in_its_time(house, monkeypatch):
    for years, left in ((7, RECORD), (8, BY_LAW | {("payment_document", "snapshot")}), (11, set())):
        monkeypatch.setattr(
            jobs, "utc_now", lambda years=years: utc_now().replace(year=2026 + years, day=21 + years % 2)
        )
        jobs.run({})
        assert where(WHO) == left, years
    pages = ("certificates.verify_number", "certificates.register", "registrations.people", "registrations.person")
    house.clients.clear()
    assert {house.client("admin").get(house.path(name)).status_code for name in pages} == {200}


@pytest.fixture
def admin(world):
    return world.actor(world.person("Adam Admin", Role.ADMIN), Role.ADMIN)


def code_of(person_id):
    with read() as db:
        return db.get_one(Person, person_id).code


def test_what_stands_against_it_is_named(world, admin):
    ada = world.attendee(world.webinar(), "Ada")
    mike = world.staff(world.webinar())
    held = world.person("Hal Held")
    write(put_hold, None, "person", code_of(held), "Case 12 of the county", now=utc_now())
    cases = {ada.person_id: "Cancel there first", mike.person_id: "have a role", held: "legal hold",
             admin.person_id: "This is you"}  # fmt: skip
    for person_id, words in cases.items():
        with pytest.raises(Refused, match=words):
            write(erase_person, admin, code_of(person_id), WHY, now=utc_now())
    with pytest.raises(Forbidden):
        write(erase_person, world.coordinator(), code_of(held), WHY, now=utc_now())

    assert where(ERASED) == set()
    assert len(obstacles(Standing(is_own=True, has_roles=True, held=1, places=2, open_orders=1))) == 5


def test_without_evidence_nothing_is_kept_and_merged_entries_go_too(world, admin):
    webinar = ended_webinar(world, state=WebinarState.ENDED)
    ada, again = world.attendee(webinar, WHO), world.person("Again Canary", email="again@example.org")
    write(_merge, again, ada.person_id)
    first = write(erase_person, admin, code_of(ada.person_id), WHY, now=utc_now())
    with pytest.raises(Refused, match="erased already"):
        write(erase_person, admin, code_of(ada.person_id), WHY, now=utc_now())

    assert first == {"kept": 0, "until": ""}
    assert where("canary") == set()
    with read() as db:
        assert db.get_one(Erasure, ada.person_id).kept_until is None
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "person.erased")).one()
    assert (entry.actor_id, entry.details["entries"]) == (admin.person_id, [ada.person_id, again])


def _merge(db, gone, kept):
    db.get_one(Person, gone).merged_into_id = kept


def test_nobody_else_is_touched(world, admin):
    webinar = ended_webinar(world, state=WebinarState.ENDED)
    ada, bea = world.attendee(webinar, "Ada"), world.attendee(webinar, "Ada Lovelace")
    for member in (ada, bea):
        stay(member, 0, 60, start=webinar["start"])
    write(_say, ada.person_id, bea.person_id)
    write(erase_person, admin, code_of(ada.person_id), WHY, now=utc_now())

    with read() as db:
        names = dict(db.execute(select(Registration.person_id, Registration.legal_name)).all())
        assert names == {ada.person_id: "Ada", bea.person_id: "Ada Lovelace"}
        assert db.get_one(Person, bea.person_id).legal_name == "Ada Lovelace"
        assert db.scalars(select(Act.key)).all() == ["of bea"]


def _say(db, ada, bea):
    for key, person_id, answer in (
        ("of ada", ada, 1),
        ("of bea", bea, {"name": "Ada Lovelace"}),
        ("b", 0, {"n": "Ada"}),
    ):
        db.add(Act(scope=f"person:{person_id}", key=key, work="x", answer=answer, done_at=utc_now()))


@pytest.mark.parametrize(
    ("over", "zone", "until"),
    [
        (START, "America/New_York", date(2033, 11, 3)),
        (START.replace(year=2028, month=2, day=29), "UTC", date(2035, 2, 28)),
        (START.replace(hour=1), "America/New_York", date(2033, 11, 2)),
    ],
)
def test_the_record_is_kept_for_seven_years_from_the_day_of_the_session(over, zone, until):
    assert kept_until(over, zone) == until
