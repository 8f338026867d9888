"""Who may hold records back, and erase people: admins, and commands on the server itself."""

from sqlalchemy import select

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.courses.models import Course
from webinar_app.infra.db import Db
from webinar_app.retention.models import LegalHold
from webinar_app.retention.queries.held import find_hold
from webinar_app.webinars.models import Webinar


def check_manages(actor: Actor | None) -> None:
    """Raise Forbidden for everybody but admins; None is a command on the server."""
    if actor is not None and not actor.may(Permission.RECORD_MANAGE):
        raise Forbidden


def check_own_provider(actor: Actor | None, provider_id: int) -> bool:
    """Say whether something belongs to the organisation that the actor works for."""
    return actor is None or actor.provider_id == provider_id


def get_hold(db: Db, actor: Actor | None, code: str, *, lock: bool = False) -> LegalHold:
    """Give a hold that stands; raise Forbidden, or NotFound also where it is another organisation's."""
    check_manages(actor)
    row = find_hold(db, code, lock=lock)
    if row is None or not check_own_provider(actor, _provider_of(db, row, actor)):
        raise NotFound("hold.none", "Nothing is held under this code. Look at the list again.")
    return row


def _provider_of(db: Db, row: LegalHold, actor: Actor | None) -> int:
    """Give whose the hold is; people belong to everybody who manages people."""
    if row.course_id is not None:
        return db.get_one(Course, row.course_id).provider_id
    if row.webinar_id is not None:
        own = select(Course.provider_id).join(Webinar, Webinar.course_id == Course.id)
        return db.scalars(own.where(Webinar.id == row.webinar_id)).one()
    return (actor.provider_id if actor else None) or 0
