"""What registering costs, as the feature that knows it tells."""

from datetime import datetime
from typing import Any

from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.registrations.events import FeeAsked, PriceAsked, RefundAsked
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries.places import Place
from webinar_app.registrations.rules import LIVE


def price_at(
    db: Db, place: Place, now: datetime, *, person_id: int | None = None, discount: str = ""
) -> dict[str, Any] | None:
    """Give what registering costs today, or None where it costs nothing; raise InvalidInput for a code of no use."""
    webinar_id = place.webinar.id if place.webinar is not None else None
    return _first(ask(db, PriceAsked(place.course.id, webinar_id, person_id, discount, now)))


def fee_of(db: Db, registration_id: int) -> dict[str, Any] | None:
    """Give what was quoted for a registration as `{total, state, back}`, or None where it costs nothing."""
    return _first(ask(db, FeeAsked(registration_id)))


def fee_words(db: Db, row: Registration) -> dict[str, str]:
    """Give what mails say of the money: `fee` that is still to be paid, `48.00 USD`, and once it is over `back`, a
    sentence. Nothing where nothing is owed, or was paid."""
    told = fee_of(db, row.id) if row.course.price else None
    if told is None:
        return {"fee": "", "back": ""}
    return {"fee": str(told["total"]) if told["state"] == "open" else "", "back": str(told["back"])}


def owed_words(db: Db, row: Registration) -> str:
    """Give the amount that is still to be paid for a registration; nothing where nothing is owed."""
    return fee_words(db, row)["fee"]


def refund_words_of(db: Db, row: Registration, now: datetime) -> str:
    """Say what of the fee is given back if a registration is cancelled now; nothing where none was paid."""
    if not row.course.price or row.state not in LIVE:
        return ""
    return next((one for one in ask(db, RefundAsked(row.id, now)) if one), "")


def _first(told: list[Any]) -> dict[str, Any] | None:
    return next((one for one in told if one is not None), None)
