"""Use cases of people and their roles."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from webinar_app.accounts.models import Person, RevocationCause, RoleGrant
from webinar_app.accounts.policy import get_managed_person
from webinar_app.accounts.queries import find_by_email
from webinar_app.accounts.rules import clean_email, clean_name
from webinar_app.accounts.services import revoke
from webinar_app.audit.services import record
from webinar_app.core.actor import Actor
from webinar_app.core.codes import new_code
from webinar_app.core.errors import Forbidden, Refused
from webinar_app.core.permissions import Permission, Role
from webinar_app.infra.db import Db
from webinar_app.providers.models import Provider
from webinar_app.providers.queries import first_provider


def find_or_add(
    db: Db,
    *,
    email: str,
    legal_name: str,
    display_name: str = "",
    time_zone: str | None = None,
    locale: str = "en-US",
    now: datetime,
) -> int:
    """Give the id of the person with this address, who is then left as they are, or of a new one without credentials.

    A person who was merged into another is given as that other.
    """
    known = find_by_email(db, email)
    if known is not None:
        return known.merged_into_id or known.id
    name = clean_name(legal_name, "legal_name", 120)
    person = Person(
        code=new_code(), email=clean_email(email), legal_name=name, time_zone=time_zone, locale=locale, created_at=now,
        display_name=clean_name(display_name or name[:80], "display_name", 80),
    )  # fmt: skip
    db.add(person)
    db.flush()  # the id is the answer
    return person.id


def add_person(
    db: Db, actor: Actor, *, email: str, legal_name: str, display_name: str, roles: Sequence[str], now: datetime
) -> str:
    """Add a person with roles, and return their code; a known address is refused, for its person is in the list."""
    if actor.provider_id is None or not actor.may(Permission.PERSON_MANAGE):
        raise Forbidden
    if find_by_email(db, email) is not None:
        words = "Somebody with this address is in the list. Open their page and change the roles there."
        raise Refused("person.email_taken", words, {"email": words})
    person_id = find_or_add(db, email=email, legal_name=legal_name, display_name=display_name, now=now)
    for role in roles:
        db.add(RoleGrant(person_id=person_id, provider_id=actor.provider_id, role=Role(role)))
    record(db, actor.person_id, "person.added", "person", person_id, now=now, roles=sorted(roles))
    return db.get_one(Person, person_id).code


def set_roles(db: Db, actor: Actor, code: str, *, roles: Sequence[str], now: datetime) -> list[str]:
    """Give a person exactly these roles at the actor's provider, and return them; their open rooms are left."""
    person = get_managed_person(db, actor, code)
    wanted = {Role(role) for role in roles}
    if person.id == actor.person_id and Role.ADMIN not in wanted:
        words = "You cannot take the admin role from yourself. Ask another admin."
        raise Refused("role.own_admin", words, {"roles": words})
    query = select(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.provider_id == actor.provider_id)
    held = {grant.role: grant for grant in db.scalars(query.with_for_update())}
    for role in held.keys() - wanted:
        db.delete(held[role])
    for role in wanted - held.keys():
        db.add(RoleGrant(person_id=person.id, provider_id=actor.provider_id, role=role))
    if wanted != held.keys():
        revoke(db, person.id, RevocationCause.ROLE, now=now)
        record(db, actor.person_id, "role.set", "person", person.id, now=now, roles=sorted(wanted))
    return sorted(wanted)


def create_admin(db: Db, *, email: str, name: str, organisation: str, now: datetime) -> dict[str, str]:
    """Make the person with this address an admin, and the organisation where there is none yet.

    Gives `{email, organisation}` as they are stored.
    """
    provider = first_provider(db)
    if provider is None:
        provider = _first_organisation(db, organisation, now)
    person_id = find_or_add(db, email=email, legal_name=name, now=now)
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, RoleGrant.provider_id == provider.id, RoleGrant.role == Role.ADMIN
    )
    if db.scalars(held).first() is None:
        db.add(RoleGrant(person_id=person_id, provider_id=provider.id, role=Role.ADMIN))
        record(db, None, "role.set", "person", person_id, now=now, roles=[Role.ADMIN])
    return {"email": clean_email(email), "organisation": provider.name}


def _first_organisation(db: Db, name: str, now: datetime) -> Provider:
    if not name:
        raise Refused("provider.missing", "There is no organisation yet: name it with --organisation.")
    provider = Provider(slug="organisation", name=name[:200], time_zone="America/New_York", created_at=now)
    db.add(provider)
    db.flush()  # the grant needs its id
    return provider
