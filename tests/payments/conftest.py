"""A course at 48 dollars, and somebody who has registered for it."""

import threading
from decimal import Decimal
from http.server import HTTPServer

import pytest
from card_provider import SECRET, StandIn
from page_words import let_in

from webinar_app.core.clock import utc_now
from webinar_app.core.permissions import Role
from webinar_app.courses.rules import CourseKind
from webinar_app.infra.checkout import StripeCheckout, checkout
from webinar_app.infra.db import read, write
from webinar_app.payments.models import Order
from webinar_app.payments.routes import card, coordinator, own, refunds
from webinar_app.registrations.models import Registration
from webinar_app.registrations.services import Sheet, register_in_course


@pytest.fixture
def paid(world):
    return world.course(
        kind=CourseKind.SELF_PACED, title="Cultivating an Alliance", code="", price=Decimal("48.00"),
        refund_policy="Ask within 14 days.",
    )  # fmt: skip


@pytest.fixture
def join(world, paid, app):
    """Register somebody; gives (code, client)."""

    def make(name="Ada Lovelace", email="ada@example.org", course=paid):
        person_id = world.person(name, email=email)
        sheet = Sheet(legal_name=name, display_name=name.split()[0], has_no_licence=True)
        told = write(register_in_course, world.actor(person_id), course["slug"], sheet, now=utc_now())
        return told["code"], let_in(app.test_client(), person_id)

    return make


@pytest.fixture
def desk(world, app):
    return let_in(app.test_client(), world.person("Cora Coordinator", Role.COORDINATOR))


@pytest.fixture
def order_of():
    """Give the plain values of a registration's order."""

    def find(code):
        with read() as db:
            row = db.query(Order).join(Registration).filter(Registration.code == code).one()
            return {
                "code": row.code, "state": row.state.value, "amount": f"{row.amount}", "lines": row.lines,
                "registration": row.registration.state.value, "payments": len(row.payments),
                "papers": [(paper.kind.value, paper.number) for paper in row.documents],
                "refunded": [f"{one.refunded}" for one in row.payments],
            }  # fmt: skip

    return find


@pytest.fixture(autouse=True)
def _forget_checkout():
    yield
    checkout.cache_clear()


@pytest.fixture
def stripe(monkeypatch):
    """The stand-in of the card provider, and the product set up for it."""
    handler = type("Handler", (StandIn,), {"seen": [], "refunds": {}})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = StripeCheckout("sk_test_of_the_stand_in", SECRET, f"http://127.0.0.1:{server.server_port}")
    for module in (card, own, coordinator, refunds):
        monkeypatch.setattr(module, "checkout", lambda: made)
    yield handler
    server.shutdown()
    server.server_close()
