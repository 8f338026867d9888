"""Who may reach what coordinators keep of people."""

from sqlalchemy import select

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.people.models import AccommodationRequest, PeopleImport, PersonMerge, SeatBlock
from webinar_app.people.queries.blocks import find_block
from webinar_app.people.queries.imports import find_import
from webinar_app.people.queries.needs import find_need
from webinar_app.registrations.queries import get_registration


def get_import(db: Db, actor: Actor, code: str) -> PeopleImport:
    """Give a list of the actor's provider to a coordinator; raise NotFound or Forbidden."""
    found = find_import(db, code)
    if found is None or found.course.provider_id != actor.provider_id:
        raise NotFound
    if not actor.may(Permission.REGISTRATION_MANAGE):
        raise Forbidden
    return found


def get_block(db: Db, actor: Actor, code: str) -> SeatBlock:
    """Give a block of seats of the actor's provider to a coordinator; raise NotFound or Forbidden."""
    found = find_block(db, code)
    if found is None or found.webinar.course.provider_id != actor.provider_id:
        raise NotFound
    if not actor.may(Permission.REGISTRATION_MANAGE):
        raise Forbidden
    return found


def get_merge(db: Db, actor: Actor, code: str) -> PersonMerge:
    """Give a merge to who manages people; raise NotFound or Forbidden."""
    if not actor.may(Permission.PERSON_MANAGE):
        raise Forbidden
    found = db.scalars(select(PersonMerge).where(PersonMerge.code == code.upper())).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_need(db: Db, actor: Actor, code: str) -> AccommodationRequest:
    """Give what somebody of the actor's provider needs to a coordinator; raise NotFound or Forbidden."""
    found = find_need(db, code)
    if found is None or get_registration(db, found.registration_id).course.provider_id != actor.provider_id:
        raise NotFound
    if not actor.may(Permission.REGISTRATION_MANAGE):
        raise Forbidden
    return found
