"""What happens to a registration after it was made: confirmed, cancelled, its link sent again, entered by it."""

from datetime import datetime
from typing import Any

from webinar_app.accounts.queries import get_person
from webinar_app.accounts.rules import LINKS_PER_ACCOUNT, clean_email
from webinar_app.accounts.services.signing import count_try, end_registration, sign_in
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Refused
from webinar_app.core.times import describe, in_zone
from webinar_app.infra.db import Db, secret
from webinar_app.infra.jobs import enqueue
from webinar_app.providers.models import Provider
from webinar_app.registrations.events import Ending
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_managed, get_managed_place, get_managed_seat, get_own_seat, lock_seat
from webinar_app.registrations.queries import (
    cancel_until,
    current_policy,
    find_by_code,
    get_registration,
    list_completions,
    list_items,
)
from webinar_app.registrations.queries.waiting import ON_LIST
from webinar_app.registrations.rules import (
    LIVE,
    RegistrationState,
    check_acknowledged,
    check_cancelling,
    check_leaving,
    check_move,
)
from webinar_app.registrations.rules.admission import Outcome, check_cancel_end
from webinar_app.registrations.services.approval import note_outcome, withdraw_asked
from webinar_app.registrations.services.seats import next_seat
from webinar_app.registrations.services.telling import tell_again, tell_cancelled, tell_new
from webinar_app.registrations.services.waiting import fill, leave
from webinar_app.webinars.models import Webinar


def confirm(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Confirm a registration that waits for its fee or approval, and return `{name, slug}`; the mail has the link."""
    row = get_managed_seat(db, actor, code)
    if row.state is not RegistrationState.REGISTERED:
        if row.state is not RegistrationState.PENDING:
            raise Refused("registration.state", f"This registration is {row.state.value}; that is not possible now.")
        _confirm(db, row, actor.person_id, now)
    return {"name": row.legal_name, "slug": row.course.slug}


def give_held(db: Db, row: Registration, seat: str, now: datetime) -> bool:
    """Give who waits in a sitting, or is not approved yet, a seat that the caller kept; say whether that was done.

    The caller holds the sitting's lock. What the person held until then is free, once the seat is counted as given.
    """
    row = lock_seat(db, row)
    if row.state is RegistrationState.REGISTERED:
        return False
    check_move(row.state, RegistrationState.REGISTERED)
    if row.seat_number is None or row.seat != seat:
        row.seat, row.seat_number = seat, next_seat(db, row.webinar, seat)
    if row.state is RegistrationState.PENDING:
        note_outcome(db, row, Outcome.APPROVED, now)
    row.state = RegistrationState.REGISTERED
    db.flush()  # subscribers count seats
    tell_new(db, row, now)
    return True


def confirm_paid(db: Db, registration_id: int, *, now: datetime) -> bool:
    """Confirm a registration that waits, because its order is settled; False where it waits for nothing."""
    row = lock_seat(db, get_registration(db, registration_id))
    if row.state is not RegistrationState.PENDING or row.webinar_id is not None:
        return False  # what is pending in a sitting waits for a person's decision
    _confirm(db, row, None, now)
    return True


def _confirm(db: Db, row: Registration, by: int | None, now: datetime) -> None:
    row.state = RegistrationState.REGISTERED
    note_outcome(db, row, Outcome.APPROVED, now, by=by)
    db.flush()  # subscribers count seats
    tell_new(db, row, now)
    record(db, by, "registration.confirm", "registration", row.id, now=now)


def cancel_own(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Give the actor's own place back and return `{slug, title}` of the course; the seat is free at once."""
    row = get_own_seat(db, actor, code)
    _cancel(db, row, now, by_staff=False)
    return {"slug": row.course.slug, "title": row.course.title}


def cancel_for(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Cancel somebody's registration and return `{name, webinar}`; they are told by mail."""
    row = get_managed_seat(db, actor, code)
    if _cancel(db, row, now, by_staff=True):
        record(db, actor.person_id, "registration.cancel", "registration", row.id, now=now)
    return {"name": row.legal_name, "webinar": row.webinar.code if row.webinar else ""}


def accept_policy(db: Db, actor: Actor, code: str, version: str, *, now: datetime) -> dict[str, Any]:
    """Keep that the actor agreed to this version of the attendance policy, and when; the audit keeps the old one."""
    row = get_own_seat(db, actor, code)
    if row.webinar is None or row.state is not RegistrationState.REGISTERED:
        raise Refused("registration.state", "There is no place here whose policy could be accepted.")
    check_acknowledged(version, current_policy(row.webinar))
    if row.policy_version != version:
        before = {"before": row.policy_version, "version": version}
        record(db, actor.person_id, "registration.policy", "registration", row.id, now=now, **before)
        row.policy_version, row.policy_accepted_at = version, now
    return {"webinar": row.webinar.code}


def send_link(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Mail somebody their join link again and return `{email}`; at most one mail in ten minutes."""
    row = get_managed(db, actor, code)
    if row.state is not RegistrationState.REGISTERED:
        raise Refused("registration.state", f"This registration is {row.state.value}; it has no link.")
    tell_again(db, row, now)
    record(db, actor.person_id, "registration.send_link", "registration", row.id, now=now)
    return {"email": row.person.current.email or ""}


def ask_for_links(db: Db, email: str, address: str, *, now: datetime) -> None:
    """Ask for one's own join links by mail; the same is done for known and unknown addresses, a job looks them up."""
    cleaned = clean_email(email)
    count_try(db, f"join_link:{cleaned}", f"join_link:{address}", LINKS_PER_ACCOUNT, now=now)
    enqueue(db, "registrations.mail_links", {"email": cleaned, "nonce": new_code(12)}, now=now)


def is_entrance(row: Registration) -> bool:
    """Say whether the join link of a registration signs in: for a place, and for what is waited for."""
    return row.state in LIVE


@secret
def enter(db: Db, code: str, version: int, *, device: str, replaces: int | None, now: datetime) -> str | None:
    """Sign a browser in for one registration by its join link and return the token; None when the link is void."""
    row = find_by_code(db, code)
    if row is None or row.link_version != version or not is_entrance(row):
        return None
    person = get_person(db, row.person_id)
    person.email_verified_at = person.email_verified_at or now
    owner = person.merged_into_id or person.id
    return sign_in(db, owner, "join_link", registration_id=row.id, device=device, replaces=replaces, now=now)


def note_export(db: Db, actor: Actor, *, code: str = "", slug: str = "", rows: int, now: datetime) -> None:
    """Write down that somebody took a list of people along."""
    place = get_managed_place(db, actor, code=code, slug=slug)
    subject = ("course", place.course.id) if place.webinar is None else ("webinar", place.webinar.id)
    record(db, actor.person_id, "registration.export", *subject, now=now, rows=rows)


def _check_cut_off(db: Db, webinar: Webinar, now: datetime) -> None:
    until = cancel_until(db, webinar)
    words = describe(in_zone(until, webinar.time_zone), webinar.time_zone) if until else ""
    check_cancel_end(until, words, db.get_one(Provider, webinar.course.provider_id).email, now)


def _check_giving_back(db: Db, row: Registration, now: datetime, *, by_staff: bool) -> None:
    check_cancelling(row.webinar.state if row.webinar else None, by_staff=by_staff)
    if row.webinar is not None and not by_staff:
        _check_cut_off(db, row.webinar, now)
    if row.webinar is None:
        items, done = list_items(db, row.course_id), list_completions(db, row.id)
        ids = [item["id"] for item in items]
        check_leaving(row.course.completion_rule, ids, [one.item_id for one in done], by_staff=by_staff)


def why_kept(db: Db, row: Registration, now: datetime) -> str:
    """Say why a place cannot be given back by who has it; empty where it can, and where there is none."""
    if row.state is not RegistrationState.REGISTERED:
        return ""
    try:
        _check_giving_back(db, row, now, by_staff=False)
    except Refused as refusal:
        return refusal.message
    return ""


def _cancel(db: Db, row: Registration, now: datetime, *, by_staff: bool) -> bool:
    """Cancel a registration, end its sign-ins and say whether that was done; the same again changes nothing."""
    if row.state is RegistrationState.CANCELLED:
        return False
    if row.state in ON_LIST:
        leave(db, row, "waiting_left", now)
        return True
    if row.state is RegistrationState.PENDING and row.webinar is not None:
        withdraw_asked(db, row, now)
        return True
    _check_giving_back(db, row, now, by_staff=by_staff)
    check_move(row.state, RegistrationState.CANCELLED)
    row.state, row.cancelled_at = RegistrationState.CANCELLED, now
    db.flush()  # subscribers count seats
    end_registration(db, row.person_id, row.id, now=now)
    tell_cancelled(db, row, Ending.BY_STAFF if by_staff else Ending.CANCELLED, now)
    if row.webinar is not None:
        fill(db, row.webinar, row.seat, now)
    return True
