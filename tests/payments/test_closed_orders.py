"""Orders whose registration is over: nothing is asked for, and what is given back follows the cut-offs."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import databases
import pytest
from page_words import let_in, words
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.core.times import in_zone
from webinar_app.infra.db import read, write
from webinar_app.payments.models import Document, Order, Payment
from webinar_app.payments.policy import get_readable_document
from webinar_app.payments.queries import closed_words
from webinar_app.payments.rules.refunds import Closing
from webinar_app.payments.services import add_step, record_payment
from webinar_app.payments.services.reactions import open_order
from webinar_app.people.services.merging import merge_people, undo_merge
from webinar_app.people.services.moving import move_to_date, substitute
from webinar_app.registrations.events import RegistrationMade
from webinar_app.registrations.models import Approval, Registration, WaitingPlace
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.services import Sheet, cancel_for, cancel_own
from webinar_app.registrations.services.approval import reject
from webinar_app.registrations.services.waiting import decline_offer, end_offer
from webinar_app.webinars.services.scheduling import cancel_sitting

ONE = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
WHY = "Not for this group of people"


@pytest.fixture
def sitting(world):
    """A session of 48 dollars in ten days, at noon in New York; `sitting(course)` gives another date."""

    def make(course=None):
        starts_at = (utc_now() + timedelta(days=10)).replace(hour=17, minute=0, second=0, microsecond=0)
        local = in_zone(starts_at, "America/New_York").replace(tzinfo=None)
        course = course or world.course(price=Decimal("48.00"), refund_policy="Ask.")
        return world.webinar(course, starts_at=starts_at, local_start=local)

    return make


@pytest.fixture
def seat(world):
    """Register somebody with an order; gives (code, actor)."""

    def make(place, state=RegistrationState.REGISTERED, name="Ada Lovelace"):
        member = world.attendee(place, name, state=state)
        with read() as db:
            code = db.get_one(Registration, member.registration_id).code
        write(_stand, member.registration_id, place["id"], state)
        write(open_order, RegistrationMade(member.registration_id), now=utc_now())
        return code, world.actor(member.person_id)

    return make


def _stand(db, registration_id, webinar_id, state):
    if state is RegistrationState.PENDING:
        db.add(Approval(registration_id=registration_id, asked_at=utc_now()))
    elif state is not RegistrationState.REGISTERED:
        place = WaitingPlace(registration_id=registration_id, webinar_id=webinar_id, seat="online", rank=1, offers=1)
        place.joined_at, place.offer_ends_at = utc_now(), utc_now() + timedelta(hours=1)
        db.add(place)


def pay(world, code):
    with read() as db:
        order = db.scalars(select(Order.code).join(Registration).where(Registration.code == code)).one()
    day = in_zone(utc_now(), "America/New_York").date()
    write(record_payment, world.coordinator(), order, "bank", f"B-{order}", day, now=utc_now())
    return order


def closed(code):
    with read() as db:
        row = db.scalars(select(Order).join(Registration).where(Registration.code == code)).one()
        why = row.closed_why.value if row.closed_why else ""
        return row.state.value, why, None if row.refund_due is None else f"{row.refund_due:.2f}"


def _give_back(world, code, own, place):
    write(cancel_own, own, code, now=utc_now())


def _cancel(world, code, own, place):
    write(cancel_for, world.coordinator(), code, now=utc_now())


def _reject(world, code, own, place):
    write(reject, world.coordinator(), code, WHY, now=utc_now())


def _decline(world, code, own, place):
    write(decline_offer, own, code, now=utc_now())


def _lapse(world, code, own, place):
    with read() as db:
        key = db.scalars(select(Registration.id).where(Registration.code == code)).one()
    write(end_offer, key, 1, now=utc_now() + timedelta(hours=2))


def _call_off(world, code, own, place):
    write(cancel_sitting, world.coordinator(), place["code"], now=utc_now())


S = RegistrationState
ENDINGS = [
    (S.REGISTERED, _give_back, "cancelled", None), (S.REGISTERED, _cancel, "by_staff", None),
    (S.REGISTERED, _call_off, "called_off", "48.00"), (S.PENDING, _reject, "rejected", "48.00"),
    (S.PENDING, _give_back, "withdrawn", "48.00"), (S.WAITLISTED, _give_back, "left", "48.00"),
    (S.WAITLISTED, _call_off, "called_off", "48.00"), (S.OFFERED, _decline, "left", "48.00"),
    (S.OFFERED, _lapse, "lapsed", "48.00"),
]  # fmt: skip


ENDED = ("calendars.tell_all", "registrations.tell_waiting", "calendars.withdraw")
MONEY = re.compile(r"(?:Of the \d|The organiser decides).*?(?:given back|follow)\.")
WHOLE = "Of the 48.00 USD that you paid, 48.00 USD are given back."
UNDECIDED = "The organiser decides how much of the 48.00 USD that you paid is given back."


@ONE
@pytest.mark.parametrize(("state", "act", "why", "due"), ENDINGS)
def test_every_end_closes_the_order_with_its_reason_and_its_mail_says_what_is_given_back(
    sitting, seat, world, state, act, why, due
):
    place = sitting()
    (open_one, own), (paid_one, payer) = seat(place, state), seat(place, state, "Bea Bright")
    pay(world, paid_one)
    for code, who in ((open_one, own), (paid_one, payer)):
        if act is not _call_off or code == open_one:
            act(world, code, who, place)
    run_jobs(*ENDED)
    told = {mail["To"].addresses[0].display_name: MONEY.findall(" ".join(text_of(mail).split())) for mail in mails()}

    assert closed(open_one) == ("void", why, None)
    assert closed(paid_one) == ("paid", why, due)
    assert told == {"Ada Lovelace": [], "Bea Bright": [WHOLE if due else UNDECIDED]}


@pytest.mark.parametrize(
    ("due", "refunded", "words"),
    [
        ("24.00", "0.00", "Of the 48.00 USD that you paid, 24.00 USD are given back."),
        ("24.00", "10.00", "Of the 48.00 USD that you paid, 10.00 USD were given back, and 14.00 USD follow."),
        ("24.00", "24.00", "Of the 48.00 USD that you paid, 24.00 USD were given back."),
        (None, "10.00", "Of the 48.00 USD that you paid, 10.00 USD were given back."),
        ("0.00", "0.00", "Of the 48.00 USD that you paid, nothing is given back."),
        (None, "0.00", UNDECIDED),
    ],
)
def test_what_is_said_of_the_money_of_a_closed_order(due, refunded, words):
    paid = Payment(amount=Decimal("48.00"), refunded=Decimal(refunded), currency="USD")
    order = Order(currency="USD", payments=[paid], closed_why=Closing.CANCELLED, refund_due=due and Decimal(due))

    assert closed_words(order) == words
    order.closed_why = None
    assert closed_words(order) == ""


@pytest.mark.parametrize(("days", "due"), [(8, "48.00"), (7, "48.00"), (3, "24.00"), (1, "0.00")])
def test_cancelling_pays_back_by_the_cut_offs_in_the_zone_of_the_session(sitting, seat, world, days, due):
    place, cora = sitting(), world.coordinator()
    for before, percent in ((7, 100), (2, 50)):
        write(add_step, cora, place["course"]["slug"], before, percent, now=utc_now())
    code, own = seat(place)
    pay(world, code)
    with read() as db:
        starts_at = db.scalars(select(Registration).where(Registration.code == code)).one().webinar.starts_at
    write(cancel_own, own, code, now=starts_at - timedelta(days=days))

    assert closed(code) == ("paid", "cancelled", due)


def test_session_that_is_called_off_closes_paid_and_open_orders_on_both_databases(sitting, seat, world):
    place = sitting()
    (open_one, _), (paid_one, _) = seat(place), seat(place, name="Bea Bright")
    pay(world, paid_one)
    write(cancel_sitting, world.coordinator(), place["code"], now=utc_now())

    assert closed(open_one) == ("void", "called_off", None)
    assert closed(paid_one) == ("paid", "called_off", "48.00")


@ONE
def test_order_goes_along_to_another_date_and_papers_stay_with_whom_they_were_for(sitting, seat, world):
    first = sitting()
    second, cora = sitting(first["course"]), world.coordinator()
    code, ada = seat(first)
    order = pay(world, code)
    moved = write(move_to_date, cora, code, second["code"], WHY, now=utc_now())["code"]
    bea = Sheet(email="bea@example.org", legal_name="Bea Bright", display_name="Bea")
    given = write(substitute, cora, moved, bea, WHY, now=utc_now())["code"]

    assert closed(given) == ("paid", "", None)
    with read() as db:
        assert db.scalars(select(Order.code)).all() == [order]
        paper = db.scalars(select(Document)).one()
        other = world.actor(db.scalars(select(Person.id).where(Person.email == "bea@example.org")).one())
        assert get_readable_document(db, ada, paper.code) is paper
        with pytest.raises(Exception, match="not"):
            get_readable_document(db, other, paper.code)


@ONE
def test_merge_closes_the_second_order_and_undoing_asks_again(sitting, seat, world):
    place, admin = sitting(), world.actor(world.person("Ida Admin"), Role.ADMIN)
    (first, ada), (second, other) = seat(place), seat(place, name="Ada Lovelace")
    with read() as db:
        codes = [db.get_one(Person, one.person_id).code for one in (ada, other)]
    made = write(merge_people, admin, *codes, now=utc_now())
    ended = [one for one in (first, second) if closed(one)[0] == "void"]
    told = closed(ended[0])
    write(undo_merge, admin, made, now=utc_now())

    assert (len(ended), told) == (1, ("void", "merged", None))
    assert [closed(one) for one in (first, second)] == [("open", "", None)] * 2


@ONE
def test_pages_say_what_is_due_and_the_list_finds_it(sitting, seat, world, app, desk):
    place, cora = sitting(), world.coordinator()
    write(add_step, cora, place["course"]["slug"], 2, 50, now=utc_now())
    code, own = seat(place)
    (other, _), (third, cy) = seat(place, name="Bea Bright"), seat(sitting(), name="Cy Quick")
    order = pay(world, code)
    pay(world, third)
    ada = let_in(app.test_client(), own.person_id)
    before = words(ada, f"/registrations/{code}/cancel")
    undecided = words(let_in(app.test_client(), cy.person_id), f"/registrations/{third}/cancel")
    form = words(app.test_client(), f"/webinars/{place['code']}/register")
    for one in (code, other, third):
        write(cancel_for, cora, one, now=utc_now())
    listed, due = words(desk, "/manage/orders"), words(desk, "/manage/orders?state=refund_due")
    page, own_page = words(desk, f"/manage/orders/{order}"), words(ada, f"/registrations/{code}/payment")
    rows = csv.DictReader(io.StringIO(desk.get("/manage/orders.csv").data.decode("utf-8-sig")))

    assert "Of the 48.00 USD that you paid, 24.00 USD are given back if you cancel now." in before
    assert "The organiser decides how much of the 48.00 USD that you paid is given back." in undecided
    assert "50 % of what you paid is given back." in form
    assert "Bea Bright" in listed
    assert "A coordinator cancelled the registration" in listed
    assert "Refund due: 24.00 USD" in due
    assert "Refund to be decided" in due
    assert "Bea Bright" not in due
    assert "Refund due: 24.00 USD of 48.00 USD A coordinator cancelled the registration: 50 % until" in page
    assert "Of the 48.00 USD that you paid, 24.00 USD will be given back to you." in own_page
    assert {row["Learner"]: (row["State"], row["Refund due"]) for row in rows} == {
        "Ada Lovelace": ("paid", "24.00"), "Bea Bright": ("void", ""), "Cy Quick": ("paid", "To be decided"),
    }  # fmt: skip


@ONE
def test_editor_of_cut_offs_adds_replaces_and_removes(desk, paid):
    address = f"/manage/courses/{paid['slug']}/prices"

    def send(path, **data):
        data = {"_key": f"key-of-cut-off-{path}{data}"[:60]} | data
        return desk.post(f"{address}/refunds{path}", data=data).status_code

    sent = [send("", days="7", percent="100"), send("", days="7", percent="80"), send("", days="2", percent="50")]
    wrong = [send("", days="400", percent="50"), send("", days="", percent="50"), send("", days="3", percent="0")]
    page = words(desk, address)
    step = desk.get(address).text.partition('name="step" value="')[2].partition('"')[0]
    gone = send("/remove", step=step)

    assert (sent, wrong, gone) == ([303] * 3, [422] * 3, 303)
    assert "7 80 %" in page
    assert "2 50 %" in page
    assert "7 80 %" not in words(desk, address)


@ONE
def test_money_after_the_end_is_to_be_given_back_whole(sitting, seat, world):
    code, own = seat(sitting())
    write(cancel_own, own, code, now=utc_now())
    pay(world, code)

    assert closed(code) == ("paid", "cancelled", "48.00")
