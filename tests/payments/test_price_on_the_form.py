"""The price on the form of registration: how it comes about, its code, and when it falls due."""

import re
from datetime import date, timedelta
from decimal import Decimal

import databases
import pytest
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from page_words import let_in, words, words_of
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.core.clock import utc_now
from webinar_app.core.times import in_zone
from webinar_app.infra.db import read, write
from webinar_app.payments.models import DiscountCode, Order
from webinar_app.payments.services import add_code, add_tier, end_code
from webinar_app.registrations.models import Registration
from webinar_app.registrations.routes import prices
from webinar_app.registrations.services.admission import set_admission

pytestmark = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
ADMISSION = {"waiting": "first", "offer_hours": 24, "opens": "", "late_minutes": None, "cancel_hours": None,
             "substitutes": True}  # fmt: skip
_keys = iter(range(10**6))


@pytest.fixture(autouse=True)
def _forget_tries(monkeypatch):
    monkeypatch.setattr(prices, "_limiter", MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
def sitting(world):
    """A session in a week that costs 48 dollars; `sitting(**changes)` gives another."""

    def make(price="48.00", **changes):
        starts_at = (utc_now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
        local = in_zone(starts_at, "America/New_York").replace(tzinfo=None)
        course = world.course(price=Decimal(price), refund_policy="Ask a week before.")
        return world.webinar(course, **({"starts_at": starts_at, "local_start": local} | changes))

    return make


def path_of(place):
    return f"/webinars/{place['code']}/register" if "code" in place else f"/courses/{place['slug']}/register"


def typed(page, **more):
    """Give what the form holds, filled in."""
    kept = dict(re.findall(r'<input id="(policy_version|price_seen)" name="\w+" type="hidden" value="([^"]*)"', page))
    names = {"email": "ada@example.org", "legal_name": "Ada Lovelace", "policy": "y", "has_no_licence": "y"}
    return names | kept | {"_key": f"key-of-form-{next(_keys):06d}"} | more


def send(client, place, **more):
    path = path_of(place)
    return client.post(path, data=typed(client.get(path).text, **more))


def orders():
    with read() as db:
        return [
            (f"{row.amount}", row.state.value, row.lines[-1][0], row.registration.state.value)
            for row in db.scalars(select(Order).order_by(Order.id))
        ]


def test_form_says_how_the_price_comes_about_and_until_when(sitting, world, client):
    place, cora = sitting(), world.coordinator()
    slug, last = place["course"]["slug"], date(2026, 11, 27)
    write(add_tier, cora, slug, "Early bird", "40", last, "", now=utc_now())
    write(add_tier, cora, slug, "Members", "36", None, "@alder.example", now=utc_now())
    member = let_in(client.application.test_client(), world.person("Al", email="al@alder.example"))
    guest, own = words(client, path_of(place)), words(member, path_of(place))

    assert "Fee 48.00 USD Early bird −8.00 USD Total 40.00 USD" in guest
    assert "Early bird: the price for everybody until Friday 27 November 2026, 11:59 p.m. ET." in guest
    assert "After that it costs 48.00 USD." in guest
    assert "Members: 36.00 USD for members. We know them by the address that they register with." in guest
    assert "Members −12.00 USD Total 36.00 USD" in own
    assert "for members." not in own
    for page in (guest, own):
        assert "nothing is charged on this page. Ask a week before." in page


def test_free_session_shows_no_price(sitting, client):
    page = client.get(path_of(sitting("0"))).text

    assert "What it costs" not in page
    assert "Discount code" not in page
    assert "price_seen" not in page


def test_code_is_shown_before_and_counted_on_registering(sitting, world, client):
    place = sitting()
    write(add_code, world.coordinator(), place["course"]["slug"], "SPRING", "percent", "25", None, None, 1,
          now=utc_now())  # fmt: skip
    shown = send(client, place, discount="spring", do="price", legal_name="")
    sent = client.post(path_of(place), data=typed(shown.text, discount=" Spring "))
    full = send(client, place, discount="SPRING", email="bea@example.org")

    assert shown.status_code == 200
    assert "Code SPRING −12.00 USD Total 36.00 USD" in words_of(shown.text)
    assert "needs a look" not in shown.text
    assert 'name="price_seen" type="hidden" value="36.00"' in shown.text
    assert sent.status_code == 303
    assert orders() == [("36.00", "open", "Code SPRING", "registered")]
    assert full.status_code == 422
    assert "This code was used as often as it may be." in words_of(full.text)


def test_code_of_no_use_says_why_and_nothing_typed_is_lost(sitting, paid, world, client):
    place, cora, now = sitting(), world.coordinator(), utc_now()
    slug, past = place["course"]["slug"], date(2026, 1, 31)
    write(add_code, cora, slug, "WINTER", "percent", "10", None, past, None, now=now - timedelta(days=365))
    write(add_code, cora, paid["slug"], "OTHER", "percent", "10", None, None, None, now=now)
    write(add_code, cora, slug, "GONE", "percent", "10", None, None, None, now=now)
    with read() as db:
        gone = db.scalars(select(DiscountCode.id).where(DiscountCode.code == "GONE")).one()
    write(end_code, cora, slug, gone, now=now)

    for code, said, do in (
        ("NOPE", "There is no such code for this course. Check how it is written.", {}),
        ("NOPE", "There is no such code for this course. Check how it is written.", {"do": "price"}),
        ("WINTER", "This code is no longer valid.", {}),
        ("GONE", "This code is no longer valid.", {}),
        ("OTHER", "This code is not for this course.", {}),
        ("x" * 41, "Write a code of at most 40 characters.", {}),
    ):
        page = send(client, place, discount=code, needs="A ramp", **do)

        assert page.status_code == 422
        assert words_of(page.text).count(said) == 2  # on top, and at the field
        assert [part in page.text for part in (f'value="{code}"', "A ramp", "Ada Lovelace")] == [True] * 3
    assert orders() == []


def test_guessing_codes_ends_and_the_right_one_is_not_read_then(sitting, world, client, monkeypatch):
    monkeypatch.setattr(prices, "WRONG_CODES", parse("2 per hour"))
    place = sitting()
    write(add_code, world.coordinator(), place["course"]["slug"], "TEN", "percent", "10", None, None, None,
          now=utc_now())  # fmt: skip
    wrong = [send(client, place, discount=code, do="price").status_code for code in ("NOPE", "TEN", "NO")]
    late = [send(client, place, discount="TEN"), send(client, place, discount="TEN", do="price")]
    without = send(client, place)

    assert wrong == [422, 200, 422]
    assert [one.status_code for one in late] == [422, 422]
    assert "Too many codes from your network were wrong." in words_of(late[0].text)
    assert without.status_code == 303
    assert orders() == [("48.00", "open", "Fee", "registered")]


def test_wrong_code_is_said_together_with_everything_else(sitting, client):
    page = words_of(send(client, sitting(), discount="NOPE", email="nobody").text)

    assert "2 answers need a look" in page
    assert "There is no such code for this course" in page
    assert "such as name@example.org" in page


def test_price_that_rose_while_the_page_was_open_is_said_and_not_taken(sitting, world, client):
    place, cora = sitting(), world.coordinator()
    slug = place["course"]["slug"]
    write(add_code, cora, slug, "TEN", "percent", "10", None, None, None, now=utc_now())
    cheap = send(client, place, discount="TEN", do="price").text
    dear = client.post(path_of(place), data=typed(cheap, discount=""))
    again = client.post(path_of(place), data=typed(dear.text))

    assert dear.status_code == 422
    assert "It costs 48.00 USD now, more than this page showed." in words_of(dear.text)
    assert again.status_code == 303
    assert orders() == [("48.00", "open", "Fee", "registered")]
    assert send(client, place, price_seen="x", email="bea@example.org").status_code == 422


def test_known_and_unknown_addresses_hear_the_same_of_a_code(sitting, world, client):
    place = sitting()
    write(add_code, world.coordinator(), place["course"]["slug"], "TEN", "percent", "10", None, None, 9,
          now=utc_now())  # fmt: skip
    answers = [send(client, place, discount=code).status_code for code in ("TEN", "TEN", "NOPE")]

    assert answers == [303, 303, 422]
    assert len(orders()) == 1


def test_code_that_frees_confirms_at_once_and_is_told_once(paid, world, client):
    write(add_code, world.coordinator(), paid["slug"], "GIFT", "percent", "100", None, None, None, now=utc_now())
    shown = send(client, paid, discount="GIFT", do="price").text
    sent = client.post(path_of(paid), data=typed(shown, discount="GIFT"))
    run_jobs("registrations.tell")

    assert "Nothing is left to pay." in words_of(shown)
    assert sent.status_code == 303
    assert orders() == [("0.00", "paid", "Code GIFT", "registered")]
    assert (len(mails(kind="course_confirmation")), len(mails(kind="course_pending"))) == (1, 0)


def test_waiting_and_approval_say_when_it_falls_due(sitting, world, client):
    full, asked = sitting(capacity_online=1), sitting()
    write(set_admission, world.coordinator(), asked["code"], ADMISSION | {"needs_approval": True}, now=utc_now())
    send(client, full, email="first@example.org")
    pages = [words(client, path_of(place)) for place in (full, asked)]
    for place in (full, asked):
        send(client, place)
        words(client, path_of(place).replace("register", "registered"))
    run_jobs("registrations.tell_waiting")
    with read() as db:
        rows = db.execute(
            select(Registration.code, Person.id).join(Person, Person.id == Registration.person_id)
            .where(Person.email == "ada@example.org").order_by(Registration.id)
        ).all()  # fmt: skip
    codes, person_id = [row[0] for row in rows], rows[0][1]
    ada = let_in(client.application.test_client(), person_id)
    standing = [words(ada, f"/registrations/{code}") for code in codes]

    assert "Nothing is due while you wait, and this price is kept for you." in pages[0]
    assert "Payment falls due once you accept a place" in pages[0]
    assert "Nothing is due before a coordinator approves your registration" in pages[1]
    assert "It falls due once you accept a place, not before." in standing[0]
    assert "It falls due once you are approved, not before." in standing[1]
    assert "The fee is 48.00 USD, and this price is kept for you." in text_of(mails(kind="waiting_joined")[0])
    assert "It falls due once you are approved, not before." in text_of(mails(kind="approval_asked")[0])


def test_mails_say_what_was_quoted_and_lead_to_the_payment(sitting, world, client):
    place, cora = sitting(), world.coordinator()
    write(add_tier, cora, place["course"]["slug"], "Early bird", "40", date(2026, 12, 31), "", now=utc_now())
    send(client, place)
    done = words(client, f"/webinars/{place['code']}/registered")
    run_jobs("calendars.confirm")
    told = text_of(mails(kind="confirmation")[0])

    assert "The mail says what it costs, and leads to the page" in done
    assert "The fee is 40.00 USD. Pay, or get an invoice:" in told
    assert re.search(r"/registrations/\w{8}/payment", told)
