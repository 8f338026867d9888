"""Named reads of people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from webinar_app.accounts.models import (
    Credential,
    EmailLink,
    Licence,
    Notice,
    Person,
    Revocation,
    RoleGrant,
    SignIn,
    SignInTry,
)
from webinar_app.accounts.rules import ends_at
from webinar_app.config import links
from webinar_app.core.actor import GUEST, Actor
from webinar_app.core.errors import NotFound
from webinar_app.core.permissions import PROVIDER_PERMISSIONS, Permission, Role
from webinar_app.infra.db import Db

TOUCH_EVERY = timedelta(minutes=5)


def person_ids(db: Db, person_id: int) -> list[int]:
    """Give every id under which a person is known: their own, and those merged into it (one level)."""
    own = db.scalars(select(Person.merged_into_id).where(Person.id == person_id)).one_or_none() or person_id
    return list(db.scalars(select(Person.id).where(or_(Person.id == own, Person.merged_into_id == own))))


def get_person(db: Db, person_id: int) -> Person:
    """Give the person, or raise NotFound."""
    found = db.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def find_by_email(db: Db, email: str) -> Person | None:
    """Give the person with this address (any case), or None."""
    return db.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()


def list_notices(db: Db, person_id: int, after: int) -> list[Notice]:
    """Give a person's notices after a number, in order."""
    query = select(Notice).where(Notice.person_id == person_id, Notice.number > after).order_by(Notice.number)
    return list(db.scalars(query))


def list_revocations(db: Db, since: datetime) -> list[Revocation]:
    """Give the rights that ended since then."""
    return list(db.scalars(_revocations(), {"since": since}))


@cache
def _revocations() -> Any:
    return select(Revocation).where(Revocation.at >= bindparam("since"))


def is_staff(db: Db, person_id: int) -> bool:
    """Say whether a person runs things: admin, coordinator or presenter."""
    query = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role != Role.ATTENDEE)
    return db.scalars(query.limit(1)).first() is not None


def count_tries(db: Db, subject: str, since: datetime) -> int:
    """Count the tries of a subject (a SHA-256) since an instant."""
    return db.scalar(select(func.count()).where(SignInTry.subject == subject, SignInTry.at > since)) or 0


def actor_of_token(db: Db, token_hash: str, now: datetime) -> tuple[Actor, bool]:
    """Give who a cookie's token stands for, and whether its use should be written down; a guest when it is over."""
    row = db.scalars(select(SignIn).where(SignIn.token_hash == token_hash)).one_or_none()
    actor = _standing(db, row, now)
    return actor, row is not None and actor.is_signed_in and now - row.last_seen_at >= TOUCH_EVERY


def actor_of_sign_in(db: Db, sign_in_id: int, now: datetime) -> Actor:
    """Give who a sign-in stands for now; a guest when it is over."""
    return _standing(db, db.get(SignIn, sign_in_id), now)


def _standing(db: Db, row: SignIn | None, now: datetime) -> Actor:
    if row is None or row.revoked_at is not None:
        return GUEST
    actor = _actor(db, row)
    staff = bool(actor.roles - {Role.ATTENDEE})
    return GUEST if now >= ends_at(row.created_at, row.last_seen_at, is_staff=staff) else actor


def _actor(db: Db, row: SignIn) -> Actor:
    person = get_person(db, row.person_id)
    if person.merged_into_id is not None:
        person = get_person(db, person.merged_into_id)
    provider_id, roles = (None, frozenset[Role]()) if row.registration_id else roles_of(db, person.id)
    permissions: frozenset[Permission] = frozenset().union(*(PROVIDER_PERMISSIONS[role] for role in roles))
    return Actor(
        person_id=person.id, display_name=person.display_name, email=person.email or "", roles=roles,
        permissions=permissions, provider_id=provider_id, time_zone=person.time_zone, sign_in_id=row.id,
        limited_to=row.registration_id,
    )  # fmt: skip


def actor_of_person(db: Db, person_id: int) -> Actor:
    """Give a person with the rights that they have now, for what goes on in their name without a sign-in."""
    provider_id, roles = roles_of(db, person_id)
    permissions: frozenset[Permission] = frozenset().union(*(PROVIDER_PERMISSIONS[role] for role in roles))
    return Actor(person_id=person_id, roles=roles, permissions=permissions, provider_id=provider_id)


def roles_of(db: Db, person_id: int) -> tuple[int | None, frozenset[Role]]:
    """Give the provider that a person works for, and their roles there; (None, nothing) for an attendee.

    Roles of a second provider are left out: an actor acts for one organisation at a time.
    """
    query = select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.provider_id)
    grants = list(db.scalars(query))
    if not grants:
        return None, frozenset()
    provider_id = grants[0].provider_id
    return provider_id, frozenset(grant.role for grant in grants if grant.provider_id == provider_id)


def find_link(db: Db, token_hash: str, now: datetime, *, lock: bool = False) -> EmailLink | None:
    """Give the one-time link with this hash while it can be used, or None."""
    query = select(EmailLink).where(
        EmailLink.token_hash == token_hash, EmailLink.used_at.is_(None), EmailLink.expires_at > now
    )
    return db.scalars(query.with_for_update() if lock else query).one_or_none()


@dataclass(frozen=True, slots=True)
class Login:
    """What a password is checked against; nothing at all for an unknown address."""

    person_id: int | None
    password_hash: str | None


def find_login(db: Db, email: str) -> Login:
    """Give person and password hash of an address; both None where there are none."""
    query = (
        select(Person.id, Person.merged_into_id, Credential.password_hash)
        .join(Credential, Credential.person_id == Person.id, isouter=True)
        .where(Person.email == email.strip().lower())
    )
    found = db.execute(query).one_or_none()
    return Login(found[1] or found[0], found[2]) if found else Login(None, None)


@dataclass(frozen=True, slots=True)
class Device:
    """One browser in which a person is signed in."""

    id: int
    name: str
    method: str
    is_limited: bool
    is_this: bool
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that the own account page shows."""

    email: str
    legal_name: str
    display_name: str
    time_zone: str | None
    licences: list[dict[str, Any]]
    devices: list[Device]
    password_changed_at: datetime | None
    pending_email: str | None
    roles: list[str]


def account_of(db: Db, actor: Actor, now: datetime) -> Account:
    """Give the actor's own account."""
    assert actor.person_id is not None  # the route asks for a full sign-in
    person = get_person(db, actor.person_id)
    credential = db.get(Credential, person.id)
    return Account(
        email=person.email or "", legal_name=person.legal_name, display_name=person.display_name,
        time_zone=person.time_zone, licences=[_licence(row) for row in person.licences],
        devices=_devices(db, actor, now), password_changed_at=credential.changed_at if credential else None,
        pending_email=_pending_email(db, person.id, now), roles=sorted(actor.roles),
    )  # fmt: skip


def _licence(row: Licence) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "profession", "board", "number", "expires_on")}


def _devices(db: Db, actor: Actor, now: datetime) -> list[Device]:
    query = select(SignIn).where(
        SignIn.person_id == actor.person_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now
    )
    rows = list(db.scalars(query.order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())))
    rows.sort(key=lambda row: row.id != actor.sign_in_id)
    return [
        Device(
            row.id, row.device, row.method, row.registration_id is not None, row.id == actor.sign_in_id,
            row.created_at, row.last_seen_at,
        )
        for row in rows
    ]  # fmt: skip


def _pending_email(db: Db, person_id: int, now: datetime) -> str | None:
    query = select(EmailLink.address).where(
        EmailLink.person_id == person_id, EmailLink.purpose.in_(("new_email", "old_email")), EmailLink.expires_at > now,
        EmailLink.used_at.is_(None),
    )  # fmt: skip
    return db.scalars(query.order_by(EmailLink.id.desc()).limit(1)).first()


@dataclass(frozen=True, slots=True)
class PasswordState:
    """What a change of password has to know."""

    email: str
    password_hash: str | None
    method: str
    signed_in_at: datetime


def password_state(db: Db, actor: Actor) -> PasswordState:
    """Give the actor's password hash, and how and when this browser was signed in."""
    assert actor.person_id is not None  # the route asks for a full sign-in
    credential, row = db.get(Credential, actor.person_id), db.get_one(SignIn, actor.sign_in_id)
    return PasswordState(actor.email, credential.password_hash if credential else None, row.method, row.created_at)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a mail goes to."""

    id: int
    email: str
    legal_name: str
    display_name: str
    time_zone: str | None


def find_recipient(db: Db, email: str) -> Recipient | None:
    """Give the person with this address as a mail addresses them, or None."""
    person = find_by_email(db, email)
    return _recipient(person) if person else None


def find_recipient_by_id(db: Db, person_id: int) -> Recipient | None:
    """Give a person as a mail addresses them, or None."""
    person = db.get(Person, person_id)
    return _recipient(person) if person else None


def _recipient(person: Person) -> Recipient:
    return Recipient(person.id, person.email or "", person.legal_name, person.display_name, person.time_zone)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in the list of people."""

    code: str
    legal_name: str
    display_name: str
    email: str
    roles: list[Role]
    created_at: datetime


PEOPLE_PAGE = 50


def list_people(db: Db, *, role: Role | None, search: str, page: int) -> list[PersonLine]:
    """Give one page of people by legal name; `search` looks in names and address."""
    query = select(Person).where(*_people(role, search)).options(selectinload(Person.grants))
    query = query.order_by(func.lower(Person.legal_name), Person.id)
    rows = db.scalars(query.limit(PEOPLE_PAGE).offset((page - 1) * PEOPLE_PAGE))
    return [person_line(row) for row in rows]


def count_people(db: Db, *, role: Role | None = None, search: str = "") -> int:
    """Count the people that `list_people` would list on all its pages."""
    return db.scalar(select(func.count(Person.id)).where(*_people(role, search))) or 0


def person_line(row: Person) -> PersonLine:
    """Give a person as the list shows them."""
    roles = sorted({grant.role for grant in row.grants}, key=list(Role).index)
    return PersonLine(row.code, row.legal_name, row.display_name, row.email or "", roles, row.created_at)


def _people(role: Role | None, search: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Person.merged_into_id.is_(None)]
    if role is not None:
        conditions.append(Person.grants.any(RoleGrant.role == role))
    if search:
        wanted = search.lower()
        fields = (Person.legal_name, Person.display_name, Person.email)
        conditions.append(or_(*(func.lower(field).contains(wanted, autoescape=True) for field in fields)))
    return conditions


def demo_sign_in_url(name: str) -> str:
    """Give the one-click sign-in link of a demo person, such as `coordinator` or `attendee2`."""
    return links().demo_sign_in(name)
