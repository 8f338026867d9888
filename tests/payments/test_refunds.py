"""Money given back by a coordinator: by hand and by card, in part and whole, once whatever is told in which order."""

import random
from decimal import Decimal

import databases
import pytest
from card_provider import deliver, events_of, refund, refund_of, told_of
from page_words import words, words_of
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError
from webinar_app.infra.db import read, write
from webinar_app.payments.models import Document, Order, Payment, Refund
from webinar_app.payments.services import record_payment
from webinar_app.registrations.models import Registration
from webinar_app.registrations.services import cancel_for

ONE = pytest.mark.parametrize("database_url", databases.KINDS[:1], indirect=True)
WHY = "As agreed by mail"
_keys = iter(range(10**6))


def post(client, path, **data):
    return client.post(path, data={"_key": f"key-of-refund-{next(_keys):06d}"} | data)


def give(desk, order, amount, way="bank", **more):
    data = {"payment": "", "amount": amount, "way": way, "reason": WHY, "refund_reference": ""} | more
    return post(desk, f"/manage/orders/{order}/refund", **data)


@pytest.fixture
def by_bank(world, join, order_of):
    """Somebody who paid by bank; gives (code of the registration, code of the order)."""
    code, _ = join()
    order = order_of(code)["code"]
    write(record_payment, world.coordinator(), order, "bank", "B-1", utc_now().date(), now=utc_now())
    return code, order


@pytest.fixture
def by_card(stripe, join, client, order_of):
    """Somebody who paid by card; gives (code of the registration, code of the order)."""
    code, _ = join()
    order = order_of(code)["code"]
    deliver(client, events_of(order)[0])
    return code, order


def refunds():
    with read() as db:
        found = db.scalars(select(Refund).order_by(Refund.id))
        return [(f"{row.amount}", row.given_by.value, row.state.value) for row in found]


def notes():
    with read() as db:
        query = select(Document).where(Document.refund_id.is_not(None)).order_by(Document.id)
        return [(paper.number, paper.snapshot["total"]) for paper in db.scalars(query)]


def fact(code):
    with read() as db:
        row = db.scalars(select(Order).join(Registration).where(Registration.code == code)).one()
        return row.state.value, f"{row.payments[0].refunded:.2f}"


def test_part_and_rest_by_hand_with_a_credit_note_each(by_bank, desk):
    code, order = by_bank
    part = give(desk, order, "20", refund_reference="R-1")
    between, too_much = fact(code), give(desk, order, "28.01")
    same = give(desk, order, "5", refund_reference="R-1")
    rest, none = give(desk, order, "28,00", "cash"), give(desk, order, "1")
    run_jobs("payments.render")

    assert [one.status_code for one in (part, too_much, same, rest, none)] == [303, 422, 409, 303, 422]
    assert between == ("paid", "20.00")
    assert "At most 28.00 USD can be given back." in words_of(too_much.text)
    assert (fact(code), refunds()) == (("refunded", "48.00"), [("20.00", "bank", "done"), ("28.00", "cash", "done")])
    assert notes() == [("CRN-2026-00001", "20.00 USD"), ("CRN-2026-00002", "28.00 USD")]
    told = text_of(mails(kind="credit_note")[0])
    assert "20.00 USD of the 48.00 USD that were paid are given back by bank transfer." in told
    assert f"Why: {WHY}" in told
    page = words(desk, f"/manage/orders/{order}")
    assert "Credit note CRN-2026-00002 (PDF)" in page
    assert "Given back 28.00 USD, cash or cheque" in page


@ONE
def test_what_is_wrong_is_said_and_kept_and_pressing_twice_is_one_refund(by_bank, desk):
    _, order = by_bank
    wrong = give(desk, order, "lots", reason="no", refund_reference="kept as typed")
    twice = [give(desk, order, "10", _key="one key for both") for _ in "12"]
    other = give(desk, order, "1", payment="99999")
    card = give(desk, order, "1", "stripe")

    said = words_of(wrong.text)
    assert wrong.status_code == 422
    assert "Write an amount such as 48.00" in said or "Say why in" in said
    assert "kept as typed" in wrong.text
    assert [one.status_code for one in (*twice, other, card)] == [303, 303, 422, 422]
    assert refunds() == [("10.00", "bank", "done")]


def test_database_refuses_more_than_was_paid(by_bank):
    def too_much(db):
        db.scalars(select(Payment)).one().refunded = Decimal("48.01")

    with pytest.raises(DomainError) as refused:
        write(too_much)

    assert refused.value.code == "payment.refund_too_much"


@ONE
def test_nothing_more_is_given_back_once_that_is_decided(by_bank, desk, world):
    code, order = by_bank
    early = post(desk, f"/manage/orders/{order}/keep", why=WHY)
    write(cancel_for, world.coordinator(), code, now=utc_now())
    undecided = words(desk, "/manage/orders?state=refund_due")
    short = post(desk, f"/manage/orders/{order}/keep", why="no")
    kept = post(desk, f"/manage/orders/{order}/keep", why=WHY)

    assert [one.status_code for one in (early, short, kept)] == [409, 422, 303]
    assert "Ada Lovelace" in undecided
    assert "No order found" in words(desk, "/manage/orders?state=refund_due")
    assert f"No refund due {WHY}" in words(desk, f"/manage/orders/{order}")


@pytest.mark.parametrize("seed", range(3))
@ONE
def test_card_refund_is_asked_once_and_told_in_any_order(by_card, stripe, desk, client, seed):
    code, order = by_card
    sent = give(desk, order, "20", "stripe")
    with read() as db:
        row = db.scalars(select(Refund)).one()
        mark, name = row.code, row.reference
    about = refund(name, 2000, order=order, refund=mark)
    told = [told_of(about | {"status": "pending"}, "refund.created"), told_of(about), refund_of(order, 2000)] * 3
    random.Random(seed).shuffle(told)
    answers = {deliver(client, one) for one in told}

    asked = stripe.seen[-1]
    assert (sent.status_code, answers) == (303, {204})
    assert (asked["path"], asked["key"], asked["payment_intent"], asked["amount"], asked["metadata[refund]"]) == (
        "/v1/refunds", f"refund-{mark}", "pi_1", "2000", mark,
    )  # fmt: skip
    assert (refunds(), fact(code)) == ([("20.00", "stripe", "done")], ("paid", "20.00"))
    assert notes() == [("CRN-2026-00001", "20.00 USD")]


@ONE
def test_answer_that_is_lost_is_asked_for_again_and_nothing_is_given_twice(by_card, stripe, desk):
    code, order = by_card
    stripe.loses = True
    lost = give(desk, order, "48", "stripe")
    waits, page = fact(code), words(desk, f"/manage/orders/{order}")
    stripe.loses = False
    with read() as db:
        mark = db.scalars(select(Refund.code)).one()
    stripe.refunds["a key of yesterday"] = stripe.refunds.pop(f"refund-{mark}")  # Stripe forgets keys after a day
    again = post(desk, f"/manage/orders/{order}/refunds/{mark}/again")
    late = post(desk, f"/manage/orders/{order}/refunds/{mark}/again")

    assert [one.status_code for one in (lost, again, late)] == [303, 303, 409]
    assert waits == ("paid", "48.00")
    assert "Asked for 48.00 USD, card" in page
    assert "Ask the card provider again" in page
    assert len(stripe.refunds) == 1
    assert (fact(code), refunds()) == (("refunded", "48.00"), [("48.00", "stripe", "done")])


@ONE
def test_refund_that_is_refused_counts_for_nothing_and_another_way_is_open(by_card, stripe, desk):
    code, order = by_card
    stripe.fails = 400
    refused = give(desk, order, "48", "stripe")
    page, left = words(desk, f"/manage/orders/{order}"), fact(code)
    stripe.fails = 0
    other = give(desk, order, "48", "bank")

    assert [refused.status_code, other.status_code] == [303, 303]
    assert "Failed 48.00 USD, card" in page
    assert "The card provider says: charge_already_refunded" in page
    assert (left, fact(code)) == (("paid", "0.00"), ("refunded", "48.00"))
    assert notes() == [("CRN-2026-00001", "48.00 USD")]


@pytest.mark.parametrize("first", ["pending", "succeeded"])
@ONE
def test_refund_that_fails_later_lets_the_money_count_again(by_card, stripe, desk, client, first):
    code, order = by_card
    stripe.refund_status = first
    give(desk, order, "48", "stripe")
    with read() as db:
        row = db.scalars(select(Refund)).one()
        about = refund(row.reference, 4800, "failed", order=order, refund=row.code)
    deliver(client, refund_of(order))
    before = fact(code)
    deliver(client, told_of(about, "refund.failed"))
    page = words(desk, f"/manage/orders/{order}")

    assert before == ({"pending": "paid", "succeeded": "refunded"}[first], "48.00")
    assert (fact(code), refunds()) == (("paid", "0.00"), [("48.00", "stripe", "failed")])
    assert ("It does not count: the refund failed." in page) is (first == "succeeded")


@pytest.mark.parametrize("seed", range(4))
@ONE
def test_refund_begun_at_the_card_provider_counts_before_its_payment_too(stripe, join, client, order_of, seed):
    code, _ = join()
    order = order_of(code)["code"]
    about = refund("re_there", 1500)
    told = [*events_of(order), told_of(about, "refund.created"), told_of(about), refund_of(order, 1500)] * 2
    random.Random(seed).shuffle(told)
    for one in told:
        deliver(client, one)

    assert (fact(code), refunds()) == (("paid", "15.00"), [("15.00", "stripe", "done")])
    assert notes() == [("CRN-2026-00001", "15.00 USD")]
    assert order_of(code)["payments"] == 1


@ONE
def test_refunds_of_nobody_and_of_other_shapes_do_nothing(by_card, client):
    strange = told_of(refund("re_1", 100, "succeeded", intent="pi_of_somebody"))
    no_intent = told_of(refund("re_2", 100) | {"payment_intent": None})
    unknown = told_of(refund("re_3", 100) | {"status": "dreaming"})

    assert [deliver(client, one) for one in (strange, no_intent, unknown)] == [204, 204, 422]
    assert refunds() == []
