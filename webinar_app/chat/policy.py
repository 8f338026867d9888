"""Who may moderate a room's chat."""

from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar


def check_moderates(member: Member) -> None:
    """Raise Forbidden unless the member moderates the chat of their sitting."""
    if not member.may(Permission.CHAT_MODERATE):
        raise Forbidden


def get_reported(db: Db, actor: Actor, code: str) -> Webinar:
    """Give the sitting whose chat the actor may take out; raise NotFound or Forbidden."""
    return get_webinar(db, actor, code, to=Permission.REPORT_READ)
