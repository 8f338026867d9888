"""Who may see attendance, and correct it: those who read reports or manage registrations, of their organisation."""

from webinar_app.core.actor import Actor
from webinar_app.core.errors import NotFound, Refused
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.registrations.models import Registration
from webinar_app.registrations.policy import get_managed, get_managed_locked
from webinar_app.registrations.queries import find_by_code
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar
from webinar_app.webinars.rules import WebinarState


def get_measured(db: Db, actor: Actor, code: str) -> Webinar:
    """Give the sitting whose attendance the actor may read; raise NotFound or Forbidden."""
    return get_webinar(db, actor, code, to=Permission.REPORT_READ)


def get_attendee(db: Db, actor: Actor, code: str, registration_code: str) -> Registration:
    """Give one registration of such a sitting; raise NotFound or Forbidden."""
    webinar, found = get_measured(db, actor, code), find_by_code(db, registration_code)
    if found is None or found.webinar_id != webinar.id:
        raise NotFound
    return found


def get_correctable(
    db: Db, actor: Actor, code: str, registration_code: str, *, lock: bool = False, is_ended: bool = True
) -> tuple[Registration, Webinar]:
    """Give a registration whose record the actor may correct, and its sitting, which by default has ended.

    Raises NotFound, Forbidden, or Refused before the end: until then the record is still being written.
    """
    found = (get_managed_locked if lock else get_managed)(db, actor, registration_code)
    if found.webinar is None or found.webinar.code != code.upper():
        raise NotFound
    has_ended = found.webinar.state is WebinarState.ENDED and found.webinar.starts_at is not None
    if is_ended and not has_ended:
        raise Refused("entry.early", "The session has not ended. Corrections are entered once its record is complete.")
    return found, found.webinar
