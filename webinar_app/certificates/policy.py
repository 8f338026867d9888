"""Who may reach a certificate."""

from webinar_app.accounts.queries import person_ids
from webinar_app.certificates.models import Certificate
from webinar_app.certificates.queries import find_by_number
from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db


def get_readable(db: Db, actor: Actor, number: str) -> Certificate:
    """Give a certificate to its holder, or to a coordinator of its provider; everybody else gets NotFound."""
    found = find_by_number(db, number)
    if found is None or actor.person_id is None:
        raise NotFound
    if actor.limited_to is not None:
        if found.registration_id != actor.limited_to:
            raise NotFound
        return found
    is_own = found.registration.person_id in person_ids(db, actor.person_id)
    if not is_own and not (actor.may(Permission.CERTIFICATE_MANAGE) and actor.provider_id == found.provider_id):
        raise NotFound
    return found


def get_managed(db: Db, actor: Actor, number: str) -> Certificate:
    """Give a certificate of the actor's provider; raise NotFound or Forbidden."""
    found = find_by_number(db, number)
    if found is None or found.provider_id != actor.provider_id:
        raise NotFound
    if not actor.may(Permission.CERTIFICATE_MANAGE):
        raise Forbidden
    return found
