"""Who may reach a person."""

from sqlalchemy import select

from webinar_app.accounts.models import Person
from webinar_app.accounts.queries import get_person
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db


def get_self(db: Db, actor: Actor) -> Person:
    """Give the actor's own person; a join link does not reach it."""
    if actor.person_id is None or not actor.is_full:
        raise Forbidden("signed_out", "Sign in to reach your account.")
    return get_person(db, actor.person_id)


def get_managed_person(db: Db, actor: Actor, code: str) -> Person:
    """Give the person with this code to an admin; raise NotFound or Forbidden."""
    if not actor.may(Permission.PERSON_MANAGE):
        raise Forbidden
    found = db.scalars(select(Person).where(Person.code == code.upper(), Person.merged_into_id.is_(None))).one_or_none()
    if found is None:
        raise NotFound
    return found
