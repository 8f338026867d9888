"""Make two entries of a person one, and undo it; attendance, ledger and certificates stay with their registrations."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from webinar_app.accounts.models import Licence, Person, RevocationCause
from webinar_app.accounts.services.signing import end_all, end_registration
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import publish
from webinar_app.people.models import PersonMerge, TwoPeople
from webinar_app.people.policy import get_merge
from webinar_app.people.queries.imports import closed_words, standing_of
from webinar_app.people.queries.merging import doubles_of, find_person, has_role, is_ended_by_merge
from webinar_app.people.rules.merging import check_merge, check_undo
from webinar_app.registrations.events import SeatsFreed
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import lock_place
from webinar_app.registrations.queries import Place, find_current, place_of
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.services.telling import tell_again


def merge_people(db: Db, actor: Actor, kept_code: str, gone_code: str, *, now: datetime) -> str:
    """Make the second entry part of the first, and return the merge's code; no mail leaves but a join link.

    Of two registrations for a session to come the older one stays, and its link is mailed again; in a session that has
    begun both stay, and each keeps its own minutes.
    """
    kept, gone = _locked_pair(db, actor, kept_code, gone_code)
    check_merge(
        is_same=kept.id == gone.id, is_merged=kept.merged_into_id is not None or gone.merged_into_id is not None,
        gone_runs_things=has_role(db, gone.id),
    )  # fmt: skip
    ended = _end_doubles(db, actor, kept, gone, now)
    followers = list(db.scalars(select(Person.id).where(Person.merged_into_id == gone.id)))
    db.execute(update(Person).where(Person.id.in_([gone.id, *followers])).values(merged_into_id=kept.id))
    licences = _move_licences(db, kept, gone)
    end_all(db, gone.id, RevocationCause.SIGN_OUT, now=now)
    row = PersonMerge(
        code=new_code(), kept_id=kept.id, gone_id=gone.id, made_by_id=actor.person_id, made_at=now,
        moved={"persons": followers, "licences": licences, "ended": [one.id for one in ended]},
    )  # fmt: skip
    db.add(row)
    db.flush()  # the entry names its id
    record(db, actor.person_id, "person.merge", "person", kept.id, now=now, gone=gone.id, merge=row.id)
    return row.code


def undo_merge(db: Db, actor: Actor, code: str, *, now: datetime) -> dict[str, Any]:
    """Take a merge apart again and return `{kept, gone, lost}`; `lost` counts seats that could not be given back."""
    row = get_merge(db, actor, code)
    row = db.scalars(select(PersonMerge).where(PersonMerge.id == row.id).with_for_update()).one()
    kept, gone = db.get_one(Person, row.kept_id), db.get_one(Person, row.gone_id)
    check_undo(
        merged_at=row.made_at, is_undone=row.undone_at is not None, is_merged_on=kept.merged_into_id is not None,
        now=now,
    )  # fmt: skip
    gone.merged_into_id = None
    db.execute(update(Person).where(Person.id.in_(row.moved["persons"])).values(merged_into_id=gone.id))
    db.execute(update(Licence).where(Licence.id.in_(row.moved["licences"])).values(person_id=gone.id))
    db.flush()  # who holds what is read again below
    back = [_reopen(db, actor, registration_id, now) for registration_id in row.moved["ended"]]
    row.undone_by_id, row.undone_at = actor.person_id, now
    record(db, actor.person_id, "person.unmerge", "person", kept.id, now=now, gone=gone.id, merge=row.id)
    return {"kept": kept.legal_name, "gone": gone.legal_name, "lost": back.count(False)}


def say_two(db: Db, actor: Actor, one_code: str, other_code: str, *, now: datetime) -> None:
    """Write down that two entries are two people, so that nobody is asked again."""
    one, other = _locked_pair(db, actor, one_code, other_code)
    first, second = sorted((one.id, other.id))
    if first != second and db.get(TwoPeople, (first, second)) is None:
        db.add(TwoPeople(first_id=first, second_id=second, said_by_id=actor.person_id, said_at=now))
        record(db, actor.person_id, "person.two_people", "person", first, now=now, other=second)


def _locked_pair(db: Db, actor: Actor, one_code: str, other_code: str) -> tuple[Person, Person]:
    if not actor.may(Permission.PERSON_MANAGE):
        raise Forbidden
    found = {}
    for code in sorted({one_code.upper(), other_code.upper()}):  # always in one order
        found[code] = find_person(db, code, lock=True)
    one, other = found[one_code.upper()], found[other_code.upper()]
    if one is None or other is None:
        raise NotFound
    return one, other


def _end_doubles(db: Db, actor: Actor, kept: Person, gone: Person, now: datetime) -> list[Registration]:
    ended = []
    for older, newer in doubles_of(db, kept.id, gone.id):
        if not is_ended_by_merge(newer):
            continue
        lock_place(db, place_of(newer))
        newer.state, newer.cancelled_at = RegistrationState.CANCELLED, now
        db.flush()  # subscribers count seats
        end_registration(db, newer.person_id, newer.id, now=now)
        tell_again(db, older, now)
        publish(db, SeatsFreed(newer.webinar_id or 0), now)
        record(db, actor.person_id, "person.merged", "registration", newer.id, now=now, stays=older.id)
        ended.append(newer)
    return ended


def _move_licences(db: Db, kept: Person, gone: Person) -> list[int]:
    held = {(one.board.casefold(), one.number.casefold()) for one in kept.licences}
    query = select(Licence).where(Licence.person_id == gone.id)
    moved = [one for one in db.scalars(query) if (one.board.casefold(), one.number.casefold()) not in held]
    db.execute(update(Licence).where(Licence.id.in_([one.id for one in moved])).values(person_id=kept.id))
    return [one.id for one in moved]


def _reopen(db: Db, actor: Actor, registration_id: int, now: datetime) -> bool:
    """Give a registration that the merge ended its seat back, where there is still one; say whether that was done."""
    row = db.get_one(Registration, registration_id)
    webinar = row.webinar
    if webinar is None or row.state is not RegistrationState.CANCELLED:
        return False
    place = Place(webinar.course, webinar)
    lock_place(db, place)
    left = standing_of(db, place, []).left.get(row.seat, 0)
    is_taken = find_current(db, [row.person_id], webinar.id) is not None
    if is_taken or left == 0 or closed_words(db, place, now) or not is_ended_by_merge(row):
        return False
    row.state, row.cancelled_at = RegistrationState.REGISTERED, None
    db.flush()  # subscribers count seats
    tell_again(db, row, now)
    record(db, actor.person_id, "person.unmerged", "registration", row.id, now=now)
    return True
