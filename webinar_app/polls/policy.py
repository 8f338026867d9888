"""Who may run a poll: staff of its sitting; coordinators before it."""

from webinar_app.core.actor import Actor, Member
from webinar_app.core.errors import Forbidden, NotFound
from webinar_app.core.permissions import Permission
from webinar_app.infra.db import Db
from webinar_app.polls.models import Poll
from webinar_app.polls.queries import get_by_code
from webinar_app.webinars.models import Webinar
from webinar_app.webinars.policy import get_webinar


def get_poll(db: Db, member: Member, code: str) -> Poll:
    """Give a poll of the member's sitting, locked; raise NotFound or Forbidden."""
    if not member.may(Permission.POLL_RUN):
        raise Forbidden
    poll = get_by_code(db, code, lock=True)
    if poll.webinar_id != member.webinar_id:
        raise NotFound("poll.unknown", "This poll does not exist any more. Reload the page.")
    return poll


def get_managed(db: Db, actor: Actor, webinar_code: str, code: str, *, lock: bool = True) -> Poll:
    """Give a poll of a sitting that the actor prepares; raise NotFound or Forbidden."""
    webinar = get_prepared(db, actor, webinar_code)
    poll = get_by_code(db, code, lock=lock)
    if poll.webinar_id != webinar.id:
        raise NotFound("poll.unknown", "This poll does not exist any more. Reload the page.")
    return poll


def get_prepared(db: Db, actor: Actor, webinar_code: str) -> Webinar:
    """Give a sitting whose polls the actor prepares: a coordinator's, or one that the actor presents."""
    return get_webinar(db, actor, webinar_code, to=Permission.POLL_RUN)
