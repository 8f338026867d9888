"""Who may reach a mail."""

from sqlalchemy import select

from webinar_app.core.actor import Actor
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.mailing.models import Mail


def get_mail(db: Db, actor: Actor, code: str) -> Mail:
    """Give a mail of the actor's provider; raise NotFound or Forbidden."""
    found = db.scalars(select(Mail).where(Mail.code == code)).one_or_none()
    if found is None or found.provider_id != actor.provider_id:
        raise NotFound
    if not actor.may(Permission.MAIL_READ):
        raise Forbidden
    return found
