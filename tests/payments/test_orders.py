"""The 48 dollars by purchase order: invoice, payment, receipt; codes and prices; and who may see what."""

import csv
import io
from datetime import date, timedelta

import pytest
from page_words import let_in, words, words_of
from posted import mails, run_jobs, text_of
from sqlalchemy import select

from webinar_app.audit.models import AuditEntry
from webinar_app.core.clock import utc_now
from webinar_app.core.errors import DomainError
from webinar_app.core.permissions import Role
from webinar_app.infra.db import read, write
from webinar_app.payments.models import Document, NumberSeries
from webinar_app.payments.queries import discount_of, find_code
from webinar_app.payments.services import add_code, add_tier, record_payment
from webinar_app.registrations.models import Registration

PAYER = {"organisation": "County Health", "name": "", "address": "1 Main St\nAlbany", "po_number": "PO-77",
         "email": "ap@county.example"}  # fmt: skip
_keys = iter(range(10**6))


def post(client, path, **data):
    return client.post(path, data={"_key": f"key-of-{next(_keys):06d}"} | data)


def attached(mail):
    return [(part.get_filename(), part.get_payload(decode=True)[:5]) for part in mail.iter_attachments()]


def test_purchase_order_from_invoice_to_receipt(join, desk, order_of):
    code, ada = join()
    before = words(ada, f"/registrations/{code}/payment")
    first, again = (post(ada, f"/registrations/{code}/payment/invoice", **PAYER) for _ in "12")
    run_jobs("payments.render")
    invoiced = order_of(code)
    sent = post(desk, f"/manage/orders/{invoiced['code']}/pay", paid_by="bank", reference="B-1", paid_on="2026-11-20")
    twice = post(desk, f"/manage/orders/{invoiced['code']}/pay", paid_by="bank", reference="B-2", paid_on="2026-11-20")
    run_jobs("payments.render", "registrations.tell")

    assert "To pay 48.00 USD" in before
    assert [first.status_code, again.status_code, sent.status_code, twice.status_code] == [303, 303, 303, 409]
    assert (invoiced["state"], invoiced["registration"]) == ("open", "pending")
    done = order_of(code)
    assert (done["state"], done["registration"], done["payments"]) == ("paid", "registered", 1)
    assert done["papers"] == [("invoice", "INV-2026-00001"), ("receipt", "REC-2026-00001")]
    for kind, number in done["papers"]:
        told = mails(kind=kind)
        assert [one["To"] for one in told] == ["County Health <ap@county.example>", "Ada Lovelace <ada@example.org>"]
        assert "County Health" not in text_of(told[1])
        assert attached(told[0]) == [(f"{number}.pdf", b"%PDF-")]
    assert "48.00 USD arrived" in text_of(mails(kind="receipt")[0])
    assert len(mails(kind="course_confirmation")) == 1


def _seat_of(code):
    with read() as db:
        row = db.scalars(select(Registration).where(Registration.code == code)).one()
        return row.person_id, row.id


def test_papers_open_for_their_people_only(join, desk, app, world, order_of):
    code, ada = join()
    post(ada, f"/registrations/{code}/payment/invoice", **PAYER)
    with read() as db:
        paper = db.query(Document).one().code
    early = ada.get(f"/papers/{paper}.pdf")
    run_jobs("payments.render")
    other = let_in(app.test_client(), world.person("Otto Other"))

    by_link = let_in(app.test_client(), *_seat_of(code))

    pages = [words(one, f"/registrations/{code}/payment") for one in (ada, by_link)]
    assert ["All my invoices and receipts" in one for one in pages] == [True, False]
    assert early.status_code == 404
    assert [c.get(f"/papers/{paper}.pdf").status_code for c in (ada, desk, other)] == [200, 200, 404]
    assert ada.get(f"/papers/{paper}.pdf").data.startswith(b"%PDF-")
    assert "INV-2026-00001" in words(ada, "/my/receipts")
    assert "Nothing here yet" in words(other, "/my/receipts")
    assert [other.get(f"/registrations/{code}/payment").status_code, other.get("/manage/orders").status_code] == [
        404, 403,
    ]  # fmt: skip


def test_invoice_for_another_payer_is_refused_and_what_was_typed_stays(join):
    code, ada = join()
    post(ada, f"/registrations/{code}/payment/invoice", **PAYER)

    other = post(ada, f"/registrations/{code}/payment/invoice", **PAYER | {"organisation": "Harbor Health"})

    assert other.status_code == 409
    assert "is written already, for who was named first. Ask the organiser to change it." in words_of(other.text)
    assert 'value="Harbor Health"' in other.text


def test_what_is_typed_wrong_is_kept_and_said(join):
    code, ada = join()
    page = post(ada, f"/registrations/{code}/payment/invoice", **PAYER | {"address": "", "email": "nobody"})
    long = post(ada, f"/registrations/{code}/payment/invoice", **PAYER | {"po_number": "9" * 99, "address": ""})
    wrong = post(ada, f"/registrations/{code}/payment/code", code="NOPE")

    assert page.status_code == wrong.status_code == 422
    assert "County Health" in page.text
    for said in (page, long):
        assert "Write the address for the invoice." in words_of(said.text)
    assert "Write an e-mail address" in words_of(page.text)
    assert "Use at most 60 characters." in words_of(long.text)
    assert "There is no such code for this course" in words_of(wrong.text)


def test_early_bird_and_members_are_quoted_on_the_day(join, world, paid, order_of):
    cora, today = world.coordinator(), date(2026, 11, 22)
    write(add_tier, cora, paid["slug"], "Early bird", "40", today, "", now=utc_now())
    write(add_tier, cora, paid["slug"], "Members", "30.00", None, "@alder.example", now=utc_now())

    amounts = [order_of(join(name, mail)[0])["lines"] for name, mail in (("Al", "a@alder.example"), ("Bo", "b@x.org"))]

    assert amounts == [
        [["Fee", "48.00"], ["Members", "-18.00"]], [["Fee", "48.00"], ["Early bird", "-8.00"]],
    ]  # fmt: skip


def test_code_is_used_as_often_as_it_may_and_one_that_frees_confirms(join, world, paid, order_of):
    cora = world.coordinator()
    write(add_code, cora, paid["slug"], "ten", "percent", "10", None, None, 1, now=utc_now())
    write(add_code, cora, paid["slug"], "GIFT", "amount", "99", None, None, None, now=utc_now())
    (one, ada), (two, bea) = join(), join("Bea Bad", "bea@example.org")

    used = [post(c, f"/registrations/{code}/payment/code", code="TEN ").status_code
            for c, code in ((ada, one), (ada, one), (bea, two))]  # fmt: skip
    free = post(bea, f"/registrations/{two}/payment/code", code="gift")

    with read() as db:
        counted = discount_of(db, find_code(db, paid["id"], "TEN")).used
    assert (used, counted, free.status_code) == ([303, 303, 422], 1, 303)
    assert (order_of(one)["amount"], order_of(one)["registration"]) == ("43.20", "pending")
    assert (order_of(two)["amount"], order_of(two)["state"], order_of(two)["registration"]) == (
        "0.00", "paid", "registered",
    )  # fmt: skip


def test_number_of_a_failed_paper_is_given_out_again(join, world, desk, order_of):
    (one, _), (two, _) = join(), join("Bea Bad", "bea@example.org")
    orders = [order_of(code)["code"] for code in (one, two)]
    cora, today = world.coordinator(), date(2026, 11, 20)
    write(record_payment, cora, orders[0], "cash", "SAME", today, now=utc_now())
    with pytest.raises(DomainError) as refused:
        write(record_payment, cora, orders[1], "cash", "SAME", today, now=utc_now())
    write(record_payment, cora, orders[1], "cash", "OTHER", today, now=utc_now())

    assert refused.value.code == "payment.reference_taken"
    assert [order_of(code)["papers"][0][1] for code in (one, two)] == ["REC-2026-00001", "REC-2026-00002"]
    with read() as db:
        assert [row.last for row in db.query(NumberSeries)] == [2]


def test_cancelled_registration_owes_nothing_and_late_money_is_seen(join, desk, order_of):
    code, ada = join()
    post(ada, f"/registrations/{code}/cancel")
    void = order_of(code)
    refused = post(ada, f"/registrations/{code}/payment/invoice", **PAYER)
    post(desk, f"/manage/orders/{void['code']}/pay", paid_by="bank", reference="B", paid_on="2026-11-20")
    page = words(desk, f"/manage/orders/{void['code']}")
    post(desk, f"/manage/orders/{void['code']}/refund", amount="48", way="cash", reason="Came too late")

    assert (void["state"], refused.status_code) == ("void", 409)
    assert "Refund due: 48.00 USD of 48.00 USD It came after the order was closed: everything is given back." in page
    assert (order_of(code)["state"], order_of(code)["registration"], order_of(code)["refunded"]) == (
        "refunded", "cancelled", ["48.00"],
    )  # fmt: skip


def test_list_of_orders_by_state_search_and_as_file(join, desk, order_of):
    empty = words(desk, "/manage/orders")
    (one, _), (two, bea) = join(), join("Bea Bad", "bea@example.org")
    post(bea, f"/registrations/{two}/payment/invoice", **PAYER)
    post(desk, f"/manage/orders/{order_of(one)['code']}/void")
    everything, found = words(desk, "/manage/orders"), words(desk, "/manage/orders?q=po-77")
    rows = list(csv.DictReader(io.StringIO(desk.get("/manage/orders.csv?state=open").data.decode("utf-8-sig"))))

    with read() as db:
        noted = db.scalars(select(AuditEntry).where(AuditEntry.act == "payment.export")).one()
    assert noted.details == {"what": "orders", "rows": len(rows)}
    assert "No orders yet" in empty
    assert "Ada Lovelace" in everything
    assert "Bea Bad" in everything
    assert "Bea Bad" in found
    assert "Ada Lovelace" not in found
    assert "No order found" in words(desk, "/manage/orders?state=refunded")
    assert [(row["Learner"], row["PO number"], row["Amount"]) for row in rows] == [("Bea Bad", "PO-77", "48.00")]


def test_price_editor_adds_replaces_and_removes(desk, paid, world, app):
    address = f"/manage/courses/{paid['slug']}/prices"
    until = (utc_now().date() + timedelta(days=9)).isoformat()
    sent = [
        post(desk, f"{address}/tiers", name="Early bird", amount="40", until=until, members=""),
        post(desk, f"{address}/tiers", name="Early bird", amount="41.50", until=until, members=""),
        post(desk, f"{address}/codes", code="spring", kind="percent", value="10", most_uses="3"),
    ]
    wrong = [
        post(desk, f"{address}/tiers", name="Open", amount="4", until="", members=""),
        post(desk, f"{address}/codes", code="SPRING", kind="percent", value="10"),
        post(desk, f"{address}/codes", code="ALL", kind="percent", value="101"),
        post(desk, f"{address}/tiers", name="Late", amount="4", until="2026-11-21", members=""),
        post(desk, f"{address}/codes", code="LATE", kind="percent", value="10", last_on="2026-11-21"),
    ]
    page = words(desk, address)
    tier = desk.get(address).text.partition('name="tier" value="')[2].partition('"')[0]
    gone = post(desk, f"{address}/tiers/remove", tier=tier)
    presenter = let_in(app.test_client(), world.person("Pat", Role.PRESENTER))

    assert [one.status_code for one in sent + wrong] == [303] * 3 + [422] * 5
    assert all("This day is over." in one.text for one in wrong[-2:])
    assert "Early bird 41.50 USD" in page
    assert "SPRING 10 %" in page
    assert "0 of 3" in page
    assert gone.status_code == 303
    assert "Early bird 41.50" not in words(desk, address)
    assert presenter.get(address).status_code == 403
