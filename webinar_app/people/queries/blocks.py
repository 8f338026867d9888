"""Reads of seats that are kept for agencies."""

from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.config import links
from webinar_app.infra.db import Db
from webinar_app.people.models import ClaimLink, SeatBlock, SeatClaim
from webinar_app.registrations.events import SeatsHeldAsked
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import SEATED


def held_seats(db: Db, question: SeatsHeldAsked) -> int:
    """Count the seats that are kept and not claimed yet."""
    of_kind = (SeatBlock.webinar_id == question.webinar_id, SeatBlock.seat == question.seat)
    is_open = (*of_kind, SeatBlock.released_at.is_(None))
    kept = db.scalar(select(func.coalesce(func.sum(SeatBlock.seats), 0)).where(*is_open)) or 0
    if not kept:
        return 0
    claimed = (
        select(func.count())
        .select_from(SeatClaim)
        .join(Registration, Registration.id == SeatClaim.registration_id)
        .join(ClaimLink, ClaimLink.id == SeatClaim.link_id)
        .join(SeatBlock, SeatBlock.id == ClaimLink.block_id)
        .where(*is_open, Registration.state.in_(SEATED))
    )
    return max(0, kept - (db.scalar(claimed) or 0))


def find_block(db: Db, code: str) -> SeatBlock | None:
    """Give the block with this code, or None."""
    return db.scalars(select(SeatBlock).where(SeatBlock.code == code.upper())).one_or_none()


def find_claim_link(db: Db, token: str) -> ClaimLink | None:
    """Give the link with this token, or None."""
    return db.scalars(select(ClaimLink).where(ClaimLink.token == token.upper())).one_or_none()


def count_claims(db: Db, link_ids: list[int]) -> dict[int, int]:
    """Count, by link, the seats that were taken by it and are not given back."""
    query = (
        select(SeatClaim.link_id, func.count())
        .join(Registration, Registration.id == SeatClaim.registration_id)
        .where(SeatClaim.link_id.in_(link_ids), Registration.state.in_(SEATED))
        .group_by(SeatClaim.link_id)
    )
    return dict(db.execute(query).all())


def seats_left_by(db: Db, link: ClaimLink) -> int:
    """Count the seats that a link still gives."""
    return link.seats - count_claims(db, [link.id]).get(link.id, 0)


def list_blocks(db: Db, webinar_id: int) -> list[dict[str, Any]]:
    """Give the blocks of a sitting, the newest first."""
    query = select(SeatBlock).where(SeatBlock.webinar_id == webinar_id).order_by(SeatBlock.id.desc())
    rows = list(db.scalars(query))
    claimed = (
        select(ClaimLink.block_id, func.count())
        .join(SeatClaim, SeatClaim.link_id == ClaimLink.id)
        .join(Registration, Registration.id == SeatClaim.registration_id)
        .where(ClaimLink.block_id.in_([row.id for row in rows]), Registration.state.in_(SEATED))
        .group_by(ClaimLink.block_id)
    )
    counts = dict(db.execute(claimed).all())
    return [_view(row, counts.get(row.id, 0)) for row in rows]


def block_page(db: Db, block: SeatBlock) -> dict[str, Any]:
    """Give a block with its links and who claimed by them."""
    counts = count_claims(db, [link.id for link in block.links])
    query = (
        select(Registration, Person.email, SeatClaim.claimed_at)
        .join(SeatClaim, SeatClaim.registration_id == Registration.id)
        .join(ClaimLink, ClaimLink.id == SeatClaim.link_id)
        .join(Person, Person.id == Registration.person_id)
        .where(ClaimLink.block_id == block.id)
        .order_by(SeatClaim.claimed_at, Registration.id)
    )
    people = [
        {"code": row.code, "name": row.legal_name, "email": email or "", "state": row.state.value, "at": at}
        for row, email, at in db.execute(query)
    ]
    shown = [
        {"url": links().claim(link.token), "seats": link.seats, "left": link.seats - counts.get(link.id, 0)}
        for link in block.links
    ]
    return _view(block, sum(counts.values())) | {"links": shown, "people": people}


def _view(row: SeatBlock, claimed: int) -> dict[str, Any]:
    names = ("code", "seat", "seats", "agency", "contact_name", "contact_email", "release_at", "released_at",
             "created_at")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"claimed": claimed}
