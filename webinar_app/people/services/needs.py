"""Ask for what one needs to take part, withdraw it, and arrange it."""

from datetime import datetime

from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import InvalidInput, NotFound, Refused
from webinar_app.infra.db import Db
from webinar_app.people.models import AccommodationRequest
from webinar_app.people.policy import get_need
from webinar_app.people.queries.needs import count_open, find_need, owners_for
from webinar_app.people.rules.needs import NeedKind, check_count, check_due, check_note, check_text, usual_due
from webinar_app.registrations.events import NeedTold
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_managed, get_own
from webinar_app.registrations.queries import get_registration
from webinar_app.registrations.rules import LIVE


def ask_need(db: Db, actor: Actor, code: str, kind: str, text: str, *, now: datetime) -> None:
    """Ask for something for one's own registration."""
    _add(db, get_own(db, actor, code), actor.person_id, kind, text, now)


def ask_need_for(db: Db, actor: Actor, code: str, kind: str, text: str, *, now: datetime) -> None:
    """Write down what somebody asked a coordinator for."""
    _add(db, get_managed(db, actor, code), actor.person_id, kind, text, now)


def keep_told(db: Db, event: NeedTold, now: datetime) -> None:
    """Keep what somebody wrote on the form of registration."""
    row = get_registration(db, event.registration_id)
    _add(db, row, row.person_id, NeedKind.OTHER, event.text, now)


def withdraw_need(db: Db, actor: Actor, code: str, need: str, *, now: datetime) -> None:
    """Say that something is not needed any more; the same again changes nothing."""
    own, row = get_own(db, actor, code), find_need(db, need)
    if row is None or row.registration_id != own.id:
        raise NotFound
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        record(db, actor.person_id, "need.withdraw", "registration", own.id, now=now, need=row.id)


def arrange_need(
    db: Db, actor: Actor, code: str, *, owner: str, due_on: str, note: str, is_done: bool, now: datetime
) -> None:
    """Say who arranges something until when, and whether that is done."""
    row = get_need(db, actor, code)
    if row.withdrawn_at is not None:
        raise Refused("need.withdrawn", "This was withdrawn. Nothing needs to be arranged.")
    known = dict(owners_for(db, actor.provider_id or 0))
    if owner and owner not in known:
        sentence = "Choose one of the coordinators, or nobody."
        raise InvalidInput("need.owner", sentence, {"owner": sentence})
    row.due_on, row.note = check_due(due_on), check_note(note)
    row.owner_id = db.scalars(select(Person.id).where(Person.code == owner)).one() if owner else None
    if is_done != (row.done_at is not None):
        row.done_at = now if is_done else None
    record(
        db, actor.person_id, "need.arrange", "registration", row.registration_id, now=now, need=row.id,
        owner=row.owner_id, done=is_done,
    )  # fmt: skip


def _add(db: Db, row: Registration, person_id: int | None, kind: str, text: str, now: datetime) -> None:
    if row.state not in LIVE:
        raise Refused("need.over", "This registration is over. Register again first.")
    if kind not in list(NeedKind):
        raise InvalidInput("need.kind", "Choose one of the kinds.", {"kind": "Choose one of the kinds."})
    told = check_text(text)
    check_count(count_open(db, row.id))
    webinar = row.webinar
    need = AccommodationRequest(
        code=new_code(), registration_id=row.id, kind=NeedKind(kind), text=told, asked_by_id=person_id, asked_at=now,
        due_on=usual_due(webinar.starts_at, webinar.time_zone, now) if webinar else None, note="",
    )  # fmt: skip
    db.add(need)
    db.flush()  # the entry names its id
    record(db, person_id, "need.ask", "registration", row.id, now=now, need=need.id)
