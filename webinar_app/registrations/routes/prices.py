"""What the form of registration shows of the price, with the code that was typed."""

from datetime import datetime
from typing import Any

from flask import request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from webinar_app.core.errors import InvalidInput
from webinar_app.infra.db import Db
from webinar_app.registrations.queries import Place
from webinar_app.registrations.queries.prices import price_at

WRONG_CODES = parse("30 per hour")  # from one address: a code is a word, and words are guessed
UNREAD = "registration.codes"
TOO_MANY = "Too many codes from your network were wrong. Try again in an hour, or use it later on the payment page."
_limiter = MovingWindowRateLimiter(MemoryStorage())


def price_shown(
    db: Db, place: Place, person_id: int | None, now: datetime
) -> tuple[dict[str, Any] | None, InvalidInput | None]:  # fmt: skip
    """Give what it costs with the code that was typed; where that is of no use, without it and the reason."""
    typed, address = request.form.get("discount", ""), request.remote_addr or ""
    if typed.strip() and not _limiter.test(WRONG_CODES, "discount", address):
        return price_at(db, place, now, person_id=person_id), _too_many()
    try:
        return price_at(db, place, now, person_id=person_id, discount=typed), None
    except InvalidInput as error:
        _limiter.hit(WRONG_CODES, "discount", address)
        return price_at(db, place, now, person_id=person_id), error


def is_refused_unread(error: InvalidInput | None) -> bool:
    """Say whether a code was not even looked at, so that nothing may be done with it."""
    return error is not None and error.code == UNREAD


def _too_many() -> InvalidInput:
    return InvalidInput(UNREAD, TOO_MANY, {"discount": TOO_MANY})
