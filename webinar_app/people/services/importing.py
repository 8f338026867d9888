"""Register the people of a list: kept after its dry run, then slice by slice, never twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from webinar_app.accounts.models import Person
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Refused
from webinar_app.infra.acts import insert_for
from webinar_app.infra.db import Db
from webinar_app.infra.dispatch import ask
from webinar_app.infra.jobs import enqueue
from webinar_app.people.models import ImportFault, PeopleImport
from webinar_app.people.policy import get_import
from webinar_app.people.queries.imports import closed_words, find_import, owners_of, standing_of
from webinar_app.people.rules.rows import Entry, Fault, ImportState, place_reasons, state_of
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_managed_place, lock_place
from webinar_app.registrations.queries import Place
from webinar_app.registrations.rules import RegistrationState
from webinar_app.registrations.services.seats import next_seats
from webinar_app.registrations.services.telling import tell_new
from webinar_app.webinars.events import HoldAsked

IMPORT, FORGET = "people.import", "people.forget_import"
KEPT = timedelta(days=7)
CELL_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A list after its dry run; `faults` has, by line, the cells, the reasons, and where the person stands already."""

    name: str
    content: bytes
    encoding: str
    separator: str
    head: tuple[str, ...]
    unused: tuple[str, ...]
    total: int
    good: int
    known: int
    faults: tuple[tuple[int, tuple[str, ...], tuple[str, ...], str], ...]


def keep_import(db: Db, actor: Actor, checked: Checked, *, code: str = "", slug: str = "", now: datetime) -> str:
    """Keep a list and what its dry run found, for a week, and return its code; nobody is registered by that."""
    place = get_managed_place(db, actor, code=code, slug=slug)
    row = PeopleImport(
        code=new_code(), course_id=place.course.id, webinar_id=place.webinar.id if place.webinar else None,
        made_by_id=actor.person_id, state=ImportState.CHECKED, name=checked.name, content=checked.content,
        encoding=checked.encoding, separator=checked.separator, head=[_cut(one) for one in checked.head],
        unused=[_cut(one) for one in checked.unused], total=checked.total, good=checked.good, known=checked.known,
        created_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()  # the faults name its id
    _add_faults(db, row.id, checked.faults, is_late=False)
    enqueue(db, FORGET, {"code": row.code}, now=now, run_at=now + KEPT, unique=f"{FORGET}:{row.code}")
    return row.code


def start_import(db: Db, actor: Actor, code: str, *, now: datetime) -> None:
    """Begin to register the people of a list, or go on where it was stopped; doing so again changes nothing."""
    get_import(db, actor, code)
    row = _locked(db, code)
    if row.state in (ImportState.RUNNING, ImportState.DONE):
        return
    if row.state is ImportState.FORGOTTEN:
        raise Refused("import.forgotten", "This list was forgotten after a week. Send the file again.")
    if not row.good:
        raise Refused("import.empty", "Nobody in this list can be registered. Mend the file, and send it again.")
    row.state, row.run, row.started_at = ImportState.RUNNING, row.run + 1, row.started_at or now
    _go_on(db, row, now)
    record(db, actor.person_id, "people.import", *_subject(row), now=now, list=row.id, rows=row.good)


def stop_import(db: Db, actor: Actor, code: str, *, now: datetime) -> None:
    """Stop after the slice at hand; whoever is registered by then stays so."""
    get_import(db, actor, code)
    row = _locked(db, code)
    if row.state is ImportState.RUNNING:
        row.state = ImportState.STOPPED
        record(db, actor.person_id, "people.import_stop", *_subject(row), now=now, list=row.id, added=row.added)


def go_on(db: Db, code: str, *, now: datetime) -> None:
    """Let another job register those who are left."""
    row = _locked(db, code)
    if row.state is ImportState.RUNNING:
        _go_on(db, row, now)


def register_slice(db: Db, code: str, after: int, entries: Sequence[Entry], *, now: datetime) -> bool:
    """Register some people of a list and say whether that was done.

    `after`: the line up to which the caller saw it registered. It is not done when the list was stopped, or when
    another job is at it.
    """
    row = _locked(db, code)
    if row.state is not ImportState.RUNNING:
        return False
    if row.last_line != after:
        return False
    place = Place(row.course, row.webinar)
    lock_place(db, place)
    good, faults = _admitted(db, place, entries, now)
    _register(db, place, good, row.made_by_id, row.id, now)
    raw = {one.line: one.raw for one in entries}
    told = [(one.line, raw[one.line], one.reasons, one.known or "") for one in faults]
    _add_faults(db, row.id, told, is_late=True)
    row.added, row.handled, row.last_line = row.added + len(good), row.handled + len(entries), entries[-1].line
    return True


def finish_import(db: Db, code: str, after: int, *, now: datetime) -> None:
    """Mark a list as registered when the caller has seen its last line."""
    row = _locked(db, code)
    if row.state is ImportState.RUNNING and row.last_line == after:
        row.state, row.ended_at = ImportState.DONE, now
        record(db, row.made_by_id, "people.import_done", *_subject(row), now=now, list=row.id, added=row.added)


def forget_import(db: Db, code: str, *, now: datetime) -> None:
    """Forget the file and the rows that were left out, unless a legal hold keeps them; the figures stay."""
    row = _locked(db, code)
    if any(ask(db, HoldAsked(row.course_id, row.webinar_id))):
        return  # a night forgets it once the hold is lifted
    db.execute(delete(ImportFault).where(ImportFault.import_id == row.id))
    db.execute(update(PeopleImport).where(PeopleImport.id == row.id).values(content=None, head=[], unused=[]))
    row.state = ImportState.FORGOTTEN


def _locked(db: Db, code: str) -> PeopleImport:
    row = find_import(db, code, lock=True)
    assert row is not None  # lists are never deleted
    return row


def _go_on(db: Db, row: PeopleImport, now: datetime) -> None:
    enqueue(db, IMPORT, {"code": row.code}, now=now, unique=f"{IMPORT}:{row.code}:{row.run}:{row.last_line}")


def _admitted(db: Db, place: Place, entries: Sequence[Entry], now: datetime) -> tuple[list[Entry], list[Fault]]:
    closed = closed_words(db, place, now)
    if closed:
        return [], [Fault(one.line, (closed,)) for one in entries]
    standing = standing_of(db, place, [one.email for one in entries])
    left, good, faults = dict(standing.left), [], []
    for entry in entries:
        reasons = place_reasons(entry, standing, {}, left)
        if reasons:
            faults.append(Fault(entry.line, tuple(reasons), state_of(entry, standing, {})))
            continue
        free = left[entry.seat]
        left[entry.seat] = None if free is None else free - 1
        good.append(entry)
    return good, faults


def _register(db: Db, place: Place, entries: Sequence[Entry], made_by_id: int, import_id: int, now: datetime) -> None:
    owners = owners_of(db, [one.email for one in entries])
    new = [
        Person(
            code=new_code(), email=one.email, legal_name=one.legal_name, display_name=one.display_name, locale="en-US",
            created_at=now,
        )
        for one in entries
        if one.email not in owners
    ]  # fmt: skip
    db.add_all(new)
    db.flush()  # their ids are named below
    owners |= {str(one.email): one.id for one in new}
    numbers = {
        seat: iter(next_seats(db, place.webinar, seat, sum(one.seat == seat for one in entries)))
        for seat in {one.seat for one in entries}
    }
    rows = [_registration(place, owners[one.email], one, next(numbers[one.seat]), now) for one in entries]
    db.add_all(rows)
    db.flush()  # subscribers need their ids
    for row in rows:
        tell_new(db, row, now)
        record(db, made_by_id, "registration.add", "registration", row.id, now=now, list=import_id)


def _registration(place: Place, person_id: int, entry: Entry, number: int | None, now: datetime) -> Registration:
    told = entry.licence and dict(zip(("profession", "board", "number"), entry.licence, strict=True))
    return Registration(
        code=new_code(), person_id=person_id, course_id=place.course.id, seat=entry.seat, seat_number=number,
        webinar_id=place.webinar.id if place.webinar else None, state=RegistrationState.REGISTERED,
        legal_name=entry.legal_name, display_name=entry.display_name, licence=told, created_at=now,
    )  # fmt: skip


def _add_faults(
    db: Db, import_id: int, faults: Sequence[tuple[int, tuple[str, ...], tuple[str, ...], str]], *, is_late: bool
) -> None:
    if not faults:
        return
    values = [
        {"import_id": import_id, "line": line, "cells": [_cut(one) for one in cells], "reason": " ".join(reasons),
         "is_late": is_late, "known": known}
        for line, cells, reasons, known in faults
    ]  # fmt: skip
    db.execute(insert_for(db)(ImportFault).on_conflict_do_nothing(), values)


def _cut(cell: str) -> str:
    """Give a cell as it is kept: no database takes NUL or half a character."""
    return cell.replace("\x00", " ").encode("utf-8", "replace").decode()[:CELL_LIMIT]


def _subject(row: PeopleImport) -> tuple[str, int]:
    return ("webinar", row.webinar_id) if row.webinar_id else ("course", row.course_id)
