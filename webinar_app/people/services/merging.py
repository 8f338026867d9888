"""Make two entries of a person one, and undo it; attendance, ledger and certificates stay with their registrations."""

from collections.abc import Sequence
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
from webinar_app.people.queries.merging import (
    double_sittings,
    doubles_of,
    find_person,
    has_role,
    is_ended_by_merge,
    webinars_of,
)
from webinar_app.people.rules.merging import check_merge, check_undo
from webinar_app.registrations.events import Ending, RegistrationEnded, RegistrationReopened, SeatsFreed
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import lock_place, lock_seat
from webinar_app.registrations.queries import Place, find_current
from webinar_app.registrations.queries.waiting import ON_LIST
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.rules.admission import Outcome
from webinar_app.registrations.services.approval import note_outcome, reopen_approval
from webinar_app.registrations.services.seats import next_seat
from webinar_app.registrations.services.telling import tell_again
from webinar_app.webinars.models import Webinar


def merge_people(db: Db, actor: Actor, kept_code: str, gone_code: str, *, now: datetime) -> str:
    """Make the second entry part of the first, and return the merge's code; no mail leaves but a join link.

    Of two registrations for a session to come the one with a place stays, of two such the older one, and its link is
    mailed again; in a session that has begun both stay, and each keeps its own minutes.
    """
    hold_sittings(db, double_sittings(db, kept_code, gone_code))
    kept, gone = _locked_pair(db, actor, kept_code, gone_code)
    check_merge(
        is_same=kept.id == gone.id, is_merged=kept.merged_into_id is not None or gone.merged_into_id is not None,
        gone_runs_things=has_role(db, gone.id),
    )  # fmt: skip
    return join_entries(db, actor, kept, gone, "person.merge", now=now)


def join_entries(db: Db, actor: Actor, kept: Person, gone: Person, act: str, *, now: datetime) -> str:
    """Let the second entry point at the first, end what both have for what is to come, and return the merge's code.

    The caller holds the sittings that both have, and both persons, and has checked that they may become one.
    """
    ended = _end_doubles(db, actor, kept, gone, now)
    followers = list(db.scalars(select(Person.id).where(Person.merged_into_id == gone.id)))
    db.execute(update(Person).where(Person.id.in_([gone.id, *followers])).values(merged_into_id=kept.id))
    licences = _move_licences(db, kept, gone)
    end_all(db, gone.id, RevocationCause.SIGN_OUT, now=now)
    row = PersonMerge(
        code=new_code(), kept_id=kept.id, gone_id=gone.id, made_by_id=actor.person_id, made_at=now,
        moved={"persons": followers, "licences": licences, "ended": ended},
    )  # fmt: skip
    db.add(row)
    db.flush()  # the entry names its id
    record(db, actor.person_id, act, "person", kept.id, now=now, gone=gone.id, merge=row.id)
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
    hold_sittings(db, webinars_of(db, [one["id"] for one in row.moved["ended"]]))
    gone.merged_into_id = None
    db.execute(update(Person).where(Person.id.in_(row.moved["persons"])).values(merged_into_id=gone.id))
    db.execute(update(Licence).where(Licence.id.in_(row.moved["licences"])).values(person_id=gone.id))
    db.flush()  # who holds what is read again below
    back = [_reopen(db, actor, one["id"], RegistrationState(one["state"]), now) for one in row.moved["ended"]]
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


def hold_sittings(db: Db, webinars: Sequence[Webinar]) -> None:
    """Hold sittings before persons, as whoever registers does: else the two would wait for each other."""
    for webinar in webinars:
        lock_place(db, Place(webinar.course, webinar))


def _locked_pair(db: Db, actor: Actor, one_code: str, other_code: str) -> tuple[Person, Person]:
    if not actor.may(Permission.PERSON_MANAGE):
        raise Forbidden
    return lock_pair(db, one_code, other_code)


def lock_pair(db: Db, one_code: str, other_code: str) -> tuple[Person, Person]:
    """Give two persons, to be changed; always locked in one order. Raise NotFound."""
    found = {}
    for code in sorted({one_code.upper(), other_code.upper()}):
        found[code] = find_person(db, code, lock=True)
    one, other = found[one_code.upper()], found[other_code.upper()]
    if one is None or other is None:
        raise NotFound
    return one, other


def _end_doubles(db: Db, actor: Actor, kept: Person, gone: Person, now: datetime) -> list[dict[str, Any]]:
    ended = []
    for stays, other in doubles_of(db, kept.id, gone.id):
        if not is_ended_by_merge(other):
            continue
        row = lock_seat(db, other)
        ended.append({"id": row.id, "state": row.state.value})
        if row.state is RegistrationState.PENDING:
            note_outcome(db, row, Outcome.WITHDRAWN, now)
        row.state, row.cancelled_at = RegistrationState.CANCELLED, now
        db.flush()  # subscribers count seats
        end_registration(db, row.person_id, row.id, now=now)
        publish(db, RegistrationEnded(row.id, Ending.MERGED), now)
        tell_again(db, stays, now)
        publish(db, SeatsFreed(row.webinar_id or 0), now)
        record(db, actor.person_id, "person.merged", "registration", row.id, now=now, stays=stays.id)
    return ended


def _move_licences(db: Db, kept: Person, gone: Person) -> list[int]:
    held = {(one.board.casefold(), one.number.casefold()) for one in kept.licences}
    query = select(Licence).where(Licence.person_id == gone.id)
    moved = [one for one in db.scalars(query) if (one.board.casefold(), one.number.casefold()) not in held]
    db.execute(update(Licence).where(Licence.id.in_([one.id for one in moved])).values(person_id=kept.id))
    return [one.id for one in moved]


def _reopen(db: Db, actor: Actor, registration_id: int, state: RegistrationState, now: datetime) -> bool:
    """Give a registration that the merge ended back what it held, where that is still free; say whether it was done.

    Who waited stands on the list again, where they stood.
    """
    row = lock_seat(db, db.get_one(Registration, registration_id))
    webinar = row.webinar
    if webinar is None or row.state is not RegistrationState.CANCELLED:
        return False
    place = Place(webinar.course, webinar)
    is_taken = find_current(db, [row.person_id], webinar.id) is not None
    if is_taken or closed_words(db, place, now) or not is_ended_by_merge(row):
        return False
    is_waiting = state in ON_LIST
    if not is_waiting and standing_of(db, place, []).left.get(row.seat, 0) == 0:
        return False
    row.seat_number = None if is_waiting else next_seat(db, webinar, row.seat)
    row.state, row.cancelled_at = RegistrationState.WAITLISTED if is_waiting else state, None
    if state is RegistrationState.PENDING:
        reopen_approval(db, row)
    db.flush()  # subscribers count seats
    publish(db, RegistrationReopened(row.id), now)
    tell_again(db, row, now)
    if is_waiting:
        publish(db, SeatsFreed(webinar.id), now)
    record(db, actor.person_id, "person.unmerged", "registration", row.id, now=now)
    return True
