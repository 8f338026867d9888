"""The card provider: a page of its own where a card is typed, and signed events that say what became of it.

No number of a card ever passes through this product. The official library is loaded only where keys are set.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from webinar_app.config import settings

TOLERANCE_SECONDS = 300
TIMEOUT_SECONDS = 10
MOST_MINOR = 10**9


class NotReached(Exception):
    """The card provider did not answer, or not as agreed."""


class NotTaken(Exception):
    """The card provider understood what was asked, and will not do it; the text is its word for why."""


class NotGenuine(Exception):
    """An event is not signed by the card provider, is too old, or cannot be read."""


class CardEventKind(StrEnum):
    """What an event says of an order."""

    PAID = "paid"
    REFUNDED = "refunded"
    REFUND = "refund"
    EXPIRED = "expired"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvent:
    """A genuine event, as plain values; amounts are in the smallest unit of the currency."""

    event_id: str
    kind: CardEventKind
    order: str = ""
    reference: str = ""
    checkout_id: str = ""
    amount: int = 0
    refunded: int = 0
    currency: str = ""
    refund: "RefundTold | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTold:
    """What the card provider says of one refund. `code`: ours, empty where it was begun there.

    `state`: pending, done or failed.
    """

    reference: str
    state: str
    amount: int
    code: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWanted:
    """What is to be given back of a payment; the same `code` is given back once. `is_again`: it was asked before."""

    code: str
    order: str
    payment: str
    minor: int
    is_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody is asked to pay; the same `key` gives the same page."""

    order: str
    key: str
    title: str
    minor: int
    currency: str
    email: str
    paid_url: str
    back_url: str


class Checkout(Protocol):
    """A card provider."""

    page_origin: str

    def begin(self, asked: Asked) -> tuple[str, str]:
        """Give (id, address) of the page on which the card is typed, or raise NotReached."""

    def refund(self, wanted: RefundWanted) -> RefundTold:
        """Give money back once, or raise NotReached (ask again) or NotTaken (it will not be done)."""

    def read(self, body: bytes, signature: str) -> CardEvent:
        """Give the event of a genuine message, or raise NotGenuine."""


class StripeCheckout:
    """Stripe Checkout through Stripe's own library."""

    page_origin = "https://checkout.stripe.com"

    def __init__(self, key: str, secret: str, api: str = "") -> None:
        import stripe  # noqa: PLC0415 (only where keys are set)

        self._stripe, self._secret = stripe, secret
        self._client = stripe.StripeClient(
            key, base_addresses={"api": api} if api else {}, max_network_retries=2,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )  # fmt: skip

    def begin(self, asked: Asked) -> tuple[str, str]:
        """Make a session under an idempotency key, with the order's code on session and payment."""
        marks = {"order": asked.order}
        price = {
            "currency": asked.currency.lower(), "unit_amount": asked.minor, "product_data": {"name": asked.title[:250]},
        }  # fmt: skip
        params: Any = {
            "mode": "payment", "client_reference_id": asked.order, "metadata": marks,
            "payment_intent_data": {"metadata": marks}, "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": asked.paid_url, "cancel_url": asked.back_url,
        } | ({"customer_email": asked.email} if asked.email else {})  # fmt: skip
        try:
            made = self._client.v1.checkout.sessions.create(params, {"idempotency_key": asked.key})
        except self._stripe.StripeError as error:
            raise NotReached(type(error).__name__) from error
        if not made.url:
            raise NotReached("no address")
        return made.id, made.url

    def refund(self, wanted: RefundWanted) -> RefundTold:
        """Make a refund under an idempotency key; one that was asked before is looked for first.

        Stripe forgets keys after a day: only its list says then whether an earlier request was done.
        """
        refunds, marks = self._client.v1.refunds, {"order": wanted.order, "refund": wanted.code}
        params: Any = {
            "payment_intent": wanted.payment, "amount": wanted.minor, "metadata": marks,
            "reason": "requested_by_customer",
        }  # fmt: skip
        try:
            listed = refunds.list({"payment_intent": wanted.payment, "limit": 100}).data if wanted.is_again else []
            known = [told for told in (refund_of(one.to_dict()) for one in listed) if told.code == wanted.code]
            if known:
                return known[0]
            return refund_of(refunds.create(params, {"idempotency_key": f"refund-{wanted.code}"}).to_dict())
        except self._stripe.InvalidRequestError as error:
            raise NotTaken(str(error.code or "refused")[:60]) from error
        except (self._stripe.StripeError, KeyError, ValueError, TypeError) as error:
            raise NotReached(type(error).__name__) from error

    def read(self, body: bytes, signature: str) -> CardEvent:
        """Check the signature over the raw bytes, and that they were signed within the last five minutes."""
        try:
            self._stripe.WebhookSignature.verify_header(body, signature, self._secret, TOLERANCE_SECONDS)
            return event_of(json.loads(body))
        except (self._stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotGenuine(type(error).__name__) from error


def event_of(told: dict[str, Any]) -> CardEvent:
    """Give an event of Stripe as plain values; what is of no concern becomes `OTHER`. Raises on other shapes."""
    kind, about, event_id = told["type"], told["data"]["object"], str(told["id"])
    order = str((about.get("metadata") or {}).get("order") or about.get("client_reference_id") or "")[:8]
    currency = str(about.get("currency") or "")
    if kind == "checkout.session.completed" and about["payment_status"] == "paid":
        return CardEvent(
            event_id=event_id, kind=CardEventKind.PAID, order=order, reference=str(about["payment_intent"]),
            amount=_whole(about["amount_total"]), currency=currency, checkout_id=str(about["id"]),
        )  # fmt: skip
    if kind == "payment_intent.succeeded":
        return CardEvent(
            event_id=event_id, kind=CardEventKind.PAID, order=order, reference=str(about["id"]),
            amount=_whole(about["amount_received"]), currency=currency,
        )  # fmt: skip
    if kind == "charge.refunded":
        return CardEvent(
            event_id=event_id, kind=CardEventKind.REFUNDED, order=order, reference=str(about["payment_intent"]),
            amount=_whole(about["amount"]), refunded=_whole(about["amount_refunded"]), currency=currency,
        )  # fmt: skip
    if kind in REFUND_EVENTS and about.get("payment_intent"):
        return CardEvent(
            event_id=event_id, kind=CardEventKind.REFUND, order=order, reference=str(about["payment_intent"]),
            currency=currency, refund=refund_of(about),
        )  # fmt: skip
    if kind == "checkout.session.expired":
        return CardEvent(event_id=event_id, kind=CardEventKind.EXPIRED, order=order, checkout_id=str(about["id"]))
    return CardEvent(event_id=event_id, kind=CardEventKind.OTHER)


REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
_REFUND_STATES = {
    "pending": "pending", "requires_action": "pending", "succeeded": "done", "failed": "failed", "canceled": "failed",
}  # fmt: skip


def refund_of(about: dict[str, Any]) -> RefundTold:
    """Give a refund object of Stripe as plain values. Raises on other shapes."""
    return RefundTold(
        reference=str(about["id"])[:255], state=_REFUND_STATES[about["status"]], amount=_whole(about["amount"]),
        code=str((about.get("metadata") or {}).get("refund") or "")[:8],
        failure=str(about.get("failure_reason") or "")[:60],
    )  # fmt: skip


def _whole(amount: Any) -> int:
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 <= amount <= MOST_MINOR:
        raise ValueError("an amount is no whole number")
    return amount


@lru_cache(maxsize=1)
def checkout() -> Checkout | None:
    """Give the card provider of this installation, None where there is none."""
    config = settings()
    key, secret = config.stripe_key.get_secret_value(), config.stripe_webhook_secret.get_secret_value()
    return StripeCheckout(key, secret, config.stripe_api) if key and secret else None
