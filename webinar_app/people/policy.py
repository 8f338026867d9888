"""Who may reach what coordinators keep of people."""

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.people.models import PeopleImport
from webinar_app.people.queries.imports import find_import


def get_import(db: Db, actor: Actor, code: str) -> PeopleImport:
    """Give a list of the actor's provider to a coordinator; raise NotFound or Forbidden."""
    found = find_import(db, code)
    if found is None or found.course.provider_id != actor.provider_id:
        raise NotFound
    if not actor.may(Permission.REGISTRATION_MANAGE):
        raise Forbidden
    return found
