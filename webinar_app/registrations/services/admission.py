"""How a sitting lets people in, as its coordinator sets it."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.errors import InvalidInput
from webinar_app.core.permissions import Permission
from webinar_app.core.read_back import read_date, read_typed
from webinar_app.core.times import settle
from webinar_app.infra.db import Db
from webinar_app.registrations.models import AdmissionRule
from webinar_app.registrations.policy import lock_place
from webinar_app.registrations.queries import Place
from webinar_app.registrations.queries.waiting import seats_of
from webinar_app.registrations.rules.admission import WaitingMode, check_minutes, check_offer_hours
from webinar_app.registrations.services.waiting import fill
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar


def set_admission(db: Db, actor: Actor, code: str, details: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Set how a sitting lets people in and return `{code}`; a list that moves by itself moves at once.

    `details`: `needs_approval`, `substitutes`, `waiting`, `offer_hours`, `opens` as typed, `late_minutes` and
    `cancel_hours`, None where nothing is set.
    """
    webinar = get_webinar(db, actor, code, to=Permission.REGISTRATION_MANAGE)
    lock_place(db, Place(webinar.course, webinar))
    row = db.get(AdmissionRule, webinar.id) or AdmissionRule(webinar_id=webinar.id)
    row.waiting, row.offer_hours = WaitingMode(details["waiting"]), check_offer_hours(details["offer_hours"])
    check_minutes(details["late_minutes"], details["cancel_hours"])
    row.needs_approval, row.substitutes = bool(details["needs_approval"]), bool(details["substitutes"])
    row.late_minutes, row.cancel_hours = details["late_minutes"], details["cancel_hours"]
    row.opens_typed, row.opens_at = details["opens"], _opening(webinar, details["opens"], now)
    db.add(row)
    db.flush()  # the list is moved by what was set
    record(db, actor.person_id, "admission.set", "webinar", webinar.id, now=now, **dict(details))
    for seat in seats_of(webinar):
        fill(db, webinar, seat, now)
    return {"code": webinar.code}


def _opening(webinar: Webinar, typed: str, now: datetime) -> datetime | None:
    """Read "register from": a date means its first second in the zone of the session (TZ12)."""
    if not typed:
        return None
    day = read_date(typed, now=now)
    if day.on is not None:
        opens_at: datetime | None = settle(datetime.combine(day.on, time(0)), webinar.time_zone)
    else:
        reading = read_typed(typed, webinar.time_zone, fold=0, now=now)
        reading.check("opens")
        opens_at = reading.starts_at
    if opens_at and webinar.starts_at and opens_at > webinar.starts_at:
        sentence = "Open registration before the session starts."
        raise InvalidInput("admission.opens", sentence, {"opens": sentence})
    return opens_at
