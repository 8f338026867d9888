"""Reads of what became of a registration: dates and persons it went through, and every act on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webinar_app.accounts.models import Person
from webinar_app.audit.models import AuditEntry
from webinar_app.infra.db import Db
from webinar_app.people.models import SeatMove
from webinar_app.people.queries.imports import closed_words, standing_of
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import Place
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import REAL, when_words
from webinar_app.webinars.rules import WebinarState

ACTS = {
    "registration.add": "Added by a coordinator", "registration.cancel": "Cancelled by a coordinator",
    "registration.confirm": "Confirmed", "registration.send_link": "Join link sent again",
    "registration.move": "Given to another date", "registration.substitute": "Given to another person",
    "block.claim": "Took a seat of an agency", "item.marked": "A part marked as finished",
    "item.withdrawn": "A part taken back", "person.merged": "Cancelled because two entries were one person",
    "person.unmerged": "Open again because a merge was undone", "substitute.name": "Named a substitute",
    "substitute.take_back": "Took that back", "substitute.decline": "The substitute declined",
    "substitute.lapse": "The substitute did not answer in time",
    "substitute.bounce": "The mail to the substitute came back",
}  # fmt: skip
"""What acts on a registration are called; others are left to the audit."""


def list_dates(db: Db, row: Registration, now: datetime) -> list[dict[str, Any]]:
    """Give the other sittings of the same item to which a registration can go, with the seats that are left."""
    assert row.webinar is not None  # the caller has checked that there is a sitting
    query = (
        select(Webinar)
        .where(
            REAL, Webinar.course_id == row.course_id, Webinar.id != row.webinar.id, Webinar.starts_at > now,
            Webinar.item_id == row.webinar.item_id, Webinar.state == WebinarState.SCHEDULED,
        )
        .order_by(Webinar.starts_at)
    )  # fmt: skip
    found = []
    for webinar in db.scalars(query):
        place = Place(webinar.course, webinar)
        left = standing_of(db, place, []).left
        free = left.get(row.seat, next(iter(left.values())))
        if not closed_words(db, place, now) and free != 0:
            found.append({"code": webinar.code, "words": when_words(webinar), "left": free})
    return found


def history_of(db: Db, row: Registration) -> list[dict[str, Any]]:
    """Give the registrations that this one came from and became, the first one first, each with what was done to it."""
    chain = [row.id]
    while (before := db.scalar(select(SeatMove.from_id).where(SeatMove.to_id == chain[0]))) is not None:
        chain.insert(0, before)
    while (after := db.scalar(select(SeatMove.to_id).where(SeatMove.from_id == chain[-1]))) is not None:
        chain.append(after)
    query = select(Registration).where(Registration.id.in_(chain)).options(joinedload(Registration.webinar))
    rows = {one.id: one for one in db.scalars(query)}
    moves = {one.from_id: one for one in db.scalars(select(SeatMove).where(SeatMove.from_id.in_(chain)))}
    acts = _acts(db, chain)
    return [_view(rows[key], moves.get(key), acts.get(key, []), key == row.id) for key in chain]


def _view(row: Registration, move: SeatMove | None, acts: list[dict[str, Any]], is_this: bool) -> dict[str, Any]:
    return {
        "code": row.code, "name": row.legal_name, "state": row.state.value, "created_at": row.created_at,
        "when": when_words(row.webinar) if row.webinar else "At one's own pace", "acts": acts, "is_this": is_this,
        "cancelled_at": row.cancelled_at, "moved": move.kind.value if move else "",
        "reason": move.reason if move else "",
    }  # fmt: skip


def _acts(db: Db, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(AuditEntry, Person.display_name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.subject_kind == "registration", AuditEntry.subject_id.in_(ids), AuditEntry.act.in_(ACTS))
        .order_by(AuditEntry.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for entry, name in db.execute(query):
        line = {"at": entry.at, "words": ACTS[entry.act], "by": name or ""}
        found.setdefault(entry.subject_id, []).append(line)
    return found
