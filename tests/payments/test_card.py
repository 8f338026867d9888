"""The 48 dollars by card, against a stand-in of Stripe that replays the shapes of its events."""

import itertools
import json
import random

import pytest
from card_provider import SECRET, deliver, event, events_of, refund_of
from page_words import words_of
from posted import mails, run_jobs
from stripe import WebhookSignature

from webinar_app.config import load
from webinar_app.core.clock import utc_now
from webinar_app.infra import checkout as checkouts
from webinar_app.infra.db import read
from webinar_app.payments.models import CardEvent

_numbers = itertools.count(1)


def press(client, code):
    return client.post(f"/registrations/{code}/payment/card", data={"_key": f"key-of-card-{next(_numbers):06d}"})


def test_pressing_twice_leads_to_one_page_that_knows_the_order(stripe, join, order_of):
    code, ada = join()
    page = ada.get(f"/registrations/{code}/payment")
    sent = [press(ada, code) for _ in "12"]
    back = words_of(ada.get(f"/registrations/{code}/payment?paid=1").text)

    assert "Pay 48.00 USD by card" in words_of(page.text)
    assert "Your payment is on its way" in back
    assert "Pay 48.00 USD by card" not in back
    assert "Send me the invoice" not in back
    order = order_of(code)["code"]
    assert "form-action 'self' https://checkout.stripe.com" in page.headers["Content-Security-Policy"]
    assert {one.location for one in sent} == {f"https://checkout.stripe.com/c/{order}-0-48.00-USD"}
    first = stripe.seen[0]
    assert first == stripe.seen[1]
    assert (first["path"], first["metadata[order]"], first["payment_intent_data[metadata][order]"]) == (
        "/v1/checkout/sessions", order, order,
    )  # fmt: skip
    assert (first["line_items[0][price_data][unit_amount]"], first["line_items[0][price_data][currency]"]) == (
        "4800", "usd",
    )  # fmt: skip
    assert order_of(code)["state"] == "open"


@pytest.mark.parametrize("seed", range(6))
def test_events_five_times_in_any_order_make_one_payment_and_one_receipt(stripe, join, client, order_of, seed):
    code, ada = join()
    told = events_of(order_of(code)["code"]) * 5
    random.Random(seed).shuffle(told)

    assert {deliver(client, one) for one in told} == {204}
    run_jobs("payments.render", "registrations.tell")

    done = order_of(code)
    assert (done["state"], done["registration"], done["payments"], done["papers"]) == (
        "paid", "registered", 1, [("receipt", "REC-2026-00001")],
    )  # fmt: skip
    assert (len(mails(kind="receipt")), len(mails(kind="course_confirmation"))) == (1, 1)
    assert "Go to the course" in words_of(ada.get(f"/registrations/{code}/payment?paid=1").text)
    with read() as db:
        assert db.query(CardEvent).count() == 2


@pytest.mark.parametrize("seed", range(4))
def test_refund_counts_before_or_after_the_payment_and_only_grows(stripe, join, client, order_of, seed):
    code, _ = join()
    order = order_of(code)["code"]
    told = [*events_of(order), refund_of(order, 1000), refund_of(order)] * 2
    random.Random(seed).shuffle(told)
    for one in told:
        deliver(client, one)

    done = order_of(code)
    assert (done["state"], done["payments"], done["refunded"], len(done["papers"])) == ("refunded", 1, ["48.00"], 1)


def test_what_is_not_signed_or_too_old_is_refused_and_changes_nothing(stripe, join, client, order_of):
    code, _ = join()
    told = events_of(order_of(code)["code"])[0]
    bare = client.post("/payments/events", data=json.dumps(told), headers={"Content-Type": "application/json"})
    answers = [deliver(client, told, secret="whsec_other"), deliver(client, told, age=301), bare.status_code]
    changed = json.dumps(told).replace("4800", "1")
    signature = WebhookSignature.generate_signature_header(json.dumps(told), SECRET, int(utc_now().timestamp()))
    answers.append(client.post("/payments/events", data=changed, headers={"Stripe-Signature": signature}).status_code)
    answers += [deliver(client, shape) for shape in ([], {"id": "x"}, {"id": "x", "type": "y", "data": {"object": 1}})]

    assert answers == [422] * 7
    assert (order_of(code)["state"], order_of(code)["payments"]) == ("open", 0)


def test_other_events_and_orders_of_nobody_are_taken_in_and_do_nothing(stripe, join, client, order_of):
    code, _ = join()
    order = order_of(code)["code"]
    unpaid = events_of(order)[0]
    unpaid["data"]["object"]["payment_status"] = "unpaid"
    told = [unpaid, event("customer.created", id="cus_1"), *events_of("NOTHERE1"), *events_of("")]

    assert {deliver(client, one) for one in told} == {204}
    assert (order_of(code)["state"], order_of(code)["payments"]) == ("open", 0)


def test_too_little_is_kept_but_confirms_nothing(stripe, join, client, order_of):
    code, _ = join()
    deliver(client, events_of(order_of(code)["code"], amount=100)[0])

    done = order_of(code)
    assert (done["state"], done["registration"], done["payments"]) == ("open", "pending", 1)


def test_page_that_ran_out_makes_room_for_another(stripe, join, client, order_of):
    code, ada = join()
    first = press(ada, code).location
    order = order_of(code)["code"]
    deliver(client, event("checkout.session.expired", id=f"cs_test_{order}-0-48.00-USD", metadata={"order": order}))

    assert press(ada, code).location == first.replace("-0-", "-1-")


def test_card_page_that_cannot_be_opened_says_so(stripe, join, order_of):
    code, ada = join()
    stripe.fails = 400
    page = press(ada, code)

    assert page.status_code == 503
    assert "nothing was charged" in words_of(page.text)


def test_without_keys_there_is_no_card(join, client, monkeypatch):
    code, ada = join()

    assert "Pay by card" not in ada.get(f"/registrations/{code}/payment").text
    assert (press(ada, code).status_code, client.post("/payments/events", data=b"{}").status_code) == (409, 404)


def test_one_key_without_the_other_stops_the_server():
    given = {"secret_key": "x" * 40, "public_url": "http://127.0.0.1:5000"}
    load(**given, stripe_key="a", stripe_webhook_secret="b").check_for_server()
    with pytest.raises(SystemExit, match="together"):
        load(**given, stripe_key="a").check_for_server()

    assert checkouts.checkout() is None
