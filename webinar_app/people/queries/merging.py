"""Reads of entries that may be one person, and of what a merge moves."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from webinar_app.accounts.models import Licence, Person, RoleGrant
from webinar_app.accounts.queries import find_by_email, person_ids
from webinar_app.infra.db import Db
from webinar_app.people.models import PersonMerge, TwoPeople
from webinar_app.people.rules.merging import UNDO_DAYS, Entry, Pair, keeps_older, suggest
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import place_of, title_of
from webinar_app.registrations.rules import LIVE, RegistrationState
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import when_words

SHOWN_PAIRS = 50
_NEAREST = (
    RegistrationState.REGISTERED, RegistrationState.OFFERED, RegistrationState.PENDING, RegistrationState.WAITLISTED,
)  # fmt: skip


def list_pairs(db: Db) -> tuple[list[dict[str, Any]], int]:
    """Give the first pairs of entries that may be one person, and how many there are."""
    pairs = suggest(_entries(db), [(a, b) for a, b in db.execute(select(TwoPeople.first_id, TwoPeople.second_id))])
    shown = pairs[:SHOWN_PAIRS]
    query = select(Person).where(Person.id.in_({key for one in shown for key in (one.first, one.second)}))
    people = {row.id: row for row in db.scalars(query)}
    return [_pair(one, people) for one in shown], len(pairs)


def _pair(pair: Pair, people: dict[int, Person]) -> dict[str, Any]:
    return {"why": pair.why, "people": [head_of(people[pair.first]), head_of(people[pair.second])]}


def head_of(person: Person) -> dict[str, Any]:
    """Give a person as lists of pairs show them."""
    names = ("code", "legal_name", "display_name", "created_at")
    return {name: getattr(person, name) for name in names} | {"email": person.email or ""}


def _entries(db: Db) -> list[Entry]:
    licences: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for person_id, board, number in db.execute(select(Licence.person_id, Licence.board, Licence.number)):
        licences[person_id].add((board, number))
    told = select(Registration.person_id, Registration.licence).where(Registration.licence.is_not(None))
    for person_id, licence in db.execute(told):
        if licence:
            licences[person_id].add((licence.get("board", ""), licence.get("number", "")))
    query = select(Person.id, Person.email, Person.legal_name).where(Person.merged_into_id.is_(None))
    return [
        Entry(key, email or "", name, tuple(sorted(licences[key])))
        for key, email, name in db.execute(query.order_by(Person.id))
    ]


def find_person(db: Db, code: str, *, lock: bool = False) -> Person | None:
    """Give the person with this code, merged or not, or None."""
    query = select(Person).where(Person.code == code.upper())
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return db.scalars(query).one_or_none()


def joinable(db: Db, person_id: int, email: str) -> str | None:
    """Give the name under which an address is known, where its entry can become part of somebody's; else None.

    An entry with a role is joined by staff alone, and one that is part of another already stays there.
    """
    found = find_by_email(db, email)
    if found is None or found.merged_into_id is not None or found.id in person_ids(db, person_id):
        return None
    return None if has_role(db, found.id) else found.legal_name


def has_role(db: Db, person_id: int) -> bool:
    """Say whether a person holds a role anywhere."""
    return db.scalars(select(RoleGrant.id).where(RoleGrant.person_id == person_id).limit(1)).first() is not None


def live_registrations(db: Db, person_id: int) -> list[Registration]:
    """Give the registrations of a person, those of merged entries included, that were neither cancelled nor refused."""
    query = (
        select(Registration)
        .where(Registration.person_id.in_(person_ids(db, person_id)), Registration.state.in_(LIVE))
        .options(joinedload(Registration.webinar), joinedload(Registration.course))
        .order_by(Registration.created_at, Registration.id)
    )
    return list(db.scalars(query))


def doubles_of(db: Db, kept_id: int, gone_id: int) -> list[tuple[Registration, Registration]]:
    """Give the registrations that both entries have for the same, first the one that stays: by place, then by age."""
    held = {(row.course_id, row.webinar_id): row for row in live_registrations(db, kept_id)}
    found = []
    for row in live_registrations(db, gone_id):
        other = held.get((row.course_id, row.webinar_id))
        if other is not None:
            first, second = sorted((row, other), key=lambda one: (_NEAREST.index(one.state), one.created_at, one.id))
            found.append((first, second))
    return found


def double_sittings(db: Db, kept_code: str, gone_code: str) -> list[Webinar]:
    """Give the sittings for which both entries are registered, always in one order."""
    kept, gone = find_person(db, kept_code), find_person(db, gone_code)
    if kept is None or gone is None:
        return []
    return webinars_of(db, [row.id for pair in doubles_of(db, kept.id, gone.id) for row in pair])


def webinars_of(db: Db, registration_ids: list[int]) -> list[Webinar]:
    """Give the sittings of these registrations, always in one order."""
    ids = select(Registration.webinar_id).where(Registration.id.in_(registration_ids))
    return list(db.scalars(select(Webinar).where(Webinar.id.in_(ids)).order_by(Webinar.id)))


def merge_preview(db: Db, kept: Person, gone: Person) -> dict[str, Any]:
    """Give what a merge would move and what becomes of what both have."""
    licences = select(Licence).where(Licence.person_id == gone.id).order_by(Licence.id)
    doubles = [
        {"title": title_of(place_of(first)), "when": when_words(first.webinar) if first.webinar else "",
         "ends": is_ended_by_merge(second), "first": first.created_at, "second": second.created_at,
         "waits": first.state is not RegistrationState.REGISTERED,
         "is_older": (first.created_at, first.id) < (second.created_at, second.id)}
        for first, second in doubles_of(db, kept.id, gone.id)
    ]  # fmt: skip
    moves = [
        {"title": title_of(place_of(row)), "when": when_words(row.webinar) if row.webinar else "At one's own pace",
         "name": row.legal_name}
        for row in live_registrations(db, gone.id)
    ]  # fmt: skip
    return {
        "kept": head_of(kept), "gone": head_of(gone), "moves": moves, "doubles": doubles,
        "licences": [f"{one.profession}, {one.board} {one.number}" for one in db.scalars(licences)],
        "has_role": has_role(db, gone.id),
    }  # fmt: skip


def is_ended_by_merge(newer: Registration) -> bool:
    """Say whether the newer of two registrations ends with the merge: where nothing has happened yet."""
    return newer.webinar is not None and keeps_older(newer.webinar.state)


def list_merges(db: Db, now: datetime) -> list[dict[str, Any]]:
    """Give the merges that can still be undone, the newest first."""
    kept, gone = aliased(Person), aliased(Person)
    query = (
        select(PersonMerge, kept, gone)
        .join(kept, kept.id == PersonMerge.kept_id)
        .join(gone, gone.id == PersonMerge.gone_id)
        .where(PersonMerge.undone_at.is_(None), PersonMerge.made_at > now - timedelta(days=UNDO_DAYS))
        .order_by(PersonMerge.id.desc())
    )
    return [
        {"code": row.code, "made_at": row.made_at, "kept": head_of(one), "gone": head_of(other)}
        for row, one, other in db.execute(query)
    ]
