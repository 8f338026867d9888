"""Who may see attendance: those who read reports, of their own organisation."""

from webinar_app.core.actor import Actor
from webinar_app.core.errors import NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.registrations.queries import find_by_code
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar


def get_measured(db: Db, actor: Actor, code: str) -> Webinar:
    """Give the sitting whose attendance the actor may read; raise NotFound or Forbidden."""
    return get_webinar(db, actor, code, to=Permission.REPORT_READ)


def get_attendee(db: Db, actor: Actor, code: str, registration_code: str) -> Registration:
    """Give one registration of such a sitting; raise NotFound or Forbidden."""
    webinar, found = get_measured(db, actor, code), find_by_code(db, registration_code)
    if found is None or found.webinar_id != webinar.id:
        raise NotFound
    return found
