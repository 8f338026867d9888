"""A stand-in of Stripe on this machine, and its signed events: the parts that matter, in Stripe's shapes."""

import itertools
import json
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from stripe import WebhookSignature

from webinar_app.core.clock import utc_now

SECRET = "whsec_of_the_stand_in"
_numbers = itertools.count(1)


class StandIn(BaseHTTPRequestHandler):
    """Answers as Stripe does: under the same idempotency key it does a thing once and says the same again."""

    seen: list[dict[str, str]]
    refunds: dict[str, dict[str, Any]]  # by idempotency key
    fails: ClassVar[int] = 0  # with this status
    loses: ClassVar[bool] = False  # it does what it is asked, and its answer is lost
    refund_status: ClassVar[str] = "succeeded"

    def do_POST(self) -> None:  # the name is http.server's
        sent = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        key = self.headers["Idempotency-Key"]
        type(self).seen.append({"key": key, "path": self.path} | sent)
        if self.fails:
            self._answer(self.fails, {"error": {"message": "no", "code": "charge_already_refunded"}})
        elif self.path == "/v1/refunds":
            self._refund(key, sent)
        else:
            page = f"https://checkout.stripe.com/c/{key}"
            self._answer(200, {"id": f"cs_test_{key}", "object": "checkout.session", "url": page})

    def do_GET(self) -> None:  # the name is http.server's
        type(self).seen.append({"key": "", "path": urlsplit(self.path).path})
        self._answer(
            200, {"object": "list", "data": list(self.refunds.values()), "has_more": False, "url": "/v1/refunds"}
        )

    def _refund(self, key: str, sent: dict[str, str]) -> None:
        marks = {name: sent[f"metadata[{name}]"] for name in ("order", "refund")}
        name = f"re_{sent['metadata[refund]']}"
        fresh = refund(name, int(sent["amount"]), self.refund_status, intent=sent["payment_intent"], **marks)
        made = self.refunds.setdefault(key, fresh)
        if self.loses:
            self._answer(500, {"error": {"message": "lost"}})
        else:
            self._answer(200, made)

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Stripe-Should-Retry", "false")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def refund(name: str, amount: int, status: str = "succeeded", intent: str = "pi_1", **marks: str) -> dict[str, Any]:
    """Give a refund object; without `marks` it was begun at Stripe's own pages."""
    return {
        "id": name, "object": "refund", "amount": amount, "currency": "usd", "status": status, "payment_intent": intent,
        "metadata": marks, "failure_reason": "expired_or_canceled_card" if status == "failed" else None,
    }  # fmt: skip


def event(kind, **about):
    return {"id": f"evt_{next(_numbers)}", "object": "event", "type": kind, "data": {"object": about}}


def events_of(order, amount=4800, intent="pi_1"):
    """The events of one payment as Stripe sends them, the parts that matter."""
    marks = {"currency": "usd", "metadata": {"order": order}}
    return [
        event("checkout.session.completed", id="cs_1", object="checkout.session", amount_total=amount,
              payment_intent=intent, payment_status="paid", client_reference_id=order, **marks),
        event("payment_intent.succeeded", id=intent, object="payment_intent", amount_received=amount, **marks),
    ]  # fmt: skip


def refund_of(order, refunded=4800, intent="pi_1"):
    return event("charge.refunded", id="ch_1", object="charge", payment_intent=intent, amount=4800, currency="usd",
                 amount_refunded=refunded, metadata={"order": order})  # fmt: skip


def deliver(client, told, *, secret=SECRET, age=0):
    body = json.dumps(told)
    signature = WebhookSignature.generate_signature_header(body, secret, int(utc_now().timestamp()) - age)
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return client.post("/payments/events", data=body, headers=headers).status_code


def told_of(about: dict[str, Any], kind: str = "refund.updated") -> dict[str, Any]:
    """Give an event that carries a refund object."""
    return event(kind, **about)
