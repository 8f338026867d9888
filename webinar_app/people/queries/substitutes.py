"""Reads of substitutes whom registrants asked to come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import find_by_email, get_person, person_ids
from webinar_app.config import links
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Refused
from webinar_app.core.times import describe, describe_for, in_zone
from webinar_app.infra.db import Db
from webinar_app.mailing.models import Mail
from webinar_app.mailing.queries import find_by_unique_key
from webinar_app.people.models import SeatMove, Substitution
from webinar_app.people.rules.moving import check_movable
from webinar_app.people.rules.substitutes import AskedState, check_accepting, check_asking
from webinar_app.providers.models import Provider
from webinar_app.registrations.events import PassingAsked
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import cancel_until, find_live, full_title
from webinar_app.registrations.queries.waiting import admission_of, waits_until
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.queries import when_words
from webinar_app.webinars.rules import WebinarState

HAS_PLACE = "You have a place in this session already. The person who asked you keeps theirs, or names somebody else."


def find_substitution(db: Db, code: str, *, lock: bool = False) -> Substitution | None:
    """Give what was asked under this code, or None."""
    query = select(Substitution).where(Substitution.code == code)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return db.scalars(query).one_or_none()


def find_asked(db: Db, registration_id: int) -> Substitution | None:
    """Give whom a registrant asked last, or None."""
    query = select(Substitution).where(Substitution.registration_id == registration_id)
    return db.scalars(query.order_by(Substitution.id.desc()).limit(1)).first()


def passing_of(db: Db, question: PassingAsked) -> dict[str, Any] | None:
    """Give whom a registrant asks to come instead and until when, or what became of the seat; None where neither is."""
    moved = db.scalars(select(SeatMove.kind).where(SeatMove.from_id == question.registration_id)).one_or_none()
    if moved is not None:
        return {"passed": moved.value}
    asked = find_asked(db, question.registration_id)
    return {"asked": asked.email, "until": asked.ends_at} if asked and asked.state is AskedState.OPEN else None


def mail_key(kind: str, code: str) -> str:
    """Give the key under which a mail about this is written once."""
    return f"{kind}:{code}"


def find_by_mail(db: Db, mail_code: str) -> Substitution | None:
    """Give what the mail with this code asked for, to be changed, or None."""
    key = db.scalars(select(Mail.unique_key).where(Mail.code == mail_code)).one_or_none() or ""
    return find_substitution(db, key.partition(":")[2], lock=True)


def list_open(db: Db, webinar_id: int) -> list[Substitution]:
    """Give what is asked and not answered for seats of a sitting, to be changed."""
    query = (
        select(Substitution)
        .join(Registration, Registration.id == Substitution.registration_id)
        .where(Registration.webinar_id == webinar_id, Substitution.state == AskedState.OPEN)
        .order_by(Substitution.id)
        .with_for_update(of=Substitution, key_share=True)
    )
    return list(db.scalars(query))


def count_asked(db: Db, registration_id: int) -> int:
    """Count the people who were asked to take a seat."""
    return db.scalar(select(func.count()).where(Substitution.registration_id == registration_id)) or 0


def count_to(db: Db, email: str, now: datetime) -> int:
    """Count how often an address was asked in the last day, by whomever."""
    recent = (Substitution.email == email, Substitution.asked_at > now - timedelta(days=1))
    return db.scalar(select(func.count()).where(*recent)) or 0


def asking_until(db: Db, webinar: Webinar) -> datetime | None:
    """Give the last instant at which a substitute is named or accepts: as long as places are given back."""
    return cancel_until(db, webinar) or waits_until(webinar)


def check_open(db: Db, row: Registration, now: datetime) -> None:
    """Raise Refused unless whoever holds this seat may give it to somebody else themselves."""
    check_movable(row.state, row.webinar.state if row.webinar else None)
    assert row.webinar is not None  # `check_movable` has seen to it
    until, zone = asking_until(db, row.webinar), row.webinar.time_zone
    check_asking(
        is_allowed=admission_of(db, row.webinar.id).takes_substitutes, until=until, now=now,
        words=describe(in_zone(until, zone), zone) if until else "",
        contact=db.get_one(Provider, row.course.provider_id).email,
    )  # fmt: skip


def check_taker(db: Db, asked: Substitution, actor: Actor) -> None:
    """Raise Refused where whoever would take the seat has one here already."""
    known = find_by_email(db, asked.email)
    person_id = actor.person_id if actor.is_full else known.id if known else None
    webinar_id = asked.registration.webinar_id
    if person_id is not None and webinar_id is not None and find_live(db, person_ids(db, person_id), webinar_id):
        raise Refused("substitute.has_place", HAS_PLACE)


def own_addresses(db: Db, person_id: int) -> set[str]:
    """Give every address of a person, those of merged entries included."""
    query = select(Person.email).where(Person.id.in_(person_ids(db, person_id)), Person.email.is_not(None))
    return {str(email) for email in db.scalars(query)}


def own_view(db: Db, row: Registration, now: datetime) -> dict[str, Any]:
    """Give what a registrant's page of substitutes shows: `{trouble, until, asked}`."""
    try:
        check_open(db, row, now)
    except Refused as refusal:
        trouble = refusal.message
    else:
        trouble = ""
    asked = find_asked(db, row.id)
    told = {name: getattr(asked, name) for name in ("email", "asked_at", "ends_at")} if asked else {}
    return {
        "trouble": trouble, "until": asking_until(db, row.webinar) if row.webinar else None,
        "asked": told | {"state": asked.state.value} if asked else None,
    }  # fmt: skip


def asked_view(db: Db, asked: Substitution, actor: Actor, now: datetime) -> dict[str, Any]:
    """Give what the page behind the mail shows: `{trouble, giver, ends_at, email, code}`."""
    row, webinar = asked.registration, asked.registration.webinar
    assert webinar is not None  # whoever is asked, it is for a seat in a sitting
    try:
        check_accepting(asked.state, asked.ends_at, now, webinar.state)
        check_open(db, row, now)
        check_taker(db, asked, actor)
    except Refused as refusal:
        trouble = refusal.message
    else:
        trouble = ""
    return {
        "trouble": trouble, "giver": row.legal_name, "ends_at": asked.ends_at, "email": asked.email,
        "code": asked.code,
        "is_open": asked.state is AskedState.OPEN and _is_seated(row, webinar),
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteLetter:
    """One mail about a substitute, to whoever is asked or to whoever asked; times in words, their own zone first."""

    state: str
    is_seated: bool
    is_off: bool  # the session is cancelled
    was_asked: bool  # the mail that asks was written
    provider_id: int
    webinar_id: int
    reply_to: str
    person_id: int | None
    address: str
    legal_name: str
    display_name: str
    giver: str
    asked: str
    title: str
    when: tuple[str, ...]
    minutes: int
    seat: str
    until: tuple[str, ...]
    link: str


def substitute_letter_of(db: Db, code: str, *, to_giver: bool) -> SubstituteLetter | None:
    """Give what a mail says to who asked, or to who was asked; None where nobody can be told."""
    asked = find_substitution(db, code)
    if asked is None or asked.registration.webinar is None:
        return None
    row, webinar = asked.registration, asked.registration.webinar
    owner = get_person(db, row.person_id)
    owner = get_person(db, owner.merged_into_id) if owner.merged_into_id else owner
    to = owner if to_giver else find_by_email(db, asked.email)
    address = (owner.email or "") if to_giver else asked.email
    if not address:
        return None
    own_zone = (row.time_zone if to_giver else None) or (to.time_zone if to else None) or webinar.time_zone
    starts_at, provider = webinar.starts_at, db.get_one(Provider, row.course.provider_id)
    own_link = links().join(row.code, row.link_version)
    return SubstituteLetter(
        state=asked.state.value, is_seated=_is_seated(row, webinar), is_off=webinar.state is WebinarState.CANCELLED,
        was_asked=find_by_unique_key(db, mail_key("substitute_asked", asked.code)) is not None,
        provider_id=provider.id, webinar_id=webinar.id,
        reply_to=provider.email, person_id=to.id if to else None, address=address,
        legal_name=row.legal_name if to_giver else to.legal_name if to else "",
        display_name=row.display_name if to_giver else to.display_name if to else "", giver=row.legal_name,
        asked=asked.email, title=full_title(webinar), minutes=webinar.minutes, seat=row.seat,
        when=describe_for(starts_at, own_zone, webinar.time_zone) if starts_at else (when_words(webinar),),
        until=describe_for(asked.ends_at, own_zone, webinar.time_zone),
        link=f"{own_link}?to=substitute" if to_giver else links().substitute(asked.code),
    )  # fmt: skip


def _is_seated(row: Registration, webinar: Webinar) -> bool:
    """Say whether the seat is still there and still theirs."""
    try:
        check_movable(row.state, webinar.state)
    except Refused:
        return False
    return True
