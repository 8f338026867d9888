"""Keep seats for an agency, let its people claim them, and take back what is unclaimed."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from webinar_app.accounts.queries import find_by_email, person_ids
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import NotFound, Refused
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.infra.jobs import enqueue
from webinar_app.people.models import ClaimLink, SeatBlock, SeatClaim
from webinar_app.people.policy import get_block
from webinar_app.people.queries.blocks import find_block, find_claim_link, seats_left_by
from webinar_app.people.queries.imports import closed_words, standing_of
from webinar_app.people.rules.blocks import check_block, check_claim, check_room
from webinar_app.registrations.events import SeatsFreed
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_managed_place, lock_place
from webinar_app.registrations.queries import Place, find_current, seat_in
from webinar_app.registrations.services import Sheet, give_held, register_held
from webinar_app.webinars.models import Webinar

RELEASE = "people.release_block"
TOKEN_LENGTH = 20


def reserve_block(
    db: Db,
    actor: Actor,
    code: str,
    *,
    agency: str,
    contact_name: str,
    contact_email: str,
    seats: str,
    seat: str,
    release_on: str,
    is_single: bool,
    now: datetime,
) -> str:
    """Keep seats of a sitting for an agency, with a link for each or one for all, and return the block's code."""
    place = get_managed_place(db, actor, code=code)
    webinar = place.webinar
    assert webinar is not None  # a code names a sitting
    lock_place(db, place)
    plan = check_block(
        agency=agency, contact_name=contact_name, contact_email=contact_email, seats=seats, release_on=release_on,
        zone=webinar.time_zone, starts_at=webinar.starts_at, now=now,
    )  # fmt: skip
    closed = closed_words(db, place, now)
    if closed:
        raise Refused("block.closed", closed)
    kind = seat_in(webinar, seat)
    check_room(plan.seats, standing_of(db, place, []).left[kind])
    block = SeatBlock(
        code=new_code(), webinar_id=webinar.id, seat=kind, seats=plan.seats, agency=plan.agency,
        contact_name=plan.contact_name, contact_email=plan.contact_email, release_at=plan.release_at,
        made_by_id=actor.person_id, created_at=now,
    )  # fmt: skip
    sizes = [1] * plan.seats if is_single else [plan.seats]
    block.links = [ClaimLink(token=new_code(TOKEN_LENGTH), seats=size) for size in sizes]
    db.add(block)
    db.flush()  # the job names its code, the entry its id
    enqueue(db, RELEASE, {"block": block.code}, now=now, run_at=plan.release_at, unique=f"{RELEASE}:{block.code}")
    record(db, actor.person_id, "block.reserve", "webinar", webinar.id, now=now, block=block.id, seats=plan.seats)
    return block.code


def release_block(db: Db, actor: Actor, code: str, *, now: datetime) -> int:
    """Take back what is unclaimed of a block now, and return how many seats that are."""
    block = get_block(db, actor, code)
    freed = _release(db, block, now)
    record(db, actor.person_id, "block.release", "webinar", block.webinar_id, now=now, block=block.id, seats=freed)
    return freed


def release_due(db: Db, code: str, *, now: datetime) -> None:
    """Take back what is unclaimed at the deadline."""
    block = find_block(db, code)
    if block is not None and block.release_at <= now:
        freed = _release(db, block, now)
        record(db, None, "block.release", "webinar", block.webinar_id, now=now, block=block.id, seats=freed)


def claim_seat(db: Db, actor: Actor, token: str, sheet: Sheet, *, now: datetime) -> dict[str, Any]:
    """Take a seat that is kept for an agency, by the rules of `register`, whose answer it is.

    Who is registered already, or waits, moves into the block: the answer then tells nobody whether an address is known.
    """
    link = find_claim_link(db, token)
    if link is None:
        raise NotFound("claim.unknown", "There are no seats at this address. Check the link in your mail.")
    block, webinar = link.block, link.block.webinar
    _hold(db, webinar, block)
    check_claim(released_at=block.released_at, release_at=block.release_at, left=seats_left_by(db, link))
    closed = closed_words(db, Place(webinar.course, webinar), now)
    if closed:
        raise Refused("claim.closed", closed)
    outcome = register_held(db, actor, webinar.code, replace(sheet, seat=block.seat), now=now)
    row = _registration(db, actor, sheet, webinar)
    is_given = give_held(db, row, block.seat, now)
    if row.seat == block.seat and db.get(SeatClaim, row.id) is None:
        db.add(SeatClaim(registration_id=row.id, link_id=link.id, claimed_at=now))
        db.flush()  # subscribers count seats
        record(db, row.person_id, "block.claim", "registration", row.id, now=now, block=block.id)
        publish(db, SeatsFreed(webinar.id), now)  # who had another place leaves it to those who wait
    return outcome | {"is_new": True} if is_given and "is_new" in outcome else outcome


def _registration(db: Db, actor: Actor, sheet: Sheet, webinar: Webinar) -> Registration:
    known = None if actor.is_full else find_by_email(db, sheet.email)
    person_id = known.id if known else actor.person_id
    row = find_current(db, person_ids(db, person_id or 0), webinar.id)
    assert row is not None  # `register_held` has just seen to it
    return row


def _release(db: Db, block: SeatBlock, now: datetime) -> int:
    _hold(db, block.webinar, block)
    if block.released_at is not None:
        return 0
    freed = sum(max(0, seats_left_by(db, link)) for link in block.links)
    block.released_at = now
    db.flush()  # subscribers count seats
    publish(db, SeatsFreed(block.webinar_id), now)
    return freed


def _hold(db: Db, webinar: Webinar, block: SeatBlock) -> None:
    """Let nobody else take or free seats of the sitting until the commit, and see the block as it stands."""
    lock_place(db, Place(webinar.course, webinar))
    db.refresh(block)
